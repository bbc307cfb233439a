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
from tests.usecases.matching import ASKED, MENTEE, MENTOR, Matching

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
@pytest.mark.parametrize("act", [Act.ACCEPT, Act.DECLINE, Act.WITHDRAW, Act.WRITE])
def test_an_answer_is_all_or_nothing(desk: Matching, moment: Moment, act: Act) -> None:
    """Invariant 12: whatever dies at whatever call, state, limits, message and audit line agree."""

    def acted(request: MatchRequest) -> None:
        acts = desk.acts(MENTEE if act is Act.WITHDRAW else MENTOR)
        {
            Act.ACCEPT: lambda: acts.accept(request.id, desk.proposal()),
            Act.DECLINE: lambda: acts.decline(request.id, None, ""),
            Act.WITHDRAW: lambda: acts.withdraw(request.id),
            Act.WRITE: lambda: acts.write(request.id, "Where do you work?"),
        }[act]()

    for number, crash in enumerate(crash_matrix(moment)):
        mentee, desk.now = f"N-{number}", desk.now + timedelta(seconds=1)
        desk.member(mentee)
        request = desk.ask(mentee)
        before = seen(desk, request)
        with crash.during(desk.client):
            desk_acts(desk, mentee, acted, request)
        halfway = seen(desk, request)
        desk_acts(desk, mentee, acted, request)
        after = seen(desk, request)
        assert halfway in (before, after)
        assert after[3] == before[3] + 1, "one message more"
        assert after[4] == before[4] + 1, "one line more"


def desk_acts(
    desk: Matching, mentee: str, acted: Callable[[MatchRequest], None], request: MatchRequest
) -> None:
    """Act as the mentor, or as this mentee."""
    inner = desk.acts
    desk.acts = lambda member_id=MENTOR, **more: inner(  # type: ignore[method-assign]
        mentee if member_id == MENTEE else member_id, **more
    )
    try:
        acted(request)
    finally:
        desk.acts = inner  # type: ignore[method-assign]


def seen(desk: Matching, request: MatchRequest) -> tuple[object, ...]:
    """Everything that must agree about a request."""
    stored = desk.stored(request)
    return (
        stored,
        desk.requests.load_of(request.mentee_id),
        request.id in desk.requests.load_of(MENTOR).mentees,
        sum(request.id in row["pk"]["S"] for row in desk.rows("outbox")),
        sum(request.id in row["sk"]["S"] for row in desk.rows("audit")),
        desk.requests.open_between(request.mentee_id, MENTOR),
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
