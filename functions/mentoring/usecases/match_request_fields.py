"""What the two people of a match request type, as checked values (DIR-15 to DIR-18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mentoring.domain.match_requests import Arrangement
from mentoring.domain.request_states import DECLINING, Reason, Side
from mentoring.domain.telephone_numbers import has_telephone_number
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases import field_checks as check
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.typed_fields import (
    Mistakes,
    Typed,
    typed_choice,
    typed_number,
    typed_return_day,
    typed_term,
    typed_terms,
    typed_text,
)

LONGEST_INTRODUCTION: Final = 3_000
LONGEST_MESSAGE: Final = 2_000
NO_REASON: Final = "none"
PAUSE: Final = ("no", "yes")
PERSON: Final = "person"
ABOUT: Final = (PERSON, "programme")

Vocabularies = Mapping[str, Vocabulary]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """How a mentor says no: why, in which words, and whether they pause besides."""

    reason: Reason | None
    words: str
    pauses: bool
    returns_on: date | None


def typed_introduction(typed: Typed) -> str:
    """Return the introduction. Raises FormError: an address is for after an acceptance (DIR-17)."""
    return _one(typed, "introduction", LONGEST_INTRODUCTION)


def typed_line(typed: Typed) -> str:
    """Return one message of the thread. Raises FormError."""
    return _one(typed, "text", LONGEST_MESSAGE)


def typed_reason(typed: Typed) -> Reason | None:
    """Return why a mentor declines; None for no reason given. Raises FormError."""
    mistakes = Mistakes()
    reason: Reason | None = mistakes.note("reason", _reason, typed)
    mistakes.raise_any()
    return reason


def typed_declining(typed: Typed, today: date) -> Declining:
    """Return how a mentor declines. Raises FormError."""
    mistakes = Mistakes()
    reason = mistakes.note("reason", _reason, typed)
    words = mistakes.note("words", _relayed, typed, "words", LONGEST_MESSAGE, may_miss=True)
    pauses = mistakes.note("pause", typed_choice, typed, "pause", PAUSE) == "yes"
    returns_on = None
    if pauses:
        returns_on = mistakes.note("returns_on", typed_return_day, typed, "returns_on", today)
    mistakes.raise_any()
    return Declining(
        reason=reason,
        words=words,
        pauses=pauses,
        returns_on=returns_on,
    )


def typed_arrangement(
    typed: Typed, by: Side, lists: Vocabularies, longest_months: int, now: datetime
) -> Arrangement:
    """Return how somebody proposes to work together (DIR-17, DIR-18). Raises FormError."""
    mistakes = Mistakes()
    availabilities = mistakes.note("availabilities", _required, typed, "availabilities", LONGEST_MESSAGE)
    frequency = mistakes.note("frequency", typed_term, typed, "frequency", lists["frequency"])
    formats = mistakes.note("formats", typed_terms, typed, "formats", lists["formats"], 1)
    months = mistakes.note("months", typed_number, typed, "months", 1, longest_months)
    goals = mistakes.note("goals", _required, typed, "goals", LONGEST_MESSAGE)
    mistakes.raise_any()
    assert months is not None  # noqa: S101 - it may not miss
    return Arrangement(
        by=by,
        at=now,
        months=months,
        frequency=frequency,
        formats=formats,
        availabilities=availabilities,
        goals=goals,
    )


def typed_parting(typed: Typed) -> str:
    """Return the words that end a relationship; they may be none. Raises FormError."""
    mistakes = Mistakes()
    words = mistakes.note("words", typed_text, typed, "words", LONGEST_MESSAGE, may_break=True)
    mistakes.raise_any()
    return str(words)


def typed_concern(typed: Typed) -> tuple[str, bool]:
    """Return a concern's text, and whether it is about the other person. Raises FormError."""
    mistakes = Mistakes()
    about = mistakes.note("about", typed_choice, typed, "about", ABOUT)
    text = mistakes.note("text", _required, typed, "text", LONGEST_MESSAGE)
    mistakes.raise_any()
    return text, about == PERSON


def _reason(typed: Typed) -> Reason | None:
    """Return why a mentor declines: nobody has to say it (DIR-17)."""
    if not any(typed.all("reason")):
        return None
    chosen = typed_choice(typed, "reason", (*DECLINING, NO_REASON))
    return None if chosen == NO_REASON else Reason(chosen)


def typed_note(typed: Typed, *, may_miss: bool) -> str:
    """Return what somebody of the staff notes about a concern. Raises FormError."""
    mistakes = Mistakes()
    text = mistakes.note("note", _required, typed, "note", LONGEST_MESSAGE, may_miss=may_miss)
    mistakes.raise_any()
    return str(text)


def _one(typed: Typed, name: str, longest: int) -> str:
    mistakes = Mistakes()
    text = mistakes.note(name, _relayed, typed, name, longest)
    mistakes.raise_any()
    return str(text)


def _relayed(typed: Typed, name: str, longest: int, *, may_miss: bool = False) -> str:
    """Return a text for somebody who does not see its writer's address yet."""
    text = check.without_address(_required(typed, name, longest, may_miss=may_miss))
    if has_telephone_number(text):
        raise FieldError("phone-in-text")
    return text


def _required(typed: Typed, name: str, longest: int, *, may_miss: bool = False) -> str:
    text = typed_text(typed, name, longest, may_break=True)
    if not text and not may_miss:
        raise FieldError("missing")
    return text
