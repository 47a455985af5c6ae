from odoo.tests import tagged

from .capture_common import CaptureCommon
from .mailbox_machines import ANSWERING_MACHINES, MACHINES, MANY, REPORTS
from .mailbox_people import PEOPLE

MAILBOX = [*PEOPLE, *MACHINES]


@tagged("post_install", "-at_install")
class TestCaptureMailbox(CaptureCommon):
    """A mailbox of more than fifty e-mails becomes the log that stands beside them."""

    def log(self, talks):
        """What was logged, by the name of the e-mail."""
        names = {one.message_id: one.name for one in MAILBOX}
        messages = self.env["mail.message"].browse(talks.mapped("source_res_id"))
        by_id = {message.id: names[message.message_id] for message in messages}
        self.assertEqual(len(by_id), len(set(by_id.values())), "Each e-mail is logged once.")
        return {by_id[talk.source_res_id]: self.row(talk) for talk in talks}

    def row(self, talk):
        return (
            talk.partner_id.name,
            talk.contact_id.name,
            self.document(talk),
            talk.direction,
            (talk.said or "").strip(),
        )

    def document(self, talk):
        """The name of the document; a new lead has none."""
        for name, document in self.by_name.items():
            if (document._name, document.id) == (talk.res_model, talk.res_id):
                return name
        self.assertEqual(talk.res_model, "crm.lead")
        return "new"

    def expected(self, mails):
        return {
            one.name: (
                one.logged.customer,
                one.logged.contact,
                one.logged.document,
                one.logged.direction,
                one.logged.said,
            )
            for one in mails
            if one.logged
        }

    def test_the_mailbox_has_fifty_e_mails_of_every_kind(self):
        self.assertGreaterEqual(len(MAILBOX), 50)
        self.assertEqual(len({one.message_id for one in MAILBOX}), len(MAILBOX))
        self.assertGreaterEqual(len(self.expected(MAILBOX)), 28)

    def test_what_people_wrote_is_logged(self):
        self.receive(*PEOPLE)
        self.maxDiff = None
        self.assertEqual(self.log(self.capture()), self.expected(PEOPLE))

    def test_what_nobody_wrote_is_not(self):
        for one in MACHINES:
            with self.subTest(one.name):
                self.receive(one)
                self.assertNothing()

    def test_what_nobody_wrote_is_in_the_chatter_all_the_same(self):
        """Only bounces and receipts are Odoo's to swallow: the rest is there, and no contact."""
        posted = [one for one in MACHINES if one not in REPORTS[:3]]
        self.receive(*posted)
        ids = [one.message_id for one in posted]
        messages = self.env["mail.message"].search([("message_id", "in", ids)])
        self.assertEqual(set(messages.mapped("message_id")), set(ids))

    def test_a_company_may_know_answering_machines_better(self):
        self.patch(
            self.env.registry["mail.thread"], "_is_automatic_email", lambda _thread, _mail: False
        )
        machines = [*ANSWERING_MACHINES, *MANY[:2]]
        self.receive(*machines)
        self.assertEqual(len(self.capture()), len(machines))

    def test_the_subjects_are_read(self):
        self.receive(*(one for one in PEOPLE if one.logged and one.logged.summary is not None))
        names = {one.message_id: one.logged.summary for one in PEOPLE if one.logged}
        talks = self.capture()
        self.assertGreater(len(talks), 4)
        for talk in talks:
            message = self.env["mail.message"].browse(talk.source_res_id)
            self.assertEqual(talk.summary or "", names[message.message_id])

    def test_the_mailbox_twice_is_the_same_log(self):
        self.receive(*MAILBOX)
        first = self.capture(limit=7)
        self.receive(*MAILBOX)
        self.assertNothing("The gateway knows them.")
        ids = [one.message_id for one in MAILBOX if one.logged]
        messages = self.env["mail.message"].search([("message_id", "in", ids)])
        self.assertGreaterEqual(len(messages), len(first))
        self.captures._push("email", messages.ids)
        self.assertNothing("Their contacts are there.")
