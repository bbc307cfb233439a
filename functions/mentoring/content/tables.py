"""Turns a TOML table into a dataclass, field by field, with a problem for each that does not fit."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, TypeVar, get_type_hints

from mentoring.content.problems import Source
from mentoring.domain.money import TaxRate

Entry = TypeVar("Entry")

LANGUAGES = ("en", "fr")


def read_entries(source: Source, table: str, entry: type[Entry]) -> tuple[Entry, ...]:
    """Return each `[[table]]` as an entry. Problems are noted on the source, and their entries left out."""
    listed = source.values.get(table, [])
    if not listed:
        source.report(f"no [[{table}]] entry: add one")
    found = [
        read_table(source, values, entry, partial(source.line_of, table, index))
        for index, values in enumerate(listed)
    ]
    return tuple(each for each in found if each is not None)


def read_table(
    source: Source, values: Mapping[str, Any], entry: type[Entry], line_of: Callable[[str], int]
) -> Entry | None:
    """Return one table as a dataclass, or None after noting what is wrong with it."""
    wanted = get_type_hints(entry)
    before = len(source.problems)
    for key in values.keys() - wanted.keys():
        source.report(f"'{key}' is not known here: correct its spelling or take it out", line_of(key))
    read: dict[str, Any] = {}
    for key, kind in wanted.items():
        try:
            read[key] = _CONVERSIONS[kind](values[key])
        except KeyError:
            source.report(f"'{key}' is missing: add it", line_of(key))
        except (TypeError, ValueError, InvalidOperation) as error:
            source.report(f"'{key}' {error}", line_of(key))
    if len(source.problems) > before:
        return None
    assert dataclasses.is_dataclass(entry)  # noqa: S101 - tells mypy that keywords are taken
    return entry(**read)


def _whole_number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("takes a whole number, 0 or more")
    return value


def _whole_numbers(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError("takes a list of whole numbers")
    return tuple(_whole_number(each) for each in value)


def _percentage(value: Any) -> Decimal:
    if not isinstance(value, str) or not 0 <= (number := Decimal(value)) <= 100:
        raise TypeError('takes a percentage in quotes, such as "9.975"')
    return number


def _day(value: Any) -> date:
    if type(value) is not date:
        raise TypeError("takes a date such as 2026-01-31, without quotes")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError("takes a text in quotes")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("takes a list of texts")
    return tuple(_text(each) for each in value)


def _in_both_languages(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise TypeError("takes both languages: { en = ..., fr = ... }")
    return {language: _text(value[language]) for language in LANGUAGES}


def _versions(value: Any) -> Mapping[str, date]:
    if not isinstance(value, dict) or not value:
        raise TypeError('takes versions with their days: { "2026-01" = 2026-01-01 }')
    return {version: _day(start) for version, start in value.items()}


def _rates(value: Any) -> tuple[TaxRate, ...]:
    if not isinstance(value, list):
        raise TypeError('takes a list of rates: [{ kind = "HST", percent = "13" }]')
    return tuple(TaxRate(_text(rate["kind"]), _percentage(rate["percent"])) for rate in value)


def _spans(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        raise TypeError('takes a list of spans: [{ from = "12-24", to = "12-31" }]')
    return tuple((_text(span["from"]), _text(span["to"])) for span in value)


_CONVERSIONS: Mapping[Any, Callable[[Any], Any]] = {
    int: _whole_number,
    Decimal: _percentage,
    date: _day,
    str: _text,
    tuple[str, ...]: _texts,
    tuple[int, ...]: _whole_numbers,
    tuple[tuple[str, str], ...]: _spans,
    tuple[TaxRate, ...]: _rates,
    Mapping[str, date]: _versions,
    Mapping[str, str]: _in_both_languages,
}
