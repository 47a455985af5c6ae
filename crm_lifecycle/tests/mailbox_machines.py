"""E-mails that nobody wrote, or nobody we know: none of them is a contact."""

from .mailbox_builder import encoded, mail
from .mailbox_people import DANA, NOA

BOUNCE = """--b
Content-Type: text/plain

The address does not exist.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; dana@acme.example
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822

Message-ID: <order-sent@ours.example>
Subject: Your order

When shall we ship?
--b--
"""
RECEIPT = """--b
Content-Type: text/plain

Your message was displayed.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; dana@acme.example
Disposition: manual-action/MDN-sent-manually; displayed
--b--
"""
INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"

ANSWERING_MACHINES = [
    mail(
        "exchange",
        f"{DANA}\nSubject: Automatic reply: Your order\nAuto-Submitted: auto-generated\n"
        "X-Auto-Response-Suppress: All",
        "I am out of the office.",
        reply="order",
    ),
    mail(
        "gmail-vacation",
        f"{DANA}\nSubject: Re: Your order\nPrecedence: bulk\nAuto-Submitted: auto-replied",
        "I am on holiday.",
        reply="order",
    ),
    mail(
        "hebrew-out-of-office",
        f"{DANA}\nSubject: {encoded('תשובה אוטומטית: הזמנה')}",
        "אני מחוץ למשרד עד יום ראשון.",
        reply="order",
    ),
    mail(
        "hebrew-holiday",
        f"{DANA}\nSubject: {encoded('מענה אוטומטי - חופשה')}",
        "אחזור אחרי החג.",
        reply="order",
    ),
    mail(
        "hebrew-exchange",
        f"{DANA}\nSubject: {encoded('הזמנה')}\nX-Auto-Response-Suppress: DR, OOF, AutoReply",
        "אני בחופשת לידה.",
        reply="order",
    ),
    mail(
        "cpanel",
        f"{DANA}\nSubject: Re: Your order\nX-Autorespond: Re: order",
        "Away",
        reply="order",
    ),
    mail("plesk", f"{NOA}\nSubject: Thank you\nX-Autoreply: yes", "We got it."),
    mail("groupwise", f"{NOA}\nSubject: Re: Hi\nX-Mail-Autoreply: vacation", "Away", reply="noa"),
    mail("procmail", f"{NOA}\nSubject: Re: Hi\nPrecedence: junk", "Away", reply="noa"),
    mail("null-sender", f"{DANA}\nReturn-Path: <>\nSubject: Re: Your order", "Away", reply="order"),
    mail("german", f"{DANA}\nSubject: Abwesenheitsnotiz: Order", "Bin weg.", reply="order"),
    mail(
        "french",
        f"{DANA}\nSubject: {encoded('Réponse automatique : commande')}",
        "Absente.",
        reply="order",
    ),
]

MANY = [
    mail(
        "mailing-list",
        f"{DANA}\nSubject: [chairs] Which glue?\nList-Id: <chairs.lists.example>\nPrecedence: list",
        "Which glue do you use?",
    ),
    mail(
        "newsletter",
        f"{NOA}\nSubject: News of March\nList-Unsubscribe: <https://news.example/u>",
        "Read our news.",
    ),
    mail(
        "robot",
        "From: Acme <no-reply@acme.example>\nSubject: Ticket 5 was opened",
        "Do not answer.",
    ),
]

REPORTS = [
    mail(
        "bounce",
        "From: MAILER-DAEMON@acme.example\nSubject: Undelivered\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        BOUNCE,
        reply="order",
    ),
    mail(
        "plain-bounce",
        "From: Mail Delivery <mailer-daemon@acme.example>\nSubject: failure notice",
        "Sorry, no such mailbox.",
        reply="order",
    ),
    mail(
        "receipt",
        f"{DANA}\nSubject: Read: Your order\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        RECEIPT,
        reply="order",
    ),
    mail(
        "accepted",
        f"{DANA}\nSubject: Accepted: Meeting\n"
        "Content-Type: text/calendar; method=REPLY; charset=utf-8",
        INVITATION,
        reply="order",
    ),
]

STRANGERS = [
    mail("unknown", "From: Zed <zed@unknown.example>\nSubject: Chairs", "Do you sell chairs?"),
    mail(
        "unknown-in-thread",
        "From: zed@unknown.example\nSubject: Re: Your order",
        "Who am I?",
        reply="order",
    ),
    mail(
        "spoofed-name",
        'From: "Dana <dana@acme.example>" <evil@unknown.example>\nSubject: Re: Your order',
        "Please change our bank account.",
        reply="order",
    ),
    mail(
        "spoofed-reply-to",
        "From: evil@unknown.example\nReply-To: dana@acme.example\nSender: dana@acme.example\n"
        "Subject: Re: Your order",
        "Please change our bank account.",
        reply="order",
    ),
    mail(
        "vendor",
        "From: vendor@vendor.example\nSubject: Re: Your bill",
        "When do you pay?",
        reply="bill",
    ),
]

MACHINES = [*ANSWERING_MACHINES, *MANY, *REPORTS, *STRANGERS]
