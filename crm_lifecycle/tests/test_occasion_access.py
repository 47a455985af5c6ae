from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .occasion_common import OccasionCommon


@tagged("post_install", "-at_install")
class TestOccasionAccess(OccasionCommon):
    """Own customers for users, everything for analysts, and only managers configure."""

    def setUp(self):
        super().setUp()
        self.other = self.customer_of(self.ben, "Ben's")
        self.worth(self.other)
        self.today = self.occasion(active=False)._today()
        birth = self.today.replace(year=2000)
        self.dana, self.eli = self.person("Dana", birth), self.person("Eli", birth, self.other)
        self.kept = self.occasion()
        self.plan(self.kept, self.today)
        self.work()

    def seen(self, user):
        days = self.env["crm.occasion.day"].with_user(user).with_context(allowed_company_ids=None)
        return set(days.search([("occasion_id", "=", self.kept.id)]).contact_id.ids)

    def test_users_see_the_days_of_their_customers(self):
        self.assertEqual(self.seen(self.anna), {self.dana.id})
        self.assertEqual(self.seen(self.ben), {self.eli.id})
        for user in (self.analyst, self.boss):
            self.assertEqual(self.seen(user), {self.dana.id, self.eli.id})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_acts_on_days_of_others(self):
        theirs = self.days(self.kept, contact_id=self.eli.id).with_user(self.anna)
        doors = ("action_release", "action_done", "action_skip", "action_given")
        for door in (*doors, "action_open_contact"):
            with self.subTest(door), self.assertRaises(AccessError):
                getattr(theirs, door)()
        with self.assertRaises(AccessError):
            self.env["crm.occasion.skip"].with_user(self.anna).create(
                {"day_ids": theirs.ids, "reason": "x"}
            ).action_skip()
        self.assertEqual(theirs.sudo().state, "planned")

    def test_days_are_changed_by_their_buttons_only(self):
        day = self.days(self.kept, contact_id=self.dana.id).with_user(self.anna)
        for vals in (
            {"state": "sent"},
            {"date": "2026-01-01"},
            {"user_id": self.anna.id},
            {"contact_id": self.eli.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                day.write(vals)
        with self.assertRaises(AccessError):
            day.copy()
        with self.assertRaises(AccessError):
            day.unlink()
        day.note = "Likes tulips"
        self.assertEqual(day.note, "Likes tulips")

    def test_gifts_are_noted_by_their_button_only(self):
        gift = self.env["crm.gift"].create({"name": "Pen", "company_id": self.company.id})
        for user in (self.anna, self.boss):
            given = self.env["crm.gift.given"].with_user(user)
            with self.assertRaises(AccessError):
                given.create(
                    {
                        "gift_id": gift.id,
                        "contact_id": self.dana.id,
                        "partner_id": self.acme.id,
                        "company_id": self.company.id,
                        "date": self.today,
                    }
                )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_gifts_of_other_companies_are_refused(self):
        other = self.other_company("Elsewhere")
        gift = self.env["crm.gift"].create({"name": "Pen", "company_id": other.id})
        day = self.days(self.kept, contact_id=self.dana.id).with_user(self.anna)
        with self.assertRaises(AccessError):
            day.with_context(allowed_company_ids=self.company.ids).gift_id = gift.id

    def test_only_managers_configure(self):
        for user in (self.anna, self.analyst):
            occasion, gift = self.kept.with_user(user), self.env["crm.gift"].with_user(user)
            self.assertTrue(occasion.name)
            for door in (
                lambda o=occasion: o.write({"lead_days": 1}),
                lambda o=occasion: o.action_preview(),
                lambda o=occasion: o.unlink(),
                lambda g=gift: g.create({"name": "Pen"}),
            ):
                with self.assertRaises(AccessError):
                    door()
        self.kept.with_user(self.boss).lead_days = 3

    def test_dates_by_hand_are_written_by_who_looks_after_the_customer(self):
        hand = self.occasion("hand")
        dates = self.env["crm.occasion.date"].with_user(self.anna)
        vals = {"occasion_id": hand.id, "name": "Founded", "date": "1999-05-05"}
        ours = dates.create({**vals, "partner_id": self.dana.id})
        with self.assertRaises(AccessError):
            dates.create({**vals, "partner_id": self.eli.id})
        with self.assertRaises(AccessError):
            ours.partner_id = self.eli
        theirs = dates.sudo().create({**vals, "partner_id": self.eli.id})
        self.assertEqual(dates.search([("occasion_id", "=", hand.id)]), ours)
        with self.assertRaises(AccessError):
            theirs.with_user(self.anna).read(["name"])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_dates_are_not_put_into_occasions_of_other_companies(self):
        other = self.other_company("Elsewhere")
        hand = self.occasion("hand", company_id=other.id)
        dates = self.env["crm.occasion.date"].with_user(self.anna)
        with self.assertRaises(AccessError):
            dates.with_context(allowed_company_ids=self.company.ids).create(
                {
                    "partner_id": self.dana.id,
                    "occasion_id": hand.id,
                    "name": "Founded",
                    "date": "1999-05-05",
                }
            )

    def test_outsiders_see_nothing(self):
        outsider = self.persona("outsider", None)
        for model in ("crm.occasion", "crm.occasion.day", "crm.occasion.date", "crm.gift"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(outsider).search([])
        with self.assertRaises(AccessError):
            self.dana.with_user(outsider).read(["occasion_date_ids"])
