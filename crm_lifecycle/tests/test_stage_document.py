from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .responsible_common import ResponsibleCommon

PREPARE = "odoo.addons.crm_lifecycle.models.pipeline.crm_stage_document_job"


class StageDocumentCommon(ResponsibleCommon):
    """A stage with documents, and the job that prepares them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jobs = cls.env["crm.stage.document.job"]
        cls.template = cls.env["mail.template"].create(
            {
                "name": "About the call",
                "model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "subject": "About {{ object.name }}",
                "body_html": '<p>Dear <t t-out="object.contact_name"/></p>',
            }
        )
        cls.product = cls.env["product.product"].create({"name": "Window", "list_price": 100})

    @classmethod
    def document(cls, kind="mail", stage=None, **vals):
        return cls.env["crm.stage.document"].create(
            {
                "name": f"The {kind}",
                "stage_id": (stage or cls.call).id,
                "kind": kind,
                "mail_template_id": cls.template.id if kind == "mail" else False,
                **vals,
            }
        )

    def moved(self, **vals):
        values = {"email_from": "lily@example.com", "contact_name": "Lily", **vals}
        lead = self.lead("A window", **values)
        self.as_user(lead).stage_id = self.call
        return lead

    def prepared(self, lead):
        self.jobs._prepare_batch()
        return lead.stage_document_ids

    def quotation(self, **vals):
        line = Command.create({"product_id": self.product.id, "quantity": 3})
        return self.document("quotation", line_ids=[line], **vals)

    def lead_report(self, model="crm.lead"):
        view = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "Sheet",
                "key": "crm_lifecycle.test_sheet",
                "arch": '<t t-name="crm_lifecycle.test_sheet"><div class="article">'
                '<t t-foreach="docs" t-as="doc"><p t-out="doc.name"/></t></div></t>',
            }
        )
        return self.env["ir.actions.report"].create(
            {"name": "Sheet", "model": model, "report_name": view.key, "report_type": "qweb-pdf"}
        )


@tagged("post_install", "-at_install")
class TestStageDocument(StageDocumentCommon):
    """A stage's documents are prepared when a lead enters it, and never stand in its way."""

    # ------------------------------------------------------------------ asking
    def test_entering_asks_for_each_document_and_prepares_none_yet(self):
        self.document()
        self.quotation(sequence=20)
        lead = self.moved()
        self.assertEqual(lead.stage_document_ids.mapped("state"), ["waiting", "waiting"])
        self.assertFalse(lead.order_ids)

    def test_it_wakes_the_job(self):
        self.document()
        job = self.env.ref("crm_lifecycle.cron_stage_document")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        self.moved()
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        self.assertEqual(after, before + 1)

    def test_a_stage_without_documents_asks_for_none(self):
        self.assertFalse(self.moved().stage_document_ids)

    def test_a_mass_move_asks_for_all(self):
        self.document()
        leads = self.lead("One") | self.lead("Two")
        leads.write({"stage_id": self.call.id})
        self.assertEqual(len(leads.stage_document_ids), 2)

    def test_once_a_stay_and_again_with_the_next(self):
        self.document()
        lead = self.moved()
        self.prepared(lead)
        lead.priority = "1"
        self.assertEqual(len(lead.stage_document_ids), 1)
        lead.stage_id = self.first
        lead.stage_id = self.call
        self.assertEqual(len(lead.stage_document_ids), 2)

    # ------------------------------------------------------------------ e-mail
    def test_an_e_mail_is_filled_from_the_lead_and_waits_to_be_sent(self):
        self.document()
        job = self.prepared(self.moved())
        self.assertEqual((job.state, job.subject), ("ready", "About A window"))
        self.assertIn("Lily", job.body)
        self.assertFalse(self.env["mail.mail"].search([("subject", "=", job.subject)]))

    def test_it_opens_in_the_composer_with_its_template(self):
        self.document()
        job = self.prepared(self.moved())
        action = job.with_user(self.seller).action_open()
        self.assertEqual(action["res_model"], "mail.compose.message")
        self.assertEqual(action["context"]["default_template_id"], self.template.id)

    def test_it_is_sent_at_once_where_the_stage_says_so(self):
        self.document(send_automatically=True)
        lead = self.moved()
        job = self.prepared(lead)
        self.assertEqual(job.state, "done")
        sent = self.env["mail.mail"].search([("subject", "=", "About A window")])
        self.assertEqual(len(sent), 1)
        self.assertIn(sent.mail_message_id, lead.message_ids)

    def test_one_that_is_sent_by_itself_goes_out_once(self):
        self.document(send_automatically=True)
        self.document(name="By hand")
        lead = self.moved()
        self.prepared(lead)
        lead.stage_id = self.first
        lead.stage_id = self.call
        names = self.prepared(lead).mapped("name")
        self.assertEqual(sorted(names), ["By hand", "By hand", "The mail"])
        sent = self.env["mail.mail"].search([("subject", "=", "About A window")])
        self.assertEqual(len(sent), 1)

    def test_one_that_failed_is_sent_the_next_time(self):
        self.document(send_automatically=True)
        lead = self.moved(email_from=False)
        self.prepared(lead)
        lead.email_from = "lily@example.com"
        lead.stage_id = self.first
        lead.stage_id = self.call
        self.assertEqual(sorted(self.prepared(lead).mapped("state")), ["done", "failed"])

    def test_it_shows_no_more_than_whoever_is_on_the_lead_may_see(self):
        hidden = "<p t-out=\"object.env['ir.config_parameter'].search([])[:1].value\"/>"
        self.template.body_html = hidden
        self.document()
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"), mute_logger(PREPARE):
            job = self.prepared(self.moved())
        self.assertEqual(job.state, "failed")

    def test_without_an_address_it_says_what_is_missing(self):
        self.document()
        lead = self.moved(email_from=False)
        job = self.prepared(lead)
        self.assertEqual(job.state, "failed")
        self.assertIn("no e-mail address", job.reason)
        self.assertIn("Try Again", lead.message_ids[0].body)
        self.assertEqual(lead.stage_id, self.call)

    # ------------------------------------------------------------------ quotation
    def test_a_quotation_of_the_products_for_the_customer(self):
        self.quotation()
        lead = self.moved(partner_id=self.customer().id)
        order = self.prepared(lead).order_id
        self.assertEqual((order.state, order.partner_id), ("draft", lead.partner_id))
        self.assertEqual((order.opportunity_id, order.user_id), (lead, self.seller))
        self.assertEqual(
            (order.order_line.product_id, order.order_line.product_uom_qty), (self.product, 3)
        )
        self.assertEqual(order.company_id, self.company)

    def test_without_a_customer_it_fails_and_can_be_tried_again(self):
        self.quotation()
        lead = self.moved()
        job = self.prepared(lead)
        self.assertEqual((job.state, bool(lead.order_ids)), ("failed", False))
        lead.partner_id = self.customer()
        job.with_user(self.seller).action_retry()
        self.prepared(lead)
        self.assertEqual((job.state, len(lead.order_ids)), ("ready", 1))

    # ------------------------------------------------------------------ PDF
    def test_a_report_is_attached_to_the_lead(self):
        self.document("report", report_id=self.lead_report().id)
        job = self.prepared(self.moved())
        self.assertEqual(job.state, "ready", job.reason)
        self.assertEqual(job.attachment_id.res_model, "crm.lead")
        self.assertIn(b"A window", job.attachment_id.raw)

    def test_a_report_of_quotations_prints_the_one_prepared_before(self):
        self.quotation(sequence=1)
        report = self.lead_report("sale.order")
        self.document("report", report_id=report.id, sequence=2)
        lead = self.moved(partner_id=self.customer().id)
        self.prepared(lead)
        file = lead.stage_document_ids.attachment_id
        self.assertIn(lead.order_ids.name.encode(), file.raw)

    def test_a_report_of_quotations_without_one_says_so(self):
        self.document("report", report_id=self.lead_report("sale.order").id)
        self.assertIn("no open quotation", self.prepared(self.moved()).reason)

    # ------------------------------------------------------------------ failure, kill, re-run
    @mute_logger(PREPARE)
    def test_one_that_fails_stops_no_other_and_leaves_nothing_behind(self):
        self.quotation(sequence=1)
        self.document(sequence=2)
        lead = self.moved(partner_id=self.customer().id)

        def broken(job, _document):
            job.env["sale.order"].create({"partner_id": job.lead_id.partner_id.id})
            raise ZeroDivisionError("of a template")

        with patch.object(type(self.jobs), "_prepare_quotation", broken):
            self.prepared(lead)
        states = {job.kind: job.state for job in lead.stage_document_ids}
        self.assertEqual(states, {"quotation": "failed", "mail": "ready"})
        self.assertFalse(self.env["sale.order"].search([("partner_id", "=", lead.partner_id.id)]))

    def test_killed_in_between_it_goes_on_and_makes_nothing_twice(self):
        self.quotation()
        lead = self.moved(partner_id=self.customer().id)
        killed = patch.object(type(self.jobs), "write", side_effect=KeyboardInterrupt)
        with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint(), killed:
            self.jobs._prepare_batch()
        self.env.invalidate_all()
        self.assertEqual((lead.stage_document_ids.state, len(lead.order_ids)), ("waiting", 0))
        self.jobs._prepare_batch()
        self.assertEqual(self.jobs._prepare_batch(), 0)
        self.env.invalidate_all()
        self.assertEqual(len(lead.order_ids), 1)

    def test_the_job_works_everything_off(self):
        self.document()
        leads = [self.moved() for _turn in range(3)]
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.cron_stage_document").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual({lead.stage_document_ids.state for lead in leads}, {"ready"})

    def test_a_stage_that_was_left_needs_its_documents_no_longer(self):
        self.quotation()
        lead = self.moved(partner_id=self.customer().id)
        lead.stage_id = self.offer
        self.assertEqual(self.prepared(lead).state, "dropped")
        self.assertFalse(lead.order_ids)

    # ------------------------------------------------------------------ rights and checks
    def test_a_colleague_sees_none_and_may_try_none_again(self):
        self.quotation()
        job = self.prepared(self.moved())
        theirs = job.with_user(self.colleague)
        self.assertFalse(theirs.search([("id", "=", job.id)]))
        for action in ("action_retry", "action_open", "action_done"):
            with self.assertRaises(AccessError):
                getattr(theirs, action)()

    def test_whoever_is_on_the_lead_sees_them(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        self.document()
        job = self.prepared(self.moved())
        self.assertEqual(job.with_user(self.colleague).name, "The mail")
        job.with_user(self.colleague).action_done()
        self.assertEqual(job.state, "done")

    def test_a_seller_configures_none_and_a_manager_may(self):
        with self.assertRaises(AccessError):
            self.env["crm.stage.document"].with_user(self.seller).create(
                {"name": "X", "stage_id": self.call.id, "mail_template_id": self.template.id}
            )
        made = (
            self.env["crm.stage.document"]
            .with_user(self.leader)
            .create({"name": "X", "stage_id": self.call.id, "mail_template_id": self.template.id})
        )
        self.assertTrue(made)

    def test_a_document_needs_its_template_or_report(self):
        with self.assertRaisesRegex(ValidationError, "e-mail template for leads"):
            self.document(mail_template_id=False)
        with self.assertRaisesRegex(ValidationError, "PDF of leads or quotations"):
            self.document("report")

    def test_an_archived_document_is_prepared_no_more(self):
        self.document().active = False
        self.assertFalse(self.moved().stage_document_ids)

    def test_every_kind_can_be_extended(self):
        self.document()
        lead = self.moved()

        reason = "Not today."

        def nothing(_job, _document):
            raise UserError(reason)

        with patch.object(type(self.jobs), "_prepare_mail", nothing):
            self.assertEqual(self.prepared(lead).reason, reason)
