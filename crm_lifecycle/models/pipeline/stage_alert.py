from odoo import fields, models

from .stage_escalation import ACTIONS

OUTCOMES = [
    ("done", "Done"),
    ("nobody", "Nobody to Tell"),
    ("no_access", "No Access to the Lead"),
]


class CrmStageAlert(models.Model):
    """One step of the ladder that was taken for one stay in a stage: at most once."""

    _name = "crm.stage.alert"
    _description = "Alert of a Deadline"
    _order = "at desc, id desc"
    _rec_name = "lead_id"

    passage_id = fields.Many2one(
        "crm.stage.passage", "Stay", required=True, index=True, ondelete="cascade", readonly=True
    )
    escalation_id = fields.Many2one(
        "crm.stage.escalation", "Step", ondelete="set null", readonly=True
    )
    lead_id = fields.Many2one(related="passage_id.lead_id", store=True, index=True)
    company_id = fields.Many2one(related="passage_id.company_id", store=True)
    action = fields.Selection(ACTIONS, "What", required=True, readonly=True)
    at = fields.Datetime("Due", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Told", readonly=True, ondelete="set null")
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)

    _once = models.UniqueIndex(
        "(passage_id, escalation_id)", "This step was taken for this stay already."
    )
