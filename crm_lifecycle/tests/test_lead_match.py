from odoo.tests import tagged

from .screen_common import PHONE, THEIRS, ScreenCommon


@tagged("post_install", "-at_install")
class TestLeadMatch(ScreenCommon):
    """A lead shows at once which customers it comes from, to whoever looks after them."""

    # ------------------------------------------------------------------ why
    def test_the_same_e_mail(self):
        lead = self.arrive(email_from="Ruth <RUTH@known-glass.test>")
        self.assertEqual(self.shown(lead), ["Known Glass"])
        self.assertIn("same e-mail, same e-mail domain", self.as_user(lead).match_text)

    def test_another_address_of_the_same_domain(self):
        lead = self.arrive(email_from="somebody.new@known-glass.test")
        self.assertEqual(self.as_user(lead).match_text, "Known Glass: same e-mail domain")

    def test_a_domain_where_everybody_has_an_address_matches_nobody(self):
        self.known.email = "known.glass@gmail.com"
        self.assertFalse(self.shown(self.arrive(email_from="somebody.else@gmail.com")))
        self.assertTrue(self.shown(self.arrive(email_from="known.glass@gmail.com")))

    def test_the_same_telephone_number_however_it_is_written(self):
        country = self.env.ref("base.il")
        for number in (PHONE, "052-345-6789", "00972523456789", "+972523456789"):
            with self.subTest(number):
                lead = self.arrive(phone=number, country_id=country.id)
                self.assertEqual(self.shown(lead), ["Known Glass"])

    def test_a_part_of_a_number_matches_nobody(self):
        for number in ("3456789", "+97252345678", "%%%", "+972 52-345-67"):
            with self.subTest(number):
                self.assertFalse(self.shown(self.arrive(phone=number)))

    def test_the_same_tax_number_without_its_punctuation(self):
        for vat in ("IL512345678", "il 512 345 678", "IL-51.234.5678"):
            with self.subTest(vat):
                lead = self.arrive(vat=vat)
                self.assertEqual(self.as_user(lead).match_text, "Known Glass: same tax number")

    def test_a_slash_is_no_tax_number(self):
        self.known.vat = "/"
        self.assertFalse(self.shown(self.arrive(vat="/")))

    def test_several_reasons_are_one_line_and_several_customers_several(self):
        other = self.customer("Known Twice", phone=PHONE, user_id=self.seller.id)
        lead = self.arrive(phone=PHONE, email_from="office@known-glass.test")
        self.assertEqual(
            self.as_user(lead).match_text.split("\n"),
            [
                "Known Glass: same e-mail, same telephone number, same e-mail domain",
                "Known Twice: same telephone number",
            ],
        )
        self.assertIn(other, self.as_user(lead).match_customer_ids)

    def test_the_customer_who_is_on_the_lead_is_no_news(self):
        lead = self.arrive(partner_id=self.person.id)
        self.assertFalse(self.as_user(lead).match_text)

    def test_archived_contacts_and_our_own_people_match_nobody(self):
        self.person.active = False
        self.known.active = False
        self.assertFalse(self.shown(self.arrive(email_from="ruth@known-glass.test")))
        self.assertFalse(self.shown(self.arrive(email_from=self.colleague.email)))

    def test_a_contact_of_another_company_matches_nobody(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.known.child_ids.company_id = other
        self.known.company_id = other
        self.assertFalse(self.shown(self.arrive(phone=PHONE), self.manager))

    # ------------------------------------------------------------------ before it is saved
    def test_the_form_shows_it_before_saving(self):
        form = self.typed(email_from="ruth@known-glass.test")
        self.assertIn("Known Glass", form.match_text)

    def test_the_form_tells_nothing_of_a_hidden_customer_before_saving(self):
        """A number typed into a form and taken out again would leave no trace of who asked."""
        self.company.lifecycle_screen_worth = True
        self.worth(self.theirs, tier="d")
        for name, value in (("phone", THEIRS), ("email_from", "office@canary-windows.test")):
            with self.subTest(name):
                form = self.typed(**{name: value})
                self.assertFalse(form.match_text)
                self.assertEqual(form.screening_state, "clear")
                self.assertFalse(form.screening_reason)

    def test_a_manager_s_form_shows_everybody_s(self):
        self.assertIn("Canary Windows", self.typed(self.manager, phone=THEIRS).match_text)

    # ------------------------------------------------------------------ hidden customers
    def test_of_somebody_else_s_customer_it_says_to_ask_a_manager(self):
        lead = self.arrive(phone=THEIRS)
        text = self.as_user(lead).match_text
        self.assertIn("Ask a manager", text)
        self.assertNotIn("Canary", text)
        self.assertFalse(self.shown(lead))
        self.assertEqual(self.shown(lead, self.manager), ["Canary Windows"])

    def test_what_it_says_does_not_tell_by_what_it_matches_or_how_many(self):
        self.customer("Canary Two", phone=THEIRS, user_id=self.colleague.id)
        texts = {
            self.as_user(self.arrive(**vals)).match_text
            for vals in (
                {"phone": THEIRS},
                {"email_from": "office@canary-windows.test"},
                {"vat": "IL999888777"},
            )
        }
        self.assertEqual(len(texts), 1)

    def test_a_seller_without_the_app_s_role_is_shown_nothing(self):
        outsider = self.persona("screen_outsider", role=None)
        lead = self.arrive(phone=PHONE, user_id=outsider.id)
        self.assertNotIn("match_text", self.as_user(lead, outsider).fields_get())

    def test_a_filter_by_matches_is_not_possible(self):
        leads = self.env["crm.lead"].with_user(self.seller)
        for name in ("match_text", "match_customer_ids"):
            self.assertFalse(leads.fields_get([name])[name]["searchable"])

    # ------------------------------------------------------------------ the tax number
    def test_the_tax_number_goes_to_the_customer_that_is_made_of_it(self):
        lead = self.arrive(partner_name="New Windows", contact_name="Dov", vat="IL333222111")
        lead._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.commercial_partner_id.vat, "IL333222111")

    def test_a_merge_keeps_the_tax_number(self):
        kept, gone = self.arrive(name="Kept"), self.arrive(name="Gone", vat="IL333222111")
        merged = (kept | gone).merge_opportunity()
        self.assertEqual(merged.vat, "IL333222111")

    # ------------------------------------------------------------------ queries
    def test_a_list_costs_two_queries_however_long(self):
        leads = self.env["crm.lead"].browse()
        for index in range(20):
            leads |= self.arrive(name=f"Lead {index}", phone=PHONE)
        asked = self.as_user(leads)
        asked[:1].match_text
        asked.invalidate_recordset(["match_text", "match_customer_ids"])
        with self.assertQueryCount(2):
            asked.mapped("match_text")
