from odoo import fields, models


class CrmTeam(models.Model):
    """A team may keep other hours than its company."""

    _inherit = "crm.team"

    lifecycle_calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        check_company=True,
        help="The clock of the team's leads runs within these hours. Empty: the company's.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "lifecycle_calendar_id" in vals:
            companies = self.company_id or self.env["res.company"]._lifecycle_companies()
            self.env["crm.clock.change"]._note(companies=companies)
        return result
