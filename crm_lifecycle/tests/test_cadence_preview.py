from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .touchpoint_common import MONTHLY, TouchpointCommon


@tagged("post_install", "-at_install")
class TestCadencePreview(TouchpointCommon):
    """What a cadence would ask for is shown before it is started."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        weekly = {"ideal_number": 1, "ideal_unit": "weeks", "max_number": 2, "max_unit": "weeks"}
        cls.draft = cls.cadence("Weekly", [weekly], tier_b=True)
        cls.draft.state = "draft"
        cls.seven = cls.env["res.partner"]
        for number in range(7):
            partner = cls.customer_of(cls.anna if number < 5 else cls.ben, f"B {number}")
            cls.worth(partner, tier="b")
            cls.contact(partner, -7)
            cls.seven |= partner

    def preview(self):
        action = self.draft.with_user(self.boss).action_preview()
        lines = self.env["crm.cadence.preview"].with_user(self.boss).search(action["domain"])
        return action, lines

    def test_contacts_a_week_for_each_person(self):
        action, lines = self.preview()
        self.assertEqual(len(lines), 24)
        self.assertEqual(action["name"], "Weekly: 7 customers, 84 contacts in 12 weeks")
        of_anna = lines.filtered(lambda line: line.user_id == self.anna)
        self.assertEqual(of_anna.mapped("contact_count"), [5] * 12)
        self.assertEqual(of_anna[0].capacity, 40)
        self.assertFalse(any(lines.mapped("is_over")))

    def test_weeks_over_capacity_are_marked(self):
        self.company.lifecycle_touch_capacity = 1
        for partner in self.seven[5:]:
            partner.user_id = self.anna
        _action, lines = self.preview()
        self.assertEqual(lines.mapped("is_over"), [True] * 12)

    def test_what_other_cadences_ask_for_stands_beside(self):
        _action, lines = self.preview()
        of_anna = lines.filtered(lambda line: line.user_id == self.anna)
        self.assertEqual(sum(of_anna.mapped("other_count")), 2)
        self.assertEqual(of_anna[4].total_count, 6)

    def test_nothing_is_planned(self):
        before = self.env["crm.touchpoint"].search_count([])
        self.preview()
        self.assertEqual(self.env["crm.touchpoint"].search_count([]), before)
        self.assertEqual(self.draft.state, "draft")

    def test_it_is_what_comes_after_the_start(self):
        _action, lines = self.preview()
        self.draft.with_user(self.boss).action_start()
        self.plan(0, *self.seven)
        rows = self.env["crm.touchpoint"].search([("cadence_id", "=", self.draft.id)])
        first_week = rows.filtered(lambda row: row.due_date < self.day(7))
        first = lines.filtered(lambda line: line.week == self.today)
        self.assertEqual(len(first_week), sum(first.mapped("contact_count")))

    def test_starting_asks_for_the_preview_first(self):
        cadence = self.draft.with_user(self.boss)
        action = cadence.action_start()
        self.assertEqual(action["res_model"], "crm.cadence.preview")
        self.assertEqual(cadence.state, "draft")
        self.assertTrue(cadence.action_start())
        self.assertEqual((cadence.state, cadence.started_on), ("running", self.today))

    def test_a_change_asks_for_it_again(self):
        self.preview()
        self.draft.tier_c = True
        self.assertFalse(self.draft.previewed_at)

    def test_a_changed_step_asks_for_it_again(self):
        self.preview()
        self.draft.step_ids.with_user(self.boss).ideal_number = 2
        self.assertFalse(self.draft.previewed_at)

    def test_pause_and_go_on(self):
        self.preview()
        cadence = self.draft.with_user(self.boss)
        cadence.action_start()
        cadence.action_pause()
        self.assertEqual(cadence.state, "paused")

    def test_a_cadence_without_steps_does_not_start(self):
        self.draft.step_ids.unlink()
        with self.assertRaises(UserError):
            self.draft.action_start()

    def test_managers_only(self):
        for user in (self.anna, self.analyst):
            cadence = self.draft.with_user(user)
            for method in (cadence.action_preview, cadence.action_start, cadence.action_pause):
                with self.assertRaises(AccessError):
                    method()

    def test_a_segment_of_another_company_is_refused(self):
        other = self.other_company()
        segment = self.env["res.partner.category"].create(
            {"name": "Theirs", "is_segment": True, "segment_company_id": other.id}
        )
        with self.assertRaises(ValidationError):
            self.draft.segment_ids = segment

    def test_the_capacity_is_a_setting(self):
        settings = self.env["crm.lifecycle.settings"].with_user(self.boss).create({})
        self.assertEqual(settings.lifecycle_touch_capacity, 8)
        settings.lifecycle_touch_capacity = 5
        settings.action_save()
        self.assertEqual(self.company.lifecycle_touch_capacity, 5)

    def test_ready_made_cadences_wait_to_be_started(self):
        for name in ("cadence_tier_a", "cadence_tier_c"):
            cadence = self.env.ref(f"crm_lifecycle.{name}")
            self.assertEqual(cadence.state, "draft")
            self.assertTrue(cadence.step_ids)

    def test_a_copy_is_a_draft_with_its_steps(self):
        copy = self.monthly.copy()
        self.assertEqual((copy.state, len(copy.step_ids)), ("draft", 1))
        self.assertEqual(copy.step_ids.ideal_number, MONTHLY["ideal_number"])
