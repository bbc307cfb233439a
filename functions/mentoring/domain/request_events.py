"""What the acts on a match request tell, and whom: the one who did not act (DIR-16 to DIR-19).

Whoever asks a mentor has a copy besides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mentoring.domain.events import Event
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_states import Act, Reason, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent(Event):
    """Something that `member_id` is told of a request; what it says in words is read when it is told."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSent(RequestEvent):
    """A mentor was asked (DIR-16)."""

    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPassedOn(RequestEvent):
    """What a mentee sent is with the mentor: a copy for themselves, and the last day (DIR-16)."""

    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswerAwaited(RequestEvent):
    """The other of the two wrote, and waits for an answer (DIR-16)."""

    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestNudged(RequestEvent):
    """Whose turn it is has not answered for some days (DIR-19)."""

    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAccepted(RequestEvent):
    """A mentor said yes, with a first proposal (DIR-17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDeclined(RequestEvent):
    """A mentor said no (DIR-16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn(RequestEvent):
    """A mentee took their request back (DIR-18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExpired(RequestEvent):
    """A mentee got no answer in time: other mentors are suggested (DIR-19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMissed(RequestEvent):
    """A mentor did not answer in time (DIR-19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDropped(RequestEvent):
    """A mentee did not answer a mentor's question in time (DIR-19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnanswered(RequestEvent):
    """A mentor's question got no answer in time (DIR-19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorGone(RequestEvent):
    """The mentor one asked, or works with, is no longer a mentor (DIR-8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenteeGone(RequestEvent):
    """The mentee who asked, or whom one works with, is no longer there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangementProposed(RequestEvent):
    """The other of the two proposes how to work together (DIR-18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangementAgreed(RequestEvent):
    """The other of the two agrees to what one proposed (DIR-18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipEnded(RequestEvent):
    """The other of the two ended the relationship (DIR-18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityAsked(Event):
    """A mentor let requests expire, and is asked whether they still take on mentees."""

    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorPausedForSilence(Event):
    """A mentor who did not say that they still take on mentees was paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernReported(Event):
    """Somebody has a concern that staff should read (DIR-21). `member_id` is who reports it."""

    concern_id: str


Told = tuple[tuple[Side, type[RequestEvent]], ...]

TOLD: Final[Mapping[tuple[Act, Side], Told]] = {
    (Act.WRITE, Side.MENTEE): ((Side.MENTOR, RequestAnswerAwaited),),
    (Act.WRITE, Side.MENTOR): ((Side.MENTEE, RequestAnswerAwaited),),
    (Act.ACCEPT, Side.MENTOR): ((Side.MENTEE, RequestAccepted),),
    (Act.DECLINE, Side.MENTOR): ((Side.MENTEE, RequestDeclined),),
    (Act.WITHDRAW, Side.MENTEE): ((Side.MENTOR, RequestWithdrawn),),
    (Act.PROPOSE, Side.MENTOR): ((Side.MENTEE, ArrangementProposed),),
    (Act.PROPOSE, Side.MENTEE): ((Side.MENTOR, ArrangementProposed),),
    (Act.AGREE, Side.MENTOR): ((Side.MENTEE, ArrangementAgreed),),
    (Act.AGREE, Side.MENTEE): ((Side.MENTOR, ArrangementAgreed),),
    (Act.END, Side.MENTOR): ((Side.MENTEE, RelationshipEnded),),
    (Act.END, Side.MENTEE): ((Side.MENTOR, RelationshipEnded),),
}
"""Whom the acts of the two tell. What the clock and the programme tell depends on whose turn it was."""

EXPIRED: Final[Mapping[Side, Told]] = {
    Side.MENTOR: ((Side.MENTEE, RequestExpired), (Side.MENTOR, RequestMissed)),
    Side.MENTEE: ((Side.MENTEE, RequestDropped), (Side.MENTOR, QuestionUnanswered)),
}
GONE: Final[Mapping[Reason, Told]] = {
    Reason.MENTOR_LEFT: ((Side.MENTEE, MentorGone),),
    Reason.MENTOR_LAPSED: ((Side.MENTEE, MentorGone),),
    Reason.MENTEE_LEFT: ((Side.MENTOR, MenteeGone),),
    Reason.MENTEE_LAPSED: ((Side.MENTOR, MenteeGone),),
}


def sent_events(request: MatchRequest, at: datetime) -> tuple[Event, ...]:
    """Return what sending a request tells: the mentor is written to, and the mentee has a copy."""
    return _events(request, ((Side.MENTOR, RequestSent), (Side.MENTEE, RequestPassedOn)), 1, at)


def request_events(
    request: MatchRequest, act: Act, side: Side, version: int, at: datetime
) -> tuple[Event, ...]:
    """Return what an act tells; `request` is as the act left it, `version` the one that it made."""
    by_act: Mapping[Act, Callable[[], Told]] = {
        Act.NUDGE: lambda: ((request.turn, RequestNudged),),
        Act.EXPIRE: lambda: EXPIRED[request.turn],
        Act.CLOSE: lambda: GONE[request.reason] if request.reason else (),
    }
    told = by_act[act]() if act in by_act else TOLD[act, side]
    return _events(request, told, version, at)


def _events(request: MatchRequest, told: Told, version: int, at: datetime) -> tuple[Event, ...]:
    once = f"{request.id}.{version}"
    events = []
    for side, kind in told:
        said: dict[str, Any] = {"answer_by": request.answer_by} if _has_day(kind) else {}
        event = kind(member_id=request.person(side), occurrence=once, at=at, request_id=request.id, **said)
        events.append(event)
    return tuple(events)


def _has_day(kind: type[RequestEvent]) -> bool:
    return kind in (RequestSent, RequestPassedOn, RequestAnswerAwaited, RequestNudged)
