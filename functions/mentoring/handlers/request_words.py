"""A match request in words: how it stands for one of the two, what happened, what the mentee answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from mentoring.content import Wording
from mentoring.domain.match_requests import MatchRequest, Questions
from mentoring.domain.membership import Membership
from mentoring.domain.request_states import TOGETHER, UNANSWERED, RequestState, Side


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of the questionnaire; `step` is the page where it is changed."""

    step: str
    lines: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: its words are `request.event.<kind>.<you, they or system>`."""

    kind: str
    by: Side
    at: datetime
    text: str = field(default="", repr=False)

    def told_to(self, side: Side) -> str:
        """Return how it is told to one of the two."""
        if self.by is Side.SYSTEM:
            return "system"
        return "you" if self.by is side else "they"


def status_of(request: MatchRequest, side: Side) -> str:
    """Return how a request stands for one of the two; the words are `request.status.<side>.<this>`."""
    if request.state in UNANSWERED:
        return "turn" if request.turn is side else "waiting"
    if request.state in TOGETHER:
        if request.proposal is None:
            return "active"
        return "proposed" if request.proposal.by is side else "agree"
    if request.state is RequestState.EXPIRED:
        return "expired" if request.turn is Side.MENTOR else "dropped"
    if request.closed_by is Side.SYSTEM:
        return str(request.reason)
    if request.state is RequestState.ENDED:
        return "ended" if request.closed_by is side else "ended-by-other"
    return str(request.state)


def standing_words(request: MatchRequest, side: Side, other: str, wording: Wording) -> str:
    """Return in a sentence how a request stands for one of the two; `other` is the other's name."""
    day = wording.date_words(request.answer_by) if request.state in UNANSWERED else ""
    return wording.t(f"request.status.{side}.{status_of(request, side)}", name=other, date=day)


def name_of(request: MatchRequest, side: Side, membership: Membership | None, *, is_there: bool) -> str:
    """Return the name of one of the two; empty for whoever had everything erased, or is not known.

    `is_there`: a mentor has a profile. A mentee's introduction goes with everything they wrote.
    """
    if side is Side.MENTEE:
        is_there = bool(request.introduction)
    return membership.name if membership and is_there else ""


def entries(request: MatchRequest) -> list[Entry]:
    """Return what happened, oldest first."""
    return sorted(_entries(request), key=lambda each: each.at)


def _entries(request: MatchRequest) -> Iterator[Entry]:
    yield Entry("sent", Side.MENTEE, request.sent_at, request.introduction)
    for line in request.lines:
        yield Entry("wrote", line.by, line.at, line.text)
    if request.accepted_at:
        yield Entry("accepted", Side.MENTOR, request.accepted_at)
    if request.arrangement and request.agreed_at:
        yield Entry("agreed", request.arrangement.by.other, request.agreed_at)
    for offer in request.offers:
        yield Entry("proposed", offer.by, offer.at)
    if request.closed_at and request.closed_by:
        # A mentor's reason is for the programme: whom they declined reads their words and nothing else.
        yield Entry(str(request.state), request.closed_by, request.closed_at, request.words)


def question_rows(questions: Questions, wording: Wording) -> list[Row]:
    """Return the questionnaire as a mentor reads it."""

    def labels(vocabulary: str, ids: Iterable[str]) -> list[str]:
        return [wording.label(vocabulary, term_id) for term_id in ids]

    often = labels("frequency", (questions.frequency,)) if questions.frequency else []
    return [
        Row("background", _paragraphs(questions.background)),
        Row("goals", _paragraphs(questions.goals)),
        Row("topics", labels("topics", questions.topics)),
        Row("needs", _paragraphs(questions.needs)),
        Row("areas", labels("areas", questions.areas)),
        Row("languages", labels("languages", questions.languages)),
        Row("meeting", [*labels("formats", questions.formats), *often]),
    ]


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
