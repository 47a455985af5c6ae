import json
from operator import ge, gt, le, lt

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_value import HEALTH, PHASES, TIERS

USER = "crm_lifecycle.group_lifecycle_user"

# Field of the partner: field of crm.customer.value that it shows for the current company.
SHOWN = {
    "lifecycle_phase": "phase",
    "lifecycle_phase_locked": "phase_locked",
    "customer_value": "value_period",
    "customer_revenue": "revenue_period",
    "customer_service_cost": "service_cost_period",
    "value_score": "score",
    "value_tier": "tier",
    "health": "health",
    "last_interaction_date": "last_interaction_date",
    "next_touch_date": "next_touch_date",
}
# What decides whose contact a contact is.
HIERARCHY = {"parent_id", "is_company", "type", "commercial_partner_id"}
COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge}


class ResPartner(models.Model):
    """A customer's figures in the current company, read through ``crm.customer.value``.

    The fields are not stored: they show the row of the commercial partner that the *viewer*
    may see, and nothing where there is none. A list of partners costs one query for all of
    them. A search goes through the same rows, so it finds what the viewer could read - also
    when it runs as superuser, because Odoo turns parts of a caller's domain into such
    searches. Code that needs everybody's figures asks ``crm.customer.value`` in sudo.
    """

    _inherit = "res.partner"

    # What the customer is worth
    lifecycle_phase = fields.Selection(
        PHASES,
        "Phase",
        compute="_compute_customer_figures",
        inverse="_inverse_lifecycle_phase",
        search="_search_lifecycle_phase",
        compute_sudo=False,
        groups=USER,
        help="Choosing a phase by hand locks it, until somebody unlocks it.",
    )
    lifecycle_phase_locked = fields.Boolean(
        "Phase Locked", compute="_compute_customer_figures", compute_sudo=False, groups=USER
    )
    customer_value = fields.Monetary(
        "Worth",
        compute="_compute_customer_figures",
        search="_search_customer_value",
        compute_sudo=False,
        groups=USER,
        help="Revenue less service cost in the trailing period.",
    )
    customer_revenue = fields.Monetary(
        "Revenue", compute="_compute_customer_figures", compute_sudo=False, groups=USER
    )
    customer_service_cost = fields.Monetary(
        "Service Cost", compute="_compute_customer_figures", compute_sudo=False, groups=USER
    )
    value_score = fields.Float(
        "Score",
        digits=(5, 2),
        compute="_compute_customer_figures",
        search="_search_value_score",
        compute_sudo=False,
        groups=USER,
        help="Share of the ranked customers worth less than this one: 100 is highest.",
    )
    value_tier = fields.Selection(
        TIERS,
        "Tier",
        compute="_compute_customer_figures",
        search="_search_value_tier",
        compute_sudo=False,
        groups=USER,
    )
    health = fields.Selection(
        HEALTH,
        compute="_compute_customer_figures",
        search="_search_health",
        compute_sudo=False,
        groups=USER,
    )
    last_interaction_date = fields.Datetime(
        "Last Contact",
        compute="_compute_customer_figures",
        search="_search_last_interaction_date",
        compute_sudo=False,
        groups=USER,
    )
    next_touch_date = fields.Date(
        "Next Contact",
        compute="_compute_customer_figures",
        search="_search_next_touch_date",
        compute_sudo=False,
        groups=USER,
    )
    worth_history = fields.Text(compute="_compute_worth_history", compute_sudo=False, groups=USER)

    # ------------------------------------------------------------------ figures
    @api.depends_context("uid", "company")
    @api.depends("commercial_partner_id")
    def _compute_customer_figures(self):
        rows = self._visible_customer_values()
        for name, column in SHOWN.items():
            field = self._fields[name]
            for partner in self:
                row = rows.get(partner.commercial_partner_id.id)
                # Into the cache as they are: rounded already, ten for each of a list's rows.
                value = field.convert_to_cache(row[column] if row else False, partner, False)
                field._update_cache(partner, value)

    def _visible_customer_values(self):
        """The rows of these partners' customers that the user may see, by customer id."""
        return self._visible_rows("crm.customer.value", SHOWN.values())

    def _visible_rows(self, model, columns):
        """The rows of a model, one a customer and company, that the user may see.

        :param str model: the model's name; it inherits ``crm.customer.mixin``
        :param columns: the fields to fetch
        :return: dict of customer id to row, of the current company
        """
        rows = self.env[model]
        if not self.env.su and not rows.has_access("read"):
            return {}
        found = rows.search_fetch(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id", *columns],
        )
        return {row.partner_id.id: row for row in found}

    def _search_customer_figure(self, name, operator, value):
        """Partners whose customer's row, as far as the user may see it, fits."""
        self._check_field_access(self._fields[name], "read")
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        absent = self._absent_fits(name, operator, value)
        fits = Domain(SHOWN[name], operator, value)
        return self._search_rows("crm.customer.value", fits, absent)

    def _search_rows(self, model, fits, absent):
        """Partners whose customer's row of a model fits, as far as the user may see the row.

        :param Domain fits: the condition on the row
        :param bool absent: whether partners without a visible row fit as well
        """
        in_company = Domain("company_id", "=", self.sudo(False).env.company.id)
        found = self._customers_of(model, in_company & fits)
        domain = Domain("commercial_partner_id", "in", found)
        if absent:
            known = self._customers_of(model, in_company)
            domain |= Domain("commercial_partner_id", "not in", known)
        return domain

    def _customers_of(self, model, domain):
        """The customers of the visible rows of a domain, as a sub-query."""
        rows = self.env[model].sudo(False)
        if not rows.has_access("read"):
            return SQL("(SELECT 1 WHERE FALSE)")
        return rows._search(domain).subselect("partner_id")

    def _absent_fits(self, name, operator, value):
        """Whether a partner without a row, who shows nothing or zero, fits the condition."""
        if operator == "in":
            return False in value or 0 in value
        if self._fields[name].type not in ("monetary", "float") or operator not in COMPARE:
            return False
        return COMPARE[operator](0, self._number_searched(value))

    @api.model
    def _number_searched(self, value):
        """What a search compares with, as a number; nothing is zero.

        :raises UserError: when it is none
        """
        try:
            return float(value or 0)
        except (TypeError, ValueError, OverflowError) as error:
            raise UserError(self.env._("This can only be compared with a number.")) from error

    def _search_lifecycle_phase(self, operator, value):
        return self._search_customer_figure("lifecycle_phase", operator, value)

    def _search_customer_value(self, operator, value):
        return self._search_customer_figure("customer_value", operator, value)

    def _search_value_score(self, operator, value):
        return self._search_customer_figure("value_score", operator, value)

    def _search_value_tier(self, operator, value):
        return self._search_customer_figure("value_tier", operator, value)

    def _search_health(self, operator, value):
        return self._search_customer_figure("health", operator, value)

    def _search_last_interaction_date(self, operator, value):
        return self._search_customer_figure("last_interaction_date", operator, value)

    def _search_next_touch_date(self, operator, value):
        return self._search_customer_figure("next_touch_date", operator, value)

    @api.depends_context("uid", "company", "lang")
    @api.depends("commercial_partner_id")
    def _compute_worth_history(self):
        """The worth at the last 24 month ends and now, as the line-graph widget takes it."""
        for partner in self:
            partner.worth_history = json.dumps(partner._worth_history())

    def _worth_history(self):
        """The line-graph data of one customer: a list with one series of points."""
        snapshots = self.env["crm.customer.value.snapshot"]
        if not self.id or not snapshots.has_access("read"):
            return []
        rows = snapshots._read_group(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
                ("date", ">", fields.Date.subtract(fields.Date.today(), months=25)),
            ],
            ["date:month"],
            ["value_period:sum"],
        )
        points = [(month.strftime("%m/%y"), value) for month, value in rows]
        points.append((self.env._("Now"), self.customer_value))
        return [
            {
                "values": [{"x": label, "y": value, "name": label} for label, value in points],
                "title": "",
                "key": self.env._("Worth"),
                "area": True,
                "color": "#017e84",
                "is_sample_data": False,
            }
        ]

    # ------------------------------------------------------------------ phase
    def _inverse_lifecycle_phase(self):
        for partner in self.filtered("lifecycle_phase"):
            self.env["crm.customer.value"]._set_phase(partner, partner.lifecycle_phase)
        self.invalidate_recordset(list(SHOWN), flush=False)

    def action_unlock_phase(self):
        """Let the rules decide the phase again.

        :raises AccessError: when the customer is not the user's to see
        """
        self.check_access("write")
        for partner in self:
            self.env["crm.customer.value"]._unlock_phase(partner)
        self.invalidate_recordset(list(SHOWN))

    # ------------------------------------------------------------------ rows behind figures
    def _open_customer_lines(self, name, kinds, group):
        """The rows, grouped: so the totals are those of all rows, not of the first page."""
        self.ensure_one()
        self.env["crm.customer.value.line"].check_access("read")
        self.env["crm.customer.mixin"]._check_customers(self.ids, self.env.company)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_lifecycle.action_crm_customer_value_line"
        )
        domain = Domain("partner_id", "=", self.commercial_partner_id.id)
        domain &= Domain("company_id", "=", self.env.company.id) & Domain("in_period", "=", True)
        if kinds:
            domain &= Domain("kind", "in", kinds)
        context = {f"search_default_{group}": 1}
        return {**action, "name": name, "domain": list(domain), "context": context}

    def action_open_customer_revenue(self):
        """Open the invoices and credit notes that add up to the revenue."""
        return self._open_customer_lines(self.env._("Revenue"), ["invoice"], "group_day")

    def action_open_customer_cost(self):
        """Open the hours and returns that add up to the service cost."""
        kinds = self.env["crm.customer.value.line"]._cost_kinds()
        return self._open_customer_lines(self.env._("Service Cost"), kinds, "group_kind")

    def action_open_customer_worth(self):
        """Open everything that adds up to the worth."""
        return self._open_customer_lines(self.env._("Worth"), None, "group_kind")

    # ------------------------------------------------------------------ keeping up
    def write(self, vals):
        if not HIERARCHY & set(vals):
            return super().write(vals)
        before = self.commercial_partner_id.ids
        result = super().write(vals)
        self._push_customer_change(before + self.commercial_partner_id.ids)
        return result

    @api.model
    def _push_customer_change(self, customer_ids):
        """Queue customers in every company that keeps figures of them."""
        known = self.env["crm.customer.value"].sudo()
        rows = known.search_fetch(
            [("partner_id", "in", customer_ids)], ["partner_id", "company_id"]
        )
        keys = [(row.partner_id.id, row.company_id.id) for row in rows]
        keys += [(customer_id, self.env.company.id) for customer_id in customer_ids]
        self.env["crm.customer.value.queue"]._push(keys)
