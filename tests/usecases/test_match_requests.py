"""Asking a mentor and everything that the two of them do until it is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.errors import RequestMovedError, RequestRefusedError
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.profile import Audience
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import DECLINING, NEXT, Act, Reason, RequestState, Side
from mentoring.settings import StorageSettings
from mentoring.usecases.match_requests import NoSuchRequestError
from tests.storage.people import consent, membership
from tests.usecases.matching import ASKED, MENTEE, MENTOR, NOW, Matching


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Matching:
    """A mentor and a member."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member()
    return desk


def test_a_request_tells_its_mentor_and_its_mentee_has_a_copy(desk: Matching) -> None:
    """DIR-15, DIR-16, SAF-3: each of the two is told once, the log says who asked, the mentor is next."""
    request = desk.ask()
    assert (request.state, request.acts_next) == (RequestState.SENT, Side.MENTOR)
    assert desk.messages() == ASKED
    assert desk.acted(MENTEE) == ["request-ask"]
    assert [each.request for each in desk.requests.of(MENTEE, Side.MENTEE)] == [request]
    assert [each.request for each in desk.requests.of(MENTOR, Side.MENTOR)] == [request]


def test_sent_twice_it_was_asked_once(desk: Matching) -> None:
    """DIR-19: a double click asks once; other words to the same mentor are refused while one is open."""
    assert desk.ask() == desk.ask()
    with pytest.raises(RequestRefusedError, match="already-open"):
        desk.ask(words="Hello again")
    assert desk.messages() == ASKED


def test_as_many_open_requests_as_the_policy_allows(desk: Matching) -> None:
    """DIR-19: at most five unanswered requests; one that ends makes room."""
    mentors = [f"N-{number}" for number in range(6)]
    for mentor in mentors:
        desk.mentor(mentor)
    first, *_ = [desk.ask(mentor_id=mentor) for mentor in mentors[:5]]
    assert desk.asking().why_not(mentors[5]) is Refusal.TOO_MANY
    with pytest.raises(RequestRefusedError, match="too-many"):
        desk.ask(mentor_id=mentors[5])
    desk.acts(MENTEE).withdraw(first.id)
    assert desk.asking().why_not(mentors[5]) is None
    desk.ask(mentor_id=mentors[5])


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"is_available": False}, Refusal.PAUSED),
        ({"opted_out_on": date(2026, 11, 1)}, Refusal.NOT_LISTED),
        ({"consents": {"listing": consent("listing", Audience.NONE, NOW)}}, Refusal.NOT_LISTED),
        ({"acknowledgements": {}}, Refusal.DOCUMENTS_CHANGED),
    ],
)
def test_a_mentor_who_cannot_be_asked(desk: Matching, changes: dict[str, object], refusal: Refusal) -> None:
    """DIR-5, DIR-7, DIR-8: a mentor who paused, left, or has documents to agree to is asked nothing."""
    desk.change(**changes)
    assert desk.asking().why_not(MENTOR) is refusal
    with pytest.raises(RequestRefusedError, match=refusal):
        desk.ask()
    assert desk.messages() == []


def test_a_mentor_whose_membership_lapsed_is_asked_nothing(desk: Matching) -> None:
    """ELI-8: only an active membership counts, of the mentor as of the mentee."""
    desk.memberships.put([membership(MENTOR, status=MembershipStatus.LAPSED)])
    assert desk.asking().why_not(MENTOR) is Refusal.NOT_LISTED


def test_nobody_asks_themselves(desk: Matching) -> None:
    """DIR-19: a mentor is no match for themselves."""
    assert desk.asking(MENTOR).why_not(MENTOR) is Refusal.ONESELF


def test_a_full_mentor_is_asked_nothing_and_accepts_nobody(desk: Matching) -> None:
    """DIR-9: at their own capacity a mentor neither gets a request nor accepts an older one."""
    desk.change(capacity=1)
    desk.member("M-3")
    one, other = desk.ask(), desk.ask("M-3")
    desk.accept(one)
    desk.member("M-4")
    assert desk.asking("M-4").why_not(MENTOR) is Refusal.FULL
    with pytest.raises(RequestRefusedError, match="full"):
        desk.accept(other)
    assert desk.stored(other).request.state is RequestState.SENT
    desk.acts(MENTOR).end(one.id, "")
    assert desk.accept(other).state is RequestState.ACCEPTED


