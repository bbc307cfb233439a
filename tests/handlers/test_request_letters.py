"""What the two of a match request find in their mailboxes: each event once, nothing that no longer holds."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_events import ConcernReported
from mentoring.domain.request_states import Reason, RequestState
from mentoring.handlers import outbox
from mentoring.settings import StorageSettings
from mentoring.storage.outbox import message_writes
from mentoring.storage.transaction import commit
from mentoring.usecases.confirm_availability import confirm_availability
from tests.handlers.delivering import Mailroom
from tests.usecases.matching import MENTEE, MENTOR, Matching

LEFT = "Votre départ est noté : votre profil n’est plus dans le site"
INTRODUCTION = "I work in <b>Gatineau</b>.\nMay I ask you something?"


@pytest.fixture
def mail(
    database: StorageSettings, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mailroom]:
    """A mentor, Amélie Tremblay, and a member, Noor Haddad, who writes English."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member(given_name="Noor", family_name="Haddad", email="noor@example.org", language="en")
    yield Mailroom(desk, tmp_path, monkeypatch)
    outbox.carriers.cache_clear()


def test_a_mentor_gets_the_introduction_and_a_day_for_the_calendar(mail: Mailroom) -> None:
    """DIR-16, MOD-29: by mail, quoted, with the page's address and the last day; the mentee has a copy."""
    request = mail.desk.ask(words=INTRODUCTION)
    letter, copy = sorted(mail.deliver(), key=lambda each: str(each["To"]))
    assert letter["To"] == "Amélie Tremblay <amelie@example.org>"
    assert letter["Subject"] == "Noor Haddad souhaite bénéficier de votre mentorat"
    assert copy["To"] == "Noor Haddad <noor@example.org>"
    assert "> I work in <b>Gatineau</b>.\n> May I ask you something?\n" in _body(copy)
    assert "amelie@" not in copy.as_string()
    text = _body(letter)
    for said in (
        "> I work in <b>Gatineau</b>.\n> May I ask you something?\n",
        f"https://mentors.example/fr/account/mentoring/{request.id}/",
        "4 décembre 2026",
    ):
        assert said in text
    assert "noor@" not in letter.as_string()
    for each, title in ((letter, b"la demande de mentorat du 21"), (copy, b"request of November 21")):
        (attached,) = each.iter_attachments()
        assert (attached.get_filename(), attached.get_content_type()) == ("deadline.ics", "text/calendar")
        calendar = attached.get_payload(decode=True).replace(b"\r\n ", b"")
        assert b"DTSTART;VALUE=DATE:20261204" in calendar
        assert title in calendar  # with five requests one knows which
    assert mail.deliver() == []


def test_a_whole_mentorship_tells_each_step_once(mail: Mailroom) -> None:
    """DIR-16 to DIR-18: asked, answered, accepted, agreed, ended: the one who did not act is told, once."""
    desk = mail.desk
    request = desk.ask()
    assert mail.subjects() == [
        "Noor Haddad souhaite bénéficier de votre mentorat",
        "Your mentoring request to Amélie Tremblay is sent",
    ]
    desk.acts(MENTOR).write(request.id, "Where do you work?")
    assert mail.subjects() == ["Amélie Tremblay wrote to you about a mentoring request"]
    desk.acts(MENTEE).write(request.id, "In Gatineau.")
    assert mail.subjects() == ["Noor Haddad vous a écrit à propos d’une demande de mentorat"]
    accepted = desk.accept(request)
    (letter,) = mail.deliver()
    assert letter["Subject"] == "Amélie Tremblay says yes: you have a mentor"
    assert "amelie@" not in letter.as_string()  # the page alone shows it, for as long as they are together
    assert accepted.proposal
    desk.acts(MENTEE).agree(request.id, accepted.proposal.at)
    assert mail.subjects() == ["Noor Haddad accepte votre façon de travailler ensemble"]
    desk.acts(MENTEE).end(request.id, "Merci pour tout!")
    (letter,) = mail.deliver()
    assert letter["Subject"] == "Noor Haddad a mis fin à votre mentorat"
    assert "Voici les mots laissés à votre intention\u00a0:\n> Merci pour tout!\n" in _body(letter)
    assert mail.deliver() == []


def test_a_refusal_carries_kind_words(mail: Mailroom) -> None:
    """DIR-16: what the mentor wrote on the way out, and not which reason they ticked."""
    request = mail.desk.ask()
    mail.deliver()
    mail.desk.acts(MENTOR).decline(request.id, Reason.NO_TIME, "I wish you\nall the best.")
    (letter,) = mail.deliver()
    assert "They left you these words:\n> I wish you\n> all the best.\n" in _body(letter)
    assert "no-time" not in letter.as_string()


