"""Checks of single values, for both files alike. Each returns the value or raises FieldError."""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, Final, TypeVar

from mentoring.domain.email_addresses import has_address
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases.import_report import FieldError

Checked = TypeVar("Checked")

LONGEST_NAME: Final = 100
LONGEST_EMAIL: Final = 254  # RFC 5321
LONGEST_BIO: Final = 3_000

MEMBER_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EMAIL: Final = re.compile(
    r"""[^\s@<>()\[\],;:"\\]{1,64}@(?:[^\s@<>()\[\],;:"\\.]+\.)+[^\s@<>()\[\],;:"\\.]{2,}"""
)
# More marks on one letter than any writing has (UAX #15, stream-safe text): to put them in their order takes
# time with the square of their number, minutes for a form.
MARKS: Final = re.compile(rb"[^\x00]{31}")
# Embeddings, overrides and isolates turn the reading order, also of the page around a name; then line breaks.
REFUSED: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def clean_text(value: Any, longest: int, *, may_break: bool = False) -> str:
    """Return a text trimmed and NFC-normalised; line breaks, where they may be, as `\\n`. It may be empty."""
    if not isinstance(value, str):
        raise FieldError("not-text")
    if not value.isascii() and MARKS.search(bytes(map(unicodedata.combining, value))):
        raise FieldError("control-character")
    text = unicodedata.normalize("NFC", value).strip()
    if may_break:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        _refuse_invisible(text, may_break=may_break)
    if len(text) > longest:
        raise FieldError("too-long", limit=longest)
    return text


def required_text(value: Any, longest: int) -> str:
    """Return a text that shows something."""
    text = clean_text(value, longest)
    if not text:
        raise FieldError("missing")
    return text


def member_id(value: Any) -> str:
    """Return a member id: 1 to 64 letters without accents, digits, dots, hyphens and underscores."""
    text = required_text(value, 10_000)
    if not MEMBER_ID.fullmatch(text):
        raise FieldError("not-a-member-id")
    return text


def email(value: Any) -> str:
    """Return one e-mail address."""
    text = required_text(value, LONGEST_EMAIL)
    if not EMAIL.fullmatch(text) or ".." in text:
        raise FieldError("not-an-email")
    return text


def day(value: Any) -> date:
    """Return a date of the calendar, written YYYY-MM-DD."""
    text = required_text(value, 10_000)
    if not ISO_DATE.fullmatch(text):
        raise FieldError("not-a-date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldError("not-a-date") from None


def choice(value: Any, allowed: Collection[str]) -> str:
    """Return one of a few words."""
    text = required_text(value, 10_000)
    if text not in allowed:
        raise FieldError("unknown-choice", allowed=", ".join(allowed))
    return text


def term(value: Any, vocabulary: Vocabulary) -> str:
    """Return an id of a list; the member's own words too, where the list takes them."""
    text = required_text(value, LONGEST_NAME if vocabulary.own_words else 10_000)
    if text not in vocabulary and not vocabulary.own_words:
        raise FieldError("unknown-id", list=vocabulary.name)
    return text


def without_address(text: str) -> str:
    """Return a text that will be shown, once it is sure to hold no e-mail address."""
    if has_address(text):
        raise FieldError("email-in-text")
    return text


def whole_number(value: Any, least: int, most: int) -> int:
    """Return a whole number between two others, both included."""
    if type(value) is not int:  # true and false are numbers to Python
        raise FieldError("not-a-number", least=least, most=most)
    if not least <= value <= most:
        raise FieldError("out-of-range", least=least, most=most)
    return value


def nested(part: str, check: Callable[[Any], Checked], value: Any) -> Checked:
    """Return a checked part of a value; its FieldError names the part and keeps the part's own shape."""
    try:
        return check(value)
    except FieldError as error:
        raise error.within(part, value) from None


def true_or_false(value: Any) -> bool:
    """Return a yes or no."""
    if not isinstance(value, bool):
        raise FieldError("not-true-or-false")
    return value


def _refuse_invisible(text: str, *, may_break: bool) -> None:
    """Joiners and direction marks belong to writing and to emoji; what reorders or breaks a line does not."""
    categories = {character: unicodedata.category(character) for character in set(text)}
    if "Cs" in categories.values():
        raise FieldError("not-utf8")
    if may_break:
        categories.pop("\n", None)
    if REFUSED.intersection(categories) or "Cc" in categories.values():
        raise FieldError("control-character")
    if all(category[0] in "CZ" for category in categories.values()):
        raise FieldError("control-character")  # nothing that anybody could see
