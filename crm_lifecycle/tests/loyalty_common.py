from datetime import timedelta

from odoo import fields

from .retention_common import RetentionCommon

LIST = "specific_property_product_pricelist"


class LoyaltyCommon(RetentionCommon):
    """Two price lists, and the daily job run for a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.silver, cls.gold = cls.env["product.pricelist"].create(
            [{"name": name, "company_id": cls.company.id} for name in ("Silver", "Gold")]
        )

    @classmethod
    def rule(cls, pricelist, state="running", **vals):
        """A rule, running by default."""
        return cls.env["crm.loyalty.rule"].create(
            {
                "name": pricelist.name,
                "company_id": cls.company.id,
                "pricelist_id": pricelist.id,
                "state": state,
                **vals,
            }
        )

    @classmethod
    def buyer(cls, years=1, tier=False, user=None, **vals):
        """A customer whose first purchase was so many years ago today."""
        partner = cls.customer_of(user, **vals)
        first = fields.Date.subtract(cls.today, years=years)
        cls.worth(partner, first_purchase_date=first, tier=tier)
        return partner

    def run_job(self, days=0, company=None):
        """The daily job, so many days from today."""
        rules = self.env["crm.loyalty.rule"]
        as_of = self.today + timedelta(days=days)
        rules._apply_company(company or self.company, lambda _done: True, as_of)

    def list_of(self, partner, company=None):
        return partner.with_company(company or self.company)[LIST]

    def set_by_hand(self, partner, pricelist):
        partner.with_company(self.company)[LIST] = pricelist
        self.env.flush_all()

    def grants(self, partner, *states):
        domain = [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        domain += [("state", "in", states)] if states else []
        return self.env["crm.loyalty.grant"].search(domain, order="id")
