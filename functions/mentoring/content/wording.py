"""Says things in one of the two languages: strings, labels, dates, numbers and money."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Final

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from mentoring.content.loader import Content
from mentoring.domain.business_days import ZONE, day_of
from mentoring.domain.vocabulary import Term

LOCALES = {"en": "en_CA", "fr": "fr_CA"}
VERSION_LENGTH: Final = 16  # hexadecimal digits: nobody looks for a text with the version of another


class MissingStringError(LookupError):
    """A template or a function asks for a text that content/strings does not have."""


class Wording:
    """The words of one language, for templates and for functions alike."""

    def __init__(self, content: Content, language: str) -> None:
        self.language = language
        self._content = content
        self._locale = LOCALES[language]

    def t(self, key: str, **blanks: object) -> str:
        """Return the text of a key with its blanks filled. Raises MissingStringError.

        Whole numbers are written as the language writes them; a plural takes the blank `count`.
        """
        text = self._content.strings[self.language].get(key)
        if text is None:
            raise MissingStringError(f"content/strings/{self.language}.toml has no '{key}'")
        if not isinstance(text, str):
            text = text[self._plural_form(blanks["count"])]
        return text.format(**{name: self._written(value) for name, value in blanks.items()})

    def version(self, *keys: str) -> str:
        """Return the version of a text that somebody agrees to: another one with every change of its words.

        It is found again by hashing the texts of these keys as they once were. Raises KeyError.
        """
        texts = [self._content.strings[self.language][key] for key in keys]
        return sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()[:VERSION_LENGTH]

    def label(self, vocabulary: str, term_id: str) -> str:
        """Return the word for an id of a list. Raises KeyError for an unknown list or id."""
        return self._content.vocabularies[vocabulary].label(term_id, self.language)

    def vocabulary(self, name: str) -> Iterable[Term]:
        """Return a list's terms in the order in which this language reads them."""
        return self._content.vocabularies[name].ordered(self.language)

    def date_words(self, day: date) -> str:
        """Return a date in words: `November 21, 2026`, `21 novembre 2026`, `1er novembre 2026`."""
        words = format_date(day, "long", self._locale)
        return f"1er{words[1:]}" if self.language == "fr" and day.day == 1 else words

    def month_words(self, day: date) -> str:
        """Return the month of a day in words: `November 2026`, `novembre 2026`."""
        return format_date(day, "LLLL y", self._locale)

    def time_words(self, instant: datetime) -> str:
        """Return the association's time of day: `2:04 a.m.`, `2 h 04`, `2 h`; in French on one line."""
        if self.language != "fr":
            return format_time(instant, "short", ZONE, self._locale)
        # The locale's own form begins with a zero, as clocks do and texts do not, and always has minutes.
        is_whole = instant.astimezone(ZONE).minute == 0
        form = "H\u00a0'h'" if is_whole else "H\u00a0'h'\u00a0mm"
        return format_time(instant, form, ZONE, self._locale)

    def years_words(self, years: int) -> str:
        """Return a time of practice: `12 years of practice`; of none `First year of practice`."""
        return self.t("mentor.years", count=years) if years else self.t("mentor.first_year")

    def moment_words(self, instant: datetime) -> str:
        """Return an instant by the association's calendar and clock, in words."""
        day = self.date_words(day_of(instant))
        return self.t("site.moment", date=day, time=self.time_words(instant))

    def number(self, value: int) -> str:
        """Return a whole number with the language's separators."""
        return _number(value, self._locale)

    def money(self, cents: int) -> str:
        """Return an amount of cents as Canadian dollars: `$99.00`, `99,00 $`, `-$1.00`."""
        written = format_currency(Decimal(cents) / 100, "CAD", locale=self._locale)
        return written.replace("-", "\u2212")  # a minus sign, not a hyphen

    def percent(self, value: int | Decimal) -> str:
        """Return a percentage, 50 for a half, with as many decimals as it has."""
        return format_percent(Decimal(value) / 100, locale=self._locale, decimal_quantization=False)

    def _plural_form(self, count: object) -> str:
        if not isinstance(count, int):
            raise TypeError("a plural takes a whole number as `count`")
        # French counts 0 and 1 as singular, English 1 alone.
        return "one" if count == 1 or (count == 0 and self.language == "fr") else "other"

    def _written(self, value: object) -> object:
        return self.number(value) if type(value) is int else value


@lru_cache(4096)  # a build writes the same small numbers on every page
def _number(value: int, locale: str) -> str:
    return format_decimal(value, locale=locale)
