from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("mail", "E-mail"),
    ("quotation", "Quotation"),
    ("report", "PDF"),
]
# What can be printed: the lead, or its newest quotation.
PRINTED = ("crm.lead", "sale.order")


class CrmStageDocument(models.Model):
    """A document that is prepared when a lead enters a stage, filled from the lead.

    An e-mail from a template, a quotation of certain products (or from a quotation template,
    where the Sales app has them), or a PDF attached to the lead. Prepared once a stay, by
    ``crm.stage.document.job``, in the order of these rows.
    """

    _name = "crm.stage.document"
    _description = "Document of a Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    stage_id = fields.Many2one("crm.stage", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="mail")
    mail_template_id = fields.Many2one(
        "mail.template", "E-mail Template", ondelete="cascade", domain=[("model", "=", "crm.lead")]
    )
    send_automatically = fields.Boolean(
        help="Send the e-mail at once. Otherwise it waits on the lead for somebody to send it.",
    )
    quotation_template = fields.Reference(
        "_quotation_templates", help="Instead of products, where quotation templates are in use."
    )
    line_ids = fields.One2many("crm.stage.document.line", "document_id", "Products", copy=True)
    report_id = fields.Many2one(
        "ir.actions.report",
        ondelete="cascade",
        domain=[("model", "in", PRINTED), ("report_type", "=", "qweb-pdf")],
        help="A report of leads, or of quotations: then of the lead's newest.",
    )

    @api.model
    def _quotation_templates(self):
        """The models of quotation templates there are."""
        name = "sale.order.template"
        return [(name, self.env._("Quotation Template"))] if name in self.env else []

    @api.constrains("kind", "mail_template_id", "report_id", "quotation_template")
    def _check_source(self):
        for document in self:
            document._check_source_readable()
            missing = document.sudo()._missing_source()
            if missing:
                raise ValidationError(missing)

    def _check_source_readable(self):
        """Refuse a template or report that whoever chooses it may not read."""
        if self.env.su:
            return
        for name in ("mail_template_id", "report_id", "quotation_template"):
            if self[name]:
                self[name].check_access("read")

    def _missing_source(self):
        """What is wrong with the document, as a sentence, or nothing."""
        template, report = self.mail_template_id, self.report_id
        if self.kind == "mail" and template.model != "crm.lead":
            return self.env._("Choose an e-mail template for leads for %(name)s.", name=self.name)
        printable = report.model in PRINTED and report.report_type == "qweb-pdf"
        if self.kind == "report" and not printable:
            return self.env._("Choose a PDF of leads or quotations for %(name)s.", name=self.name)
        return ""

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self.env.registry.clear_cache()
        return documents

    def write(self, vals):
        result = super().write(vals)
        if not {"active", "stage_id"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
