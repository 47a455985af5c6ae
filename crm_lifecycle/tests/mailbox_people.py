"""E-mails that people wrote: the log that is expected stands with each."""

from email.message import EmailMessage

from .mailbox_builder import SENT, Logged, encoded, html, mail, parts

DANA = "From: Dana Levi <dana@acme.example>"
AVI = "From: avi@acme.example"
BOB = 'From: "Bob B." <bob@beta.example>'
NOA = "From: Noa <noa@private.example>"
SELLER = "From: Seller <seller@ours.example>"


def dana(said, document="order", **more):
    return Logged("Acme", "Dana", document, said, **more)


THREADS = [
    mail(
        "reply",
        f"{DANA}\nSubject: Re: Your order",
        "Please ship on Monday.\n\nOn Mon, 4 Mar 2024, Seller wrote:\n> When shall we ship?\n> S.",
        dana("Please ship on Monday."),
        reply="order",
    ),
    mail(
        "second-reply",
        f"{DANA}\nSubject: Re: Re: Your order\nReferences: {SENT['order']} <reply@mailbox.example>",
        "Or on Tuesday.",
        dana("Or on Tuesday.", summary="Re: Re: Your order"),
    ),
    mail(
        "long-thread",
        f"{BOB}\nSubject: Re: Invoice\nReferences: <a@x.example> <b@x.example> "
        f"<c@x.example> {SENT['invoice']} <d@x.example>\nIn-Reply-To: <d@x.example>",
        "We paid last week.",
        Logged("Beta", "Bob", "invoice", "We paid last week."),
    ),
    mail(
        "colleague-replies",
        f"{AVI}\nSubject: Re: Your order",
        "Dana is away, I take over.",
        Logged("Acme", "Avi", "order", "Dana is away, I take over."),
        reply="order",
    ),
    mail(
        "other-customer-in-thread",
        f"{BOB}\nSubject: Re: Your order",
        "I am their bookkeeper: send me the invoice.",
        dana("I am their bookkeeper: send me the invoice."),
        reply="order",
    ),
    mail(
        "three-in-copy",
        f"{DANA}\nCc: bob@beta.example, Noa <noa@private.example>, avi@acme.example\n"
        "Subject: Re: Your order",
        "All of you, please read.",
        dana("All of you, please read."),
        reply="order",
    ),
    html(
        "gmail",
        f"{DANA}\nSubject: Re: Your order",
        '<div dir="ltr">Fine with me.</div><br><div class="gmail_quote"><div class="gmail_attr">'
        "On Mon, Seller wrote:</div><blockquote>Is nine o'clock fine?</blockquote></div>",
        dana("Fine with me."),
        reply="order",
    ),
    html(
        "outlook",
        f"{DANA}\nSubject: RE: Your order",
        '<html><body><div>We agree.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Seller</div>'
        "<div>The terms are attached.</div></body></html>",
        dana("We agree."),
        reply="order",
    ),
    mail(
        "outlook-plain",
        f"{DANA}\nSubject: RE: Your order",
        "Agreed.\n\n-----Original Message-----\nFrom: Seller\nThe terms are attached.",
        dana("Agreed."),
        reply="order",
    ),
    mail(
        "to-the-delivery",
        f"{DANA}\nSubject: Re: Delivery",
        "The gate closes at four.",
        dana("The gate closes at four.", "delivery"),
        reply="delivery",
    ),
    mail(
        "to-the-contact",
        f"{NOA}\nSubject: Re: Hello",
        "Thank you!",
        Logged("Noa", "Noa", "noa", "Thank you!"),
        reply="noa",
    ),
    mail(
        "to-the-lead",
        f"{NOA}\nSubject: Re: Your question",
        "Yes, the blue one.",
        Logged("Noa", "Noa", "lead", "Yes, the blue one."),
        reply="lead",
    ),
    mail(
        "answer-to-a-note",
        f"{DANA}\nSubject: Re: Your order",
        "You mentioned me?",
        dana("You mentioned me?"),
        reply="note",
    ),
]

