from odoo import fields, models

from ..value.customer_value import HEALTH, PHASES, TIERS

STATES = [("draft", "Draft"), ("running", "Running"), ("paused", "Paused")]


class CrmCadence(models.Model):
    """Who is contacted how often: a kind of customers, and the steps that keep the relation.

    Where several running cadences of a company fit a customer, the first by sequence is theirs.
    Conditions of one kind are alternatives (tier A or B), those of different kinds all hold; a
    kind in which nothing is chosen asks for nothing.
    """

    _name = "crm.cadence"
    _description = "Cadence"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Cadence", required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Where several cadences fit a customer, the first one is theirs."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False)

    # Who
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")
    phase_acquisition = fields.Boolean("Acquisition")
    phase_enhancement = fields.Boolean("Enhancement")
    phase_retention = fields.Boolean("Retention")
    health_new = fields.Boolean("New")
    health_good = fields.Boolean("Good")
    health_watch = fields.Boolean("Watch")
    health_risk = fields.Boolean("At Risk")
    health_lost = fields.Boolean("Lost")
    segment_ids = fields.Many2many(
        "res.partner.category",
        string="Segments",
        help="The customer is in one of these segments, or has one of these tags.",
    )
    domain = fields.Char("Also", default="[]", help="A condition on the customer's contact.")

    step_ids = fields.One2many("crm.cadence.step", "cadence_id", "Steps", copy=True)

    def _chosen(self, kind, choices):
        """The chosen values of a kind; none means any."""
        return [value for value, _label in choices if self[f"{kind}_{value}"]]

    def _tiers(self):
        return self._chosen("tier", TIERS)

    def _phases(self):
        return self._chosen("phase", PHASES)

    def _healths(self):
        return self._chosen("health", HEALTH)
