from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

RESPONSIBLE_TYPES = [
    ("salesperson", "Salesperson"),
    ("team_leader", "Team Leader"),
    ("account_manager", "Account Manager of the Customer"),
    ("user", "A Certain User"),
    ("least_busy", "Least Busy of a Group"),
]


class CrmStage(models.Model):
    """A stage names who is on a lead while it stands there.

    Who that is, is found when a lead enters the stage (``crm_lead_responsible.py``). A change
    here holds for leads that come from now on.
    """

    _inherit = "crm.stage"

    responsible_type = fields.Selection(
        RESPONSIBLE_TYPES,
        "Responsible",
        required=True,
        default="salesperson",
        help="Who is on a lead while it stands in this stage. The salesperson still owns it.",
    )
    responsible_user_id = fields.Many2one(
        "res.users",
        ondelete="set null",
        domain=[("share", "=", False)],
    )
    responsible_group_id = fields.Many2one(
        "res.groups",
        ondelete="set null",
        help="Of its members who are at work now, the one with the fewest open activities and "
        "leads takes the lead.",
    )

    @api.constrains("responsible_type", "responsible_user_id", "responsible_group_id")
    def _check_responsible(self):
        for stage in self.sudo():
            kind = stage.responsible_type
            if kind == "user" and not stage.responsible_user_id:
                raise ValidationError(
                    self.env._("Choose the user who is responsible in %(stage)s.", stage=stage.name)
                )
            if kind == "least_busy" and not stage.responsible_group_id:
                raise ValidationError(
                    self.env._(
                        "Choose the group whose members share the leads of %(stage)s.",
                        stage=stage.name,
                    )
                )
            if kind == "user" and not stage.responsible_user_id._may_be_on_leads():
                raise ValidationError(
                    self.env._(
                        "%(user)s may not read leads. Choose somebody who may, or give the user "
                        "access to Sales first.",
                        user=stage.responsible_user_id.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "responsible_type" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _assigning_ids(self):
        """The stages whose responsible is not simply the salesperson: frozenset of ids."""
        stages = self.sudo().with_context(active_test=False)
        return frozenset(stages.search([("responsible_type", "!=", "salesperson")])._ids)