def test_questions_hand_the_turn_over_and_the_days_begin_anew(desk: Matching) -> None:
    """DIR-16, DIR-19: each message makes it the other's turn, with all the days to answer."""
    request = desk.ask()
    desk.days(6)
    asked = desk.acts(MENTOR).write(request.id, "Where do you work?").request
    assert (asked.acts_next, asked.answer_by) == (Side.MENTEE, date(2026, 12, 10))
    assert desk.acts(MENTOR).write(request.id, "Where do you work?").request == asked
    answered = desk.acts(MENTEE).write(request.id, "In a clinic.").request
    assert (answered.acts_next, [line.by for line in answered.lines]) == (
        Side.MENTOR,
        [Side.MENTOR, Side.MENTEE],
    )
    assert desk.messages() == [
        f"{MENTOR} RequestAnswerAwaited",
        f"{MENTOR} RequestSent",
        f"{MENTEE} RequestAnswerAwaited",
        f"{MENTEE} RequestPassedOn",
    ]


def test_the_whole_life(desk: Matching) -> None:
    """DIR-17, DIR-18: accepted with a proposal, agreed, changed by agreement, ended by either."""
    request = desk.accept(desk.ask())
    assert (request.state, request.acts_next) == (RequestState.ACCEPTED, Side.MENTEE)
    assert desk.accept(request) == request  # a double click
    active = desk.acts(MENTEE).agree(request.id, NOW).request
    assert active.state is RequestState.ACTIVE
    assert active.arrangement
    assert active.arrangement.months == 6
    desk.days(30)
    longer = desk.proposal(Side.MENTEE, months=12)
    desk.acts(MENTEE).propose(request.id, longer, NOW)
    with pytest.raises(RequestMovedError):
        desk.acts(MENTEE).agree(request.id, longer.at)  # one's own proposal
    with pytest.raises(RequestMovedError):
        desk.acts(MENTOR).agree(request.id, NOW)  # an older one
    changed = desk.acts(MENTOR).agree(request.id, longer.at).request
    assert changed.arrangement == longer
    ended = desk.acts(MENTEE).end(request.id, "Thank you!").request
    assert (ended.state, ended.closed_by, ended.words) == (RequestState.ENDED, Side.MENTEE, "Thank you!")
    assert [each for each in desk.messages() if each not in ASKED] == [
        f"{MENTOR} ArrangementAgreed",
        f"{MENTOR} ArrangementProposed",
        f"{MENTOR} RelationshipEnded",
        f"{MENTEE} ArrangementAgreed",
        f"{MENTEE} RequestAccepted",
    ]


@pytest.mark.parametrize("reason", [None, *DECLINING])
def test_declined_with_or_without_a_reason(desk: Matching, reason: Reason | None) -> None:
    """DIR-16: a mentor says no once, kindly or without a word, and can no longer read the answers."""
    request = desk.ask()
    declined = desk.acts(MENTOR).decline(request.id, reason, "Good luck!").request
    assert (declined.state, declined.reason, declined.questions) == (RequestState.DECLINED, reason, None)
    assert desk.acts(MENTOR).decline(request.id, Reason.OTHER, "").request == declined
    assert desk.messages() == sorted([*ASKED, f"{MENTEE} RequestDeclined"])
    assert desk.asking().why_not(MENTOR) is None


def test_what_the_table_does_not_allow_is_refused(desk: Matching) -> None:
    """DIR-18: nobody answers for the other, and nothing moves a request that is over."""
    request = desk.ask()
    with pytest.raises(RequestMovedError):
        desk.acts(MENTEE).accept(request.id, desk.proposal())
    with pytest.raises(RequestMovedError):
        desk.acts(MENTEE).decline(request.id, None, "")
    with pytest.raises(RequestMovedError):
        desk.acts(MENTOR).withdraw(request.id)
    desk.acts(MENTEE).withdraw(request.id)
    for act in (lambda: desk.accept(request), lambda: desk.acts(MENTOR).write(request.id, "?")):
        with pytest.raises(RequestMovedError):
            act()
    assert desk.messages() == sorted([*ASKED, f"{MENTOR} RequestWithdrawn"])


