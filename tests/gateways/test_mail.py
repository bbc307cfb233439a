"""Letters: what is written, how it is sent, and what a failure means."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infrastructure.local.mailbox import read_mailbox
from mentoring.domain.errors import MailRefusedError, MailUnclearError
from mentoring.domain.messages import Letter
from mentoring.gateway_settings import MailSettings
from mentoring.gateways.mail import Mailbox, Ses, written
from tests.gateways.ses import QUOTED, SesServer, running_ses

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAME = "ListingPublished#M-1#1#mail"
SENDER = "otmentor@association.example"
SETTINGS = MailSettings(sender=SENDER, configuration_set="letters")


def letter(**changes: Any) -> Letter:
    """A letter to Zoë, with what a test changes."""
    fields: dict[str, Any] = {
        "language": "fr",
        "sender": "ACE, mentorat",
        "reply_to": "otmentor@association.example",
        "recipient": "Zoë Secret",
        "address": "zoe.secret@example.org",
        "subject": "Votre fiche paraîtra bientôt",
        "text": "Bonjour Zoë,\n\nà bientôt.\n",
        "html": "<p>Bonjour Zoë</p>\n",
    }
    return Letter(**fields | changes)


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[SesServer]:
    """SES, and boto3 sent there."""
    with running_ses(monkeypatch) as running:
        yield running


def read(raw: bytes) -> EmailMessage:
    """A letter as a mail program reads it."""
    return message_from_bytes(raw, policy=default)


def test_a_letter_is_written_as_mail_programs_want_it() -> None:
    """MOD-25: text and HTML, in the reader's language, its own date and id; machines are not to answer."""
    message = read(written(letter(), SENDER, NAME, AT))
    assert message["From"] == '"ACE, mentorat" <otmentor@association.example>'
    assert message["To"] == "Zoë Secret <zoe.secret@example.org>"
    assert message["Subject"] == "Votre fiche paraîtra bientôt"
    assert message["Date"].datetime == AT
    assert message["Message-ID"].endswith("@association.example>")
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("fr", "auto-generated")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    contents = [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]
    assert contents == [letter().text, letter().html]
    assert written(letter(), SENDER, NAME, AT).isascii(), "it survives every mail server on its way"


