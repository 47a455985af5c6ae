from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .speed_common import NOON, SpeedCommon

MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
class TestLeadKeptWaiting(SpeedCommon):
    """A customer who waits is not forgotten by a merge, nor by a contact that was none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.customer("Buyer")

    # ------------------------------------------------------------------ merged
    def merged(self, kept, gone):
        """Merge so that the first stays: Odoo keeps the one that is further."""
        kept.stage_id = self.offer
        result = (kept | gone).merge_opportunity()
        self.assertEqual(result, kept)
        self.commit()
        return kept

    def test_the_clock_of_who_waits_longest_is_kept(self):
        waiting = self.request()
        due = waiting.contact_deadline
        self.at(NOON + 30 * MINUTE)
        kept = self.merged(self.lead("By hand"), waiting)
        self.assertEqual((kept.arrival, kept.arrived_at), ("web", NOON))
        self.assertEqual((kept.contact_deadline, kept.contact_clock_from), (due, NOON))
        self.assertEqual(kept.speed_state, "late")

    def test_the_earliest_of_two_requests_is_kept(self):
        first = self.request()
        second = self.request(NOON + 5 * MINUTE)
        due = first.contact_deadline
        kept = self.merged(second, first)
        self.assertEqual((kept.arrived_at, kept.contact_deadline), (NOON, due))

    def test_a_later_request_changes_nothing(self):
        first, second = self.request(), self.request(NOON + 5 * MINUTE)
        due = first.contact_deadline
        kept = self.merged(first, second)
        self.assertEqual((kept.arrived_at, kept.contact_deadline), (NOON, due))

    def test_a_request_that_has_no_deadline_yet_gets_one(self):
        kept = self.lead("By hand")
        self.at(NOON)
        waiting = self.lead("Request", arrival="web", user_id=False)
        self.merged(kept, waiting)
        self.assertEqual(kept.contact_deadline, NOON + 15 * MINUTE)

    def test_the_first_contact_is_kept(self):
        waiting = self.request(partner_id=self.buyer.id)
        talk = self.talk(waiting, NOON + 10 * MINUTE)
        kept = self.merged(self.lead("By hand"), waiting)
        self.assertEqual((kept.first_contact_id, kept.first_contact_at), (talk, talk.date))
        self.assertEqual((kept.speed_state, kept.response_minutes), ("in_time", 10))

    def test_where_nobody_waits_nothing_is_kept(self):
        kept, gone = self.lead("One"), self.lead("Two")
        self.merged(kept, gone)
        self.assertEqual(kept.arrival, "manual")
        self.assertFalse(kept.contact_deadline or kept.first_contact_at)

    # ------------------------------------------------------------------ taken back
    def answered(self):
        """A request and the two contacts that answered it."""
        lead = self.request(partner_id=self.buyer.id)
        return lead, self.talk(lead, NOON + 10 * MINUTE), self.talk(lead, NOON + 40 * MINUTE)

    def test_when_the_first_contact_is_deleted_the_next_one_counts(self):
        lead, first, second = self.answered()
        first.unlink()
        self.commit()
        self.assertEqual((lead.first_contact_id, lead.first_contact_at), (second, second.date))
        self.assertEqual((lead.response_minutes, lead.speed_state), (40, "was_late"))

    def test_when_there_is_no_other_the_customer_waits_again(self):
        lead, first, second = self.answered()
        second.unlink()
        first.unlink()
        self.commit()
        self.assertFalse(lead.first_contact_at or lead.first_contact_id)
        self.assertEqual(lead.speed_state, "late")
        row = "SELECT response_minutes FROM crm_lead WHERE id = %s"
        self.env.cr.execute(row, (lead.id,))
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_a_contact_whose_channel_is_corrected_counts_no_more(self):
        lead, first, second = self.answered()
        mail = self.env.ref("crm_lifecycle.channel_email")
        first.write({"channel_id": mail.id, "direction": "in"})
        self.commit()
        self.assertEqual(lead.first_contact_id, second)

    def test_a_contact_whose_day_is_corrected_counts_from_then(self):
        lead, first, second = self.answered()
        first.date = NOON + 50 * MINUTE
        self.commit()
        self.assertEqual((lead.first_contact_id, lead.response_minutes), (second, 40))

    def test_a_contact_with_the_customer_is_the_next_one(self):
        lead, first, _second = self.answered()
        nowhere = {"res_model": False, "res_id": False}
        general = self.talk(lead, NOON + 20 * MINUTE, **nowhere)
        first.unlink()
        self.commit()
        self.assertEqual(lead.first_contact_id, general)

    def test_correcting_anything_else_asks_for_nothing(self):
        _lead, first, _second = self.answered()
        with patch.object(type(first), "_first_of_leads") as look:
            first.write({"learned": "Blue"})
        look.assert_not_called()
