"""A concern reaches staff, and nobody else (DIR-21)."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.business_days import day_of
from mentoring.domain.concerns import Concern, ConcernKnownError
from mentoring.domain.errors import RequestRefusedError
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_events import ConcernReported
from mentoring.domain.request_states import Side

ID_DIGITS: Final = 32


class Concerns(Protocol):
    """Where concerns are kept."""

    def of(self, member_id: str) -> list[Concern]:
        """Return what a member has reported."""

    def report(self, concern: Concern, change: Change) -> None:
        """Store a concern with what is told of it. Raises ConcernKnownError."""

    def replace(self, concern: Concern, replacing: Concern, change: Change) -> None:
        """Store a concern in the place of what was read of it. Raises ConcernKnownError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody writes to staff; `once` tells one showing of the form from another."""

    text: str = field(repr=False)
    is_about_person: bool
    once: str


def report(
    request: MatchRequest, side: Side, said: Said, concerns: Concerns, most: int, now: datetime
) -> None:
    """Report a concern from a request's page, about the other of the two or about the programme.

    The same words from the same showing of the form are the same concern: sent twice they reach staff once.
    Raises RequestRefusedError beyond so many of a member a day.
    """
    member_id = request.person(side)
    told_once = f"{request.id}#{member_id}#{said.is_about_person}#{said.once}#{said.text}"
    concern = Concern(
        id=hashlib.sha256(told_once.encode()).hexdigest()[:ID_DIGITS],
        reporter_id=member_id,
        about_id=request.person(side.other) if said.is_about_person else "",
        request_id=request.id,
        at=now,
        text=said.text,
    )
    today = {each.id for each in concerns.of(member_id) if day_of(each.at) == day_of(now)}
    if len(today - {concern.id}) >= most:
        raise RequestRefusedError(Refusal.TOO_MANY_CONCERNS)
    told = ConcernReported(member_id=member_id, occurrence=concern.id, at=now, concern_id=concern.id)
    line = _line(f"member:{member_id}", "report-concern", concern, now)
    with suppress(ConcernKnownError):
        concerns.report(concern, Change(line, (told,)))


def take_care(concern: Concern, subject: str, concerns: Concerns, now: datetime) -> None:
    """Note that somebody of the staff takes care of a concern; whoever was first stays so."""
    if not concern.is_open:
        return
    change = Change(_line(f"staff:{subject}", "take-care-of-concern", concern, now))
    with suppress(ConcernKnownError):
        concerns.replace(replace(concern, seen_at=now), concern, change)


def _line(actor: str, action: str, concern: Concern, now: datetime) -> AuditLine:
    return AuditLine(
        actor=actor,
        action=action,
        member_id=concern.reporter_id,
        occurrence=concern.id,
        at=now,
        changes={},
    )
