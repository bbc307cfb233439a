"""Staff decide what one member may do, against the table, for a while and with a reason (ELI-7, STF-8)."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.business_days import day_of
from mentoring.domain.eligibility import (
    BY_CATEGORY,
    Outcome,
    Override,
    StaleOverridesError,
    StoredOverrides,
    last_word,
)
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.typed_fields import Mistakes, Typed, typed_choice, typed_return_day, typed_text

LONGEST_REASON: Final = 1000
ATTEMPTS: Final = 10
"""How often an act is decided anew that met another one; each time, somebody else's was written."""
ABOUT: Final = {f"{programme}-{role}": (programme, role) for programme, role in BY_CATEGORY}
"""What staff may decide about, by the value of its button."""


class Overrides(Protocol):
    """Where it is kept what staff decided."""

    def get(self, member_id: str) -> StoredOverrides:
        """Return what was decided about a member; version 0 for nothing."""

    def save(self, member_id: str, after: StoredOverrides, change: Change) -> None:
        """Store what was decided in the place of the version before. Raises StaleOverridesError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Somebody of the staff, and the member they decide about."""

    overrides: Overrides
    member_id: str
    subject: str
    now: datetime

    def decide(self, wanted: Override, seen: int) -> None:
        """Add what is decided to the version that was seen; sent twice it is decided once.

        Raises StaleOverridesError where somebody else decided something meanwhile.
        """
        stored = self.overrides.get(self.member_id)
        if stored.version == seen:
            try:
                self._save(stored, (*stored.overrides, wanted), "decide", wanted)
            except StaleOverridesError:
                stored = self.overrides.get(self.member_id)
            else:
                return
        if not any(_is_repeated(last, wanted) for last in stored.overrides[-1:]):
            raise StaleOverridesError(self.member_id, seen)

    def end(self, number: int) -> None:
        """End what was decided, by its place among everything that was; what is over stays so.

        Raises StaleOverridesError where there is no such thing, or others keep deciding.
        """
        for _ in range(ATTEMPTS):
            stored = self.overrides.get(self.member_id)
            found = dict(enumerate(stored.overrides)).get(number)
            if found is None:
                break
            if not found.holds_on(day_of(self.now)):
                return
            ended = replace(found, ended_by=self.subject, ended_at=self.now)
            after = (*stored.overrides[:number], ended, *stored.overrides[number + 1 :])
            with suppress(StaleOverridesError):
                self._save(stored, after, "end", ended)
                return
        raise StaleOverridesError(self.member_id, number)

    def _save(self, stored: StoredOverrides, after: tuple[Override, ...], act: str, about: Override) -> None:
        version, today = stored.version + 1, day_of(self.now)
        before = last_word(self.member_id, about.programme, about.role, stored.overrides)
        line = AuditLine(
            actor=f"staff:{self.subject}",
            action=f"eligibility-{act}",
            member_id=self.member_id,
            occurrence=f"eligibility.{version}",
            at=self.now,
            changes={f"{about.programme}-{about.role}": (_told(before, today), _told(about, today))},
        )
        self.overrides.save(self.member_id, StoredOverrides(after, version), Change(line))


def typed_override(typed: Typed, member_id: str, subject: str, now: datetime) -> Override:
    """Return what somebody of the staff typed, as a decision. Raises FormError."""
    mistakes = Mistakes()
    about = mistakes.note("about", typed_choice, typed, "about", tuple(ABOUT))
    outcome = mistakes.note("outcome", typed_choice, typed, "outcome", tuple(Outcome))
    last_day = mistakes.note("last_day", _last_day, typed, day_of(now))
    reason = mistakes.note("reason", _reason, typed)
    mistakes.raise_any()
    programme, role = ABOUT[about]
    return Override(
        member_id=member_id,
        programme=programme,
        role=role,
        outcome=Outcome(outcome),
        last_day=last_day,
        reason=reason,
        decided_by=subject,
        decided_at=now,
    )


def _is_repeated(last: Override, wanted: Override) -> bool:
    return replace(last, decided_at=wanted.decided_at, ended_by="", ended_at=None) == wanted


def _told(override: Override | None, today: date) -> str:
    """Return what the log says was in force; the reason is in the record alone."""
    if override is None or not override.holds_on(today):
        return ""
    return f"{override.outcome} until {override.last_day.isoformat()}"


def _last_day(typed: Typed, today: date) -> date:
    day = typed_return_day(typed, "last_day", today)
    if day is None:
        raise FieldError("missing")
    return day


def _reason(typed: Typed) -> str:
    words = typed_text(typed, "reason", LONGEST_REASON, may_break=True)
    if not words:
        raise FieldError("missing")
    return words
