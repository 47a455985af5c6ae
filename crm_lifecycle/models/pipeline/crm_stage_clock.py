from odoo import api, fields, models, tools

YEAR = 366 * 24 * 60


class CrmStage(models.Model):
    """A stage may set a time within which a lead has to leave it."""

    _inherit = "crm.stage"

    deadline_minutes = fields.Integer(
        "Deadline (Minutes)",
        help="Working minutes within which a lead has to leave this stage. 0: no deadline. "
        "Leads that are in the stage already keep the deadline they came with.",
    )
    warning_minutes = fields.Integer(
        "Warning (Minutes Before)",
        help="So many working minutes before the deadline the lead turns to Warning. 0: never.",
    )
    may_wait = fields.Boolean(
        "May Wait for the Customer",
        default=True,
        help="The clock may be stopped while everything depends on the customer.",
    )
    stops_on_leave = fields.Boolean(
        "Leave Stops the Clock",
        help="While the responsible is on leave the clock stands still.",
    )
    deadline_text = fields.Char("In Hours", compute="_compute_deadline_text")

    _deadline_minutes = models.Constraint(
        f"CHECK (deadline_minutes BETWEEN 0 AND {YEAR})",
        "A deadline is between 0 minutes (none) and a year.",
    )
    _warning_minutes = models.Constraint(
        "CHECK (warning_minutes = 0 OR (warning_minutes > 0 AND "
        "warning_minutes < deadline_minutes))",
        "The warning comes before the deadline: so many minutes before it, fewer than the "
        "deadline has, or 0 for none.",
    )

    @api.depends_context("company", "lang")
    @api.depends("deadline_minutes", "warning_minutes")
    def _compute_deadline_text(self):
        calendar = self.env.company.sudo().resource_calendar_id
        for stage in self:
            stage.deadline_text = stage.deadline_minutes > 0 and self.env._(
                "%(time)s of working time", time=calendar._span(stage.deadline_minutes)
            )

    def write(self, vals):
        result = super().write(vals)
        if "deadline_minutes" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _clocked_ids(self):
        """The stages in use that have a deadline: frozenset of ids."""
        return frozenset(self.sudo().search([("deadline_minutes", ">", 0)])._ids)
