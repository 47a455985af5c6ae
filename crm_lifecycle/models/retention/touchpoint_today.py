from odoo import api, fields, models
from odoo.tools import SQL

from ..value.customer_value import HEALTH, TIERS

SHOWN_TEXT = 120
RECENT = 10


class CrmTouchpoint(models.Model):
    """What stands beside a due contact on the morning list, and the order of that list.

    Figures and contacts of the customer are read with the viewer's own rights: who makes a
    contact without looking after the customer sees the due contact, the number and no more.
    Cost: two queries for a page of rows.
    """

    _inherit = "crm.touchpoint"

    stake = fields.Float(
        "At Stake",
        compute="_compute_stake",
        compute_sudo=False,
        help="Worth at stake x lateness: the order of the morning list.",
    )
    tier = fields.Selection(TIERS, compute="_compute_customer_figures", compute_sudo=False)
    health = fields.Selection(HEALTH, compute="_compute_customer_figures", compute_sudo=False)
    phone = fields.Char(compute="_compute_phone", compute_sudo=False)
    last_contact_date = fields.Datetime(
        "Last Contact", compute="_compute_last_contact", compute_sudo=False
    )
    last_contact_by = fields.Char(
        "Last Talked with", compute="_compute_last_contact", compute_sudo=False
    )
    last_contact_said = fields.Text(
        "Last Said", compute="_compute_last_contact", compute_sudo=False
    )

    recent_ids = fields.Many2many(
        "crm.interaction", string="Last Contacts", compute="_compute_recent", compute_sudo=False
    )

    # ------------------------------------------------------------------ the order
    @api.depends("rank")
    def _compute_stake(self):
        for row in self:
            row.stake = row.rank

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """The order of the morning list: by rank; by worth and days late before it is known."""
        if field_name != "stake":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        return SQL("%s %s", self._stake_sql(alias), direction)

    @api.model
    def _stake_sql(self, alias):
        return SQL(
            """COALESCE(NULLIF(%(rank)s, 0), (
                   SELECT GREATEST(value.value_period, 0) FROM crm_customer_value value
                    WHERE value.partner_id = %(partner)s AND value.company_id = %(company)s)
                   * (1 + GREATEST(%(today)s::date - %(due)s, 0)), 0)""",
            rank=SQL.identifier(alias, "rank"),
            partner=SQL.identifier(alias, "partner_id"),
            company=SQL.identifier(alias, "company_id"),
            due=SQL.identifier(alias, "due_date"),
            today=self.env["crm.touchpoint.plan"]._today(),
            to_flush=self.env["crm.customer.value"]._fields["value_period"],
        )

    # ------------------------------------------------------------------ beside it
    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_customer_figures(self):
        rows = self.env["crm.customer.value"]
        if self.env.su or rows.has_access("read"):
            rows = rows.search_fetch(
                [
                    ("partner_id", "in", self.sudo().partner_id.ids),
                    ("company_id", "in", self.sudo().company_id.ids),
                ],
                ["partner_id", "company_id", "tier", "health"],
            )
        known = {(row.partner_id.id, row.company_id.id): row for row in rows}
        for touchpoint in self:
            row = known.get(touchpoint._of_whom(), rows.browse())
            touchpoint.tier = row.tier
            touchpoint.health = row.health

    def _of_whom(self):
        """The customer and the company: ids."""
        row = self.sudo()
        return row.partner_id.id, row.company_id.id

    def _person(self):
        """Whom to talk to, for the program: the person, or the customer."""
        row = self.sudo()
        return row.contact_id or row.partner_id

    @api.depends("contact_id.phone", "partner_id.phone")
    def _compute_phone(self):
        for row in self:
            row.phone = row._person().phone or row.sudo().partner_id.phone

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_last_contact(self):
        talks = self._last_contacts()
        last = {(talk.partner_id.id, talk.company_id.id): talk for talk in talks.sudo()}
        for touchpoint in self:
            talk = last.get(touchpoint._of_whom(), talks.sudo().browse())
            touchpoint.last_contact_date = talk.date
            touchpoint.last_contact_by = talk.user_id.name
            touchpoint.last_contact_said = touchpoint._shortened(talk.summary or talk.said)

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_recent(self):
        """The last ten contacts with the customer: for the form, a query a row."""
        talks = self.env["crm.interaction"]
        readable = self.env.su or talks.has_access("read")
        for row in self:
            partner_id, company_id = row._of_whom()
            domain = [("partner_id", "=", partner_id), ("company_id", "=", company_id)]
            row.recent_ids = talks.search(domain, limit=RECENT) if readable else talks

    @api.model
    def _shortened(self, text):
        """One line of what was said."""
        text = " ".join((text or "").split())
        return text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT].rstrip() + "…"

    def _last_contacts(self):
        """The last contact with each customer that the viewer may see."""
        talks = self.env["crm.interaction"]
        if not self.ids or not (self.env.su or talks.has_access("read")):
            return talks
        visible = talks._search(
            [
                ("partner_id", "in", self.sudo().partner_id.ids),
                ("company_id", "in", self.sudo().company_id.ids),
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id, company_id) id FROM crm_interaction
                    WHERE id IN %s
                    ORDER BY partner_id, company_id, date DESC, id DESC""",
                visible.subselect(),
                to_flush=talks._fields["date"],
            )
        )
        return talks.browse(row[0] for row in rows)
