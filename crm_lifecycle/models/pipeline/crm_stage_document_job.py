import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .crm_stage_document import KINDS

_logger = logging.getLogger(__name__)

BATCH = 10
REASON = 500
STATES = [
    ("waiting", "Being Prepared"),
    ("ready", "Ready"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("dropped", "No Longer Needed"),
]


class CrmStageDocumentJob(models.Model):
    """A stage's document for a lead: asked for with the move, prepared by a scheduled job.

    ``_push`` writes one row a document and stay (a unique index keeps it at one; an e-mail that
    is sent by itself goes to a lead's customer once) and wakes the job: nobody's save waits for
    a PDF. ``_cron_prepare`` takes rows nobody else has taken,
    prepares each in a savepoint and commits after every few: killed anywhere, the rows of the
    open transaction wait still, and nothing of them is there. A document that cannot be
    prepared is *failed*, with the reason here and in the lead's chatter, and stops no other.
    How each kind is prepared stands in ``crm_stage_document_prepare.py``.
    """

    _name = "crm.stage.document.job"
    _description = "Document of a Lead's Stage"
    _order = "id desc"

    name = fields.Char("Document", required=True, readonly=True)
    lead_id = fields.Many2one(
        "crm.lead", required=True, index=True, ondelete="cascade", readonly=True
    )
    passage_id = fields.Many2one(
        "crm.stage.passage", "Stay in Stage", index=True, ondelete="cascade", readonly=True
    )
    document_id = fields.Many2one(
        "crm.stage.document",
        "Document of Stage",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True)
    reason = fields.Char(readonly=True, help="Why it could not be prepared.")

    # What came of it
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True)
    order_id = fields.Many2one(
        "sale.order", "Quotation", readonly=True, index="btree_not_null", ondelete="set null"
    )
    attachment_id = fields.Many2one(
        "ir.attachment", "File", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _once = models.UniqueIndex(
        "(passage_id, document_id) WHERE passage_id IS NOT NULL AND document_id IS NOT NULL",
        "This document is prepared already.",
    )
    _waiting = models.Index("(id) WHERE state = 'waiting'")

    # ------------------------------------------------------------------ asking
    @api.model
    def _push(self, moves):
        """Ask for the documents of the stages that leads entered.

        :param list moves: of ``Move``, whose stays are written down already
        """
        leads = [move.lead.id for move in moves]
        passages = self.env["crm.stage.passage"].sudo()
        passages = passages.search([("lead_id", "in", leads), ("date_out", "=", False)])
        by_stage = passages.stage_id.document_ids.grouped("stage_id")
        sent = self._sent_before(passages)
        values = [
            {
                "name": document.name,
                "lead_id": passage.lead_id.id,
                "passage_id": passage.id,
                "document_id": document.id,
                "kind": document.kind,
            }
            for passage in passages
            for document in by_stage.get(passage.stage_id, [])
            if (passage.lead_id, document) not in sent
        ]
        if values:
            self.sudo().create(values)
            self._wake()

    @api.model
    def _sent_before(self, passages):
        """The e-mails that go out by themselves, and did so in an earlier stay of the lead.

        :return: set of (lead, document)
        """
        documents = passages.stage_id.document_ids.filtered("send_automatically")
        if not documents:
            return set()
        domain = [("lead_id", "in", passages.lead_id.ids), ("state", "=", "done")]
        jobs = self.sudo().search([*domain, ("document_id", "in", documents.ids)])
        return {(job.lead_id, job.document_id) for job in jobs}

    @api.model
    def _wake(self, minutes=0):
        """Start the job as soon as this transaction is committed, or so many minutes later."""
        job = self.env.ref("crm_lifecycle.cron_stage_document", raise_if_not_found=False)
        if job:
            job.sudo()._trigger(fields.Datetime.add(fields.Datetime.now(), minutes=minutes))

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_prepare(self):
        """Prepare what waits, a few a transaction."""
        refresh = self.env["crm.customer.value.refresh"]
        refresh._work_off(self, [("state", "=", "waiting")], self._prepare_attempt)

    @api.model
    def _prepare_attempt(self, last, attempt):
        """Some; fewer where others write the same rows."""
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        return self._prepare_batch(limit, last)

    @api.model
    def _prepare_batch(self, limit=BATCH, last=None):
        """Prepare up to ``limit`` documents.

        :param int last: leave rows after this id
        :return: number of rows taken; 0 when there is nothing that nobody else works on
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_stage_document_job
                    WHERE state = 'waiting' AND (%s::int IS NULL OR id <= %s)
                    ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
                last,
                last,
                limit,
                to_flush=self._fields["state"],
            )
        )
        for (job_id,) in rows:
            self.sudo().with_context(lifecycle_by_job=True).browse(job_id)._prepare_or_fail()
        return len(rows)

    def _prepare_or_fail(self):
        """Prepare this document, or say why that was not possible."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self.write(self._prepare_document())
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except UserError as error:
            self._fail(str(error))
        except Exception as error:
            _logger.warning("Document %s of a stage was not prepared", self.id, exc_info=True)
            self._fail(f"{type(error).__name__}: {error}")

    def _fail(self, reason):
        """Keep why it failed, and say on the lead what to do."""
        reason = reason.replace("\x00", "").strip()[:REASON]
        self.write({"state": "failed", "reason": reason})
        self.lead_id._message_log(
            body=self.env._(
                "%(document)s could not be prepared: %(reason)s Correct that, then choose "
                "Try Again in the lead's documents.",
                document=self.name,
                reason=reason,
            )
        )

    # ------------------------------------------------------------------ by people
    def action_retry(self):
        """Prepare failed documents again; for who may write their leads."""
        self.check_access("read")
        self.lead_id.check_access("write")
        failed = self.sudo().filtered(lambda job: job.state == "failed")
        failed.write({"state": "waiting", "reason": False})
        self._wake()

    def action_done(self):
        """Tick off documents that are ready; for who may write their leads."""
        self.check_access("read")
        self.lead_id.check_access("write")
        self.sudo().filtered(lambda job: job.state == "ready").write({"state": "done"})

    def action_open(self):
        """Open what was prepared: the e-mail to send, the quotation, or the file."""
        self.ensure_one()
        self.check_access("read")
        self.lead_id.check_access("read")
        return {
            "mail": self._open_mail,
            "quotation": self._open_order,
            "report": self._open_file,
        }[self.kind]()

    def _open_mail(self):
        template = self.sudo().document_id.mail_template_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "crm.lead",
                "default_res_ids": self.lead_id.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id,
            },
        }

    def _open_order(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }

    def _open_file(self):
        attachment = self.sudo().attachment_id
        url = f"/web/content/{attachment.id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}