HEBREW = [
    mail(
        "hebrew-base64",
        f"{DANA}\nSubject: =?UTF-8?B?157Xl9eZ16g=?=\nContent-Transfer-Encoding: base64",
        "157XlCDXlNee15fXmdeoPw==\r\n",
        dana("מה המחיר?", summary="מחיר"),
        reply="order",
    ),
    mail(
        "hebrew-quoted-printable",
        f"{DANA}\nSubject: {encoded('הזמנה', 'windows-1255')}\n"
        "Content-Type: text/plain; charset=windows-1255\n"
        "Content-Transfer-Encoding: quoted-printable",
        "=FA=E5=E3=E4 =F8=E1=E4\r\n",
        dana("תודה רבה", summary="הזמנה"),
        reply="order",
    ),
    mail(
        "hebrew-8bit",
        f"{DANA}\nSubject: {encoded('שאלה', 'iso-8859-8')}",
        "מתי תגיעו?\n\nבתאריך 4.3.2024, מאת המוכר כתב:\n> שלום\n> להתראות",  # noqa: RUF001
        dana("מתי תגיעו?", summary="שאלה"),
        reply="order",
        charset="iso-8859-8",
    ),
    html(
        "hebrew-html",
        f"{DANA}\nSubject: {encoded('תשובה להצעה')}",
        '<div dir="rtl">מאשרת את <b>ההצעה</b> \N{SMILING FACE WITH SUNGLASSES}</div>',
        dana("מאשרת את *ההצעה* \N{SMILING FACE WITH SUNGLASSES}", summary="תשובה להצעה"),
        reply="order",
    ),
    mail(
        "hebrew-name",
        f"From: {encoded('לוי, דנה')} <DANA@acme.example>\nSubject: Re: Your order",
        "בסדר",
        dana("בסדר"),
        reply="order",
    ),
]

CONTENT = [
    html(
        "html-only",
        f"{NOA}\nSubject: A question",
        "<html><head><style>p {color: red}</style></head><body><p>Do you sell chairs?</p>"
        '<p>See <a href="https://x.example">this</a>.</p></body></html>',
        Logged("Noa", "Noa", "new", "Do you sell chairs?\nSee this ."),
    ),
    parts(
        "two-kinds-of-text",
        f"{BOB}\nSubject: Chairs",
        "Four chairs, please.",
        Logged("Beta", "Bob", "new", "Four *chairs*, please."),
        html="<p>Four <b>chairs</b>, please.</p>",
    ),
    parts(
        "attachment",
        f"{BOB}\nSubject: Re: Invoice",
        "Here is the receipt.",
        Logged("Beta", "Bob", "invoice", "Here is the receipt."),
        attach=[("application/pdf", "receipt.pdf", b"%PDF-1.4 ...")],
        reply="invoice",
    ),
    parts(
        "attachment-alone",
        f"{BOB}\nSubject: Scan",
        "",
        Logged("Beta", "Bob", "invoice", ""),
        attach=[("image/png", "scan.png", b"\x89PNG\r\n\x1a\n")],
        reply="invoice",
    ),
    mail(
        "forward",
        f"{NOA}\nSubject: Fwd: Offer of somebody else",
        "---------- Forwarded message ----------\nFrom: them@x.example\n\nWe are cheaper.",
        Logged(
            "Noa",
            "Noa",
            "new",
            "---------- Forwarded message ----------\nFrom: them@x.example\nWe are cheaper.",
        ),
    ),
    parts(
        "forward-attached",
        f"{NOA}\nSubject: FW: Their offer",
        "What do you say to this?",
        Logged("Noa", "Noa", "new", "What do you say to this?"),
        attach=[("message/rfc822", "offer.eml", EmailMessage())],
    ),
    mail("no-subject", NOA, "Call me.", Logged("Noa", "Noa", "new", "Call me.", summary="")),
    mail(
        "two-aliases",
        f"{NOA}\nTo: chairs@ours.example, ask@ours.example\nSubject: To both of you",
        "Anybody there?",
        Logged("Noa", "Noa", "new", "Anybody there?"),
    ),
    mail(
        "no-robot",
        f"{NOA}\nSubject: Out of stock?\nAuto-Submitted: no\nPrecedence: normal",
        "Is the blue chair out of stock?",
        Logged("Noa", "Noa", "new", "Is the blue chair out of stock?"),
    ),
    mail(
        "from-the-future",
        f"{NOA}\nSubject: My clock is wrong\nDate: Fri, 01 Jan 2199 00:00:00 +0000",
        "Is it late?",
        Logged("Noa", "Noa", "new", "Is it late?"),
    ),
]

OURS = [
    mail(
        "seller-writes",
        f"{SELLER}\nTo: Dana <dana@acme.example>\nCc: chairs@ours.example\nSubject: Our offer",
        "Here it is.",
        dana("Here it is.", "new", direction="out"),
    ),
    mail(
        "seller-replies",
        f"{SELLER}\nTo: Avi <avi@acme.example>, catchall@ours.example\nSubject: Re: Your order",
        "We ship on Monday.",
        dana("We ship on Monday.", direction="out"),
        reply="order",
    ),
    mail(
        "among-ourselves",
        f"{SELLER}\nTo: colleague@ours.example, catchall@ours.example\nSubject: Re: Your order",
        "Do we have it?",
        reply="order",
    ),
    mail(
        "worker",
        "From: Worker <worker@ours.example>\nSubject: Re: Your order",
        "I have no login.",
        reply="order",
    ),
    mail(
        "our-office",
        "From: Office <office@ours.example>\nSubject: Re: Your order",
        "Scanned at the office.",
        reply="order",
    ),
]

PEOPLE = [*THREADS, *HEBREW, *CONTENT, *OURS]
