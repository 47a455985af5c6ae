from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentPreview(SegmentCommon):
    """Before a rule is saved it says who would enter and who would leave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.segment("Mine", [("city", "in", ["North 0", "North 1"])])
        cls.refresh_segments()

    def preview(self, user=None, tag=None, **vals):
        asked = self.ask(user or self.manager, "crm.segment.preview")
        return asked.create({"category_id": (tag or self.mine).id, **vals})

    def test_the_rule_of_now_changes_nothing(self):
        preview = self.preview()
        self.assertEqual(preview.segment_domain, self.mine.segment_domain)
        self.assertEqual(preview.summary, "2 customers, 0 enter, 0 leave.")
        self.assertEqual(preview.stay_ids.ids, self.contacts[:2].ids)

    def test_an_edited_rule_says_who_enters_and_leaves(self):
        preview = self.preview(segment_domain="[('city', 'in', ['North 1', 'North 2', 'North 3'])]")
        self.assertEqual(preview.summary, "3 customers, 2 enter, 1 leave.")
        self.assertEqual(preview.enter_ids.ids, self.contacts[2:4].ids)
        self.assertEqual(preview.leave_ids.ids, self.contacts[:1].ids)
        self.assertEqual(preview.stay_ids.ids, self.contacts[1:2].ids)
        self.assertIn("North 0", self.mine.segment_domain, "Nothing is saved.")

    def test_the_form_shows_it_while_the_rule_is_edited(self):
        asked = self.ask(self.manager, "crm.segment.preview")
        form = Form(asked.with_context(default_category_id=self.mine.id))
        self.assertEqual(form.summary, "2 customers, 0 enter, 0 leave.")
        form.segment_domain = "[('city', '=', 'North 5')]"
        self.assertEqual(form.summary, "1 customers, 1 enter, 2 leave.")
        form.segment_domain = "[('bank_ids', '!=', False)]"
        self.assertIn("bank_ids", form.problem)
        self.assertFalse(form.summary)

    def test_what_was_decided_by_hand_is_said(self):
        self.contacts[0].category_id = [Command.unlink(self.mine.id)]
        self.contacts[4].category_id = [Command.link(self.mine.id)]
        preview = self.preview()
        self.assertEqual(preview.summary, "2 customers, 0 enter, 0 leave. 1 are kept out by hand.")
        self.assertEqual(set(preview.stay_ids.ids), {self.contacts[1].id, self.contacts[4].id})

    def test_the_group_in_the_form_counts(self):
        group = self.env["crm.segment.group"].create({"name": "Kind"})
        self.north.write({"segment_group_id": group.id, "segment_sequence": 5})
        preview = self.preview(segment_group_id=group.id, segment_sequence=6)
        self.assertEqual(preview.summary, "0 customers, 0 enter, 2 leave.")
        preview = self.preview(segment_group_id=group.id, segment_sequence=4)
        self.assertEqual(preview.summary, "2 customers, 0 enter, 0 leave.")

    def test_saving_applies_exactly_what_was_shown(self):
        preview = self.preview(segment_domain="[('city', 'in', ['North 1', 'North 5'])]")
        enter, leave, stay = preview.enter_ids.ids, preview.leave_ids.ids, preview.stay_ids.ids
        before = set(self.members(self.mine).ids)
        action = preview.action_save()
        self.assertEqual(action["res_model"], "crm.segment.run")
        run = self.refresh_segments()
        self.assertEqual(run.category_id, self.mine)
        after = set(self.members(self.mine).ids)
        self.assertEqual(
            (after - before, before - after, before & after), tuple(map(set, (enter, leave, stay)))
        )

    def test_a_plain_tag_becomes_a_segment(self):
        plain = self.tags.create({"name": "Plain"})
        preview = self.preview(tag=plain)
        self.assertEqual(preview.segment_company_id, self.company)
        preview.segment_domain = "[('city', '=', 'North 5')]"
        preview.action_save()
        self.assertTrue(plain.is_segment)
        self.refresh_segments()
        self.assertEqual(self.members(plain), self.contacts[5])

    def test_a_rule_that_does_not_hold_is_not_saved(self):
        preview = self.preview(segment_domain="[('user_ids.login', '=', 'a')]")
        self.assertIn("user_ids.login", preview.problem)
        self.assertFalse(preview.enter_ids)
        with self.assertRaises(ValidationError):
            preview.action_save()

    def test_of_many_the_first_hundred_are_listed_and_all_are_counted(self):
        self.env["res.partner"].create(
            [{"name": f"Many {number}", "city": "Many"} for number in range(130)]
        )
        preview = self.preview(segment_domain="[('city', '=', 'Many')]")
        self.assertIn("130 enter", preview.summary)
        self.assertIn("first 100", preview.summary)
        self.assertEqual(len(preview.enter_ids), 100)

    def test_the_cost_does_not_grow_with_the_contacts(self):
        few = self.queries("[('city', '=', 'North 5')]")
        many = self.queries("[('id', '>', 0)]")
        self.assertLessEqual(many, few + 2)
        self.assertLess(many, 40)

    def queries(self, domain):
        preview = self.preview(segment_domain=domain)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(preview.summary)
        self.assertTrue(preview.enter_ids.ids)
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------------ who may
    def test_only_managers_preview(self):
        for user in (self.a, self.analyst, self.creator, self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.preview(user)
            asked = self.ask(user, "crm.segment.preview")
            with self.assertRaises(AccessError):
                asked.onchange(
                    {"category_id": self.mine.id, "segment_domain": "[('customer_value', '>', 1)]"},
                    ["segment_domain"],
                    {"summary": {}, "enter_ids": {}},
                )

    def test_a_manager_previews_in_their_own_companies_only(self):
        other = self.other_company()
        stranger = self.persona("stranger", "manager", company_id=other.id)
        with self.assertRaises(AccessError):
            self.preview(stranger).summary
        plain = self.tags.create({"name": "Plain"})
        with self.assertRaises(AccessError):
            self.preview(stranger, plain, segment_company_id=self.company.id).summary

    def test_a_preview_is_its_user_s_own(self):
        preview = self.preview()
        other = self.persona("second_manager", "manager")
        asked = self.ask(other, "crm.segment.preview")
        self.assertFalse(asked.search([]))
        with self.assertRaises(AccessError):
            asked.browse(preview.id).action_save()

    def test_managers_reach_it_from_the_tag(self):
        tag = self.ask(self.manager, "res.partner.category").browse(self.mine.id)
        action = tag.action_segment_preview()
        self.assertEqual(action["res_model"], "crm.segment.preview")
        self.assertEqual(action["context"], {"default_category_id": self.mine.id})
