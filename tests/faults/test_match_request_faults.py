"""Fifty at once, deaths in the middle, and acts that meet: requests, limits and messages still agree."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.errors import RequestMovedError, RequestRefusedError
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.profile import StoredProfile
from mentoring.domain.request_states import Act, RequestState, Side
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.profiles import ProfileStore
from tests.faults.crashing import Moment, crash_matrix
from tests.usecases.matching import ASKED, MENTEE, MENTOR, NOW, Matching

AT_ONCE = 50


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Matching:
    """A mentor and a member."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member()
    return desk


def at_once(desk: Matching, acts: list[Callable[[Any], object]]) -> Counter[str]:
    """Let everybody act at once, each over a client of their own; count how it ended."""

    def tried(act: Callable[[Any], object]) -> str:
        stores = {
            "requests": MatchRequestStore(client := dynamodb(desk.storage), desk.storage),
            "profiles": ProfileStore(client, desk.storage),
        }
        try:
            act(stores)
        except (RequestRefusedError, RequestMovedError) as refused:
            return str(refused)
        return "done"

    with ThreadPoolExecutor(AT_ONCE) as everybody:
        return Counter(everybody.map(tried, acts))


def test_fifty_acceptances_at_once_fill_three_places(desk: Matching) -> None:
    """DIR-9, invariant 16: of fifty requests accepted at the same moment as many are as there is room for."""
    desk.change(capacity=3)
    mentees = [f"N-{number}" for number in range(AT_ONCE)]
    for mentee in mentees:
        desk.member(mentee)
    requests = [desk.ask(mentee) for mentee in mentees]
    accept = desk.proposal()
    ends = at_once(
        desk, [lambda stores, one=one: desk.acts(**stores).accept(one.id, accept) for one in requests]
    )
    assert ends == {"done": 3, "refused: full": AT_ONCE - 3}
    states = Counter(desk.stored(each).request.state for each in requests)
    assert states == {RequestState.ACCEPTED: 3, RequestState.SENT: AT_ONCE - 3}
    assert len(desk.requests.load_of(MENTOR).mentees) == 3
    assert sum("RequestAccepted" in each for each in desk.messages()) == 3


def test_fifty_requests_of_one_member_at_once(desk: Matching) -> None:
    """DIR-19: whoever asks fifty mentors in fifty tabs has asked five."""
    mentors = [f"N-{number}" for number in range(AT_ONCE)]
    for mentor in mentors:
        desk.mentor(mentor)
    ends = at_once(desk, [lambda stores, one=one: desk.ask(mentor_id=one, **stores) for one in mentors])
    assert ends == {"done": 5, "refused: too-many": AT_ONCE - 5}
    assert sum("RequestSent" in each for each in desk.messages()) == 5


def test_one_form_sent_fifty_times_is_one_request(desk: Matching) -> None:
    """DIR-19, SAF-3: however often one form arrives, one request, and a letter for each of the two."""
    ends = at_once(desk, [lambda stores: desk.ask(**stores)] * AT_ONCE)
    assert ends == {"done": AT_ONCE}
    assert desk.messages() == ASKED


def test_yes_no_and_never_mind_at_once(desk: Matching) -> None:
    """DIR-18, invariant 12: of acceptance, refusal and withdrawal at one moment one wins and is told."""
    request = desk.ask()
    ends = at_once(
        desk,
        [
            lambda stores: desk.acts(MENTOR, **stores).accept(request.id, desk.proposal()),
            lambda stores: desk.acts(MENTOR, **stores).decline(request.id, None, ""),
            lambda stores: desk.acts(MENTEE, **stores).withdraw(request.id),
        ],
    )
    assert ends["done"] == 1
    told = [each for each in desk.messages() if each not in ASKED]
    assert len(told) == 1


class Leaving:
    """The profiles of the mentors, where something happens just after the first read."""

    def __init__(self, desk: Matching, happens: Callable[[], object]) -> None:
        self._profiles, self._happens, self._reads = desk.profiles, happens, 0

    def get(self, member_id: str) -> StoredProfile | None:
        """Read; the first time it happens right afterwards."""
        stored = self._profiles.get(member_id)
        self._reads += 1
        if self._reads == 1:
            self._happens()
        return stored


def test_a_mentor_who_leaves_while_being_asked_is_not_asked(desk: Matching) -> None:
    """DIR-8: a request never begins after its mentor left, whatever was read before."""
    leave = Leaving(desk, lambda: desk.change(opted_out_on=desk.now.date()))
    with pytest.raises(RequestRefusedError, match="not-listed"):
        desk.ask(profiles=leave)
    assert desk.requests.of(MENTOR, Side.MENTOR) == []


def test_a_cap_set_while_accepting_holds(desk: Matching) -> None:
    """DIR-9: the capacity that counts is the one on file at the moment of the acceptance."""
    desk.member("M-3")
    desk.accept(desk.ask("M-3"))
    request = desk.ask()
    capped = Leaving(desk, lambda: desk.change(capacity=1))
    with pytest.raises(RequestRefusedError, match="full"):
        desk.acts(MENTOR, profiles=capped).accept(request.id, desk.proposal())


