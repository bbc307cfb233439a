"""Anything that three mentees, two mentors and the clock may do: in any order, twice, or killed midway."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import ClassVar, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mentoring.content import Content
from mentoring.domain.errors import DomainError
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_states import NEXT, OPEN, TOGETHER, RequestState, Side
from mentoring.settings import StorageSettings
from tests.faults.crashing import Crash, Moment
from tests.usecases.matching import Matching

RUNS = count()
LIMIT: Final = 2
CAPACITY: Final = 1
LEGAL: Final = {(before, after) for (before, _, _), after in NEXT.items()}

# How a step goes: as it should, twice in a row, or killed at one of its first calls and then tried again.
HOW = st.one_of(
    st.sampled_from(["once", "twice"]),
    st.tuples(st.integers(1, 6), st.sampled_from([Moment.BEFORE, Moment.AFTER, Moment.LOST])),
)


class Matches(RuleBasedStateMachine):
    """Two mentors of capacity one, three mentees who may have two open; ids of its own for each run."""

    storage: ClassVar[StorageSettings]
    content: ClassVar[Content]

    @initialize()
    def begin(self) -> None:
        """Nobody has asked anybody."""
        run = next(RUNS)
        self.desk = Matching(self.storage, self.content)
        self.desk.policy = replace(self.desk.policy, open_requests=LIMIT, missed_before_asked=2)
        self.mentors = [f"R{run}-mentor-{number}" for number in range(2)]
        self.mentees = [f"R{run}-mentee-{number}" for number in range(3)]
        for mentor in self.mentors:
            self.desk.mentor(mentor, capacity=CAPACITY)
        for mentee in self.mentees:
            self.desk.member(mentee)
        self.requests: dict[str, list[RequestState]] = {}  # every state that was seen of each
        self.most: Counter[str] = Counter()  # mentees that a mentor had when last looked at
        self.left: list[tuple[str, Matching]] = []  # what the outbox has still to do

    @rule(
        mentee=st.integers(0, 2),
        mentor=st.integers(0, 1),
        words=st.sampled_from(["Hello", "Good day"]),
        how=HOW,
    )
    def ask(self, mentee: int, mentor: int, words: str, how: object) -> None:
        """A member asks a mentor."""
        self.step(lambda: self.desk.ask(self.mentees[mentee], self.mentors[mentor], words), how)

    @rule(which=st.integers(0, 9), side=st.sampled_from([Side.MENTEE, Side.MENTOR]), how=HOW)
    def write(self, which: int, side: Side, how: object) -> None:
        """One of the two writes."""
        if one := self.pick(which):
            self.step(lambda: self.desk.acts(one.person(side)).write(one.id, "A question"), how)

    @rule(which=st.integers(0, 9), how=HOW)
    def accept(self, which: int, how: object) -> None:
        """A mentor says yes."""
        if one := self.pick(which):
            self.step(lambda: self.desk.accept(one), how)

    @rule(which=st.integers(0, 9), act=st.sampled_from(["decline", "withdraw", "end"]), how=HOW)
    def stop(self, which: int, act: str, how: object) -> None:
        """Somebody says no, never mind, or that it is over."""
        if one := self.pick(which):
            acts = {
                "decline": lambda: self.desk.acts(one.mentor_id).decline(one.id, None, ""),
                "withdraw": lambda: self.desk.acts(one.mentee_id).withdraw(one.id),
                "end": lambda: self.desk.acts(one.mentee_id).end(one.id, ""),
            }
            self.step(acts[act], how)

    @rule(which=st.integers(0, 9), side=st.sampled_from([Side.MENTEE, Side.MENTOR]), how=HOW)
    def agree(self, which: int, side: Side, how: object) -> None:
        """One of the two agrees to what the other proposed, or proposes anew."""
        one = self.pick(which)
        if one and one.proposal and one.proposal.by is side.other:
            at = one.proposal.at
            self.step(lambda: self.desk.acts(one.person(side)).agree(one.id, at), how)
        elif one:
            proposal, since = self.desk.proposal(side), one.arranged_at
            self.step(lambda: self.desk.acts(one.person(side)).propose(one.id, proposal, since), how)

    @rule(days=st.sampled_from([1, 7, 14]), how=HOW)
    def time_passes(self, days: int, how: object) -> None:
        """So many days, then the sweep."""
        self.desk.days(days)
        self.step(self.desk.sweep, how)

    @rule(mentor=st.integers(0, 1))
    def leaves_and_comes_back(self, mentor: int) -> None:
        """A mentor opts out; what ends with them ends later, when they may be back."""
        member_id = self.mentors[mentor]
        left = Matching(self.storage, self.content)
        left.now = self.desk.now
        self.desk.change(member_id, opted_out_on=self.desk.now.date())
        self.left.append((member_id, left))
        self.desk.days(1)
        self.desk.change(member_id, opted_out_on=None)

    @rule(how=HOW, which=st.integers(0, 3))
    def outbox_runs(self, how: object, which: int) -> None:
        """A message of somebody's leaving arrives: late, out of order, and not for the last time."""
        if self.left:
            member_id, left = self.left[which % len(self.left)]
            self.step(lambda: left.part("ListingWithdrawn", member_id), how)

    @invariant()
    def everything_agrees(self) -> None:
        """Limits, pairs, messages, log and index say what the requests say (invariants 12, 14, 16)."""
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
            self.check_told(request, stored.version)
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
        assert len(together) <= CAPACITY
        for mentee in self.mentees:
            open_ones = [one.id for one in requests if one.mentee_id == mentee and one.state in OPEN]
            assert len(open_ones) <= 1
            assert self.desk.requests.between(mentee, mentor).open_id == next(iter(open_ones), None)

    def check_told(self, request: MatchRequest, version: int) -> None:
        """Each version has its line in the log, and each letter exists once."""
        lines = Counter(
            line.occurrence
            for member_id in (request.mentee_id, request.mentor_id)
            for line in self.desk.audit.lines_of(member_id)
            if line.occurrence.startswith(f"{request.id}.")
        )
        assert lines == {f"{request.id}.{number}": 1 for number in range(1, version + 1)}

    def step(self, act: Callable[[], object], how: object) -> None:
        """Do something once, twice, or until it dies and then again."""
        if isinstance(how, tuple):
            crash = Crash(*how)
            with suppress(DomainError), crash.during(self.desk.client):
                act()
        for _ in range(2 if how == "twice" else 1):
            with suppress(DomainError):
                act()

    def pick(self, which: int) -> MatchRequest | None:
        """Return one of the requests there are, as it is now."""
        ids = list(self.requests)
        return self.desk.requests.get(ids[which % len(ids)]).request if ids else None  # type: ignore[union-attr]


def reachable(before: RequestState, after: RequestState) -> bool:
    """Return whether steps of the table lead from one state to another: two may lie between two looks."""
    if (before, after) in LEGAL:
        return True
    return any((before, between) in LEGAL and (between, after) in LEGAL for between in OPEN)


def test_whatever_happens_everything_agrees(database: StorageSettings, content: Content) -> None:
    """DIR-18, DIR-19, invariants 12 to 16: whatever is doubled, reordered or killed, all agrees."""
    Matches.storage, Matches.content = database, content
    run_state_machine_as_test(
        Matches,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],  # to shrink a failure over a real database takes minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
