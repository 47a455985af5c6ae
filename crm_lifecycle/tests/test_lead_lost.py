from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .speed_common import NOON, SpeedCommon


@tagged("post_install", "-at_install")
class TestLeadLost(SpeedCommon):
    """A lost lead says why, to whom and at what price, where the company wants to know."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reasons = cls.env["crm.lost.reason"]
        cls.plain = reasons.create({"name": "No need"})
        cls.beaten = reasons.create(
            {"name": "Competitor", "asks_competitor": True, "asks_price": True}
        )
        cls.rival = cls.customer("Rival")

    def lose(self, lead, user=None, **vals):
        """Lose a lead in the dialog."""
        dialog = self.env(user=user or self.seller, su=False)["crm.lead.lost"]
        return dialog.create({"lead_ids": lead.ids, **vals}).action_lost_reason_apply()

    def refusal(self, door, lead):
        """What a door says, in a transaction of its own."""
        try:
            with self.env.cr.savepoint():
                return str((door(lead) or {}).get("messages"))
        except UserError as error:
            return str(error)

    # ------------------------------------------------------------------ the reason
    def test_a_company_that_set_nothing_notices_nothing(self):
        lead = self.lead()
        self.as_user(lead).action_set_lost()
        self.assertEqual(lead.won_status, "lost")

    def test_no_door_goes_past_the_reason(self):
        self.company.lifecycle_lost_reason_required = True
        doors = {
            "button": lambda lead: lead.action_set_lost(),
            "write": lambda lead: lead.write({"active": False, "probability": 0}),
            "import": lambda lead: lead.load(
                [".id", "active", "probability"], [[str(lead.id), "0", "0"]]
            ),
            "dialog": self.lose,
        }
        for name, door in doors.items():
            lead = self.lead(probability=40)
            with self.subTest(door=name):
                self.assertIn("the lost reason", self.refusal(door, self.as_user(lead)))
                self.env.invalidate_all()
                self.assertEqual(lead.won_status, "pending")

    def test_with_a_reason_it_is_lost(self):
        self.company.lifecycle_lost_reason_required = True
        for probability in (0, 40):
            lead = self.lead(probability=probability)
            self.lose(lead, lost_reason_id=self.plain.id)
            self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", self.plain))

    def test_the_reason_is_not_taken_away_afterwards(self):
        self.company.lifecycle_lost_reason_required = True
        lead = self.lead()
        self.lose(lead, lost_reason_id=self.plain.id)
        with self.assertRaisesRegex(UserError, "the lost reason"):
            self.as_user(lead).lost_reason_id = False

    def test_restoring_asks_nothing(self):
        self.company.lifecycle_lost_reason_required = True
        lead = self.lead()
        self.lose(lead, lost_reason_id=self.plain.id)
        self.as_user(lead).action_restore()
        self.assertEqual(lead.won_status, "pending")

    def test_archiving_is_not_losing(self):
        self.company.lifecycle_lost_reason_required = True
        lead = self.lead(probability=40)
        self.as_user(lead).action_archive()
        self.assertFalse(lead.active)

    def test_the_server_itself_needs_no_reason(self):
        self.company.lifecycle_lost_reason_required = True
        lead = self.lead()
        lead.action_set_lost()
        self.assertEqual(lead.won_status, "lost")

    # ------------------------------------------------------------------ competitor and price
    def test_a_reason_asks_for_the_competitor_and_the_price(self):
        lead = self.lead()
        with self.assertRaisesRegex(UserError, "the competitor who won, the competitor's price"):
            self.lose(lead, lost_reason_id=self.beaten.id)
        facts = {"lost_to_id": self.rival.id, "lost_price": 900}
        self.lose(lead, lost_reason_id=self.beaten.id, **facts)
        self.assertEqual((lead.lost_to_id, lead.lost_price), (self.rival, 900))

    def test_all_leads_that_miss_something_are_named(self):
        leads = self.lead("One") | self.lead("Two")
        with self.assertRaisesRegex(UserError, "One.*\n.*Two"):
            self.lose(leads, lost_reason_id=self.beaten.id)

    def test_a_competitor_one_may_not_see_is_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        hidden = self.customer("Hidden", company_id=other.id)
        lead = self.lead()
        with self.assertRaises(AccessError):
            self.as_user(lead).lost_to_id = hidden
        with self.assertRaises(AccessError):
            self.env(user=self.seller, su=False)["crm.lead"].create(
                {"name": "New", "lost_to_id": hidden.id}
            )

    def test_a_colleague_does_not_lose_it(self):
        with self.assertRaises(AccessError):
            self.lose(self.lead(), self.colleague, retry_months=3)

    def test_a_price_below_zero_is_refused(self):
        with self.assertRaises(ValidationError):
            self.lose(self.lead(), lost_reason_id=self.beaten.id, lost_price=-1)

    # ------------------------------------------------------------------ again
    def retried(self, lead):
        return lead.search([("retried_from_id", "=", lead.id)])

    def test_it_is_tried_again_on_its_day_once(self):
        self.at(NOON)
        lead = self.lead("Again", partner_id=self.rival.id)
        self.lose(lead, lost_reason_id=self.plain.id, retry_months=3)
        self.assertEqual(lead.retry_on, date(2026, 6, 9))
        self.run_job("cron_crm_lead_retry")
        self.assertFalse(self.retried(lead))
        self.at(NOON.replace(month=6))
        self.run_job("cron_crm_lead_retry")
        self.run_job("cron_crm_lead_retry")
        new = self.retried(lead)
        self.assertEqual(len(new), 1)
        self.assertEqual((new.name, new.arrival), ("Again", "rule"))
        self.assertEqual((new.partner_id, new.user_id), (self.rival, self.seller))
        self.assertEqual((new.stage_id, new.won_status), (self.first, "pending"))
        self.assertFalse(new.lost_reason_id)
        self.assertEqual(self.to_dos(new).user_id, self.seller)
        self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", self.plain))

    def test_its_process_is_found_anew_and_its_campaign_stays_behind(self):
        self.at(NOON)
        campaign = self.env["utm.campaign"].create({"title": "Fair", "cost": 100})
        lead = self.lead("Again", partner_id=self.rival.id, campaign_id=campaign.id)
        self.lose(lead, lost_reason_id=self.plain.id, retry_months=1)
        self.at(NOON + timedelta(days=40))
        key = (self.rival.id, self.company.id)
        with patch.object(type(lead), "_customers_who_bought", lambda leads: {key}):
            new = lead._try_again()
        self.assertEqual((new.lifecycle_phase, new.stage_id), ("enhancement", self.grow))
        self.assertFalse(new.campaign_id)
        self.assertEqual((lead.lifecycle_phase, lead.campaign_id), ("acquisition", campaign))

    def test_deleting_the_new_lead_makes_no_other(self):
        self.at(NOON)
        lead = self.lead()
        self.lose(lead, retry_months=1)
        self.at(NOON + timedelta(days=40))
        self.run_job("cron_crm_lead_retry")
        self.retried(lead).unlink()
        self.run_job("cron_crm_lead_retry")
        self.assertFalse(self.retried(lead))

    def test_restored_it_was_not_lost_to_anybody(self):
        self.at(NOON)
        lead = self.lead()
        facts = {"lost_to_id": self.rival.id, "lost_price": 900, "retry_months": 1}
        self.lose(lead, lost_reason_id=self.beaten.id, **facts)
        self.as_user(lead).action_restore()
        self.assertFalse(lead.lost_to_id or lead.lost_price or lead.retry_on)

    def test_restored_and_lost_again_it_is_tried_again_once_more(self):
        self.at(NOON)
        lead = self.lead()
        for times in (1, 2):
            self.at(NOON + timedelta(days=40 * times))
            self.lose(lead, retry_months=1)
            self.at(NOON + timedelta(days=40 * times + 35))
            self.run_job("cron_crm_lead_retry")
            self.assertEqual(len(self.retried(lead)), times)
            lead.action_restore()
            self.assertFalse(lead.retried_at)

    def test_one_that_was_restored_is_not_tried_again(self):
        self.at(NOON)
        lead = self.lead()
        self.lose(lead, retry_months=1)
        lead.action_restore()
        self.at(NOON + timedelta(days=40))
        self.run_job("cron_crm_lead_retry")
        self.assertFalse(self.retried(lead))
