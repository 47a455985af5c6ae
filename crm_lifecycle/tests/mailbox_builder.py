"""Builds e-mails as they come from the wire, each with what is to be logged of it."""

from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage

# The Message-Ids of what we sent before: replies name them.
SENT = {
    name: f"<{name}-sent@ours.example>"
    for name in ("order", "note", "invoice", "delivery", "lead", "noa", "bill")
}
# An alias that makes leads, and the address that answers go to.
NEW, ANSWERS = "chairs@ours.example", "catchall@ours.example"


@dataclass(frozen=True)
class Logged:
    """The contact that an e-mail is to become."""

    customer: str
    contact: str
    document: str
    said: str
    direction: str = "in"
    summary: str | None = None


@dataclass(frozen=True)
class Mail:
    """An e-mail on the wire, and its contact, or None."""

    name: str
    raw: bytes
    logged: Logged | None

    @property
    def message_id(self):
        return f"<{self.name}@mailbox.example>"


def mail(name, head, body="", logged=None, *, reply=None, charset="utf-8"):
    """A message of one text part, written as it stands: headers, then text.

    :param str head: headers as on the wire; To, Date and Message-ID are added where missing
    :param str reply: which of ``SENT`` it answers
    """
    lines = [line.strip() for line in head.strip().splitlines()]
    present = {line.partition(":")[0].lower() for line in lines}
    added = {
        "To": NEW if not reply and "references" not in present else ANSWERS,
        "Date": "Tue, 05 Mar 2024 10:11:12 +0200",
        "Message-ID": f"<{name}@mailbox.example>",
        "MIME-Version": "1.0",
        "Content-Type": f"text/plain; charset={charset}",
        "Content-Transfer-Encoding": "8bit",
    }
    if reply:
        added["In-Reply-To"] = added["References"] = SENT[reply]
    lines += [f"{key}: {value}" for key, value in added.items() if key.lower() not in present]
    head = "\r\n".join(lines).encode("ascii")
    return Mail(name, head + b"\r\n\r\n" + body.encode(charset), logged)


def html(name, head, body, logged=None, **options):
    """A message of one HTML part."""
    return mail(name, head + "\nContent-Type: text/html; charset=utf-8", body, logged, **options)


def parts(name, head, text, logged=None, *, html=None, attach=(), reply=None):
    """A message of several parts.

    :param attach: (content type, name, bytes or message) of each attachment
    """
    message = EmailMessage()
    message["To"] = ANSWERS if reply else NEW
    message["Date"] = "Wed, 06 Mar 2024 10:11:12 +0200"
    message["Message-ID"] = f"<{name}@mailbox.example>"
    for line in head.strip().splitlines():
        key, _colon, value = line.strip().partition(": ")
        del message[key]
        message[key] = value
    if reply:
        message["In-Reply-To"] = message["References"] = SENT[reply]
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for content_type, filename, content in attach:
        if isinstance(content, EmailMessage):
            message.add_attachment(content)
            continue
        main, _slash, sub = content_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=filename)
    return Mail(name, message.as_bytes(), logged)


def encoded(text, charset="utf-8"):
    """A header as mail programs write what is not ASCII (RFC 2047)."""
    return Header(text, charset, maxlinelen=10_000).encode()
