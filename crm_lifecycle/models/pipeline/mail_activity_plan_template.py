from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MailActivityPlanTemplate(models.Model):
    """A task can be that of whoever is on the lead, and be due within working minutes."""

    _inherit = "mail.activity.plan.template"

    responsible_type = fields.Selection(
        selection_add=[("stage_responsible", "Responsible of the Stage")],
        ondelete={"stage_responsible": "set default"},
    )
    due_minutes = fields.Integer(
        "Due within Minutes",
        help="Working minutes after the lead entered the stage, instead of the interval. "
        "Zero: the interval in days counts.",
    )

    _due_minutes = models.Constraint(
        "CHECK (due_minutes >= 0 AND due_minutes <= 525600)",
        "The minutes until a task is due are between zero and a year.",
    )

    @api.constrains("responsible_type", "plan_id")
    def _check_stage_responsible(self):
        for template in self:
            on_leads = template.plan_id.res_model == "crm.lead"
            if template.responsible_type == "stage_responsible" and not on_leads:
                raise ValidationError(
                    self.env._("Only leads have a responsible of their stage. Choose another.")
                )

    def _determine_responsible(self, on_demand_responsible, applied_on_record):
        if self.responsible_type != "stage_responsible":
            return super()._determine_responsible(on_demand_responsible, applied_on_record)
        error, user = False, applied_on_record.stage_responsible_id
        if not user:
            error = self.env._(
                "Nobody is on %(lead)s. Name its salesperson first.",
                lead=applied_on_record.display_name,
            )
        return {"responsible": user, "error": error, "warning": False}
