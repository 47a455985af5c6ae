from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

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
    started_on = fields.Date("Running since", readonly=True, copy=False)
    previewed_at = fields.Datetime("Previewed", readonly=True, copy=False)

    @api.constrains("domain")
    def _check_domain(self):
        """Refuse a condition that cannot be read, or asks for what nobody may ask.

        The same fields as in segments.
        """
        for cadence in self:
            self.env["crm.segment.rule"]._domain(cadence.domain or "[]")

    @api.constrains("segment_ids")
    def _check_segments(self):
        for cadence in self:
            if cadence.segment_ids.sudo().segment_company_id - cadence.company_id:
                raise ValidationError(
                    self.env._("Choose segments of the cadence's company, or of all companies.")
                )

    def _chosen(self, kind, choices):
        """The chosen values of a kind; none means any."""
        return [value for value, _label in choices if self[f"{kind}_{value}"]]

    def _tiers(self):
        return self._chosen("tier", TIERS)

    def _phases(self):
        return self._chosen("phase", PHASES)

    def _healths(self):
        return self._chosen("health", HEALTH)

    # ------------------------------------------------------------------ running
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("state", "draft") != "draft" for vals in vals_list):
            raise UserError(self.env._("Start and pause a cadence with its buttons."))
        cadences = super().create(vals_list)
        self.env.registry.clear_cache()
        return cadences

    def write(self, vals):
        if not self.env.su and "state" in vals:
            raise UserError(self.env._("Start and pause a cadence with its buttons."))
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        self.env["crm.touchpoint.run"]._ask_for_run()
        return result

    @api.model
    @tools.ormcache()
    def _are_there(self):
        """Whether any company has cadences that run, or ran."""
        cadences = self.sudo().with_context(active_test=False)
        return bool(cadences.search_count([("state", "!=", "draft")], limit=1))

    @api.model
    @tools.ormcache()
    def _running_domains(self):
        """The further conditions of running cadences: (id, (company id, text)) of each."""
        running = self.sudo().search([("state", "=", "running")])
        return tuple(
            (cadence.id, (cadence.company_id.id, cadence.domain))
            for cadence in running
            if (cadence.domain or "[]").strip() != "[]"
        )
