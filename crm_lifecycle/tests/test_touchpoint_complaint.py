from odoo import Command
from odoo.tests import tagged

from .touchpoint_common import MONTHLY, TouchpointCommon


@tagged("post_install", "-at_install")
class TestTouchpointComplaint(TouchpointCommon):
    """While a complaint is open, sales contacts wait and one service contact is asked for."""

    def sales(self):
        return self.open_of().filtered("step_id")

    def service(self, *states):
        return self.touchpoints(self.partner, *states).filtered("complaint_id")

    def test_sales_contacts_wait(self):
        self.plan()
        complaint = self.complaint()
        self.plan()
        self.assertEqual(self.sales().waits_for, "complaint")
        complaint.write({"complaint_state": "closed", "satisfaction": "4"})
        self.plan()
        self.assertFalse(self.sales().waits_for)

    def test_a_service_step_goes_on(self):
        service = {**MONTHLY, "name": "Service", "is_service": True}
        self.monthly.step_ids = [Command.create(service)]
        self.complaint()
        self.plan()
        self.assertEqual(
            dict(self.sales().mapped(lambda row: (row.name, row.waits_for))),
            {"Call": "complaint", "Service": False},
        )

    def test_one_service_contact_is_asked_for(self):
        complaint = self.complaint(days=-1)
        self.complaint()
        self.plan()
        self.plan()
        row = self.service()
        self.assertEqual(row.complaint_id, complaint)
        self.assertEqual((row.kind, row.is_service, row.user_id), ("service", True, self.anna))
        self.assertEqual((row.due_date, row.max_date), (self.today, self.day(2)))
        self.assertEqual(self.value_of(self.partner).next_touch_date, self.today)

    def test_our_contact_does_it_and_it_is_not_asked_again(self):
        self.complaint(days=-3)
        self.plan(-3)
        contact = self.contact(self.partner, -1)
        self.plan()
        self.assertEqual(self.service("done").interaction_id, contact)
        self.assertEqual(len(self.service()), 1)

    def test_the_customer_s_call_does_not_do_it(self):
        self.complaint(days=-3)
        self.plan(-3)
        self.contact(self.partner, -1, direction="in")
        self.plan()
        self.assertEqual(self.service().state, "planned")

    def test_a_closed_complaint_needs_none(self):
        complaint = self.complaint(days=-3)
        self.plan(-3)
        complaint.write({"complaint_state": "closed", "satisfaction": "4"})
        self.plan()
        self.assertIn("closed", self.service("skipped").skip_reason)

    def test_what_waited_is_not_missed_for_it(self):
        self.contact(self.partner, -200)
        self.plan(-170)
        complaint = self.complaint(days=-169, channel=self.mail_channel)
        self.step.channel_ids = self.visit_channel
        self.plan(-20)
        self.assertFalse(self.touchpoints(self.partner, "missed"))
        complaint.write({"complaint_state": "closed", "satisfaction": "4"})
        self.plan()
        self.assertFalse(self.touchpoints(self.partner, "missed"))
        self.assertEqual(self.sales().due_date, self.day(1))

    def test_a_customer_without_a_cadence_is_not_asked_about(self):
        self.monthly.state = "paused"
        self.complaint()
        self.plan()
        self.assertFalse(self.service())
