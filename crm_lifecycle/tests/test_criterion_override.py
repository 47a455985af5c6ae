from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .criterion_common import CriterionCommon


@tagged("post_install", "-at_install")
class TestCriterionOverride(CriterionCommon):
    """A manager moves a lead in spite of its conditions, and it stays known why."""

    def setUp(self):
        super().setUp()
        self.criterion(self.call, name="A number")
        self.subject = self.lead(phone=False)

    def override(self, lead=None, user=None, reason="A friend of the house"):
        lead = self.as_user(lead or self.subject, user or self.leader)
        return lead.action_override_stage(self.call.id, reason)

    def test_the_reason_stays_with_the_passage_and_in_the_chatter(self):
        self.override()
        passage = self.passages(self.subject)[-1]
        self.assertEqual(passage.stage_id, self.call)
        self.assertTrue(passage.is_overridden)
        self.assertEqual(passage.override_reason, "A friend of the house")
        self.assertEqual(passage.in_user_id, self.leader)
        note = self.subject.message_ids[0].body
        self.assertIn("A friend of the house", note)
        self.assertIn("A number", note)

    def test_nothing_to_override_is_an_ordinary_move(self):
        self.subject.phone = "1"
        self.override()
        self.assertEqual(self.subject.stage_id, self.call)
        self.assertFalse(self.passages(self.subject)[-1].is_overridden)

    def test_a_salesperson_may_not(self):
        with self.assertRaises(AccessError):
            self.override(user=self.seller)
        self.assertEqual(self.subject.stage_id, self.first)

    def test_a_lifecycle_manager_may_where_leads_are_theirs_to_write(self):
        groups = "sales_team.group_sale_salesman_all_leads"
        boss = self.persona("pipeline_boss", groups, role="manager")
        self.override(user=boss)
        self.assertEqual(self.subject.stage_id, self.call)
        guest = self.persona("pipeline_guest", "base.group_user", role="manager")
        with self.assertRaises(AccessError):
            self.override(self.lead("Other", phone=False), user=guest)

    def test_a_reason_is_needed(self):
        for reason in ("", "   ", None, False, 5):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "Say why"):
                self.override(reason=reason)

    def test_a_stage_that_is_not_there(self):
        lead = self.as_user(self.subject, self.leader)
        for stage in (2**31 - 1, "1", None):
            with self.subTest(stage=stage), self.assertRaisesRegex(UserError, "gone"):
                lead.action_override_stage(stage, "Why not")

    def test_the_other_process_stays_closed(self):
        lead = self.as_user(self.subject, self.leader)
        with self.assertRaisesRegex(UserError, "another process"):
            lead.action_override_stage(self.grow.id, "Why not")

    def test_the_word_of_a_manager_holds_once(self):
        self.override()
        other = self.lead("Other", phone=False)
        refusal = self.assertRefused(lambda: self.move(other, user=self.leader))
        self.assertTrue(refusal.context["may_override"])

    def test_who_may_write_conditions(self):
        criteria = self.env["crm.stage.criterion"]
        vals = {"stage_id": self.call.id, "name": "Sent", "kind": "quotation"}
        self.assertTrue(criteria.with_user(self.leader).create(vals))
        own = criteria.with_user(self.seller)
        self.assertTrue(own.search([]).mapped("name"))
        with self.assertRaises(AccessError):
            own.create(vals)
        with self.assertRaises(AccessError):
            own.search([]).write({"active": False})
        with self.assertRaises(AccessError):
            own.search([]).unlink()
        with self.assertRaises(AccessError):
            own.search([]).mapped("field_ids")
