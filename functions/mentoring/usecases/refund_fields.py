"""What staff type about refunds: an exception's amount and reason (STF-5)."""

import re
from typing import Final

from mentoring.usecases.import_report import FieldError
from mentoring.usecases.typed_fields import Mistakes, Typed, typed_text

AMOUNT: Final = re.compile(r"(\d{1,5})(?:[.,](\d{2}))?")
LONGEST_REASON: Final = 1000


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
