import re
from dataclasses import dataclass
from datetime import timedelta

import lxml.html
from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize_all, html2plaintext

from ...engine.mail import without_history

SAID = 10_000
SUMMARY = 500
# Before it there was no e-mail: a clock that was never set.
FIRST_EMAIL = fields.Datetime.to_datetime("1971-01-01 00:00:00")
FAILED = ("canceled", "exception", "bounce")
AHEAD = timedelta(minutes=5)
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Post:
    """Everything about the e-mails of a batch that is looked up at once, by id."""

    documents: dict
    recipients: dict
    customers: dict
    users: dict


class CrmInteractionCapture(models.Model):
    """Which e-mails are contacts, and what they say.

    Incoming: written by a customer. Outgoing: written by one of us, and gone to a customer.
    Both on a document that concerns customers. What nobody wrote (answering machines, lists)
    was forgotten when it came in (``mail.thread``), and what was sent to many when it went out
    (``mail.compose.message``).
    """

    _inherit = "crm.interaction.capture"

    @api.model
    def _capture_emails(self, noted):
        """Log e-mails. One that came in on two documents is one contact."""
        channel = self.env["crm.interaction.channel"]._of_kind("email")
        messages = self._new_emails(noted) if channel else ()
        post = self._post(messages)
        found, vals_list = set(), []
        for message in messages:
            vals = self._email_values(message, post)
            if vals and message.message_id not in found:
                found.add(message.message_id)
                vals_list.append(
                    {**vals, "channel_id": channel.id, "minutes": channel.default_minutes}
                )
        self._log(vals_list)

    @api.model
    def _new_emails(self, noted):
        """The messages that have no contact yet, and no twin on another document that has."""
        messages = self.env["mail.message"].sudo().browse(sorted(noted))
        messages = self._not_logged("email", messages)
        twins = messages.search(
            [
                ("message_id", "in", [one for one in messages.mapped("message_id") if one]),
                ("id", "not in", messages.ids),
            ]
        )
        logged = self._logged("email", twins.ids).mapped("source_res_id")
        known = set(messages.browse(logged).mapped("message_id"))
        return messages.filtered(lambda message: message.message_id not in known)

    @api.model
    def _post(self, messages):
        """What there is to know about these messages, in a few queries."""
        partners = self.env["res.partner"].sudo()
        documents = self._documents((message.model, message.res_id) for message in messages)
        addressed = self._partners_by_address(messages)
        recipients = {message.id: self._recipients(message, addressed) for message in messages}
        people = partners.union(
            *(message.author_id for message in messages),
            *recipients.values(),
            *map(self._contact_of, documents.values()),
        )
        return Post(documents, recipients, self._customers_of(people), self._users_of(people))

    @api.model
    def _partners_by_address(self, messages):
        """The contacts behind the addresses that were typed in as such: dict of address to one."""
        addresses = {
            address
            for message in messages
            for address in email_normalize_all(message.outgoing_email_to or "")
        }
        if not addresses:
            return {}
        partners = self.env["res.partner"].sudo()
        found = partners.search([("email_normalized", "in", list(addresses))], order="id desc")
        return {partner.email_normalized: partner for partner in found}

    @api.model
    def _recipients(self, message, addressed):
        """To whom a message really went by e-mail, in their order."""
        mailed = message.notification_ids.filtered(
            lambda row: row.notification_type == "email" and row.notification_status not in FAILED
        )
        recipients = mailed.sorted("id").res_partner_id
        if message.message_type == "email":
            # Whoever sent it wrote to these directly; they get no notification.
            recipients |= message.partner_ids
        for address in email_normalize_all(message.outgoing_email_to or ""):
            recipients |= addressed.get(address, recipients.browse())
        return recipients

    # ------------------------------------------------------------------ what is a contact
    @api.model
    def _email_values(self, message, post):
        """The contact that an e-mail is; nothing when it is none."""
        document = post.documents.get((message.model, message.res_id))
        incoming = self._is_from_customer(message, post)
        others = message.author_id if incoming else self._customers_written_to(message, post)
        if not document or not others:
            return None
        contact = self._contact_of(document)
        if contact.id not in post.customers:
            contact = others[0]
        customer = post.customers[contact.id]
        if incoming and post.customers[message.author_id.id] == customer:
            contact = message.author_id
        user = None if incoming else post.users[message.author_id.id]
        return {
            "source": "email",
            "source_res_id": message.id,
            "partner_id": customer,
            "contact_id": contact.id,
            "direction": "in" if incoming else "out",
            "date": self._email_date(message),
            "summary": self._one_line(message.subject),
            "said": self._email_text(message.body),
            **self._document_values(document, user, message.record_company_id),
        }

    @api.model
    def _is_from_customer(self, message, post):
        """Whether a customer wrote it. Only the mail gateway says so: it writes as superuser."""
        return (
            message.message_type == "email"
            and message.create_uid.id == SUPERUSER_ID
            and message.author_id.id in post.customers
        )

    @api.model
    def _customers_written_to(self, message, post):
        """The customers to whom one of us wrote; none for a note."""
        if message.author_id.id not in post.users or message.subtype_id.internal:
            return self.env["res.partner"]
        return post.recipients[message.id].filtered(lambda partner: partner.id in post.customers)

    # ------------------------------------------------------------------ what it says
    @api.model
    def _email_date(self, message):
        """When it was written; when it came in, if its clock cannot be right."""
        arrived = (message.create_date or fields.Datetime.now()).replace(microsecond=0)
        written = message.date or arrived
        return written if FIRST_EMAIL < written <= arrived + AHEAD else arrived

    @api.model
    def _one_line(self, text):
        return UNWRITABLE.sub("", " ".join((text or "").split()))[:SUMMARY] or False

    @api.model
    def _email_text(self, body):
        """The text of an e-mail less what it quotes.

        Odoo marks most of the quotes when it stores a message; the rest goes by the words.
        """
        body = UNWRITABLE.sub("", body or "")
        if not body.strip():
            return False
        tree = lxml.html.fromstring(f"<div>{body}</div>")
        for quote in tree.xpath("//*[@data-o-mail-quote]"):
            if quote.getparent() is not None:
                quote.drop_tree()
        fresh = self._plain(lxml.html.tostring(tree, encoding="unicode"))
        return without_history(fresh or self._plain(body))[:SAID] or False

    @api.model
    def _plain(self, html):
        """HTML as text, without the list of links at its end."""
        # In a box, because the parser finds no tree in what is empty or all comment.
        return html2plaintext(f"<div>{html or ''}</div>", include_references=False).strip()
