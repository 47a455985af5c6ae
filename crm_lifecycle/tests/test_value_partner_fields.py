from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValuePartnerFields(LifecycleCommon):
    """The partner shows its customer's figures in the current company, and finds by them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        cls.big, cls.small = cls.customer("Big"), cls.customer("Small")
        cls.contact = cls.customer("Contact", is_company=False, parent_id=cls.big.id)
        cls.stranger = cls.customer("Stranger")
        cls.invoice(cls.big, 1000.0)
        cls.invoice(cls.small, 10.0)
        cls.refresh(cls.big, cls.small)
        cls.everybody = cls.big | cls.small | cls.contact | cls.stranger
        cls.everybody.invalidate_recordset()

    def find(self, *condition):
        return self.partners.search([("id", "in", self.everybody.ids), condition])

    def test_contacts_show_their_company_s_figures(self):
        for partner in self.big | self.contact:
            self.assertEqual(partner.customer_value, 1000.0)
            self.assertEqual(partner.value_tier, "a")
            self.assertEqual(partner.value_score, 100.0)
            self.assertEqual(partner.lifecycle_phase, "enhancement")

    def test_who_is_no_customer_shows_nothing(self):
        self.assertEqual(self.stranger.customer_value, 0.0)
        self.assertFalse(self.stranger.value_tier)
        self.assertFalse(self.stranger.lifecycle_phase)

    def test_search_finds_what_is_shown(self):
        """Every operator against the value that the field shows."""
        conditions = [
            ("customer_value", ">", 100),
            ("customer_value", ">=", 10),
            ("customer_value", "<", 100),
            ("customer_value", "<=", 0),
            ("customer_value", "=", 0),
            ("customer_value", "!=", 0),
            ("value_tier", "=", "a"),
            ("value_tier", "!=", "a"),
            ("value_tier", "in", ["a", "c"]),
            ("value_tier", "not in", ["a"]),
            ("value_tier", "=", False),
            ("value_tier", "!=", False),
            ("lifecycle_phase", "=", "enhancement"),
            ("lifecycle_phase", "=", False),
            ("value_score", ">", 50),
            ("health", "=", False),
            ("last_interaction_date", "=", False),
            ("next_touch_date", "!=", False),
        ]
        for condition in conditions:
            with self.subTest(condition=condition):
                self.assertEqual(
                    self.find(*condition), self.everybody.filtered_domain([condition]).sorted()
                )

    def test_figures_are_the_current_company_s(self):
        other = self.other_company()
        self.invoice(self.small, 77.0, company=other)
        self.refresh(self.small)
        self.small.invalidate_recordset()
        self.assertEqual(self.small.customer_value, 10.0)
        in_other = self.small.with_context(allowed_company_ids=[other.id])
        self.assertEqual(in_other.customer_value, 77.0)

    def test_a_list_of_80_costs_one_query(self):
        partners = self.partners.create([{"name": f"P {number}"} for number in range(80)])
        self.env.flush_all()
        self.env.invalidate_all()
        partners.mapped("commercial_partner_id")
        self.env.company.currency_id.decimal_places
        with self.assertQueryCount(1):
            for partner in partners:
                partner.customer_value, partner.value_tier, partner.lifecycle_phase, partner.health

    # ------------------------------------------------------------------ account manager
    def test_the_account_manager_falls_back_to_the_salesperson(self):
        seller, keeper = self.persona("am_seller"), self.persona("am_keeper")
        self.big.user_id = seller
        self.assertEqual(self.big.account_manager_id, seller)
        self.assertEqual(self.contact.account_manager_id, seller)
        self.big.account_manager_id = keeper
        self.assertEqual(self.contact.account_manager_id, keeper)
        self.assertEqual(self.big.user_id, seller)
        self.big.account_manager_id = False
        self.assertEqual(self.big.account_manager_id, seller)

    def test_the_account_manager_is_by_company(self):
        other = self.other_company()
        keeper = self.persona("am_here")
        self.big.account_manager_id = keeper
        self.assertFalse(self.big.with_company(other).account_manager_id)

    def test_search_by_account_manager(self):
        seller, keeper = self.persona("am_seller2"), self.persona("am_keeper2")
        self.big.user_id = self.small.user_id = seller
        self.big.account_manager_id = keeper
        self.assertEqual(self.find("account_manager_id", "=", keeper.id), self.big | self.contact)
        self.assertEqual(self.find("account_manager_id", "=", seller.id), self.small)
        self.assertEqual(self.find("account_manager_id", "=", False), self.stranger)
        self.assertEqual(
            self.find("account_manager_id", "!=", keeper.id), self.small | self.stranger
        )

    def test_outsiders_read_none_of_it(self):
        outsider = self.persona("pf_outsider", None)
        for name in ("customer_value", "value_tier", "lifecycle_phase", "account_manager_id"):
            with self.assertRaises(AccessError):
                self.big.with_user(outsider).read([name])
