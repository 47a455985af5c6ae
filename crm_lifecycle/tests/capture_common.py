"""Customers, documents and a mailbox of ours, to capture contacts from."""

from markupsafe import Markup
from odoo import Command
from odoo.addons.crm_lifecycle.models.interaction.interaction_capture import BATCH
from odoo.tools import mute_logger

from .access_common import AccessCommon
from .mailbox_builder import SENT

GATEWAY = "odoo.addons.mail.models.mail_thread"


class CaptureCommon(AccessCommon):
    """Acme with Dana and Avi, Beta with Bob, and Noa, each with documents; ``a`` sells."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.captures = cls.env["crm.interaction.capture"]
        cls.talks = cls.env["crm.interaction"]
        cls.a.partner_id.write({"name": "Seller", "email": "seller@ours.example"})
        cls.acme = cls.customer("Acme", email="acme@acme.example", user_id=cls.a.id)
        cls.dana = cls.person("Dana", "dana@acme.example", cls.acme)
        cls.avi = cls.person("Avi", "avi@acme.example", cls.acme)
        cls.beta = cls.customer("Beta", email="info@beta.example", user_id=cls.b.id)
        cls.bob = cls.person("Bob", "bob@beta.example", cls.beta)
        cls.noa = cls.person("Noa", "noa@private.example")
        cls.worker = cls.person("Worker", "worker@ours.example", employee=True)
        cls.office = cls.person("Office", "office@ours.example", cls.company.partner_id)
        cls._documents()
        cls._addresses()
        cls.clear()

    @classmethod
    def person(cls, name, email, parent=None, **vals):
        vals["parent_id"] = parent.id if parent else False
        return cls.env["res.partner"].create({"name": name, "email": email, **vals})

    @classmethod
    def _documents(cls):
        cls.order = cls.env["sale.order"].create(
            {"partner_id": cls.dana.id, "company_id": cls.company.id, "user_id": cls.a.id}
        )
        cls.lead = cls.env["crm.lead"].create({"name": "Lead", "partner_id": cls.noa.id})
        cls.move = cls.invoice(cls.bob, 10.0, post=False)
        cls.vendor = cls.person("Vendor", "vendor@vendor.example")
        cls.bill = cls.invoice(cls.vendor, 10.0, post=False, move_type="in_invoice")
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.picking = cls.env["stock.picking"].create(
            {"partner_id": cls.dana.id, "picking_type_id": warehouse.out_type_id.id}
        )
        cls.by_name = {
            "order": cls.order,
            "invoice": cls.move,
            "delivery": cls.picking,
            "lead": cls.lead,
            "noa": cls.noa,
            "bill": cls.bill,
        }

    @classmethod
    def _addresses(cls):
        domain = cls.env["mail.alias.domain"].create(
            {"name": "ours.example", "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )
        for name in ("chairs", "ask"):
            cls.env["mail.alias"].create(
                {
                    "alias_name": name,
                    "alias_domain_id": domain.id,
                    "alias_model_id": cls.env["ir.model"]._get_id("crm.lead"),
                    "alias_defaults": repr({"company_id": cls.company.id}),
                    "alias_contact": "everyone",
                }
            )
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 1000)
        for name, document in cls.by_name.items():
            cls.sent(document, name)
        cls.sent(cls.order, "note", subtype_xmlid="mail.mt_note")

    @classmethod
    def sent(cls, document, name, **vals):
        """What stands on a document under a Message-Id that replies can name."""
        vals.setdefault("subtype_xmlid", "mail.mt_comment")
        return document.message_post(body=f"Our {name}", message_id=SENT[name], **vals)

    @classmethod
    def clear(cls):
        cls.captures._write_pending()
        cls.captures.search([]).unlink()

    # ------------------------------------------------------------------ doing
    def receive(self, *mails):
        """Have the mail gateway take e-mails in, as they come from the wire."""
        gateway = self.env["mail.thread"].with_context(tracking_disable=False)
        with mute_logger(GATEWAY):
            for one in mails:
                gateway.message_process(False, one.raw)

    def post(self, document, body="<p>Hello</p>", user=None, to=None, **vals):
        """One of us sends a message from a document's chatter."""
        vals.setdefault("subtype_xmlid", "mail.mt_comment")
        vals.setdefault("message_type", "comment")
        partners = (self.dana if to is None else to).ids
        poster = document.with_user(user or self.a).sudo()
        return poster.message_post(body=Markup(body), partner_ids=partners, **vals)

    def capture(self, limit=BATCH):
        """What happens after a commit: note, then let the job run. Returns the new contacts."""
        before = self.talks.search([])
        self.env.flush_all()
        self.captures._write_pending()
        while self.captures._capture_batch(limit):
            continue
        return self.talks.search([], order="id") - before

    def captured(self, message):
        """The one contact that a message became."""
        talks = self.capture()
        self.assertEqual(talks.mapped("source_res_id"), message.ids)
        return talks

    def assertNothing(self, where=""):
        self.assertFalse(self.capture(), where)

    def portal_of(self, partner):
        return self.env["res.users"].create(
            {
                "login": f"portal_{partner.id}",
                "partner_id": partner.id,
                "group_ids": [Command.set([self.env.ref("base.group_portal").id])],
                "company_id": self.company.id,
                "company_ids": [Command.set([self.company.id])],
            }
        )
