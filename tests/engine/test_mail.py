"""What in the e-mail nobody wrote, and what in a text is new."""

from email import message_from_string
from email.message import EmailMessage

import pytest
from engine.mail import is_automatic, without_history


def mail(**headers):
    message = EmailMessage()
    message["From"] = "Dana <dana@acme.example>"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content("Text")
    return message


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x@y.example"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"Precedence": "bulk"},
        {"Precedence": " Junk "},
        {"X_Precedence": "list"},
        {"List_Id": "<chairs.lists.example>"},
        {"List_Unsubscribe": "<https://x.example>"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "Re: x"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@acme.example"},
        {"From": "No Reply <no-reply@acme.example>"},
        {"From": "noreply@acme.example"},
        {"From": "bounces+17@acme.example"},
        {"Subject": "Automatic reply: Your order"},
        {"Subject": "Out of Office: Your order"},
        {"Subject": "Out of the office Re: Your order"},
        {"Subject": "מענה אוטומטי"},
        {"Subject": "תשובה אוטומטית: הזמנה"},
        {"Subject": "הודעה אוטומטית - הזמנה"},
        {"Subject": "מחוץ למשרד"},
        {"Subject": "Réponse automatique : commande"},
        {"Subject": "Abwesenheitsnotiz: Auftrag"},
        {"Subject": "Respuesta automática: pedido"},
    ],
)
def test_nobody_wrote_it(headers):
    assert is_automatic(mail(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto_Submitted": "no"},
        {"X_Auto_Response_Suppress": "None"},
        {"Precedence": "normal"},
        {"Return_Path": "<dana@acme.example>"},
        {"Subject": "Re: Automatic doors"},
        {"Subject": "Is the office out of chairs?"},
        {"Subject": "Automatic doors"},
        {"Subject": "אוטומטי או ידני?"},
        {"From": "Nora Reply <nora@acme.example>"},
        {"From": "postmasters@acme.example"},
        {"Subject": ""},
    ],
)
def test_a_person_wrote_it(headers):
    assert not is_automatic(mail(**headers))


def test_a_report_is_a_program_s():
    assert is_automatic(
        message_from_string("Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b--\n")
    )


@pytest.mark.parametrize(("method", "automatic"), [("REPLY", True), ("REQUEST", False)])
def test_an_answer_to_an_invitation_is_a_calendar_s(method, automatic):
    message = mail(Subject="Accepted: Meeting")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar", params={"method": method})
    assert is_automatic(message) is automatic


def test_without_any_header_it_is_a_person_s():
    assert not is_automatic(message_from_string("\n\nText"))


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("New", "New"),
        ("New\n> old\n> older", "New"),
        ("New\n\nOn Mon, 4 Mar 2024, Seller wrote:\n\nold", "New"),
        ("New\n\nOn Mon, 4 Mar 2024 at 10:00, Seller\n<s@x.example> wrote:\n> old", "New"),
        ("New\n-----Original Message-----\nFrom: S\nold", "New"),
        ("New\n________________________________\nFrom: S\nold", "New"),
        ("חדש\n\nבתאריך יום ב׳, 4 במרץ 2024, מאת המוכר כתב:\nישן", "חדש"),  # noqa: RUF001
        ("חדש\n-----הודעה מקורית-----\nישן", "חדש"),  # noqa: RUF001
        ("Neu\n\nAm 4. März 2024 schrieb Seller:\nalt", "Neu"),
        ("Nouveau\n\nLe 4 mars 2024, Seller a écrit :\nvieux", "Nouveau"),
        ("> all of it\n> is old", "> all of it\n> is old"),
        ("On Monday we wrote\nto you", "On Monday we wrote\nto you"),
        ("", ""),
        ("  \n ", ""),
    ],
)
def test_what_is_new(text, fresh):
    assert without_history(text) == fresh


def test_a_long_text_takes_no_long_time():
    """No text makes the patterns try everything with everything."""
    for text in ("on " * 50_000, "_" * 100_000, "\n>" * 50_000, "ב" * 100_000, "-" * 100_000):
        without_history(text + "\nend")
