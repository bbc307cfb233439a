"""Whoever leaves while somebody acts, whose rows are damaged, who is back before the message is: all ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.errors import RecordUnreadableError, RequestRefusedError
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_states import RequestState
from mentoring.settings import StorageSettings
from mentoring.storage.presence import PresenceStore
from mentoring.usecases.part_lapsed import part_lapsed_mentees
from tests.faults.crashing import Moment, crash_matrix
from tests.usecases.erasing import LATER, Erasing
from tests.usecases.matching import MENTEE

WORDS = "My hospital, and why I want to leave it"


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Erasing:
    """A mentor, and a member who has filled in the questionnaire."""
    desk = Erasing(database, content)
    desk.mentor(identity={})
    desk.member()
    desk.fill_in()
    return desk


def before_the_commit(desk: Erasing, happens: Callable[[], Any]) -> list[Any]:
    """Let something happen once an erasure has read what there is, and before it commits."""
    erase, happened = desk.rights.erasures.erase, list[Any]()

    def late(held: Any, change: Any) -> Any:
        if not happened:
            desk.now = LATER + timedelta(seconds=1)
            happened.append(happens())
        return erase(held, change)

    desk.rights.erasures.erase = late  # type: ignore[method-assign]
    return happened


@pytest.mark.parametrize("is_begun_anew", [False, True])
def test_a_request_sent_into_an_erasure_ends_with_it(desk: Erasing, is_begun_anew: bool) -> None:
    """SAF-1: what is sent after the form arrived and before its commit goes too, whoever is back."""
    sent = before_the_commit(desk, lambda: desk.ask(words=WORDS))
    assert desk.rights.erase(MENTEE, LATER)
    desk.days(1)
    anew = None
    if is_begun_anew:
        desk.fill_in()
        desk.mentor("M-3", identity={})
        anew = desk.ask(mentor_id="M-3")
    assert desk.part("DraftErased", MENTEE, LATER) == 1
    ended = desk.stored(sent[0]).request
    assert (ended.state, ended.introduction, ended.questions) == (RequestState.CLOSED, "", None)
    assert anew is None or desk.stored(anew).request == anew


def test_a_request_sent_while_its_mentor_leaves_ends(desk: Erasing) -> None:
    """DIR-8: what is sent after the form arrived and before its commit ends with the mentor."""
    left_at = desk.now
    desk.days(1)
    sent = desk.ask()
    desk.change(opted_out_on=left_at.date())
    assert desk.part("ListingWithdrawn", at=left_at) == 1
    assert not desk.stored(sent).request.is_open


def test_nobody_says_yes_to_what_was_erased(desk: Erasing) -> None:
    """SAF-1, DIR-17: between an erasure and the end of its requests no acceptance shows an address."""
    request = desk.ask()
    desk.erase()
    with pytest.raises(RequestRefusedError, match="mentee-left"):
        desk.accept(request)
    desk.fill_in()  # another questionnaire is not the one that was sent
    with pytest.raises(RequestRefusedError, match="mentee-left"):
        desk.accept(request)
    assert desk.stored(request).request.state is RequestState.SENT


def test_an_answered_page_keeps_no_mentor_from_saying_yes(desk: Erasing) -> None:
    """DIR-15, DIR-17: a questionnaire that was changed since is the one that was sent, going on."""
    request = desk.ask()
    desk.answer("goals", [("goals", "Something else")])
    assert desk.accept(request).state is RequestState.ACCEPTED


def test_one_damaged_request_stops_nobodys_end(desk: Erasing) -> None:
    """DIR-8, SAF-3: every other request ends, and a person hears of the one that cannot be read."""
    desk.member("M-3")
    damaged, sound = desk.ask("M-3"), desk.ask()
    damage(desk, damaged)
    desk.leave("ListingWithdrawn")
    with pytest.raises(RecordUnreadableError, match=damaged.id):
        desk.part("ListingWithdrawn")
    assert desk.stored(sound).request.state is RequestState.CLOSED
    assert f"{MENTEE} MentorGone" in desk.messages()


def test_one_damaged_request_keeps_no_other_mentee_waiting(desk: Erasing, content: Content) -> None:
    """ELI-8, SAF-3: the night ends what the others who lapsed had asked, and then says whose could not be."""
    desk.member("M-3")
    damaged, sound = desk.ask(), desk.ask("M-3")
    damage(desk, damaged)
    for mentee in (MENTEE, "M-3"):
        desk.leave("MembershipLapsed", mentee)
    presence = PresenceStore(desk.client, desk.storage)
    policy = content.policy.publishing_on(desk.now.date())
    parted = part_lapsed_mentees(desk.requests, desk.memberships, presence, policy, desk.now)
    assert (parted.ended, parted.unreadable) == (1, (MENTEE,))
    assert desk.stored(sound).request.state is RequestState.CLOSED
    with pytest.raises(RecordUnreadableError, match=MENTEE):
        parted.require_whole()


def damage(desk: Erasing, request: MatchRequest) -> None:
    """A row that is no request any more."""
    desk.client.update_item(
        TableName=desk.storage.requests_table,
        Key={"pk": {"S": f"REQUEST#{request.id}"}, "sk": {"S": "REQUEST"}},
        UpdateExpression="SET body = :nothing",
        ExpressionAttributeValues={":nothing": {"S": "{"}},
    )


def test_who_renewed_before_the_message_came_parts_from_nobody(desk: Erasing) -> None:
    """DIR-18, ELI-8: a lapse ends what is open with whoever has lapsed, not with whoever had."""
    request, lapsed_at = desk.ask(), desk.now
    desk.days(1)
    desk.accept(request)
    assert desk.part("MembershipLapsed", at=lapsed_at) == 0
    assert desk.stored(request).request.is_open
    desk.leave("MembershipLapsed")
    assert desk.part("MembershipLapsed", at=lapsed_at) == 1


def test_what_outlived_its_questionnaire_can_be_erased(desk: Erasing) -> None:
    """SAF-1: a questionnaire that nobody used ends; what was written to mentors can still be erased."""
    request = desk.ask(words=WORDS)
    desk.acts(MENTEE).withdraw(request.id)
    desk.days(4 * 365)
    desk.sweep()
    assert not desk.mentees.open(MENTEE).version
    erased = desk.erase(desk.now)
    assert erased
    desk.part("DraftErased", MENTEE)
    assert desk.stored(request).request.introduction == ""
    assert desk.erase(desk.now + timedelta(days=1)) == erased, "nothing is left to erase"


@pytest.mark.parametrize("moment", Moment)
def test_an_end_is_all_or_nothing(desk: Erasing, moment: Moment) -> None:
    """SAF-1, SAF-3: whatever dies at whatever call, all ends once repeated; each mentor is told once."""
    for number, crash in enumerate(crash_matrix(moment)):
        mentors = [f"N-{number}-{which}" for which in range(2)]
        for mentor in mentors:
            desk.mentor(mentor, identity={})
        if not desk.mentees.open(MENTEE).version:
            desk.fill_in()
        asked, together = desk.ask(mentor_id=mentors[0]), desk.accept(desk.ask(mentor_id=mentors[1]))
        desk.now += timedelta(minutes=1)
        desk.erase(desk.now)
        with crash.during(desk.client):
            desk.part("DraftErased", MENTEE)
        desk.part("DraftErased", MENTEE)
        ended = [desk.stored(each).request for each in (asked, together)]
        assert [each.state for each in ended] == [RequestState.CLOSED, RequestState.ENDED]
        assert not any(each.introduction for each in ended)
        for mentor in mentors:
            assert desk.messages().count(f"{mentor} MenteeGone") == 1
        assert not desk.requests.load_of(MENTEE).asked
        assert not desk.requests.load_of(mentors[1]).mentees
