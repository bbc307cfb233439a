"""What a form sent, as checked values. Each function returns a value or raises FieldError.

errors = Mistakes()
years = errors.note("years_of_experience", typed_number, typed, "years_of_experience", 0, 70)
errors.raise_any()  # FormError: by field, in the form's order
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases import field_checks as check
from mentoring.usecases.import_report import FieldError

Value = TypeVar("Value")
Given = ParamSpec("Given")

MOST_DIGITS: Final = 9
LONGEST_LIST: Final = 100
YEARS_AHEAD: Final = 10


class Typed(Protocol):
    """The fields of a form."""

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value that was sent for a field."""


class FormError(Exception):
    """A form cannot be taken: what is wrong by field, in the order of the page."""

    def __init__(self, by_field: dict[str, FieldError]) -> None:
        super().__init__(", ".join(f"{name}: {error.code}" for name, error in by_field.items()))
        self.by_field = by_field


class Mistakes:
    """Collects what is wrong with a form's fields, so that all of it is told at once."""

    def __init__(self) -> None:
        self.by_field: dict[str, FieldError] = {}

    def note(
        self, name: str, read: Callable[Given, Value], *given: Given.args, **named: Given.kwargs
    ) -> Value | Any:
        """Return what a field holds, as `read` reads it; None after noting what is wrong with it."""
        try:
            return read(*given, **named)
        except FieldError as error:
            self.by_field[name] = error
            return None

    def raise_any(self) -> None:
        """Raise FormError if any field was wrong."""
        if self.by_field:
            raise FormError(self.by_field)


def typed_text(typed: Typed, name: str, longest: int, *, may_break: bool = False) -> str:
    """Return a text, trimmed; empty where nothing was typed."""
    return check.clean_text(_once(typed, name), longest, may_break=may_break)


def typed_number(typed: Typed, name: str, least: int, most: int, *, may_miss: bool = False) -> int | None:
    """Return a whole number in digits, spaces between them forgiven; None only where it may miss."""
    text = check.clean_text(_once(typed, name), 10_000)
    if not text:
        if may_miss:
            return None
        raise FieldError("missing")
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        raise FieldError("not-a-number", least=least, most=most)
    # Python refuses to read thousands of digits; so does this, with words.
    number = int(digits) if len(digits) <= MOST_DIGITS else most + 1
    return check.whole_number(number, least, most)


def typed_term(typed: Typed, name: str, vocabulary: Vocabulary) -> str:
    """Return the one id of a list that was chosen."""
    return check.term(_once(typed, name), vocabulary)


def typed_choice(typed: Typed, name: str, allowed: tuple[str, ...]) -> str:
    """Return one of a few words."""
    return check.choice(_once(typed, name), allowed)


def typed_terms(typed: Typed, name: str, vocabulary: Vocabulary, least: int = 0) -> tuple[str, ...]:
    """Return the ids that were ticked, in the list's own order; a box counts once."""
    ticked = {value for value in typed.all(name) if value.strip()}
    if len(ticked) > LONGEST_LIST:
        raise FieldError("too-many", limit=LONGEST_LIST)
    boxes = replace(vocabulary, own_words=False)  # one's own words have a field of their own
    chosen = {check.term(value, boxes) for value in ticked}
    if len(chosen) < least:
        raise FieldError("too-few", least=least)
    return tuple(term_id for term_id in vocabulary.terms if term_id in chosen)


def typed_day(typed: Typed, name: str) -> date | None:
    """Return the day of three fields, `<name>-day`, `-month` and `-year`; None where all are empty."""
    parts = [check.clean_text(_once(typed, f"{name}-{part}"), 10_000) for part in ("year", "month", "day")]
    if not any(parts):
        return None
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise FieldError("not-a-date")
    year, month, day = (part.lstrip("0").rjust(1, "0") for part in parts)
    if len(year) != 4 or len(month) > 2 or len(day) > 2:
        raise FieldError("not-a-date")
    return check.day(f"{year}-{month:0>2}-{day:0>2}")


def typed_return_day(typed: Typed, name: str, today: date) -> date | None:
    """Return the day on which somebody means to be back (DIR-7): after today, and not in another age."""
    day = typed_day(typed, name)
    if day is not None and day <= today:
        raise FieldError("not-in-the-future")
    if day is not None and day.year > today.year + YEARS_AHEAD:
        raise FieldError("too-far-ahead")
    return day


def day_fields(name: str, day: date | None) -> list[tuple[str, str]]:
    """Return a day as the three fields that `typed_day` reads."""
    if day is None:
        return []
    return [(f"{name}-day", str(day.day)), (f"{name}-month", str(day.month)), (f"{name}-year", str(day.year))]


def _once(typed: Typed, name: str) -> str:
    """Return the value of a field that stands once, empty where it is absent."""
    values = typed.all(name)
    if len(values) > 1:
        raise FieldError("repeated")
    return values[0] if values else ""
