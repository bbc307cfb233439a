"""The states of a match request, and what moves it from one to the next: a table (DIR-18).

`domain/README.md` has the diagram, drawn from this table.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final


class RequestState(StrEnum):
    """How far a request has come (DIR-18)."""

    SENT = "sent"
    ACCEPTED = "accepted"  # both see each other's address; how they meet is still to be agreed
    ACTIVE = "active"  # length, frequency and form of contact are agreed
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"  # one of the two left before there was an answer
    ENDED = "ended"


class Side(StrEnum):
    """Who acts. The clock and the programme act as `SYSTEM`."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    SYSTEM = "system"

    @property
    def other(self) -> "Side":
        """Return who of the two stands across."""
        return Side.MENTOR if self is Side.MENTEE else Side.MENTEE


class Act(StrEnum):
    """What moves a request."""

    WRITE = "write"  # a question, or the answer to one
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    NUDGE = "nudge"
    EXPIRE = "expire"
    CLOSE = "close"
    PROPOSE = "propose"
    AGREE = "agree"
    END = "end"


class Reason(StrEnum):
    """Why a request ended. The first four are what a mentor may say; the others are what happened."""

    NO_TIME = "no-time"
    NOT_MY_FIELD = "not-my-field"
    NOT_NOW = "not-now"
    OTHER = "other"
    MENTOR_LEFT = "mentor-left"
    MENTOR_LAPSED = "mentor-lapsed"
    MENTEE_LAPSED = "mentee-lapsed"
    MENTEE_LEFT = "mentee-left"


DECLINING: Final = (Reason.NO_TIME, Reason.NOT_MY_FIELD, Reason.NOT_NOW, Reason.OTHER)
UNANSWERED: Final = frozenset({RequestState.SENT})
TOGETHER: Final = frozenset({RequestState.ACCEPTED, RequestState.ACTIVE})
OPEN: Final = UNANSWERED | TOGETHER

_S, _P = RequestState, Side
NEXT: Final[Mapping[tuple[RequestState, Side, Act], RequestState]] = {
    (_S.SENT, _P.MENTOR, Act.WRITE): _S.SENT,
    (_S.SENT, _P.MENTEE, Act.WRITE): _S.SENT,
    (_S.SENT, _P.MENTOR, Act.ACCEPT): _S.ACCEPTED,
    (_S.SENT, _P.MENTOR, Act.DECLINE): _S.DECLINED,
    (_S.SENT, _P.MENTEE, Act.WITHDRAW): _S.WITHDRAWN,
    (_S.SENT, _P.SYSTEM, Act.NUDGE): _S.SENT,
    (_S.SENT, _P.SYSTEM, Act.EXPIRE): _S.EXPIRED,
    (_S.SENT, _P.SYSTEM, Act.CLOSE): _S.CLOSED,
    (_S.ACCEPTED, _P.MENTOR, Act.PROPOSE): _S.ACCEPTED,
    (_S.ACCEPTED, _P.MENTEE, Act.PROPOSE): _S.ACCEPTED,
    (_S.ACCEPTED, _P.MENTOR, Act.AGREE): _S.ACTIVE,
    (_S.ACCEPTED, _P.MENTEE, Act.AGREE): _S.ACTIVE,
    (_S.ACCEPTED, _P.MENTOR, Act.END): _S.ENDED,
    (_S.ACCEPTED, _P.MENTEE, Act.END): _S.ENDED,
    (_S.ACCEPTED, _P.SYSTEM, Act.CLOSE): _S.ENDED,
    (_S.ACTIVE, _P.MENTOR, Act.PROPOSE): _S.ACTIVE,
    (_S.ACTIVE, _P.MENTEE, Act.PROPOSE): _S.ACTIVE,
    (_S.ACTIVE, _P.MENTOR, Act.AGREE): _S.ACTIVE,
    (_S.ACTIVE, _P.MENTEE, Act.AGREE): _S.ACTIVE,
    (_S.ACTIVE, _P.MENTOR, Act.END): _S.ENDED,
    (_S.ACTIVE, _P.MENTEE, Act.END): _S.ENDED,
    (_S.ACTIVE, _P.SYSTEM, Act.CLOSE): _S.ENDED,
}
"""What each side may do in each state, and what state that leads to. Whatever is not here is refused."""


def diagram() -> Iterator[str]:
    """Yield the lines of the table as a Mermaid state diagram."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {RequestState.SENT}: mentee asks"
    for (before, side, act), after in NEXT.items():
        yield f"    {before} --> {after}: {side} {act}"
    for state in RequestState:
        if state not in OPEN:
            yield f"    {state} --> [*]"