@pytest.mark.parametrize("moment", Moment)
def test_a_request_is_all_or_nothing(desk: Matching, moment: Moment) -> None:
    """Invariant 12: whatever dies while somebody asks, they have asked wholly or not at all, and once."""
    for number, crash in enumerate(crash_matrix(moment)):
        mentee, desk.now = f"N-{number}", desk.now + timedelta(seconds=1)
        desk.member(mentee)
        desk.questionnaire(mentee)
        with crash.during(desk.client):
            desk.ask(mentee)
        halfway = desk.requests.of(mentee, Side.MENTEE)
        request = desk.ask(mentee)
        assert [each.request for each in halfway] in ([], [request])
        assert desk.requests.load_of(mentee).asked == {request.id}
        assert desk.acted(mentee) == ["request-ask"]
        assert told(desk, request) == [f"{MENTOR} RequestSent", f"{mentee} RequestPassedOn"]


Acting = Callable[[Matching, MatchRequest], object]
ACTS: dict[Act, tuple[Acting, str, str]] = {
    Act.ACCEPT: (lambda desk, one: desk.accept(one), "mentee", "RequestAccepted"),
    Act.DECLINE: (lambda desk, one: desk.acts().decline(one.id, None, ""), "mentee", "RequestDeclined"),
    Act.WITHDRAW: (lambda desk, one: desk.acts(one.mentee_id).withdraw(one.id), "mentor", "RequestWithdrawn"),
    Act.WRITE: (lambda desk, one: desk.acts().write(one.id, "Where?"), "mentee", "RequestAnswerAwaited"),
    Act.PROPOSE: (
        lambda desk, one: desk.acts(one.mentee_id).propose(
            one.id, desk.proposal(Side.MENTEE), one.arranged_at
        ),
        "mentor",
        "ArrangementProposed",
    ),
    Act.AGREE: (
        lambda desk, one: desk.acts(one.mentee_id).agree(one.id, one.proposal.at if one.proposal else NOW),
        "mentor",
        "ArrangementAgreed",
    ),
    Act.END: (
        lambda desk, one: desk.acts(one.mentee_id).end(one.id, "Thanks"),
        "mentor",
        "RelationshipEnded",
    ),
}
"""How each act is done, and who is told of it by which letter."""
BEGUN = (Act.PROPOSE, Act.AGREE, Act.END)


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_all_or_nothing(desk: Matching, moment: Moment, act: Act) -> None:
    """Invariant 12: whatever dies at whatever call, state, limits, message and audit line agree."""
    acted, side, letter = ACTS[act]
    for number, crash in enumerate(crash_matrix(moment)):
        mentee, desk.now = f"N-{number}", desk.now + timedelta(seconds=1)
        desk.member(mentee)
        request = desk.ask(mentee)
        if act in BEGUN:
            request = desk.accept(request)
        before = seen(desk, request)
        with crash.during(desk.client):
            acted(desk, request)
        halfway = seen(desk, request)
        acted(desk, request)
        after = seen(desk, request)
        assert halfway in (before, after)
        assert sorted([*before[3], f"{request.person(Side(side))} {letter}"]) == after[3], "one letter more"
        assert after[4] == before[4] + 1, "one line more"


def told(desk: Matching, request: MatchRequest) -> list[str]:
    """Who was told what of a request."""
    names = (row["pk"]["S"].split("#") for row in desk.rows("outbox"))
    return sorted(f"{name[2]} {name[1]}" for name in names if name[3].startswith(f"{request.id}."))


def seen(desk: Matching, request: MatchRequest) -> tuple[Any, ...]:
    """Everything that must agree about a request."""
    stored = desk.stored(request)
    return (
        stored,
        desk.requests.load_of(request.mentee_id),
        request.id in desk.requests.load_of(MENTOR).mentees,
        told(desk, request),
        sum(request.id in row["sk"]["S"] for row in desk.rows("audit")),
        desk.requests.between(request.mentee_id, MENTOR),
    )


@pytest.mark.parametrize("moment", Moment)
def test_declining_and_pausing_is_all_or_nothing(desk: Matching, moment: Moment) -> None:
    """Invariant 12, DIR-16: whatever dies, nobody has declined without the pause that they declined with."""
    for number, crash in enumerate(crash_matrix(moment)):
        mentor, desk.now = f"N-{number}", desk.now + timedelta(seconds=1)
        desk.mentor(mentor)
        request = desk.ask(mentor_id=mentor)
        before = paused(desk, mentor, request)
        with crash.during(desk.client):
            desk.decline_and_pause(request)
        halfway = paused(desk, mentor, request)
        desk.decline_and_pause(request)
        after = paused(desk, mentor, request)
        assert halfway in (before, after)
        assert after[:2] == (RequestState.DECLINED, False)
        assert after[2:] == (before[2] + 2, before[3] + 2), "a letter, a build and two lines more"


def paused(desk: Matching, mentor: str, request: MatchRequest) -> tuple[RequestState, bool, int, int]:
    """Everything that must agree about a refusal and a pause."""
    stored = desk.profiles.get(mentor)
    assert stored
    messages = [
        row for row in desk.rows("outbox") if mentor in row["pk"]["S"] or request.id in row["pk"]["S"]
    ]
    state = desk.stored(request).request.state
    return state, stored.profile.is_available, len(messages), len(desk.acted(mentor))
