"""A member asks a mentor, and what comes of it: one record from first to last (DIR-15 to DIR-19)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from mentoring.domain.business_days import day_of
from mentoring.domain.errors import RequestMovedError
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.request_states import NEXT, OPEN, TOGETHER, UNANSWERED, Act, Reason, RequestState, Side

MOST_OFFERS: Final = 50
"""Of how many proposals it is kept that they were made: a row has an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the two to each other, relayed: neither sees an address (DIR-16)."""

    by: Side
    at: datetime  # UTC
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How the two want to work together (DIR-17, DIR-18): one proposes, the other agrees."""

    by: Side
    at: datetime  # UTC, when it was proposed
    months: int
    frequency: str
    formats: tuple[str, ...]
    availabilities: str = field(repr=False)  # when the mentor can meet, and a first proposal
    goals: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """That one of the two proposed how to work together; what it said goes with the next proposal."""

    by: Side
    at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The mentee's answers as they were when this mentor was asked (DIR-15).

    No identity answer is copied: `identity` names the fields that this mentor may see, each with the save of
    the questionnaire that answered it, for as long as that answer stands and is shared.
    """

    background: str = field(repr=False)
    goals: str = field(repr=False)
    needs: str = field(repr=False)
    topics: tuple[str, ...]
    areas: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    frequency: str
    identity: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingConsent:
    """That the mentee let this mentor read the questionnaire: when, under which wording (DIR-15)."""

    given_at: datetime  # UTC
    wording_version: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRequest:
    """A request between one mentee and one mentor, with the relationship that may come of it.

    `turn` is who acts next while it is unanswered. `nudge_on` and `answer_by`, the last day on which an
    answer counts, are data: a changed policy moves no date that somebody was told.
    """

    id: str
    mentee_id: str
    mentor_id: str
    slug: str  # the mentor's address when they were asked
    state: RequestState
    sent_at: datetime  # UTC
    turn: Side
    nudge_on: date
    answer_by: date
    nudged: bool
    introduction: str = field(repr=False)
    questions: Questions | None
    consent: SharingConsent
    lines: tuple[Line, ...] = ()
    offers: tuple[Offer, ...] = ()  # the newest; the first proposal of all is the acceptance
    proposal: Arrangement | None = None  # waits for the other side
    arrangement: Arrangement | None = None  # agreed
    accepted_at: datetime | None = None
    agreed_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: Side | None = None
    reason: Reason | None = None
    words: str = field(default="", repr=False)  # to the other side, on the way out
    suggested: tuple[str, ...] = ()  # addresses of other mentors, once it expired

    @property
    def is_open(self) -> bool:
        """Return whether it waits for an answer, or the two work together."""
        return self.state in OPEN

    @property
    def due_on(self) -> date | None:
        """Return the day on which the clock has something to do; None when it has not (invariant 14)."""
        if self.state not in UNANSWERED:
            return None
        over_on = self.answer_by + timedelta(days=1)  # whoever was told a last day has all of it
        return over_on if self.nudged else min(self.nudge_on, over_on)

    def side_of(self, member_id: str) -> Side | None:
        """Return which of the two a member is; None for anybody else."""
        return {self.mentee_id: Side.MENTEE, self.mentor_id: Side.MENTOR}.get(member_id)

    def person(self, side: Side) -> str:
        """Return the member id of one of the two."""
        return self.mentor_id if side is Side.MENTOR else self.mentee_id

    @property
    def acts_next(self) -> Side | None:
        """Return who of the two acts next; None where nobody has to."""
        if self.state in UNANSWERED:
            return self.turn
        return self.proposal.by.other if self.proposal and self.state in TOGETHER else None

    @property
    def arranged_at(self) -> datetime | None:
        """Return since when it stands between the two as it does: proposed then, or agreed (UTC)."""
        return self.proposal.at if self.proposal else self.agreed_at

    def possible(self, side: Side) -> tuple[Act, ...]:
        """Return what one of the two may do now."""
        acts = (act for state, who, act in NEXT if state is self.state and who is side)
        return tuple(act for act in acts if act is not Act.AGREE or self.acts_next is side)


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request as the database holds it. `version` counts its saves."""

    request: MatchRequest
    version: int


