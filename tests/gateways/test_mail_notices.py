"""What the mail service says of letters: read as it is written, and never quoted."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mentoring.domain.address_marks import Fault, Notice
from mentoring.gateways.mail import NOTICES, Mailbox
from mentoring.gateways.mail_notices import NoticeUnreadableError, notice_from, tag_of, written_notice
from tests.gateways.test_mail import letter

NAME = f"QuestionUnanswered#{'M' * 64}#{'5ca1ab1e' * 4}.128#mail"
WHOM = [{"emailAddress": "zoe.secret@example.org", "status": "5.1.1"}]


def event(kind: str, tag: str = tag_of(NAME), **said: Any) -> str:
    """An event as SES publishes it, with what is of no use to us."""
    mail = {
        "timestamp": "2026-11-21T12:00:00.000Z",
        "destination": ["zoe.secret@example.org"],
        "commonHeaders": {"subject": "Inès Roy asks you"},
        "tags": {"message": [tag], "ses:configuration-set": ["letters"]},
    }
    return json.dumps({"eventType": kind, "mail": mail, **said})


def bounce(kind: str = "Permanent", **changes: Any) -> str:
    """A letter that came back."""
    return event("Bounce", bounce={"bounceType": kind, "bouncedRecipients": WHOM}, **changes)


def test_a_message_is_found_by_its_tag() -> None:
    """MOD-26: the longest name there is fits the 256 signs that a tag takes, and comes back whole."""
    assert re.fullmatch(r"[\w-]{1,256}", tag_of(NAME), re.ASCII)
    said = notice_from(bounce())
    assert said == Notice(message=NAME, fault=Fault.BOUNCED, address="zoe.secret@example.org")
    assert "zoe" not in repr(said)


def test_what_passes_marks_nothing() -> None:
    """MOD-26: a full mailbox, an absence or an arrival is no reason to stop writing."""
    assert notice_from(bounce("Transient")) is None
    assert notice_from(bounce("Undetermined")) is None
    assert notice_from(event("Delivery", delivery={"recipients": ["zoe.secret@example.org"]})) is None


def test_a_complaint_is_one() -> None:
    """MOD-26: whoever calls a letter unwanted is written to no more."""
    said = notice_from(event("Complaint", complaint={"complainedRecipients": WHOM}))
    assert said
    assert said.fault is Fault.COMPLAINED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "zoe.secret@example.org",
        '{"eventType": "Bounce"}',
        bounce(tag="zoe.secret@example.org"),
        bounce(tag=tag_of("zoe.secret@example.org")),
        event("Bounce", bounce={"bounceType": "Permanent", "bouncedRecipients": []}),
    ],
)
def test_what_is_no_notice_is_not_quoted(text: str) -> None:
    """DIR-12: whatever comes, its words go no further: they may be somebody's address."""
    with pytest.raises(NoticeUnreadableError) as unreadable:
        notice_from(text)
    assert not unreadable.value.args
    assert unreadable.value.__cause__ is None


@pytest.mark.parametrize(("start", "fault"), [("bounce", Fault.BOUNCED), ("complaint+x", Fault.COMPLAINED)])
def test_the_mailbox_of_one_machine_says_what_ses_would(tmp_path: Path, start: str, fault: Fault) -> None:
    """MOD-26: as in SES's simulator, the address decides; the letter never arrives."""
    for _ in range(2):
        Mailbox(tmp_path, "us@example.org").send(
            letter(address=f"{start}@example.org"), NAME, datetime(2026, 11, 21, tzinfo=UTC)
        )
    (file,) = (tmp_path / NOTICES).iterdir()
    assert not list(tmp_path.glob("*.eml"))
    assert notice_from(file.read_text()) == Notice(message=NAME, fault=fault, address=f"{start}@example.org")
    assert file.read_text() == written_notice(NAME, f"{start}@example.org", fault)
