from odoo.exceptions import AccessError, UserError, ValidationError

from .access_common import CANARY_COST, CANARY_PERIOD, AccessCommon

OURS = (
    "crm.customer.value",
    "crm.customer.value.line",
    "crm.customer.value.snapshot",
    "crm.lifecycle.transition",
    "crm.customer.quality",
)
HIDDEN_WORTH = round(CANARY_PERIOD - CANARY_COST, 2)
REFUSED = (AccessError, UserError, ValidationError, ValueError, TypeError, NotImplementedError)

# Each searchable field of ours on partners, with values around those of the hidden customer.
PROBES = {
    "lifecycle_phase": ["retention", "acquisition", False],
    "customer_value": [HIDDEN_WORTH, 0, HIDDEN_WORTH - 1, False],
    "value_score": [98.76, 50, 0, False],
    "value_tier": ["a", "d", False],
    "health": ["good", "lost", False],
    "last_interaction_date": ["2026-01-02 03:04:05", "2026-01-01", False],
    "next_touch_date": ["2026-02-03", "2026-02-02", False],
    "account_manager_id": ["Seller", False],
    "quality_score": [87.65, 87, 0, False],
    "quality_issue_ids": ["VAT", False],
    "family_member_ids": ["Family member", False],
    "open_complaint_count": [1, 0, 2, False],
}
OPERATORS = (
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not in",
    "like",
    "ilike",
    "not ilike",
    "=ilike",
)


def answer(question):
    """What a question answers, refusals included: their kind, for those are answers too."""
    try:
        return question()
    except REFUSED as error:
        return type(error).__name__


class DoorsCommon(AccessCommon):
    """A asks; the answer is the same with the hidden customer and without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden.account_manager_id = cls.lead_b
        cls.env["crm.interaction"].create(
            {
                "partner_id": cls.hidden.id,
                "channel_id": cls.env.ref("crm_lifecycle.channel_call").id,
                "is_complaint": True,
                "company_id": cls.company.id,
                "said": "CANARY said",
            }
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Lead of A on B's customer", "partner_id": cls.hidden.id, "user_id": cls.a.id}
        )
        tag = cls.env["res.partner.category"].create({"name": "Shared tag"})
        (cls.own | cls.hidden).category_id = tag

    def check(self, question, where=""):
        """The question gives no figure away, by content or by difference."""
        guarded = lambda: answer(question)  # noqa: E731
        found = guarded()
        self.assertNoCanary(found, where)
        self.assertEqual(found, self.without_hidden(guarded), where)

    def as_a(self, model):
        return self.ask(self.a, model)
