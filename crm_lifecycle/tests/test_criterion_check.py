from odoo.tests import tagged

from .criterion_common import CriterionCommon


@tagged("post_install", "-at_install")
class TestCriterionCheck(CriterionCommon):
    """A lead enters a stage when it meets its conditions, those of skipped stages included."""

    def test_an_empty_field_refuses_the_move(self):
        self.criterion(self.call)
        lead = self.lead(phone=False)
        refusal = self.assertRefused(lambda: self.move(lead))
        self.assertIn("Lead cannot go to Call yet", str(refusal))
        self.assertIn("fields of Call (Phone)", str(refusal))
        self.assertEqual(lead.stage_id, self.first)

    def test_the_refusal_is_data_too(self):
        self.criterion(self.call, names=("phone", "email_from"))
        lead = self.lead(phone="5")
        refusal = self.assertRefused(lambda: self.move(lead))
        self.assertEqual(
            refusal.context,
            {
                "leads": [
                    {
                        "id": lead.id,
                        "name": "Lead",
                        "stage_id": self.call.id,
                        "stage": "Call",
                        "missing": [
                            {
                                "stage": "Call",
                                "sentence": "fields of Call",
                                "kind": "fields",
                                "fields": ["email_from"],
                            }
                        ],
                    }
                ],
                "may_override": False,
            },
        )

    def test_one_write_fills_and_moves(self):
        self.criterion(self.call)
        lead = self.lead(phone=False)
        self.as_user(lead).write({"phone": "+97235551234", "stage_id": self.call.id})
        self.assertEqual(lead.stage_id, self.call)

    def test_blanks_and_nought_are_nothing(self):
        lead = self.lead(phone="  ", expected_revenue=0, description="<p><br></p>")
        names = ["phone", "expected_revenue", "description", "name"]
        self.assertEqual(lead._unfilled(names), names[:3])

    def test_a_rule_on_the_lead(self):
        self.criterion(self.call, "domain", domain="[('expected_revenue', '>', 100)]")
        lead = self.lead(expected_revenue=100)
        refusal = self.assertRefused(lambda: self.move(lead))
        [missing] = refusal.context["leads"][0]["missing"]
        self.assertEqual(missing["fields"], ["expected_revenue"])
        lead.expected_revenue = 101
        self.move(lead)
        self.assertEqual(lead.stage_id, self.call)

    def test_a_rule_may_look_one_step_further(self):
        self.criterion(self.call, "domain", domain="[('partner_id.is_company', '=', True)]")
        person = self.customer("Person", is_company=False)
        lead = self.lead(partner_id=person.id)
        self.assertRefused(lambda: self.move(lead))
        person.is_company = True
        self.move(lead)
        self.assertEqual(lead.stage_id, self.call)

    def test_skipped_stages_are_asked_unless_they_may_be_skipped(self):
        self.criterion(self.call)
        self.criterion(self.offer, names=("email_from",))
        lead = self.lead(phone=False, email_from=False)
        refusal = self.assertRefused(lambda: self.move(lead, self.offer))
        self.assertEqual(self.sentences(refusal), ["fields of Call", "fields of Offer"])
        self.call.may_be_skipped = True
        refusal = self.assertRefused(lambda: self.move(lead, self.offer))
        self.assertEqual(self.sentences(refusal), ["fields of Offer"])

    def test_going_back_asks_only_what_is_always_asked(self):
        criterion = self.criterion(self.first)
        lead = self.lead(stage_id=self.offer.id, phone=False)
        self.move(lead, self.first)
        self.assertEqual(lead.stage_id, self.first)
        lead.stage_id = self.offer
        criterion.scope = "always"
        self.assertRefused(lambda: self.move(lead, self.first))

    def test_several_leads_get_one_answer(self):
        self.criterion(self.call)
        good = self.lead("Good", phone="1")
        leads = good | self.lead("Bad", phone=False) | self.lead("Worse", phone=False)
        refusal = self.assertRefused(lambda: self.move(leads))
        named = [lead["name"] for lead in refusal.context["leads"]]
        self.assertEqual(named, ["Bad", "Worse"])
        self.assertEqual(leads.stage_id, self.first)

    def test_a_warning_lets_pass_and_leaves_a_note(self):
        self.criterion(self.call, severity="warning", name="A number helps")
        lead = self.lead(phone=False)
        self.move(lead)
        self.assertEqual(lead.stage_id, self.call)
        self.assertIn("A number helps", lead.message_ids[0].body)

    def test_an_archived_condition_asks_nothing(self):
        self.criterion(self.call).active = False
        lead = self.lead(phone=False)
        self.move(lead)
        self.assertEqual(lead.stage_id, self.call)

    def test_the_sentence_is_in_the_language_of_who_moves(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        criterion = self.criterion(self.call, name="A number")
        criterion.with_context(lang="fr_FR").name = "Un numero"
        lead = self.lead(phone=False)
        french = self.as_user(lead).with_context(lang="fr_FR")
        refusal = self.assertRefused(lambda: french.write({"stage_id": self.call.id}))
        self.assertEqual(self.sentences(refusal), ["Un numero"])

    def test_many_leads_cost_no_more_queries_than_few(self):
        self.criterion(self.call)
        self.criterion(self.call, "domain", domain="[('expected_revenue', '>', 1)]")
        self.criterion(self.call, "quotation")
        few = self.lead("Few") | self.lead("Few more")
        many = self.env["crm.lead"].browse([self.lead(f"Many {number}").id for number in range(12)])
        self.env["crm.stage.criterion"]._of_stages()
        counts = []
        for leads in (few, many):
            moves = [
                lead._move(before, type(before)(self.call.id, True, "pending"))
                for lead, before in zip(leads, leads._standings().values(), strict=True)
            ]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(self.as_user(leads)._missing_conditions(moves))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_without_conditions_nothing_is_asked(self):
        lead = self.lead()
        moves = lead._moves({})
        self.env["crm.stage.criterion"]._of_stages()
        with self.assertQueryCount(0):
            self.assertFalse(self.as_user(lead)._missing_conditions(moves))
