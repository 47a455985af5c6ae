from odoo.tests import tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestCaptureInvoice(CaptureCommon):
    """An invoice that somebody sends is a contact; a batch of them is bulk mail."""

    def send(self, count, from_cron=False):
        moves = self.env["account.move"].union(
            *(self.invoice(self.bob, 10.0) for _number in range(count))
        )
        self.clear()
        if from_cron:
            author = {"author_user_id": self.a.id, "author_partner_id": self.a.partner_id.id}
            moves.sending_data = author
        before = moves.message_ids
        sender = self.env["account.move.send"].with_user(self.a).sudo()
        sender._generate_and_send_invoices(moves, from_cron=from_cron, sending_methods=["email"])
        posted = (moves.message_ids - before).filtered(lambda one: one.message_type == "comment")
        self.assertEqual(len(posted), count)
        return self.capture()

    def test_an_invoice_sent_alone_is_a_contact(self):
        self.assertEqual(self.send(1).partner_id, self.beta)

    def test_invoices_sent_together_are_none(self):
        self.assertFalse(self.send(3))

    def test_the_last_one_of_many_that_the_scheduled_job_sends_is_none(self):
        self.assertFalse(self.send(1, from_cron=True))

    def test_what_was_written_about_an_invoice_before_stays_a_contact(self):
        self.clear()
        written = self.post(self.move, to=self.bob)
        self.env["account.move.send"]._forget_bulk({self.move: {}}, written.id)
        self.assertEqual(self.capture().source_res_id, written.id)
