"""The mailbox contract: a folder of .eml files, read as what a member would have got."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came along. `text` is what is in it, None where that is no text."""

    filename: str
    content_type: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One e-mail. `sent_at` is UTC in ISO 8601, empty where the message has no readable date."""

    to: str
    subject: str
    text: str
    html: str
    sent_at: str
    attachments: list[Attachment]


def read_mailbox(folder: Path) -> list[Message]:
    """Return every message of the folder, the newest first."""
    messages = [_message(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]
    return sorted(messages, key=lambda message: message.sent_at, reverse=True)


def _message(raw: bytes) -> Message:
    parsed = message_from_bytes(raw, policy=default)
    return Message(
        to=str(parsed["To"] or ""),
        subject=str(parsed["Subject"] or ""),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        sent_at=_sent_at(parsed),
        attachments=[_attachment(part) for part in parsed.iter_attachments()],
    )


def _attachment(part: EmailMessage) -> Attachment:
    is_text = part.get_content_maintype() == "text"
    content = part.get_payload(decode=True)
    return Attachment(
        filename=part.get_filename() or "",
        content_type=part.get_content_type(),
        text=content.decode("utf-8", "replace") if is_text and isinstance(content, bytes) else None,
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def _sent_at(message: EmailMessage) -> str:
    try:
        sent_at = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return ""
    return _utc(sent_at).isoformat().replace("+00:00", "Z")


def _utc(moment: datetime) -> datetime:
    # A date that ends in -0000 reads as naive and means UTC (RFC 5322).
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
