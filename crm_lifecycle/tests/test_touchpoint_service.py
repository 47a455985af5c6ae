from odoo.tests import tagged

from .level_common import LevelCommon


@tagged("post_install", "-at_install")
class TestTouchpointService(LevelCommon):
    """Customers who ask for nothing are offered to whoever has time today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows.unlink()
        cls.company.write({"lifecycle_touch_capacity": 3, "lifecycle_service_a_day": 2})
        cls.figures = cls.env["crm.customer.value"].search(
            [("partner_id", "in", cls.partners.ids), ("company_id", "=", cls.company.id)]
        )
        cls.figures.write(
            {
                "purchase_count": 1,
                "first_purchase_date": cls.day(-400),
                "last_purchase_date": cls.day(-5),
            }
        )

    def offer(self, days=0):
        """Today's offers: the customers, the most valuable first."""
        self.level._offer_service(self.company, self.day(days))
        return self.offers().sorted("worth", reverse=True).partner_id

    def offers(self):
        return self.env["crm.touchpoint"].search(
            [("service_reason", "!=", False), ("company_id", "=", self.company.id)]
        )

    def test_the_most_valuable_who_never_call_are_offered(self):
        self.assertEqual(self.offer(), self.partners[4] | self.partners[3])
        offer = self.offers()[0]
        self.assertEqual((offer.kind, offer.service_reason), ("service", "silent"))
        self.assertEqual((offer.user_id, offer.planned_date), (self.anna, self.today))
        self.assertIn("Never calls", offer.talk)

    def test_a_second_run_offers_no_more(self):
        self.offer()
        self.assertEqual(self.level._offer_service(self.company, self.today), 0)

    def test_the_next_day_offers_others(self):
        first = self.offer()
        self.assertEqual(self.offer(1) - first, self.partners[2])

    def test_nobody_is_offered_again_within_the_days(self):
        self.company.lifecycle_service_a_day = 5
        self.company.lifecycle_touch_capacity = 5
        self.offer()
        self.offers().write({"state": "skipped"})
        self.assertEqual(self.level._offer_service(self.company, self.day(80)), 0)
        self.assertEqual(self.level._offer_service(self.company, self.day(91)), 5)

    def test_who_has_no_time_is_offered_nobody(self):
        self.plan(0, *self.partners[:2])
        rows = self.env["crm.touchpoint"].search([("partner_id", "in", self.partners[:2].ids)])
        rows.write({"planned_date": self.today, "due_date": self.today})
        self.assertEqual(len(self.offer()), 1)
        self.offers().unlink()
        self.anna.write({"lifecycle_own_capacity": True, "lifecycle_capacity": 2})
        self.assertFalse(self.offer())

    def test_open_tasks_fill_the_day_as_well(self):
        for number in range(3):
            self.partner.activity_schedule(
                "mail.mail_activity_data_todo",
                self.today,
                summary=f"Task {number}",
                user_id=self.anna.id,
            )
        self.assertFalse(self.offer())

    def test_who_called_is_not_offered(self):
        self.contact(self.partners[4], -10, direction="in")
        self.assertNotIn(self.partners[4], self.offer())

    def test_who_stopped_buying_is_offered(self):
        best = self.figures.filtered(lambda row: row.partner_id == self.partners[4])
        best.write({"purchase_count": 3, "last_purchase_date": self.day(-200)})
        self.contact(self.partners[4], -10, direction="in")
        self.assertIn(self.partners[4], self.offer())
        self.assertIn("stopped", self.offers().mapped("service_reason"))

    def test_who_has_gone_quieter_is_offered(self):
        for days in (-100, -110, -120):
            self.contact(self.partners[4], days, direction="in")
        self.assertIn(self.partners[4], self.offer())
        self.assertIn("quieter", self.offers().mapped("service_reason"))

    def test_the_cap_do_not_contact_and_complaints_hold(self):
        self.company.lifecycle_contact_cap = 1
        self.contact(self.partners[4], -20)
        self.partners[3].lifecycle_do_not_contact = True
        self.complaint(self.partners[2], -150)
        self.assertEqual(self.offer(), self.partners[1] | self.partners[0])

    def test_who_is_contacted_soon_anyhow_is_not_offered(self):
        self.plan(0, self.partners[4])
        row = self.open_of(self.partners[4])
        self.due(row, 5)
        self.assertNotIn(self.partners[4], self.offer())

    def test_none_without_a_running_cadence_or_when_switched_off(self):
        self.company.lifecycle_service_a_day = 0
        self.assertFalse(self.offer())
        self.company.lifecycle_service_a_day = 2
        self.monthly.state = "draft"
        self.assertFalse(self.offer())

    def test_none_on_a_quiet_day(self):
        today = self.today.weekday()
        self.company.write(
            {
                "lifecycle_rest_from_day": str(today),
                "lifecycle_rest_from_hour": 0,
                "lifecycle_rest_to_day": str((today + 1) % 7),
                "lifecycle_rest_to_hour": 0,
            }
        )
        self.assertFalse(self.offer())

    def test_a_contact_takes_the_offer_up(self):
        best = self.offer()[0]
        offer = self.offers().filtered(lambda row: row.partner_id == best)
        self.env.cr.execute(
            "UPDATE crm_touchpoint SET create_date = %s WHERE id = %s", (self.day(-1), offer.id)
        )
        self.contact(best)
        self.plan(0, best)
        self.assertEqual(offer.state, "done")

    def test_an_offer_that_nobody_takes_up_is_seen_as_missed(self):
        best = self.offer()[0]
        offer = self.offers().filtered(lambda row: row.partner_id == best)
        self.plan(21, best)
        self.assertEqual(offer.state, "planned")
        self.plan(22, best)
        self.assertEqual(offer.state, "missed")

    def test_what_was_put_off_comes_back(self):
        best = self.offer()[0]
        offer = self.offers().filtered(lambda row: row.partner_id == best)
        offer.with_user(self.anna).action_put_off(self.day(2), "Tomorrow is full")
        self.give_days(1)
        self.assertEqual(offer.state, "put_off")
        self.give_days(2)
        self.assertEqual((offer.state, offer.planned_date), ("planned", self.day(2)))

    def test_merged_customers_keep_one_offer(self):
        first, second = self.offer()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((first | second).ids, first)
        offers = self.offers()
        self.assertEqual(offers.partner_id, first)
        self.assertEqual(sorted(offers.mapped("state")), ["planned", "skipped"])

    def test_offers_are_made_in_few_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            self.level._offer_service(self.company, self.today)


@tagged("post_install", "-at_install")
class TestLevelSettings(LevelCommon):
    """Caps, hours and offers are settings of the company, for Lifecycle managers."""

    def test_a_manager_saves_them(self):
        settings = self.env["crm.lifecycle.settings"].with_user(self.boss)
        settings = settings.with_company(self.company).create({})
        self.assertEqual(settings.lifecycle_contact_cap, 4)
        settings.write({"lifecycle_contact_cap": 2, "lifecycle_rest_from_day": "4"})
        settings.write({"lifecycle_rest_to_day": "5", "lifecycle_service_a_day": 0})
        settings.action_save()
        company = self.company
        self.assertEqual((company.lifecycle_contact_cap, company.lifecycle_service_a_day), (2, 0))
        self.assertEqual(company._lifecycle_quiet().hours(4), (0, 16))

    def test_odoo_s_own_settings_have_them(self):
        settings = self.env["res.config.settings"].create({"company_id": self.company.id})
        settings.lifecycle_contact_cap = 6
        self.assertEqual(self.company.lifecycle_contact_cap, 6)
