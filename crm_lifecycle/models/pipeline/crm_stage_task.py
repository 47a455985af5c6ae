from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class CrmStage(models.Model):
    """A stage brings its tasks: those of an activity plan."""

    _inherit = "crm.stage"

    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        "Tasks",
        ondelete="set null",
        domain=[("res_model", "=", "crm.lead")],
        help="Whoever is responsible gets these activities when a lead enters the stage. Those "
        "still open when it leaves are closed as no longer needed.",
    )

    @api.constrains("activity_plan_id")
    def _check_activity_plan(self):
        if not self.env.su:
            self.activity_plan_id.check_access("read")
        for stage in self.sudo():
            plan = stage.activity_plan_id
            if plan and plan.res_model != "crm.lead":
                raise ValidationError(
                    self.env._(
                        "The plan %(plan)s is not for leads. Choose one that applies to leads.",
                        plan=plan.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "activity_plan_id" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _planning_ids(self):
        """The stages that bring tasks: frozenset of ids."""
        stages = self.sudo().with_context(active_test=False)
        return frozenset(stages.search([("activity_plan_id", "!=", False)])._ids)