Overtaking = Callable[[Matching, MatchRequest], object]
OVERTAKEN: dict[str, tuple[Overtaking, list[str]]] = {
    "withdrawn": (
        lambda desk, one: desk.acts(MENTEE).withdraw(one.id),
        ["Noor Haddad a retiré sa demande de mentorat"],
    ),
    "accepted": (lambda desk, one: desk.accept(one), ["Amélie Tremblay says yes: you have a mentor"]),
    "mentor left": (
        lambda desk, _: desk.leave("ListingWithdrawn"),
        [LEFT, "Amélie Tremblay is no longer available as a mentor"],
    ),
    "mentee erased": (
        lambda desk, _: desk.leave("DraftErased", MENTEE),
        ["Un autre membre ne participe plus au programme"],  # no name of who had it erased,
    ),
    "gone": (lambda desk, one: _remove(desk, one), []),
}


@pytest.mark.parametrize("how", OVERTAKEN)
def test_a_letter_that_was_overtaken_is_not_sent(mail: Mailroom, how: str) -> None:
    """SAF-3: a request that is over before the sweep came asks for nothing, and brings no text back."""
    overtake, subjects = OVERTAKEN[how]
    request = mail.desk.ask(words=INTRODUCTION)
    overtake(mail.desk, request)
    letters = [*mail.deliver(), *mail.deliver()]  # what the outbox ends tells of it in turn
    assert [letter["Subject"] for letter in letters] == subjects
    assert not any("Gatineau" in _body(letter) for letter in letters)
    assert {*mail.states("RequestSent"), *mail.states("RequestPassedOn")} == {"overtaken"}
    assert list(mail.desk.outbox.parked()) == []
    assert mail.deliver() == []


def test_a_reminder_after_the_answer_is_not_sent(mail: Mailroom) -> None:
    """DIR-19: whoever answered between the sweep and the letter is not reminded."""
    request = mail.desk.ask()
    mail.deliver()
    mail.desk.days(7)
    mail.desk.sweep()
    mail.desk.acts(MENTOR).write(request.id, "Where do you work?")
    assert mail.subjects() == ["Amélie Tremblay wrote to you about a mentoring request"]
    assert mail.state("RequestNudged") == "overtaken"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_mentor_is_asked_only_while_their_word_is_missing(mail: Mailroom, is_there: bool) -> None:
    """DIR-19: a sign of life before the letter goes out makes it needless; else it says until when."""
    desk = mail.desk
    desk.member("M-3")
    for mentee in (MENTEE, "M-3"):
        desk.ask(mentee)
    desk.days(14)
    desk.sweep()
    if is_there:
        confirm_availability(MENTOR, desk.requests, desk.now)
    asked = [letter for letter in mail.deliver() if letter["Subject"] == "Offrez-vous encore du mentorat?"]
    assert len(asked) == (0 if is_there else 1)
    for letter in asked:
        assert "11 décembre 2026" in _body(letter)
        assert [each.get_filename() for each in letter.iter_attachments()] == ["deadline.ics"]


def test_leaving_ends_what_is_open_and_repeating_it_ends_nothing_more(mail: Mailroom) -> None:
    """DIR-8: the outbox ends the requests of whoever left, and the other is told, once."""
    desk = mail.desk
    request = desk.ask()
    mail.deliver()
    desk.leave("ListingWithdrawn")
    assert mail.subjects() == [LEFT]
    assert desk.stored(request).request.state is RequestState.CLOSED
    assert mail.subjects() == ["Amélie Tremblay is no longer available as a mentor"]
    assert desk.part("ListingWithdrawn") == 0
    assert mail.subjects() == []


def test_a_concern_reaches_the_programmes_mailbox(mail: Mailroom, content: Content) -> None:
    """DIR-21: a letter without a name or a word of it, to the programme's own address alone."""
    event = ConcernReported(member_id=MENTEE, occurrence="c0ffee", at=mail.desk.now, concern_id="c0ffee")
    commit(mail.desk.client, message_writes(mail.desk.storage.outbox_table, [event]))
    (letter,) = mail.deliver()
    assert content.policy.association.directory_mailbox in str(letter["To"])
    assert "https://mentors.example/en/staff/concerns/c0ffee/" in _body(letter)
    assert "Noor" not in letter.as_string()


def _body(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part
    return str(part.get_content())


def _remove(desk: Matching, request: MatchRequest) -> None:
    key = {"pk": {"S": f"REQUEST#{request.id}"}, "sk": {"S": "REQUEST"}}
    desk.client.delete_item(TableName=desk.storage.requests_table, Key=key)
