from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

EXPORT_GROUP = "base.group_allow_export"
TIERS = {"tier_a": "a", "tier_b": "b", "tier_c": "c", "tier_d": "d"}
PHASES = {
    "phase_acquisition": "acquisition",
    "phase_enhancement": "enhancement",
    "phase_retention": "retention",
}
FIRST_DAY = date(1900, 1, 1)


class CrmCustomerWorthExport(models.TransientModel):
    """What to put into a *Customer worth* workbook, and the button that downloads it.

    The button only leads to ``/lifecycle/customer_worth/<id>``; the controller makes the file
    from this record, as the same user. A record rule keeps the wizard its user's own and its
    company among theirs. Odoo's export right is checked here and there.
    """

    _name = "crm.customer.worth.export"
    _description = "Customer Worth (Excel)"

    as_of = fields.Date(
        "As of",
        required=True,
        default=fields.Date.context_today,
        help="A past day is computed from what was posted up to that day.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    reason = fields.Char(help="What you need the file for. It is kept with the log of downloads.")

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

    # ------------------------------------------------------------------ actions
    def action_download(self):
        """Lead the browser to the file.

        :raises AccessError: without Odoo's export right
        """
        self.ensure_one()
        self.check_access("read")
        self._check_export_right()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lifecycle/customer_worth/{self.id}",
            "target": "download",
        }

    @api.model
    def _check_export_right(self):
        """Refuse users who may not take data out of Odoo, or who see no customers' figures."""
        if not self.env.user.has_group(EXPORT_GROUP):
            raise AccessError(
                self.env._("You may not export data. Ask an administrator for the export right.")
            )
        self.env["crm.customer.value"].check_access("read")

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

    def _label(self, name):
        return self._fields[name]._description_string(self.env)

    def _file_name(self):
        return self.env._(
            "Customer worth %(company)s %(day)s",
            company=self.company_id.name,
            day=fields.Date.to_string(self.as_of),
        )
