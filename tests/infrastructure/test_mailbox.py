"""The mailbox: .eml files as a member would have read them."""

from email.message import EmailMessage
from pathlib import Path

from infrastructure.local.mailbox import Attachment, read_mailbox


def letter(subject: str, date: str) -> EmailMessage:
    """Return a message in both kinds of text with an attachment."""
    message = EmailMessage()
    message["To"] = "Zoë Côté <zoe@example.org>"
    message["Subject"] = subject
    message["Date"] = date
    message.set_content("Bonjour Zoë, à bientôt.\n")
    message.add_alternative("<p>Bonjour Zoë, à bientôt.</p>\n", subtype="html")
    message.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="date-butoir.ics"
    )
    return message


def test_messages_come_newest_first_with_all_their_parts(tmp_path: Path) -> None:
    """MOD-25: what was sent can be read: to whom, subject, both texts, when, what was attached."""
    older = letter("Votre jumelage a commencé", "Sat, 21 Nov 2026 08:00:00 -0500")
    newer = letter("Rappel", "Sat, 21 Nov 2026 14:00:00 +0000")
    (tmp_path / "b.eml").write_bytes(bytes(older))
    (tmp_path / "a.eml").write_bytes(bytes(newer))
    first, second = read_mailbox(tmp_path)
    assert (first.subject, first.sent_at) == ("Rappel", "2026-11-21T14:00:00Z")
    assert (second.subject, second.sent_at) == ("Votre jumelage a commencé", "2026-11-21T13:00:00Z")
    assert second.to == "Zoë Côté <zoe@example.org>"
    assert second.text == "Bonjour Zoë, à bientôt.\n"
    assert second.html == "<p>Bonjour Zoë, à bientôt.</p>\n"
    assert second.attachments == [
        Attachment(filename="date-butoir.ics", content_type="text/calendar", text="BEGIN:VCALENDAR")
    ]


def test_a_message_without_dates_or_texts_is_shown_all_the_same(tmp_path: Path) -> None:
    """A broken message is a finding, not a reason to hide the others."""
    (tmp_path / "broken.eml").write_bytes(b"Subject: only this\nDate: yesterday\n\n")
    (message,) = read_mailbox(tmp_path)
    assert (message.subject, message.to, message.sent_at, message.html) == ("only this", "", "", "")


def test_no_mailbox_is_an_empty_one(tmp_path: Path) -> None:
    """Before the first message the folder need not exist."""
    assert read_mailbox(tmp_path / "mail") == []
