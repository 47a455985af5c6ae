from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

MOST = 100
TEN_YEARS = 3650
# What a company sets for itself, and the field that a factor comes with.
OWN = {
    "weight": "default_weight",
    "share_from": "default_share_from",
    "share_full": "default_share_full",
    "days": "default_days",
}


class CrmHealthFactor(models.Model):
    """One thing that speaks for a customer leaving, and how much it counts.

    The code names the factor's ``SELECT`` in ``crm.health.source``. Weight and thresholds are a
    company's own; where it set none, those that the factor came with. Zero switches it off.
    """

    _name = "crm.health.factor"
    _description = "Factor of Health"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    note = fields.Text("What Is Measured", translate=True, readonly=True)
    unit = fields.Char("Measured in", translate=True, readonly=True)
    weight = fields.Integer(
        "Points",
        compute="_compute_weight",
        inverse="_inverse_weight",
        help="What the factor adds to the risk at most, 0 to 100. Zero switches it off. "
        "Each company has its own.",
    )
    share_from = fields.Float(
        "Counts from",
        digits=(10, 2),
        compute="_compute_share_from",
        inverse="_inverse_share_from",
        help="Up to this measure the factor adds nothing. Each company has its own.",
    )
    share_full = fields.Float(
        "Counts Fully from",
        digits=(10, 2),
        compute="_compute_share_full",
        inverse="_inverse_share_full",
        help="From this measure on the factor adds all of its points. Each company has its own.",
    )
    days = fields.Integer(
        "Looks Back (Days)",
        compute="_compute_days",
        inverse="_inverse_days",
        help="What happened earlier is left out. Zero where the factor does not ask for it. "
        "Each company has its own.",
    )
    default_weight = fields.Integer("Points, as Delivered", readonly=True, aggregator=None)
    default_share_from = fields.Float("From, as Delivered", readonly=True, aggregator=None)
    default_share_full = fields.Float(
        "Fully from, as Delivered", readonly=True, default=1.0, aggregator=None
    )
    default_days = fields.Integer("Days, as Delivered", readonly=True, aggregator=None)
    own_settings = fields.Json(readonly=True, help="By id of the company, where set.")

    _code_uniq = models.Constraint("UNIQUE (code)", "A factor has one row.")

    def write(self, vals):
        """What a company set is changed through its fields, and so in one's own company only.

        :raises AccessError: for what comes with the factor, and what other companies set
        """
        if not self.env.su and {"own_settings", "code", *OWN.values()} & set(vals):
            raise AccessError(
                self.env._("Change the points, thresholds and days of your own company.")
            )
        return super().write(vals)

    # A method a field: those that share one are not computed while another is being written.
    @api.depends_context("company")
    @api.depends("own_settings", "default_weight")
    def _compute_weight(self):
        self._show_own("weight")

    def _inverse_weight(self):
        self._set_own("weight")

    @api.depends_context("company")
    @api.depends("own_settings", "default_share_from")
    def _compute_share_from(self):
        self._show_own("share_from")

    def _inverse_share_from(self):
        self._set_own("share_from")

    @api.depends_context("company")
    @api.depends("own_settings", "default_share_full")
    def _compute_share_full(self):
        self._show_own("share_full")

    def _inverse_share_full(self):
        self._set_own("share_full")

    @api.depends_context("company")
    @api.depends("own_settings", "default_days")
    def _compute_days(self):
        self._show_own("days")

    def _inverse_days(self):
        self._set_own("days")

    def _show_own(self, name):
        """Show what the company set, else what the factor came with."""
        for factor in self:
            factor[name] = factor._own(self.env.company).get(name, factor[OWN[name]])

    def _set_own(self, name):
        """Keep what the company set, and have everybody rated anew."""
        key = str(self.env.company.id)
        for factor in self:
            factor._check_own()
            own = {**factor._own(self.env.company), name: factor[name]}
            factor.sudo().own_settings = {**(factor.own_settings or {}), key: own}
        self.env["crm.customer.value.run"]._ask_for_refresh()

    def _own(self, company):
        """What a company set for itself: dict of field name to value."""
        self.ensure_one()
        return (self.own_settings or {}).get(str(company.id), {})

    def _check_own(self):
        """Refuse what no measure could be compared with.

        :raises ValidationError: saying what to change
        """
        self.ensure_one()
        if not 0 <= self.weight <= MOST:
            raise ValidationError(self.env._("The points of a factor are between 0 and 100."))
        if self.share_full <= self.share_from or self.share_from < 0:
            raise ValidationError(
                self.env._("A factor counts from zero or more, and fully from a larger measure.")
            )
        if not 0 <= self.days <= TEN_YEARS:
            raise ValidationError(self.env._("A factor looks back ten years at most."))

    @api.model
    def _settings(self, company):
        """The factors that count in a company, in the order that decides between equals.

        :return: list of dicts with ``code``, ``weight``, ``share_from``, ``share_full``, ``days``
        """
        # pylint: disable-next=no-search-all
        factors = self.sudo().with_company(company).search([])
        return [
            {"code": factor.code, **{name: factor[name] for name in OWN}}
            for factor in factors
            if factor.weight > 0
        ]
