from odoo import api, models
from odoo.fields import Domain

from ...engine.hand_over import Item, choose
from .touchpoint import OPEN

# Documents of customers whose activities move along.
DOCUMENTS = ("res.partner", "crm.lead", "sale.order", "account.move")


class CrmHandOver(models.Model):
    """The list of what a hand-over moves: everything the person looks after, one line each.

    What belongs to one customer goes to one deputy. Searches and rows are by the thousand: a
    few queries, and one insert of lines, however much there is.
    """

    _inherit = "crm.hand.over"

    def _add_lines(self):
        """Add a line for everything that has none yet, in sudo."""
        self.ensure_one()
        company = self.company_id
        hand_over = self.with_company(company).with_context(active_test=True)
        known = {(line.kind, line.res_id) for line in self.line_ids}
        rows = [row for row in hand_over._collect() if (row["kind"], row["record"].id) not in known]
        chosen = choose(
            self.rule, hand_over._items(rows), [one._as_engine() for one in self.deputy_ids]
        )
        self.env["crm.hand.over.line"].create(
            [
                {
                    "hand_over_id": self.id,
                    "kind": row["kind"],
                    "res_id": row["record"].id,
                    "name": self._name_of(row["record"]),
                    "customer_name": row["customer"].name,
                    "deputy_id": chosen.get(row["key"]),
                }
                for row in rows
            ]
        )

    def _collect(self):
        """What the person looks after: a list of dicts ``kind``, ``record``, ``customer``, ``key``.

        ``key`` is what is shared out: the customer, or the lead that has none (below zero).
        """
        rows = []
        if self.with_customers:
            rows += self._collect_customers()
        if self.with_leads:
            rows += self._collect_leads()
        if self.with_touchpoints:
            domain = [("state", "in", OPEN), ("company_id", "=", self.company_id.id)]
            found = self._held("crm.touchpoint", domain)
            rows += [self._row("touchpoint", due, due.partner_id) for due in found]
        if self.with_activities:
            rows += self._collect_activities()
        chosen = self._chosen()
        return [row for row in rows if not chosen or row["customer"].id in chosen]

    def _held(self, model, domain, field="user_id"):
        mine = Domain(field, "=", self.user_id.id) & Domain(domain)
        return self.env[model].search(mine, order="id")

    def _in_company(self):
        return Domain("company_id", "in", (False, self.company_id.id))

    def _collect_customers(self):
        """Customers, as salesperson and as account manager; also archived ones."""
        partners = self.with_context(active_test=False)
        rows = []
        for kind, field in (("salesperson", "user_id"), ("manager", "own_account_manager_id")):
            found = partners._held("res.partner", self._in_company(), field)
            customers = found.filtered(lambda one: one.commercial_partner_id == one)
            rows += [self._row(kind, customer, customer) for customer in customers]
        return rows

    def _collect_leads(self):
        leads = self._held("crm.lead", self._in_company() & Domain("won_status", "=", "pending"))
        return [self._row("lead", lead, lead.partner_id, -lead.id) for lead in leads]

    def _collect_activities(self):
        """Activities on customers, leads, orders and invoices."""
        activities = self._held("mail.activity", [("res_model", "in", DOCUMENTS)])
        rows = []
        for model, found in activities.grouped("res_model").items():
            documents = self.env[model].browse(set(found.mapped("res_id"))).exists()
            documents = documents.filtered(
                lambda one: not one.company_id or one.company_id == self.company_id
            )
            by_id = {document.id: document for document in documents}
            for activity in found.filtered(lambda one, by_id=by_id: one.res_id in by_id):
                document = by_id[activity.res_id]
                partner = document if model == "res.partner" else document.partner_id
                rows.append(self._row("activity", activity, partner, -document.id))
        return rows

    @api.model
    def _row(self, kind, record, partner, otherwise=0):
        customer = partner.commercial_partner_id
        key = customer.id or otherwise
        return {"kind": kind, "record": record, "customer": customer, "key": key}

    @api.model
    def _name_of(self, record):
        if record._name == "mail.activity":
            return record.summary or record.activity_type_id.name
        return record.name

    def _items(self, rows):
        """What is shared out, as the engine takes it: customers, and leads without one."""
        customers = {row["key"]: row["customer"] for row in rows if row["customer"]}
        worth = self._worth_of(customers)
        items = [
            self._item(key, one, *worth.get(key, (0.0, None))) for key, one in customers.items()
        ]
        leads = {row["key"]: row["record"] for row in rows if row["kind"] == "lead"}
        items += [
            self._item(key, lead, lead.expected_revenue, None)
            for key, lead in leads.items()
            if key not in customers
        ]
        known = {item.key for item in items}
        others = {row["key"] for row in rows} - known
        return items + [Item(key) for key in sorted(others)]

    @api.model
    def _item(self, key, place, worth, tier):
        return Item(
            key=key,
            worth=worth,
            tier=tier or None,
            country=place.country_id.id or None,
            state=place.state_id.id or None,
            city=place.city or None,
        )

    def _worth_of(self, customers):
        """Worth and tier in the hand-over's company, by customer id."""
        rows = self.env["crm.customer.value"].search_fetch(
            [("partner_id", "in", list(customers)), ("company_id", "=", self.company_id.id)],
            ["partner_id", "value_period", "tier"],
        )
        return {row.partner_id.id: (row.value_period, row.tier) for row in rows}
