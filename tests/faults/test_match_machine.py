"""Anything that three mentees, two mentors and the clock may do: in any order, twice, or killed midway.

Beside it a plain model: what must get through gets through, and every version has told whom it had to tell.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import ClassVar, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mentoring.content import Content
from mentoring.domain.errors import RequestMovedError, RequestRefusedError
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_events import (
    EXPIRED,
    GONE,
    TOLD,
    RequestNudged,
    RequestPassedOn,
    RequestSent,
    Told,
)
from mentoring.domain.request_states import NEXT, OPEN, TOGETHER, Act, RequestState, Side
from mentoring.settings import StorageSettings
from mentoring.storage.erasures import ErasureStore
from mentoring.usecases.data_rights import erase
from mentoring.usecases.match_requests import MatchActs
from tests.faults.crashing import Crash, Moment
from tests.storage.people import membership
from tests.usecases.matching import Matching

NUMBERS = count()
LIMIT: Final = 2
CAPACITY: Final = 1
DAY: Final = timedelta(days=1)
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
LEGAL: Final = {(before, after) for (before, _, _), after in NEXT.items()}

# How a step goes: as it should, twice in a row, or killed at one of its first calls and then tried again.
HOW = st.one_of(
    st.sampled_from(["once", "twice"]),
    st.tuples(st.integers(1, 6), st.sampled_from([Moment.BEFORE, Moment.AFTER, Moment.LOST])),
)


@dataclass(frozen=True)
class Leaving:
    """What the outbox has still to do: somebody left, lapsed, or had everything erased, at an instant."""

    event: str
    member_id: str
    desk: Matching

    @property
    def at(self) -> datetime:
        """When."""
        return self.desk.now


class Matches(RuleBasedStateMachine):
    """Two mentors of capacity one, three mentees who may have two open; ids of its own for each run."""

    storage: ClassVar[StorageSettings]
    content: ClassVar[Content]
    reached: ClassVar[Counter[RequestState]] = Counter()

    @initialize()
    def begin(self) -> None:
        """Each mentor has been asked by somebody."""
        run = next(NUMBERS)
        self.desk = Matching(self.storage, self.content)
        self.desk.policy = replace(self.desk.policy, open_requests=LIMIT, missed_before_asked=2)
        self.mentors = [f"R{run}-mentor-{number}" for number in range(2)]
        self.mentees = [f"R{run}-mentee-{number}" for number in range(3)]
        for mentor in self.mentors:
            self.desk.mentor(mentor, capacity=CAPACITY)
        for mentee in self.mentees:
            self.desk.member(mentee)
        for mentee, mentor in zip(self.mentees, self.mentors, strict=False):
            self.desk.ask(mentee, mentor)
        self.requests: dict[str, list[RequestState]] = {}  # every state that was seen of each
        self.most: Counter[str] = Counter()  # mentees that a mentor had when last looked at
        self.left: list[Leaving] = []
        self.lapsed = set[str]()
        self.erased: dict[str, datetime] = {}  # when they last had everything erased

    @rule(
        mentee=st.integers(0, 2),
        mentor=st.integers(0, 1),
        words=st.sampled_from(["Hello", "Good day"]),
        how=HOW,
    )
    def ask(self, mentee: int, mentor: int, words: str, how: object) -> None:
        """A member asks a mentor: whom they can ask has a request from then on."""
        asks, asked = self.mentees[mentee], self.mentors[mentor]
        may_ask = asks not in self.lapsed and not self.desk.asking(asks).why_not(asked)
        if asks not in self.lapsed:
            self.step(lambda: self.desk.ask(asks, asked, words), how)
        assert not may_ask or self.desk.requests.between(asks, asked).open_id

    @rule(which=st.integers(0, 9), side=st.sampled_from([Side.MENTEE, Side.MENTOR]), how=HOW)
    def write(self, which: int, side: Side, how: object) -> None:
        """One of the two writes."""
        if one := self.pick(which):
            text = f"Question {next(NUMBERS)}"
            self.does(one, Act.WRITE, side, lambda: self.acts(one, side).write(one.id, text), how)

    @rule(which=st.integers(0, 9), how=HOW)
    def accept(self, which: int, how: object) -> None:
        """A mentor says yes: where there is room, and the mentee is there."""
        if not (one := self.pick(which)):
            return
        mentor = self.desk.profiles.get(one.mentor_id)
        assert mentor
        has_room = len(self.desk.requests.load_of(one.mentor_id).mentees) < (mentor.profile.capacity or 0)
        is_there = one.mentee_id not in self.lapsed and one.sent_at > self.erased.get(one.mentee_id, LONG_AGO)
        if has_room and is_there:
            self.does(one, Act.ACCEPT, Side.MENTOR, lambda: self.desk.accept(one), how)
        else:
            self.step(lambda: self.desk.accept(one), how)

    @rule(which=st.integers(0, 9), act=st.sampled_from([Act.DECLINE, Act.WITHDRAW, Act.END]), how=HOW)
    def stop(self, which: int, act: Act, how: object) -> None:
        """Somebody says no, never mind, or that it is over."""
        if one := self.pick(which):
            mentor, mentee = self.acts(one, Side.MENTOR), self.acts(one, Side.MENTEE)
            acts = {
                Act.DECLINE: lambda: mentor.decline(one.id, None, ""),
                Act.WITHDRAW: lambda: mentee.withdraw(one.id),
                Act.END: lambda: mentee.end(one.id, ""),
            }
            self.does(one, act, Side.MENTOR if act is Act.DECLINE else Side.MENTEE, acts[act], how)

    @rule(which=st.integers(0, 9), side=st.sampled_from([Side.MENTEE, Side.MENTOR]), how=HOW)
    def agree(self, which: int, side: Side, how: object) -> None:
        """One of the two agrees to what the other proposed, or proposes anew."""
        one = self.pick(which)
        if one and one.proposal and one.proposal.by is side.other:
            at = one.proposal.at
            self.does(one, Act.AGREE, side, lambda: self.acts(one, side).agree(one.id, at), how)
        elif one:
            proposal = self.desk.proposal(side, goals=f"Goal {next(NUMBERS)}")
            since = one.arranged_at
            self.does(
                one, Act.PROPOSE, side, lambda: self.acts(one, side).propose(one.id, proposal, since), how
            )

    @rule(days=st.sampled_from([1, 1, 7, 14]), how=HOW)
    def time_passes(self, days: int, how: object) -> None:
        """So many days, then the sweep."""
        self.desk.days(days)
        self.step(self.desk.sweep, how)

    @rule(
        what=st.integers(0, 3),
        who=st.integers(0, 5),
        capacity=st.sampled_from([0, 1, 1, 2]),
        is_available=st.booleans(),
    )
    def somebody_changes(self, what: int, who: int, capacity: int, is_available: bool) -> None:
        """Somebody pauses or resumes, takes on more or fewer, leaves, lapses or renews, or erases."""
        mentor, mentee = self.mentors[who % 2], self.mentees[who % 3]
        changes = (
            lambda: self.desk.change(mentor, capacity=capacity, is_available=is_available),
            lambda: self.leaves_and_comes_back(mentor),
            lambda: self.lapses_or_renews(mentee),
            lambda: self.erases(mentee),
        )
        changes[what]()

    def leaves_and_comes_back(self, member_id: str) -> None:
        """A mentor opts out; what ends with them ends later, when they may be back."""
        self.leave("ListingWithdrawn", member_id)
        self.desk.change(member_id, opted_out_on=self.desk.now.date())
        self.desk.days(1)
        self.desk.change(member_id, opted_out_on=None)

    def lapses_or_renews(self, member_id: str) -> None:
        """A mentee's membership lapses, and is renewed by the next of these."""
        if member_id in self.lapsed:
            self.lapsed.remove(member_id)
            self.desk.memberships.put([membership(member_id)])
        else:
            self.lapsed.add(member_id)
            self.desk.memberships.put([membership(member_id, expires_on=self.desk.now.date() - DAY)])
            self.leave("MembershipLapsed", member_id)

    def erases(self, member_id: str) -> None:
        """A mentee has everything erased, and may ask anew."""
        self.desk.now += timedelta(seconds=1)
        if erase(member_id, ErasureStore(self.desk.client, self.storage), self.desk.now):
            self.erased[member_id] = self.desk.now
            self.leave("DraftErased", member_id)
            self.desk.now += timedelta(seconds=1)

    @rule(how=HOW, which=st.integers(0, 3))
    def outbox_runs(self, how: object, which: int) -> None:
        """A message of somebody's leaving arrives: late, out of order, and not for the last time."""
        if not self.left:
            return
        self.arrives(self.left[which % len(self.left)], how)

    def arrives(self, leaving: Leaving, how: object = "once") -> None:
        """What somebody left ends; after an erasure nothing of what they wrote is there."""
        self.step(lambda: leaving.desk.part(leaving.event, leaving.member_id), how)
        if leaving.event == "DraftErased":
            sent = [each.request for each in self.desk.requests.of(leaving.member_id, Side.MENTEE)]
            before = [each for each in sent if each.sent_at <= leaving.at]
            assert not any(each.is_open or each.introduction for each in before)

    @invariant()
    def everything_agrees(self) -> None:
        """Limits and pairs say what the requests say (invariants 14, 16)."""
        found = {
            stored.request.id: stored
            for mentee in getattr(self, "mentees", ())
            for stored in self.desk.requests.of(mentee, Side.MENTEE)
        }
        for request_id, stored in found.items():
            request, seen = stored.request, self.requests.setdefault(request_id, [])
            if not seen or seen[-1] is not request.state:
                assert not seen or reachable(seen[-1], request.state), (seen, request.state)
                seen.append(request.state)
                self.reached[request.state] += 1
        all_found = [stored.request for stored in found.values()]
        for mentee in getattr(self, "mentees", ()):
            asked = {
                one.id for one in all_found if one.mentee_id == mentee and one.state is RequestState.SENT
            }
            assert self.desk.requests.load_of(mentee).asked == asked
            assert len(asked) <= LIMIT
        for mentor in getattr(self, "mentors", ()):
            self.check_mentor(mentor, [one for one in all_found if one.mentor_id == mentor])

    def check_mentor(self, mentor: str, requests: list[MatchRequest]) -> None:
        """Nobody is taken on past the capacity, and each mentee has one open request at most."""
        together = {one.id for one in requests if one.state in TOGETHER}
        assert self.desk.requests.load_of(mentor).mentees == together
        stored = self.desk.profiles.get(mentor)
        assert stored
        assert len(together) <= max(self.most[mentor], stored.profile.capacity or 0)
        self.most[mentor] = len(together)
        for mentee in self.mentees:
            open_ones = [one.id for one in requests if one.mentee_id == mentee and one.state in OPEN]
            assert len(open_ones) <= 1
            assert self.desk.requests.between(mentee, mentor).open_id == next(iter(open_ones), None)

    def teardown(self) -> None:
        """Each version of each request has its line in the log, and told whom it had to, once (SAF-3)."""
        for leaving in reversed(
            getattr(self, "left", ())
        ):  # what has not arrived yet does, the last one first
            self.arrives(leaving)
        self.everything_agrees()
        outbox = Counter(
            tuple(row["pk"]["S"].split("#")[1:4]) for row in self.desk.rows("outbox")
        )  # kind, who is told, occurrence
        for request_id in getattr(self, "requests", ()):
            stored = self.desk.requests.get(request_id)
            assert stored
            lines = {
                line.occurrence: line.action.removeprefix("request-")
                for member_id in (stored.request.mentee_id, stored.request.mentor_id)
                for line in self.desk.audit.lines_of(member_id)
                if line.occurrence.startswith(f"{request_id}.")
            }
            assert lines.keys() == {f"{request_id}.{number}" for number in range(1, stored.version + 1)}
            told = {key: times for key, times in outbox.items() if key[2].startswith(f"{request_id}.")}
            assert set(told.values()) <= {1}
            assert {occurrence for *_, occurrence in told} <= lines.keys()
            for occurrence, act in lines.items():
                self.check_told(stored.request, act, [key[:2] for key in told if key[2] == occurrence])

    def check_told(self, request: MatchRequest, act: str, told: list[tuple[str, ...]]) -> None:
        """One version told the one who did not act; what an erased member was told may be gone with them."""
        expected = [
            {(kind.__name__, request.person(side)) for side, kind in way} for way in ways(request, act)
        ]
        theirs = {each for each in told if each[1] not in self.erased}
        kept = [{each for each in way if each[1] not in self.erased} for way in expected]
        assert theirs in kept, (act, told)
        assert any(set(told) <= way for way in expected), (act, told)

    def acts(self, one: MatchRequest, side: Side) -> MatchActs:
        """What one of the two may do."""
        return self.desk.acts(one.person(side))

    def leave(self, event: str, member_id: str) -> None:
        """Somebody goes at this moment; the outbox does what follows from it, some time."""
        desk = Matching(self.storage, self.content)
        desk.now = self.desk.now
        self.left.append(Leaving(event, member_id, desk))

    def does(
        self, one: MatchRequest, act: Act, side: Side, acting: Callable[[], object], how: object
    ) -> None:
        """Do what one of the two may do: if the table allows it, it is done."""
        is_possible = act in one.possible(side)
        self.step(acting, how)
        after = self.desk.requests.get(one.id)
        assert after
        if is_possible:
            assert after.request.state is NEXT[one.state, side, act], (act, side)
            assert after.request != one
        else:
            assert after.request == one

    def step(self, act: Callable[[], object], how: object) -> None:
        """Do something once, twice, or until it dies and then again."""
        if isinstance(how, tuple):
            crash = Crash(*how)
            with suppress(RequestMovedError, RequestRefusedError), crash.during(self.desk.client):
                act()
        for _ in range(2 if how == "twice" else 1):
            with suppress(RequestMovedError, RequestRefusedError):
                act()

    def pick(self, which: int) -> MatchRequest | None:
        """Return one of the requests there are, as it is now."""
        ids = list(self.requests)
        return self.desk.requests.get(ids[which % len(ids)]).request if ids else None  # type: ignore[union-attr]


