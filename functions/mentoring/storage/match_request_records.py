"""How a match request is written: one body in JSON (`records` says why)."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mentoring.domain.match_requests import Arrangement, Line, MatchRequest, Offer, Questions, SharingConsent
from mentoring.domain.request_states import Reason, RequestState, Side
from mentoring.storage.records import as_kind, as_texts, instant_text

QUESTION_TEXTS = ("background", "goals", "needs", "frequency")
QUESTION_LISTS = ("topics", "areas", "languages", "formats")


def request_body(request: MatchRequest) -> str:
    """Return a request as text; equal requests give equal texts."""
    record = {
        "id": request.id,
        "mentee_id": request.mentee_id,
        "mentor_id": request.mentor_id,
        "slug": request.slug,
        "state": request.state,
        "sent_at": instant_text(request.sent_at),
        "turn": request.turn,
        "nudge_on": request.nudge_on.isoformat(),
        "answer_by": request.answer_by.isoformat(),
        "nudged": request.nudged,
        "introduction": request.introduction,
        "questions": _questions_record(request.questions) if request.questions else None,
        "consent": {
            "given_at": instant_text(request.consent.given_at),
            "wording_version": request.consent.wording_version,
            "language": request.consent.language,
        },
        "lines": [{"by": line.by, "at": instant_text(line.at), "text": line.text} for line in request.lines],
        "offers": [{"by": offer.by, "at": instant_text(offer.at)} for offer in request.offers],
        "proposal": _arrangement_record(request.proposal),
        "arrangement": _arrangement_record(request.arrangement),
        "accepted_at": _instant(request.accepted_at),
        "agreed_at": _instant(request.agreed_at),
        "closed_at": _instant(request.closed_at),
        "closed_by": request.closed_by,
        "reason": request.reason,
        "words": request.words,
        "suggested": request.suggested,
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def request_from(body: str) -> MatchRequest:
    """Return the request that a body holds. Raises KeyError, TypeError, ValueError for anything else."""
    read = json.loads(body)
    return MatchRequest(
        id=as_kind(str, read["id"]),
        mentee_id=as_kind(str, read["mentee_id"]),
        mentor_id=as_kind(str, read["mentor_id"]),
        slug=as_kind(str, read["slug"]),
        state=RequestState(read["state"]),
        sent_at=datetime.fromisoformat(read["sent_at"]),
        turn=Side(read["turn"]),
        nudge_on=date.fromisoformat(read["nudge_on"]),
        answer_by=date.fromisoformat(read["answer_by"]),
        nudged=as_kind(bool, read["nudged"]),
        introduction=as_kind(str, read["introduction"]),
        questions=_questions(read["questions"]) if read["questions"] else None,
        consent=SharingConsent(
            given_at=datetime.fromisoformat(read["consent"]["given_at"]),
            wording_version=as_kind(str, read["consent"]["wording_version"]),
            language=as_kind(str, read["consent"]["language"]),
        ),
        lines=tuple(_line(line) for line in read["lines"]),
        offers=tuple(_offer(offer) for offer in read["offers"]),
        proposal=_arrangement(read["proposal"]),
        arrangement=_arrangement(read["arrangement"]),
        accepted_at=_when(read["accepted_at"]),
        agreed_at=_when(read["agreed_at"]),
        closed_at=_when(read["closed_at"]),
        closed_by=Side(read["closed_by"]) if read["closed_by"] else None,
        reason=Reason(read["reason"]) if read["reason"] else None,
        words=as_kind(str, read["words"]),
        suggested=as_texts(read["suggested"]),
    )


def _questions_record(questions: Questions) -> dict[str, Any]:
    record = {name: getattr(questions, name) for name in (*QUESTION_TEXTS, *QUESTION_LISTS)}
    return record | {"identity": dict(questions.identity)}


def _questions(read: Mapping[str, Any]) -> Questions:
    texts: dict[str, Any] = {name: as_kind(str, read[name]) for name in QUESTION_TEXTS}
    lists: dict[str, Any] = {name: as_texts(read[name]) for name in QUESTION_LISTS}
    return Questions(**texts, **lists, identity=_identity(read["identity"]))


def _identity(read: Mapping[str, int] | list[str]) -> dict[str, int]:
    """Return the fields with the saves that answered them; before these were noted, none is shown."""
    if isinstance(read, list):
        return {}
    return {name: as_kind(int, save) for name, save in read.items()}


def _line(read: Mapping[str, Any]) -> Line:
    return Line(by=Side(read["by"]), at=datetime.fromisoformat(read["at"]), text=as_kind(str, read["text"]))


def _offer(read: Mapping[str, Any]) -> Offer:
    return Offer(by=Side(read["by"]), at=datetime.fromisoformat(read["at"]))


def _arrangement_record(arrangement: Arrangement | None) -> dict[str, Any] | None:
    if arrangement is None:
        return None
    return {
        "by": arrangement.by,
        "at": instant_text(arrangement.at),
        "months": arrangement.months,
        "frequency": arrangement.frequency,
        "formats": arrangement.formats,
        "availabilities": arrangement.availabilities,
        "goals": arrangement.goals,
    }


def _arrangement(read: Mapping[str, Any] | None) -> Arrangement | None:
    if read is None:
        return None
    return Arrangement(
        by=Side(read["by"]),
        at=datetime.fromisoformat(read["at"]),
        months=as_kind(int, read["months"]),
        frequency=as_kind(str, read["frequency"]),
        formats=as_texts(read["formats"]),
        availabilities=as_kind(str, read["availabilities"]),
        goals=as_kind(str, read["goals"]),
    )


def _instant(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
