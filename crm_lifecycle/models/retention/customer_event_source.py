from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount, format_date

from .event_rule import KINDS

# The model of the rows that a kind of rule finds.
SOURCE_MODELS = {
    "overdue": "account.move",
    "purchases_less": "account.move",
    "purchases_late": "account.move",
    "returns": "stock.picking",
    "complaint": "crm.interaction",
    "satisfaction": "crm.interaction",
    "bounce": "res.partner",
}


class CrmCustomerEvent(models.Model):
    """Where an event that a rule noticed came from: the rows, and a sentence that counts them.

    ``source_facts`` are the figures of the sentence, amounts as text; the sentence is put
    together when it is read, in the reader's language.
    """

    _inherit = "crm.customer.event"

    rule_id = fields.Many2one(
        "crm.event.rule",
        "Noticed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    rule_kind = fields.Selection(KINDS, readonly=True, copy=False)
    source_ids = fields.Json("Rows", readonly=True, copy=False)
    source_count = fields.Integer("Came from", readonly=True, copy=False, aggregator=None)
    source_facts = fields.Json("Figures", readonly=True, copy=False)
    reason = fields.Char("Why", compute="_compute_reason")

    _noticed_uniq = models.UniqueIndex(
        "(rule_id, partner_id, company_id) WHERE rule_id IS NOT NULL AND ended_on IS NULL",
        "The rule noticed this at the customer already.",
    )

    @api.depends("rule_kind", "source_facts", "source_count", "company_id")
    @api.depends_context("lang")
    def _compute_reason(self):
        for event in self:
            event.reason = event.rule_kind and self._reason_of(
                event.rule_kind, event.source_count, event.source_facts or {}, event.company_id
            )

    @api.model
    def _reason_of(self, kind, count, facts, company):
        """The sentence of an event that a rule noticed.

        :param str kind: the rule's
        :param int count: number of rows it came from
        :param dict facts: the figures that the rule's statement gives
        :param company: whose currency the amounts are in
        """
        facts = {**facts, "count": count}
        currency = company.sudo().currency_id
        for name in {"amount", "before"} & set(facts):
            facts[name] = format_amount(self.env, float(facts[name]), currency)
        if "last" in facts:
            facts["last"] = format_date(self.env, facts["last"])
        return getattr(self, f"_reason_{kind}")(facts)

    @api.model
    def _reason_overdue(self, facts):
        return self.env._(
            "%(count)s invoices are overdue by %(days)s days or more: %(amount)s.", **facts
        )

    @api.model
    def _reason_purchases_less(self, facts):
        return self.env._(
            "Bought for %(amount)s in the last %(days)s days, after %(before)s in the %(days)s "
            "days before: %(count)s invoices in all.",
            **facts,
        )

    @api.model
    def _reason_purchases_late(self, facts):
        return self.env._(
            "No purchase since %(last)s, after one every %(interval)s days: %(count)s invoices "
            "until then.",
            **facts,
        )

    @api.model
    def _reason_returns(self, facts):
        return self.env._("%(count)s returns in the last %(days)s days.", **facts)

    @api.model
    def _reason_complaint(self, facts):
        return self.env._(
            "%(count)s complaints are without an answer for %(days)s days or more.", **facts
        )

    @api.model
    def _reason_satisfaction(self, facts):
        return self.env._(
            "%(count)s contacts in the last %(days)s days ended with a satisfaction of %(number)s "
            "or less, and none after them with a better one.",
            **facts,
        )

    @api.model
    def _reason_bounce(self, facts):
        return self.env._("Mails to %(count)s people came back %(number)s times or more.", **facts)

    def action_open_sources(self):
        """Open the rows that the event came from, as far as the user may read them.

        :raises AccessError: for who may not read the event, or documents of that kind
        """
        self.ensure_one()
        self.check_access("read")
        model = SOURCE_MODELS.get(self.rule_kind)
        if not model:
            raise UserError(self.env._("Somebody reported this event: there is nothing to open."))
        self.env[model].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.reason,
            "res_model": model,
            "domain": [("id", "in", self.source_ids or [])],
            "context": {"create": False, "active_test": False},
            "views": [(False, "list"), (False, "form")],
        }