def test_a_stranger_finds_nothing(desk: Matching) -> None:
    """SAF-2: somebody else's request answers exactly like a missing one."""
    request = desk.ask()
    for request_id in (request.id, "0" * 32):
        with pytest.raises(NoSuchRequestError):
            desk.acts("M-9").find(request_id)


def test_a_mentee_whose_membership_lapsed_is_not_accepted(desk: Matching) -> None:
    """ELI-8: between the question and the answer the mentee's membership must still count."""
    request = desk.ask()
    desk.memberships.put([membership(MENTEE, status=MembershipStatus.LAPSED)])
    with pytest.raises(RequestRefusedError, match="mentee-lapsed"):
        desk.accept(request)


def test_a_thread_has_an_end(desk: Matching) -> None:
    """DIR-16: relayed messages are for questions; beyond the policy's number the answer is yes or no."""
    desk.policy = replace(desk.policy, lines_per_request=2)
    request = desk.ask()
    desk.acts(MENTOR).write(request.id, "One?")
    desk.acts(MENTEE).write(request.id, "Two.")
    with pytest.raises(RequestRefusedError, match="too-long"):
        desk.acts(MENTOR).write(request.id, "Three?")


@pytest.mark.parametrize(
    ("event", "told"), [("ListingWithdrawn", 2), ("MembershipLapsed", 2), ("ProfileErased", 2)]
)
def test_whoever_leaves_leaves_nobody_waiting(desk: Matching, event: str, told: int) -> None:
    """DIR-8: open requests and relationships end with their mentor, once, and each mentee is told."""
    desk.member("M-3")
    asked, together = desk.ask(), desk.accept(desk.ask("M-3"))
    assert desk.part(event) == told
    assert desk.part(event) == 0
    states = {desk.stored(each).request.state for each in (asked, together)}
    assert states == {RequestState.CLOSED, RequestState.ENDED}
    gone = [each for each in desk.messages() if "MentorGone" in each]
    assert gone == [f"{MENTEE} MentorGone", "M-3 MentorGone"]


def test_coming_back_ends_nothing_new(desk: Matching) -> None:
    """DIR-8, invariant 13: a message that comes late ends what was there when they left, and no more."""
    left_at = desk.now
    desk.days(1)
    request = desk.ask()
    desk.now = left_at
    assert desk.part("ListingWithdrawn") == 0
    assert desk.stored(request).request.is_open


def test_an_erasure_leaves_no_words(desk: Matching) -> None:
    """SAF-1: after an erasure nothing that they wrote is on file, on either side of a request."""
    request = desk.ask(words="From a small town")
    desk.acts(MENTOR).write(request.id, "A question of mine")
    desk.acts(MENTEE).write(request.id, "An answer of mine")
    desk.part("ProfileErased", MENTEE)
    body = next(row["body"]["S"] for row in desk.rows("requests") if row["sk"]["S"] == "REQUEST")
    assert "small town" not in body
    assert "An answer" not in body
    assert "New graduate" not in body
    assert "A question of mine" in body
    assert f"{MENTOR} MenteeGone" in desk.messages()


def test_every_state_can_be_left_or_is_an_end() -> None:
    """DIR-18: from every open state somebody can move on; from a closed one nobody can."""
    starts = {before for before, _, _ in NEXT}
    assert starts == {RequestState.SENT, RequestState.ACCEPTED, RequestState.ACTIVE}
    assert {act for _, _, act in NEXT} == set(Act)


def test_nothing_of_a_request_shows_in_its_repr(desk: Matching) -> None:
    """DIR-12, habit 14: a request in a log line is identifiers and days, never what somebody wrote."""
    request = desk.accept(desk.ask(words="From a small town"))
    said = repr(request)
    assert "small town" not in said
    assert "New graduate" not in said
    assert "Thursdays" not in said


def test_the_days_are_the_policys_of_the_day(desk: Matching) -> None:
    """DIR-19, invariant 14: a changed policy moves no date that somebody was told."""
    request = desk.ask()
    desk.policy = replace(desk.policy, expiry_days=3, nudge_days=1)
    assert desk.stored(request).request.answer_by == (NOW + timedelta(days=13)).date()
