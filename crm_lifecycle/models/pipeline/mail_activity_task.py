from odoo import fields, models


class MailActivity(models.Model):
    """A task that a stage brought, and what became of it when the lead went on."""

    _inherit = "mail.activity"

    passage_id = fields.Many2one(
        "crm.stage.passage",
        "Task of Stage",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The stay in a stage that brought this task.",
    )
    due_at = fields.Datetime(
        "Due at", readonly=True, copy=False, help="The minute of the due date, where it has one."
    )
    not_needed = fields.Boolean(
        "No Longer Needed",
        readonly=True,
        copy=False,
        help="Nobody did it: the lead left the stage that asked for it.",
    )

    def _close_as_not_needed(self):
        """Close tasks that nobody has to do any more: kept, but not done."""
        self.sudo().write(
            {
                "active": False,
                "not_needed": True,
                "feedback": self.env._("No longer needed: the lead left the stage."),
            }
        )
