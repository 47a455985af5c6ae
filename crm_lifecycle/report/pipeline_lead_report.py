from odoo import fields, models

from ..models.pipeline.crm_stage import PHASES
from .pipeline_report import WHEN


class CrmPipelineLeadReport(models.AbstractModel):
    """A report with rows of leads, to be grouped: the dimensions they share."""

    _name = "crm.pipeline.lead.report"
    _description = "Report on Leads"
    _inherit = ["crm.pipeline.report"]
    _auto = False
    _log_access = False
    _rec_name = "lead_id"

    lead_id = fields.Many2one("crm.lead", "Leads", readonly=True)
    lifecycle_phase = fields.Selection(PHASES, "Process", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    in_month = fields.Selection(WHEN, "Month: This or Previous", readonly=True)
    in_quarter = fields.Selection(WHEN, "Quarter: This or Previous", readonly=True)
    in_year = fields.Selection(WHEN, "Year: This or Previous", readonly=True)

    def action_open_lead(self):
        """Open the lead that a row is about."""
        self.ensure_one()
        self.check_access("read")
        self.lead_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
