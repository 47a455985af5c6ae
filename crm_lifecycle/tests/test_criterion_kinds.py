from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .criterion_common import CriterionCommon


@tagged("post_install", "-at_install")
class TestCriterionKinds(CriterionCommon):
    """Conditions that something was done: a contact, a quotation, an activity."""

    def setUp(self):
        super().setUp()
        self.partner = self.customer(user_id=self.seller.id)
        self.subject = self.lead(partner_id=self.partner.id)
        hour = timedelta(hours=1)
        self.passages(self.subject).date_in = fields.Datetime.now() - hour
        self.env.flush_all()

    def contact(self, minutes_ago=5, **vals):
        return self.env["crm.interaction"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "channel_id": self.env.ref("crm_lifecycle.channel_call").id,
                "date": fields.Datetime.now() - timedelta(minutes=minutes_ago),
                **vals,
            }
        )

    def passes(self, lead=None):
        self.move(lead or self.subject)
        self.assertEqual((lead or self.subject).stage_id, self.call)

    # ------------------------------------------------------------------ contact
    def test_a_contact_about_the_lead(self):
        self.criterion(self.call, "contact")
        self.assertRefused(lambda: self.move(self.subject))
        self.contact(res_model="crm.lead", res_id=self.subject.id)
        self.passes()

    def test_a_contact_with_the_customer_about_nothing_else(self):
        self.criterion(self.call, "contact")
        self.contact()
        self.passes()

    def test_a_contact_about_something_else_is_none(self):
        self.criterion(self.call, "contact")
        other = self.lead("Other", partner_id=self.partner.id)
        self.contact(res_model="crm.lead", res_id=other.id)
        self.assertRefused(lambda: self.move(self.subject))

    def test_a_contact_from_before_the_last_stage_is_none(self):
        self.criterion(self.call, "contact")
        self.contact(minutes_ago=61)
        self.assertRefused(lambda: self.move(self.subject))

    def test_a_contact_of_tomorrow_is_none(self):
        self.criterion(self.call, "contact")
        self.contact(minutes_ago=-1440)
        self.assertRefused(lambda: self.move(self.subject))

    def test_only_through_the_chosen_channels(self):
        mail = self.env.ref("crm_lifecycle.channel_email")
        self.criterion(self.call, "contact", channel_ids=[Command.set(mail.ids)])
        self.contact()
        self.assertRefused(lambda: self.move(self.subject))
        self.contact(channel_id=mail.id)
        self.passes()

    def test_only_of_the_chosen_kind(self):
        self.criterion(self.call, "contact", channel_kind="meeting")
        self.contact()
        self.assertRefused(lambda: self.move(self.subject))

    def test_a_contact_in_another_company_is_none(self):
        self.criterion(self.call, "contact")
        other = self.env["res.company"].create({"name": "Other company"})
        self.contact(company_id=other.id)
        self.assertRefused(lambda: self.move(self.subject))

    def test_a_new_lead_was_not_talked_with(self):
        self.criterion(self.first, "contact")
        vals = {"name": "New", "team_id": self.team.id, "stage_id": self.first.id}
        self.assertRefused(lambda: self.env["crm.lead"].with_user(self.seller).create(vals))

    # ------------------------------------------------------------------ quotation
    def test_a_quotation_that_was_sent(self):
        self.criterion(self.call, "quotation")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "opportunity_id": self.subject.id,
                "company_id": self.company.id,
            }
        )
        self.assertRefused(lambda: self.move(self.subject))
        order.state = "sent"
        self.passes()

    # ------------------------------------------------------------------ activity
    def test_an_activity_of_the_type_that_was_done(self):
        kind = self.env.ref("mail.mail_activity_data_call")
        self.criterion(self.call, "activity", activity_type_id=kind.id)
        other = self.subject.activity_schedule("mail.mail_activity_data_todo")
        other.action_done()
        activity = self.subject.activity_schedule("mail.mail_activity_data_call")
        self.assertRefused(lambda: self.move(self.subject))
        activity.action_done()
        self.passes()
