"""What staff type about refunds: when a request was received, an exception's amount and reason (STF-5)."""

import re
from datetime import UTC, datetime
from typing import Final

from mentoring.domain.business_days import ZONE
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.typed_fields import Mistakes, Typed, typed_day, typed_text

TIME: Final = re.compile(r"(\d{1,2})\s?[:h]\s?(\d{2})", re.IGNORECASE)
AMOUNT: Final = re.compile(r"(\d{1,5})(?:[.,](\d{2}))?")
LONGEST_REASON: Final = 1000


def typed_received_at(typed: Typed, now: datetime) -> datetime:
    """Return the instant (UTC) of a day and a time of the association's. Raises FormError."""
    mistakes = Mistakes()
    day = mistakes.note("received", typed_day, typed, "received")
    if day is None and "received" not in mistakes.by_field:
        mistakes.by_field["received"] = FieldError("missing")
    clock = mistakes.note("time", _time, typed)
    mistakes.raise_any()
    assert day is not None  # noqa: S101 - a mistake otherwise
    hour, minute = clock
    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)
    if at > now:
        mistakes.by_field["received"] = FieldError("to-come")
    mistakes.raise_any()
    return at


def typed_exception(typed: Typed, left_cents: int) -> tuple[int, str]:
    """Return an amount in cents, of which so many are left, and the reason. Raises FormError."""
    mistakes = Mistakes()
    cents = mistakes.note("amount", _cents, typed, left_cents)
    words = mistakes.note("words", _reason, typed)
    mistakes.raise_any()
    return cents, words


def typed_settlement(typed: Typed) -> str:
    """Return why nothing remains to be done about a difference. Raises FormError."""
    mistakes = Mistakes()
    words = mistakes.note("words", _reason, typed)
    mistakes.raise_any()
    return str(words)


def _time(typed: Typed) -> tuple[int, int]:
    text = typed_text(typed, "time", 20)
    found = TIME.fullmatch(text)
    if not text:
        raise FieldError("missing")
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise FieldError("not-a-time")
    return int(found[1]), int(found[2])


def _cents(typed: Typed, left_cents: int) -> int:
    text = typed_text(typed, "amount", 20).replace("$", "").strip()
    found = AMOUNT.fullmatch(text)
    if not text:
        raise FieldError("missing")
    if not found:
        raise FieldError("not-an-amount")
    cents = int(found[1]) * 100 + int(found[2] or 0)
    if not 0 < cents <= left_cents:
        raise FieldError("too-much")
    return cents


def _reason(typed: Typed) -> str:
    words = typed_text(typed, "words", LONGEST_REASON, may_break=True)
    if not words:
        raise FieldError("missing")
    return words
