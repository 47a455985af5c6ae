from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .cadence_step import RESPONSIBLES


class CrmCustomerEventType(models.Model):
    """A kind of thing that happens at a customer: how it bears on health, and what we do then.

    ``risk_points`` (0-100, negative for good news) count in the customer's risk for
    ``bears_days`` days from the event. The activities of ``plan_id`` are the reaction: those of
    its tasks that name nobody go to ``responsible_type``. Types are of all companies; a plan of
    one company is for events of that company only.
    """

    _name = "crm.customer.event.type"
    _description = "Type of Customer Event"
    _order = "sequence, id"

    name = fields.Char("Event", required=True, translate=True)
    code = fields.Char(copy=False, size=50, help="How rules and interfaces call it.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    icon = fields.Char(default="fa-bolt", help="A Font Awesome class, for the buttons.")
    risk_points = fields.Integer(
        help="What the event adds to the customer's risk; below zero for good news."
    )
    bears_days = fields.Integer(
        "Bears for Days", default=90, help="How long the event bears on the customer's health."
    )
    quiet_days = fields.Integer(
        default=30,
        help="Rules do not raise an event of this type again for a customer until so many days "
        "after the last one, and after its end.",
    )

    # Reaction
    plan_id = fields.Many2one(
        "mail.activity.plan",
        "Reaction",
        ondelete="set null",
        domain=[("res_model", "=", "res.partner")],
        help="These activities are planned on the customer when the event is reported.",
    )
    responsible_type = fields.Selection(
        RESPONSIBLES,
        "Done by",
        required=True,
        default="manager",
        help="Tasks of the plan that name somebody are theirs. Without an account manager, the "
        "salesperson.",
    )
    user_id = fields.Many2one(
        "res.users", "Named", domain=[("share", "=", False)], ondelete="restrict"
    )
    react_days = fields.Integer(
        "React within Days",
        default=3,
        help="Events on which nothing was done after so many days are listed.",
    )

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another type of event has this code."
    )
    _points = models.Constraint(
        "CHECK (risk_points BETWEEN -100 AND 100)", "Risk points are between -100 and 100."
    )
    _days = models.Constraint(
        "CHECK (bears_days BETWEEN 0 AND 3650 AND quiet_days BETWEEN 0 AND 3650"
        " AND react_days BETWEEN 0 AND 3650)",
        "The days of a type are between zero and ten years.",
    )

    @api.constrains("plan_id")
    def _check_plan(self):
        if not self.env.su:
            self.plan_id.check_access("read")
        for event_type in self.sudo():
            plan = event_type.plan_id
            if plan and plan.res_model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "The plan %(plan)s is not for contacts. Choose one that applies to "
                        "contacts.",
                        plan=plan.name,
                    )
                )

    @api.constrains("responsible_type", "user_id")
    def _check_user(self):
        if not self.env.su:
            self.user_id.check_access("read")
        for event_type in self.sudo():
            if event_type.responsible_type == "user" and not event_type.user_id:
                raise ValidationError(self.env._("Name who does the tasks of this event."))
            if event_type.user_id.share:
                raise ValidationError(self.env._("Tasks are done by one of our users."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        events = self.env["crm.customer.event"].sudo()
        if events.search_count([("type_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("There are events of this type. Archive it, and they stay readable.")
            )

    @api.model
    def _of_code(self, code):
        """The active type of a code; none when there is no such type."""
        if not isinstance(code, str) or not code:
            return self.browse()
        return self.sudo().search([("code", "=", code)], limit=1)
