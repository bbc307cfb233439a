"""What a letter about a request is about, and whether that is still so when the letter is written.

An outbox row holds identifiers and days. Everything else is read at the last moment, so that no letter
brings back what was erased, and none says what no longer holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_states import TOGETHER, UNANSWERED, RequestState, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A request as the reader of a letter may know it."""

    request: MatchRequest
    side: Side  # the reader's
    other: str = field(repr=False)  # the other's name; empty where nobody knows it

    @property
    def waits_for_reader(self) -> bool:
        """Return whether the request is unanswered, and the reader is who acts next."""
        return self.request.state in UNANSWERED and self.request.turn is self.side


Facts = Mapping[str, str]


def _is(*states: RequestState) -> Callable[[Matter, Facts, date], bool]:
    return lambda matter, _facts, _today: matter.request.state in states


def _asked(matter: Matter, _facts: Facts, today: date) -> bool:
    return matter.waits_for_reader and today <= matter.request.answer_by


def _passed_on(matter: Matter, facts: Facts, _today: date) -> bool:
    # Once the mentor wrote, that letter says more, and which day.
    request = matter.request
    return request.state in UNANSWERED and facts["answer_by"] == request.answer_by.isoformat()


def _awaited(matter: Matter, facts: Facts, today: date) -> bool:
    # Once somebody wrote again the days are others, and a letter of its own says so.
    return _asked(matter, facts, today) and facts["answer_by"] == matter.request.answer_by.isoformat()


def _together(matter: Matter, _facts: Facts, _today: date) -> bool:
    return matter.request.state in TOGETHER


def _proposed(matter: Matter, facts: Facts, today: date) -> bool:
    proposal = matter.request.proposal
    return _together(matter, facts, today) and proposal is not None and proposal.by is not matter.side


CURRENT: Final[Mapping[str, Callable[[Matter, Facts, date], bool]]] = {
    "RequestSent": _asked,
    "RequestPassedOn": _passed_on,
    "RequestAnswerAwaited": _awaited,
    "RequestNudged": _awaited,
    "RequestAccepted": _together,
    "RequestDeclined": _is(RequestState.DECLINED),
    "RequestWithdrawn": _is(RequestState.WITHDRAWN),
    "RequestExpired": _is(RequestState.EXPIRED),
    "RequestMissed": _is(RequestState.EXPIRED),
    "RequestDropped": _is(RequestState.EXPIRED),
    "QuestionUnanswered": _is(RequestState.EXPIRED),
    "MentorGone": _is(RequestState.CLOSED, RequestState.ENDED),
    "MenteeGone": _is(RequestState.CLOSED, RequestState.ENDED),
    "ArrangementProposed": _proposed,
    "ArrangementAgreed": _is(RequestState.ACTIVE),
    "RelationshipEnded": _is(RequestState.ENDED),
}
"""Whether what each event tells still holds. A letter that has been overtaken is not sent: what overtook it
has one of its own, or the reader did it themselves."""


def is_current(event: str, facts: Facts, matter: Matter, today: date) -> bool:
    """Return whether a letter about this event would still be true on a day. Raises KeyError."""
    return CURRENT[event](matter, facts, today)