def moved(request: MatchRequest, act: Act, side: Side) -> RequestState:
    """Return the state that an act leads to. Raises RequestMovedError for one that is not in the table."""
    try:
        return NEXT[request.state, side, act]
    except KeyError:
        raise RequestMovedError(request.id, request.state, act) from None


def with_turn(request: MatchRequest, turn: Side, policy: DirectoryPolicy, now: datetime) -> MatchRequest:
    """Return a request on which somebody's days begin: to a reminder, and to its end (DIR-19)."""
    today = day_of(now)
    return replace(
        request,
        turn=turn,
        nudge_on=today + timedelta(days=policy.nudge_days),
        # It expires on the policy's day; the last on which an answer counts is the one before.
        answer_by=today + timedelta(days=policy.expiry_days - 1),
        nudged=False,
    )


def written(
    request: MatchRequest, side: Side, text: str, policy: DirectoryPolicy, now: datetime
) -> MatchRequest:
    """Return a request with one more message; it is the other's turn (DIR-16)."""
    state = moved(request, Act.WRITE, side)
    line = Line(by=side, at=now, text=text)
    asked = replace(request, state=state, lines=(*request.lines, line))
    return with_turn(asked, side.other, policy, now)


def accepted(request: MatchRequest, proposal: Arrangement, now: datetime) -> MatchRequest:
    """Return a request that its mentor says yes to, with a first proposal (DIR-17)."""
    state = moved(request, Act.ACCEPT, Side.MENTOR)
    return replace(request, state=state, accepted_at=now, proposal=proposal)


def nudged(request: MatchRequest) -> MatchRequest:
    """Return a request whose turn was reminded of (DIR-19)."""
    return replace(request, state=moved(request, Act.NUDGE, Side.SYSTEM), nudged=True)


def proposed(request: MatchRequest, proposal: Arrangement) -> MatchRequest:
    """Return a request on which one side proposes how to work together, in the place of what was proposed."""
    state = moved(request, Act.PROPOSE, proposal.by)
    offers = (*request.offers, Offer(by=proposal.by, at=proposal.at))[-MOST_OFFERS:]
    return replace(request, state=state, proposal=proposal, offers=offers)


def agreed(request: MatchRequest, side: Side, now: datetime) -> MatchRequest:
    """Return a request whose proposal the other side agrees to (DIR-18).

    Raises RequestMovedError where nothing is proposed, or by this very side.
    """
    state = moved(request, Act.AGREE, side)
    if request.proposal is None or request.proposal.by is side:
        raise RequestMovedError(request.id, request.state, Act.AGREE)
    return replace(request, state=state, arrangement=request.proposal, proposal=None, agreed_at=now)


def closed(
    request: MatchRequest,
    act: Act,
    side: Side,
    now: datetime,
    reason: Reason | None = None,
    words: str = "",
) -> MatchRequest:
    """Return a request that is over. The mentee's answers go out of it: nobody reads them any more."""
    return replace(
        request,
        state=moved(request, act, side),
        closed_at=now,
        closed_by=side,
        reason=reason,
        words=words,
        proposal=None,
        questions=None,
    )


def has_answered(before: MatchRequest, after: MatchRequest) -> bool:
    """Return whether what lies between is an act of the mentor on an unanswered request: they are there."""
    wrote = len(after.lines) > len(before.lines) and after.lines[-1].by is Side.MENTOR
    declined = before.state in UNANSWERED and after.state is RequestState.DECLINED
    return wrote or declined


def unwritten(request: MatchRequest, side: Side) -> MatchRequest:
    """Return a closed request without anything that one of the two wrote (SAF-1)."""
    lines = tuple(replace(line, text="") if line.by is side else line for line in request.lines)
    arrangement = request.arrangement
    if arrangement and arrangement.by is side:
        arrangement = replace(arrangement, availabilities="", goals="")
    return replace(
        request,
        introduction="" if side is Side.MENTEE else request.introduction,
        lines=lines,
        arrangement=arrangement,
        words="" if request.closed_by is side else request.words,
    )
