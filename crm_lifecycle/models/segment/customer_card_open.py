from odoo import api, models
from odoo.fields import Domain

from ..interaction.interaction import OPEN_COMPLAINT

ROWS = 3
ACTIVITIES = 50
DOCUMENTS = 200
# What a kind of open item has unless it says otherwise.
PLAIN = {
    "amount": None,
    "currency": None,
    "name": "display_name",
    "late": False,
    "context": {},
    # What Odoo's form of these documents reads as well: who may not gets an error there.
    "form_reads": None,
}


class CrmCustomerCard(models.AbstractModel):
    """What is open: each kind with its count, its amount, the first few, and the way to all."""

    _inherit = "crm.customer.card"

    @api.model
    def _card_open_items(self, partner):
        """Items that are open, those that hurt first; an empty list when nothing is."""
        customer = partner.commercial_partner_id
        items = [self._open_item(kind) for kind in self._open_kinds(customer)]
        items.append(self._open_activities(customer))
        return sorted(filter(None, items), key=lambda item: not item["late"])

    @api.model
    def _open_kinds(self, customer):
        """The arguments of ``_open_item`` for each kind of open item. Override to add some."""
        return [
            *self._open_invoice_kinds(customer),
            self._open_complaint_kind(customer),
            *self._open_delivery_kinds(customer),
            *self._open_order_kinds(customer),
            self._open_lead_kind(customer),
        ]

    @api.model
    def _of_customer(self, customer):
        """Documents of the customer or anybody there, in the company that is worked in."""
        return Domain("partner_id.commercial_partner_id", "=", customer.id) & Domain(
            "company_id", "=", self.env.company.id
        )

    @api.model
    def _open_invoice_kinds(self, customer):
        """Invoices not paid: with an instalment overdue, and the others."""
        unpaid = (
            Domain("commercial_partner_id", "=", customer.id)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("move_type", "in", ("out_invoice", "out_receipt"))
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
        )
        due = [
            ("account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
            ("date_maturity", "<", "today"),
        ]
        common = {
            "model": "account.move",
            "form_reads": "account.payment",
            "icon": "fa-file-text-o",
            "amount": "amount_residual_signed",
            "date": "invoice_date_due",
            "context": {"list_view_ref": "account.view_out_invoice_tree"},
        }
        return [
            {
                **common,
                "key": "invoices_overdue",
                "title": self.env._("Overdue invoices"),
                "domain": unpaid & Domain("line_ids", "any", due),
                "late": True,
            },
            {
                **common,
                "key": "invoices_unpaid",
                "title": self.env._("Invoices to be paid"),
                "domain": unpaid & Domain("line_ids", "not any", due),
            },
        ]

    @api.model
    def _open_complaint_kind(self, customer):
        return {
            "key": "complaints",
            "title": self.env._("Complaints"),
            "icon": "fa-exclamation-triangle",
            "model": "crm.interaction",
            "domain": Domain("partner_id", "=", customer.id)
            & Domain("complaint_state", "in", OPEN_COMPLAINT),
            "name": "headline",
            "date": "date",
            "late": True,
        }

    @api.model
    def _open_delivery_kinds(self, customer):
        open_ones = (
            self._of_customer(customer)
            & Domain("picking_type_id.code", "=", "outgoing")
            & Domain("state", "not in", ("draft", "done", "cancel"))
        )
        common = {
            "model": "stock.picking",
            "form_reads": "stock.lot",
            "icon": "fa-truck",
            "date": "scheduled_date",
        }
        return [
            {
                **common,
                "key": "deliveries_late",
                "title": self.env._("Late deliveries"),
                "domain": open_ones & Domain("scheduled_date", "<", "today"),
                "late": True,
            },
            {
                **common,
                "key": "deliveries_due",
                "title": self.env._("Deliveries to come"),
                "domain": open_ones & Domain("scheduled_date", ">=", "today"),
            },
        ]

    @api.model
    def _open_order_kinds(self, customer):
        common = {
            "model": "sale.order",
            "amount": "amount_total",
            "currency": "currency_id",
            "date": "date_order",
        }
        unfinished = Domain("delivery_status", "in", ("pending", "started", "partial"))
        unfinished |= Domain("invoice_status", "=", "to invoice")
        return [
            {
                **common,
                "key": "orders",
                "title": self.env._("Open orders"),
                "icon": "fa-shopping-cart",
                "domain": self._of_customer(customer) & Domain("state", "=", "sale") & unfinished,
            },
            {
                **common,
                "key": "quotations",
                "title": self.env._("Quotations"),
                "icon": "fa-pencil-square-o",
                "domain": self._of_customer(customer) & Domain("state", "in", ("draft", "sent")),
            },
        ]

    @api.model
    def _open_lead_kind(self, customer):
        return {
            "key": "leads",
            "title": self.env._("Leads"),
            "icon": "fa-star-o",
            "model": "crm.lead",
            "domain": Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("company_id", "in", (False, self.env.company.id))
            & Domain("won_status", "=", "pending"),
            "amount": "expected_revenue",
            "date": "date_deadline",
        }

    # ------------------------------------------------------------------ activities
    @api.model
    def _open_activities(self, customer):
        """Activities on the contacts, open leads, quotations and open orders of the customer."""
        activities = self.env["mail.activity"].search_fetch(
            Domain.OR(
                Domain("res_model", "=", model) & Domain("res_id", "in", ids)
                for model, ids in self._activity_documents(customer).items()
            ),
            ["summary", "activity_type_id", "date_deadline", "res_model", "res_id"],
            limit=ACTIVITIES,
            order="date_deadline, id",
        )
        if not activities:
            return None
        rows = [
            {
                "id": activity.id,
                "model": activity.res_model,
                "res_id": activity.res_id,
                "name": activity.display_name,
                "date": str(activity.date_deadline),
                "late": activity.date_deadline < self._today(),
                "amounts": [],
            }
            for activity in activities
        ]
        return {
            "key": "activities",
            "title": self.env._("Activities"),
            "icon": "fa-clock-o",
            "opens": True,
            "count": len(rows),
            "amounts": [],
            "late": rows[0]["late"],
            "rows": rows[:ROWS],
            "model": "mail.activity",
            "domain": [("id", "in", activities.ids)],
            "context": {},
        }

    @api.model
    def _activity_documents(self, customer):
        """Ids by model of the documents whose activities are the customer's."""
        wanted = {"res.partner": Domain("commercial_partner_id", "=", customer.id)}
        for kind in (self._open_lead_kind(customer), *self._open_order_kinds(customer)):
            wanted[kind["model"]] = wanted.get(kind["model"], Domain.FALSE) | kind["domain"]
        return {
            model: self.env[model].search(domain, limit=DOCUMENTS).ids
            for model, domain in wanted.items()
            if self.env[model].has_access("read")
        }

    # ------------------------------------------------------------------ one kind
    @api.model
    def _open_item(self, kind):
        """One kind of open item; None when nothing is open, or the viewer may not read any.

        :param dict kind: ``key``, ``title``, ``icon``, ``model``, ``domain``, ``date`` (the field
            by which the first few are chosen), and what differs from ``PLAIN``: ``amount`` is
            the field to add up, in company currency unless ``currency`` names its own
        """
        kind = {**PLAIN, **kind}
        records, currency = self.env[kind["model"]], kind["currency"]
        if not records.has_access("read"):
            return None
        sums = [f"{kind['amount']}:sum"] if kind["amount"] else []
        by = [currency] if currency else []
        groups = records._read_group(kind["domain"], by, ["__count", *sums])
        count = sum(group[len(by)] for group in groups)
        if not count:
            return None
        names = [kind[name] for name in ("name", "date", "amount", "currency") if kind[name]]
        first = records.search_fetch(kind["domain"], names, order=f"{kind['date']}, id", limit=ROWS)
        return {
            **{name: kind[name] for name in ("key", "title", "icon", "model", "late", "context")},
            "opens": self._form_opens(kind),
            "count": count,
            "amounts": [self._amount(group, currency) for group in groups] if sums else [],
            "rows": [self._open_row(record, kind) for record in first],
            "domain": list(kind["domain"]),
        }

    @api.model
    def _form_opens(self, kind):
        """Whether the viewer may open such a document; if not, the list has to do."""
        return not kind["form_reads"] or self.env[kind["form_reads"]].has_access("read")

    @api.model
    def _amount(self, group, currency):
        """A group of ``_read_group`` as an amount and the id of its currency."""
        *key, _count, amount = group
        return [amount or 0, key[0].id if currency else self.env.company.currency_id.id]

    @api.model
    def _open_row(self, record, kind):
        day, amount = record[kind["date"]], kind["amount"]
        currency = record[kind["currency"]] if kind["currency"] else self.env.company.currency_id
        return {
            "id": record.id,
            "model": record._name,
            "res_id": record.id,
            "name": record[kind["name"]] or record.display_name,
            "date": str(day) if day else "",
            "late": kind["late"],
            "amounts": [[record[amount], currency.id]] if amount else [],
        }
