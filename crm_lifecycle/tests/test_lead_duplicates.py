from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .screen_common import PHONE, ScreenCommon


@tagged("post_install", "-at_install")
class TestLeadDuplicates(ScreenCommon):
    """A lead that is there already is seen on arrival, whatever channel it came by."""

    def alike(self, user=None):
        leads = self.env["crm.lead"].with_user(user or self.manager)
        return leads.search([("has_possible_duplicate", "=", True), ("team_id", "=", self.team.id)])

    def test_each_way_to_be_alike(self):
        for name, one, two in (
            ("email_from", "x@fresh.test", "X <X@fresh.test>"),
            ("email_from", "one@firm-a.test", "two@firm-a.test"),
            ("phone", "+972 52 811 2222", "+972-528112222"),
            ("vat", "IL 111-222-333", "IL111222333"),
        ):
            with self.subTest(name, one=one):
                pair = self.arrive(**{name: one}) | self.arrive(**{name: two})
                asked = self.as_user(pair, self.manager)
                self.assertEqual(asked.mapped("has_possible_duplicate"), [True, True])
                self.assertLessEqual(pair, self.alike())
                pair.unlink()

    def test_leads_that_have_nothing_in_common(self):
        pair = self.arrive(email_from="a@gmail.com") | self.arrive(email_from="b@gmail.com")
        self.assertFalse(any(self.as_user(pair, self.manager).mapped("has_possible_duplicate")))
        self.assertFalse(self.alike() & pair)

    def test_each_door(self):
        self.arrive(phone=PHONE)
        seller = self.env["crm.lead"].with_user(self.seller)
        leads = {
            "rpc": seller.create({"name": "RPC", "phone": PHONE}),
            "import": seller.browse(seller.load(["name", "phone"], [["I", PHONE]])["ids"]),
            "mail": self.env["crm.lead"].message_new(
                {"subject": "Mailed", "from": "r@fresh.test"},
                {"team_id": self.team.id, "phone": PHONE, "user_id": self.seller.id},
            ),
        }
        for door, lead in leads.items():
            with self.subTest(door):
                self.assertTrue(self.as_user(lead).has_possible_duplicate)

    def test_lost_and_won_leads_are_no_duplicates(self):
        lead, lost, won = (self.arrive(phone=PHONE) for _index in range(3))
        lost.action_set_lost()
        won.action_set_won()
        self.assertFalse(self.as_user(lead).has_possible_duplicate)
        self.assertFalse(self.alike() & (lead | lost | won))

    def test_a_colleague_s_lead_is_only_known_to_who_sees_it(self):
        lead = self.arrive(phone=PHONE)
        self.arrive(phone=PHONE, user_id=self.colleague.id)
        self.assertFalse(self.as_user(lead).has_possible_duplicate)
        self.assertNotIn(lead, self.alike(self.seller))
        self.assertTrue(self.as_user(lead, self.manager).has_possible_duplicate)

    def test_what_is_not_a_duplicate_can_be_asked_for(self):
        pair = self.arrive(phone=PHONE) | self.arrive(phone=PHONE)
        lone = self.arrive(phone="+972 58 999 0000")
        asked = self.env["crm.lead"].with_user(self.manager)
        found = asked.search([("has_possible_duplicate", "=", False)])
        self.assertIn(lone, found)
        self.assertFalse(found & pair)

    def test_the_form_says_so_only_once_it_is_saved(self):
        self.arrive(phone=PHONE)
        form = self.typed(phone=PHONE)
        self.assertFalse(form.has_possible_duplicate)
        self.assertTrue(form.save().has_possible_duplicate)

    def test_odoo_s_similar_leads_know_the_tax_number(self):
        one, two = self.arrive(vat="IL 111-222-333"), self.arrive(vat="IL111222333")
        asked = self.as_user(one)
        self.assertEqual(asked.duplicate_lead_count, 1)
        self.assertIn(two, asked.duplicate_lead_ids)

    # ------------------------------------------------------------------ merging
    def test_one_click_opens_the_merge_with_those_alike(self):
        one, two, lost = (self.arrive(phone=PHONE) for _index in range(3))
        lost.action_set_lost()
        action = self.as_user(one, self.leader).action_merge_similar()
        merge = Form(
            self.env["crm.merge.opportunity"]
            .with_user(self.leader)
            .with_context(**action["context"])
        )
        self.assertEqual(set(merge.opportunity_ids.ids), set((one | two).ids))
        merge.save().action_merge()
        left = (one | two).exists()
        self.assertEqual(len(left), 1)
        self.assertFalse(self.as_user(left, self.leader).has_possible_duplicate)

    def test_with_nothing_alike_there_is_nothing_to_merge(self):
        with self.assertRaisesRegex(UserError, "nothing to merge"):
            self.as_user(self.arrive(phone=PHONE)).action_merge_similar()

    def test_who_may_not_write_the_lead_may_not_merge_it(self):
        lead = self.arrive(phone=PHONE, user_id=self.colleague.id)
        with self.assertRaises(AccessError):
            self.as_user(lead).action_merge_similar()

    # ------------------------------------------------------------------ queries
    def test_a_page_of_leads_costs_one_query(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"Lead {i}", "phone": PHONE, "user_id": self.seller.id} for i in range(40)]
        )
        self.env.flush_all()
        asked = self.as_user(leads)
        asked[:1].has_possible_duplicate
        asked.invalidate_recordset(["has_possible_duplicate"])
        with self.assertQueryCount(1):
            self.assertTrue(all(asked.mapped("has_possible_duplicate")))