def ways(request: MatchRequest, act: str) -> list[Told]:
    """Whom an act may have told of what; which of them depends on whose act, or turn, it was."""
    if act == "ask":
        return [((Side.MENTOR, RequestSent), (Side.MENTEE, RequestPassedOn))]
    if act == Act.NUDGE:
        return [((side, RequestNudged),) for side in (Side.MENTEE, Side.MENTOR)]
    if act == Act.EXPIRE:
        return [EXPIRED[request.turn]]
    if act == Act.CLOSE:  # closed, or emptied once it was over
        return [*([GONE[request.reason]] if request.reason in GONE else []), ()]
    return [told for (of, _), told in TOLD.items() if of == act]


def reachable(before: RequestState, after: RequestState) -> bool:
    """Return whether steps of the table lead from one state to another: two may lie between two looks."""
    if (before, after) in LEGAL:
        return True
    return any((before, between) in LEGAL and (between, after) in LEGAL for between in OPEN)


def test_whatever_happens_everything_agrees(database: StorageSettings, content: Content) -> None:
    """DIR-18, DIR-19, invariants 12 to 16: whatever is doubled, reordered or killed, all agrees."""
    Matches.storage, Matches.content = database, content
    Matches.reached.clear()
    run_state_machine_as_test(
        Matches,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],  # to shrink a failure over a real database takes minutes
            derandomize=True,  # the same ways each time, so that it is known where they lead
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    assert len(Matches.reached) > len(RequestState) / 2
