from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

TIERS = {"tier_a": "a", "tier_b": "b", "tier_c": "c", "tier_d": "d"}
PHASES = {
    "phase_acquisition": "acquisition",
    "phase_enhancement": "enhancement",
    "phase_retention": "retention",
}
FIRST_DAY = date(1900, 1, 1)


class CrmCustomerWorthExport(models.TransientModel):
    """What to put into a *Customer worth* workbook, and the button that downloads it."""

    _name = "crm.customer.worth.export"
    _inherit = ["crm.workbook.export"]
    _description = "Customer Worth (Excel)"

    _route = "/lifecycle/customer_worth"
    _report = "crm.customer.worth.report"
    _rows_model = "crm.customer.value"

    as_of = fields.Date(
        "As of",
        required=True,
        default=fields.Date.context_today,
        help="A past day is computed from what was posted up to that day.",
    )
    # Filters: nothing chosen is everything
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")
    phase_acquisition = fields.Boolean("Acquisition")
    phase_enhancement = fields.Boolean("Enhancement")
    phase_retention = fields.Boolean("Retention")
    salesperson_ids = fields.Many2many(
        "res.users", string="Salespeople", domain=[("share", "=", False)]
    )
    team_ids = fields.Many2many("crm.team", string="Sales Teams")
    category_ids = fields.Many2many("res.partner.category", string="Tags")
    country_ids = fields.Many2many("res.country", string="Countries")
    only_overdue = fields.Boolean("Only with Overdue Amounts")

    @api.constrains("as_of", "only_overdue")
    def _check_as_of(self):
        today = fields.Date.context_today(self)
        for export in self:
            if not FIRST_DAY <= export.as_of <= today:
                raise ValidationError(
                    self.env._(
                        "Choose today or a past day: nobody knows the worth of a future day."
                    )
                )
            if export.only_overdue and export.as_of != today:
                raise ValidationError(
                    self.env._(
                        "What was overdue is only known as of today. "
                        "Choose today, or leave the overdue filter out."
                    )
                )

    def _compute_display_name(self):
        for export in self:
            export.display_name = self.env._("Customer worth (Excel)")

    @api.model
    def _refusal(self):
        return self.env._("You may not download customers' worth. Ask an administrator.")

    # ------------------------------------------------------------------ what is asked for
    def _is_today(self):
        return self.as_of >= fields.Date.context_today(self)

    def _customer_domain(self):
        """The filters on the customer as of now, a domain on ``crm.customer.value``.

        Override to filter by more; say it in ``_filters`` too.
        """
        domain = [
            ("partner_id.user_id", "in", self.salesperson_ids.ids),
            ("partner_id.user_id.sale_team_id", "in", self.team_ids.ids),
            ("partner_id.category_id", "in", self.category_ids.ids),
            ("partner_id.country_id", "in", self.country_ids.ids),
        ]
        return [condition for condition in domain if condition[2]]

    def _figure_condition(self):
        """The filters on the figures of the day, a condition on the columns of ``value``."""
        conditions = [SQL("TRUE")]
        if tiers := self._chosen(TIERS):
            conditions.append(SQL("COALESCE(value.tier = ANY(%s), FALSE)", tiers))
        if phases := self._chosen(PHASES):
            conditions.append(SQL("COALESCE(value.phase = ANY(%s), FALSE)", phases))
        if self.only_overdue:
            conditions.append(SQL("COALESCE(value.overdue_amount > 0, FALSE)"))
        return SQL(" AND ").join(conditions)

    def _chosen(self, fields_by_name):
        return [key for name, key in fields_by_name.items() if self[name]]

    def _filters(self):
        """The filters in words.

        :return: list of pairs of label and what was chosen
        """
        filters = []
        for label, fields_by_name in (
            (self.env._("Tiers"), TIERS),
            (self.env._("Phases"), PHASES),
        ):
            chosen = [self._label(name) for name in fields_by_name if self[name]]
            filters.append((label, ", ".join(chosen)))
        for name in ("salesperson_ids", "team_ids", "category_ids", "country_ids"):
            chosen = self[name].sudo().mapped("display_name")
            filters.append((self._label(name), ", ".join(chosen)))
        if self.only_overdue:
            filters.append((self._label("only_overdue"), self.env._("Yes")))
        return [(label, chosen) for label, chosen in filters if chosen]

    def _file_name(self):
        return self.env._(
            "Customer worth %(company)s %(day)s",
            company=self.company_id.name,
            day=fields.Date.to_string(self.as_of),
        )
