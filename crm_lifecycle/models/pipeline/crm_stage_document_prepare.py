from odoo import SUPERUSER_ID, Command, models
from odoo.exceptions import UserError


class CrmStageDocumentJob(models.Model):
    """How a document is filled from its lead.

    An e-mail is rendered with the rights of whoever is on the lead, who is its sender: a
    template can show the customer no more than that person may see. A quotation and a PDF are
    made as the superuser, in that person's name: they may be the salesperson's alone, and
    nothing goes into them but the lead, what the stage's document says and what the report
    prints. Each method returns the values that the row is written with.
    """

    _inherit = "crm.stage.document.job"

    def _prepare_document(self):
        """Make the document: dict of the row's values; none for a stage that was left."""
        document = self.document_id
        if not document or self.passage_id.date_out or not self.lead_id.active:
            return {"state": "dropped"}
        return self._preparations()[self.kind](document)

    def _preparations(self):
        """What prepares each kind: dict of kind to method; extend to add a kind."""
        return {
            "mail": self._prepare_mail,
            "quotation": self._prepare_quotation,
            "report": self._prepare_report,
        }

    def _actor(self):
        """In whose name the document is made: who is on the lead, its salesperson, or nobody."""
        lead = self.lead_id
        people = lead.stage_responsible_id | lead.user_id
        fit = people._may_be_on_leads(lead._lifecycle_company())
        return fit[:1] or self.env["res.users"].browse(SUPERUSER_ID)

    def _acting(self, records):
        """The records as the actor has them, in the lead's company."""
        company = self.lead_id._lifecycle_company()
        return records.with_user(self._actor()).with_company(company)

    # ------------------------------------------------------------------ e-mail
    def _prepare_mail(self, document):
        template = self._acting(document.mail_template_id)
        lead = self.lead_id
        rendered = ("subject", "body_html", "email_to", "partner_to")
        text = template._generate_template(lead.ids, rendered)[lead.id]
        if not (text.get("partner_ids") or text.get("email_to")):
            raise UserError(
                self.env._("%(lead)s has no customer and no e-mail address.", lead=lead.name)
            )
        state = "ready"
        if document.send_automatically:
            # Into the queue of outgoing e-mails, in the same transaction; kept in the chatter.
            template.send_mail(lead.id, email_values={"auto_delete": False})
            self.env["mail.mail"]._wake_queue()
            state = "done"
        return {"state": state, "subject": text["subject"], "body": text["body_html"]}

    # ------------------------------------------------------------------ quotation
    def _prepare_quotation(self, document):
        lead = self._acting(self.lead_id).sudo()
        if not lead.partner_id:
            raise UserError(self.env._("%(lead)s has no customer.", lead=lead.name))
        # Who moved the lead asked for it: a flagged one waits for a manager all the same.
        lead._hold_flagged()
        order = lead.env["sale.order"].create(self._quotation_values(lead, document))
        if document.quotation_template:
            order._onchange_sale_order_template_id()
        return {"state": "ready", "order_id": order.id}

    def _quotation_values(self, lead, document):
        """The values of the quotation; extend to fill more of it."""
        context = lead._prepare_opportunity_quotation_context()
        values = {name.removeprefix("default_"): value for name, value in context.items()}
        values["company_id"] = lead._lifecycle_company().id
        if document.quotation_template:
            return {**values, "sale_order_template_id": document.quotation_template.id}
        lines = [
            Command.create({"product_id": line.product_id.id, "product_uom_qty": line.quantity})
            for line in document.line_ids
        ]
        return {**values, "order_line": lines}

    # ------------------------------------------------------------------ PDF
    def _prepare_report(self, document):
        report, record = document.report_id, self._printed(document)
        reports = self._acting(self.env["ir.actions.report"]).sudo()
        content, suffix = reports._render_qweb_pdf(report.report_name, record.ids)
        attachment = self._acting(self.env["ir.attachment"]).sudo()
        attachment = attachment.create(
            {
                "name": f"{document.name}.{suffix}",
                "raw": content,
                "res_model": "crm.lead",
                "res_id": self.lead_id.id,
            }
        )
        return {"state": "ready", "attachment_id": attachment.id}

    def _printed(self, document):
        """The record that is printed: the lead, or its newest open quotation."""
        lead = self.lead_id
        if document.report_id.model == "crm.lead":
            return lead
        orders = lead.order_ids.filtered(lambda order: order.state in ("draft", "sent"))
        if not orders:
            raise UserError(self.env._("%(lead)s has no open quotation.", lead=lead.name))
        return orders.sorted("id")[-1]
