"""A concern reaches staff, and nobody else (DIR-21)."""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain import concerns as rules
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.business_days import day_of
from mentoring.domain.concerns import Concern, ConcernKnownError
from mentoring.domain.errors import RequestRefusedError
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_events import ConcernReported
from mentoring.domain.request_states import Side

ID_DIGITS: Final = 32
ATTEMPTS: Final = 10
"""How often an act is decided anew that met another one; each time, somebody else's was written."""
NOTED: Final = "note-on-concern"


class Concerns(Protocol):
    """Where concerns are kept."""

    def of(self, member_id: str) -> list[Concern]:
        """Return what a member has reported."""

    def report(self, concern: Concern, change: Change) -> None:
        """Store a concern with what is told of it. Raises ConcernKnownError."""

    def get(self, concern_id: str) -> Concern | None:
        """Return a concern; None where there is none."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Caring:
    """What somebody of the staff may do about a concern now. Each act may leave a note for the others."""

    concerns: Concerns
    subject: str
    name: str
    now: datetime

    def take(self, concern: Concern, note: str = "") -> None:
        """Note that this person takes care of a concern; whoever was first stays so."""
        self._change("take-care-of-concern", concern, note, rules.taken)

    def note(self, concern: Concern, note: str) -> None:
        """Add a note; the same words again are the same note."""
        self._change(NOTED, concern, note, lambda each, *_: each)

    def close(self, concern: Concern, note: str) -> None:
        """Note that staff are done with a concern, and what came of it."""
        self._change("close-concern", concern, note, rules.closed)

    def _change(
        self, action: str, concern: Concern, note: str, act: Callable[[Concern, str, datetime], Concern]
    ) -> None:
        """Commit an act with its audit line, over whatever somebody else did meanwhile: no note is lost."""
        for _ in range(ATTEMPTS):
            acted = act(concern, self.name, self.now)
            after = rules.noted(acted, self.name, note, self.now)
            if after == concern:
                return
            change = Change(self._line(NOTED if acted == concern else action, after))
            with suppress(ConcernKnownError):
                self.concerns.replace(after, concern, change)
                return
            concern = self.concerns.get(concern.id) or concern
        raise ConcernKnownError(concern.id)

    def _line(self, action: str, after: Concern) -> AuditLine:
        occurrence = f"{after.id}.{len(after.notes)}"
        return _line(f"staff:{self.subject}", action, after, self.now, occurrence)


def facts_of(concern: Concern, lines: Iterable[AuditLine]) -> list[AuditLine]:
    """Return what happened with the request that a concern came from: who did what and when (STF-8).

    Of what the two wrote and answered, staff read nothing (SAF-2).
    """
    acts = (line for line in lines if line.occurrence.startswith(f"{concern.request_id}."))
    return sorted(acts, key=lambda line: line.at)


def _line(actor: str, action: str, concern: Concern, now: datetime, occurrence: str = "") -> AuditLine:
    return AuditLine(
        actor=actor,
        action=action,
        member_id=concern.reporter_id,
        occurrence=occurrence or concern.id,
        at=now,
        changes={},
    )