HOSTILE = (
    "Zoë\r\nBcc: everybody@example.org",
    "Zoë\nSubject: Bcc: x\n\nbody",
    "\u202eזואי\u2066 \u2028Bcc: x",
    '"Zoë" <other@example.org>, third@example.org',
    "=?utf-8?q?Bcc=3A?= x",
    "👩🏽‍⚕️ Zoë 🙂‍↕️",
    "Zoë\x00\x07\ud800",
    "Zoë " * 2_000,
    "",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_becomes_a_header(text: str) -> None:
    """SAF-4: line breaks, directions, addresses and 8,000 characters stay in their line."""
    raw = written(letter(recipient=text, subject=text, sender=text), SENDER, NAME, AT)
    message = read(raw)
    assert set(message.keys()) == {
        *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    }
    assert [each.addr_spec for each in message["To"].addresses] == ["zoe.secret@example.org"]
    assert [each.addr_spec for each in message["From"].addresses] == [SENDER]
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998, "RFC 5322, 2.1.1"
    assert not set("\u202e\u2066\u2028\x00\r\n") & set(message["Subject"])
    assert len(message["Subject"]) <= 200


@pytest.mark.parametrize(
    "address",
    [
        "zoe",
        "",
        "zoe@example.org, other@example.org",
        "zoe@example.org\nBcc: x@example.org",
        "zoé@example.org",
    ],
)
def test_what_is_no_address_is_refused_without_being_named(address: str) -> None:
    """SAF-4: it is never sent to half an address, nor is the address in the error."""
    with pytest.raises(MailRefusedError) as refused:
        written(letter(address=address), SENDER, NAME, AT)
    assert not refused.value.is_retryable
    assert "zo" not in str(refused.value)


def test_ses_gets_the_letter_and_whose_answer_it_will_be(ses: SesServer) -> None:
    """MOD-25: to one address, under the configuration set, tagged with its message's name."""
    Ses(SETTINGS).send(letter(), NAME, AT)
    (asked,) = ses.requests
    assert asked["Destination"] == {"ToAddresses": ["zoe.secret@example.org"]}
    assert asked["ConfigurationSetName"] == "letters"
    assert asked["FromEmailAddress"] == SENDER
    ((tag,), (taken,)) = asked["EmailTags"], ses.taken
    assert tag["Name"] == "message"
    assert re.fullmatch(r"[\w-]+", tag["Value"], re.ASCII)
    assert taken["Subject"] == "Votre fiche paraîtra bientôt"


@pytest.mark.parametrize(
    ("status", "code", "is_retryable"),
    [
        (429, "TooManyRequestsException", True),
        (400, "LimitExceededException", True),
        (400, "SendingPausedException", True),
        (400, "AccountSuspendedException", True),
        (400, "MailFromDomainNotVerifiedException", True),
        (404, "NotFoundException", True),
        (403, "AccessDeniedException", True),
        (503, "ServiceUnavailable", True),
        (400, "MessageRejected", False),
        (400, "BadRequestException", False),
    ],
)
def test_a_refusal_says_whether_to_try_again(
    ses: SesServer, status: int, code: str, is_retryable: bool
) -> None:
    """SAF-3: throttled and paused pass; what SES rejects it would reject again. It is asked once."""
    ses.faults = [(status, code)]
    with pytest.raises(MailRefusedError) as refused:
        Ses(SETTINGS).send(letter(), NAME, AT)
    assert (refused.value.reason, refused.value.is_retryable) == (code, is_retryable)
    assert len(ses.requests) == 1
    assert ses.taken == []
    _names_nobody(refused.value)


@pytest.mark.parametrize("fault", [(500, "InternalServiceError"), None], ids=["500", "hung up"])
def test_what_may_have_been_taken_is_unclear(ses: SesServer, fault: tuple[int, str] | None) -> None:
    """SAF-3: the letter left and nobody said what became of it: botocore must not send it again."""
    ses.faults = [fault]
    with pytest.raises(MailUnclearError) as unclear:
        Ses(SETTINGS).send(letter(), NAME, AT)
    assert len(ses.requests) == len(ses.taken) == 1
    _names_nobody(unclear.value)


def test_a_server_that_cannot_be_reached_has_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """SAF-3: no connection, no letter: it may be tried again."""
    with running_ses(monkeypatch):
        pass
    with pytest.raises(MailRefusedError) as refused:
        Ses(SETTINGS).send(letter(), NAME, AT)
    assert refused.value.is_retryable


def _names_nobody(error: Exception) -> None:
    shown = [str(error), repr(error), repr(error.__cause__)]
    assert error.__suppress_context__, "a trace would show what SES quotes"
    assert not [text for text in shown if "zoe" in text.lower() or QUOTED in text]
    assert "zoe" not in repr(letter()).lower()


def test_ses_itself_takes_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """MOD-25: moto checks the call as AWS documents it, an unverified sender included."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    with mock_aws():
        with pytest.raises(MailRefusedError):
            Ses(SETTINGS).send(letter(), NAME, AT)
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        Ses(SETTINGS).send(letter(), NAME, AT)


def test_the_mailbox_of_one_machine_holds_each_message_once(tmp_path: Path) -> None:
    """MOD-25: a repeated sending overwrites, nothing half written is left, and it reads as it was sent."""
    mailbox = Mailbox(tmp_path / "mail", SENDER)
    for name in (NAME, NAME, "ListingPublished#M-1#2#mail"):
        mailbox.send(letter(), name, AT)
    assert len(list((tmp_path / "mail").iterdir())) == 2
    first, _ = read_mailbox(tmp_path / "mail")
    assert (first.to, first.sent_at) == ("Zoë Secret <zoe.secret@example.org>", "2026-11-21T12:00:00Z")
    assert first.text == letter().text
    (tmp_path / "file").touch()
    with pytest.raises(MailRefusedError) as refused:
        Mailbox(tmp_path / "file", SENDER).send(letter(), NAME, AT)
    assert refused.value.is_retryable
