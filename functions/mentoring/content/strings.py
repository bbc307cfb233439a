"""Reads content/strings/: the interface's wording, the same keys with the same blanks in both languages."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from mentoring.content.problems import Source
from mentoring.content.tables import LANGUAGES

Strings = Mapping[str, str | Mapping[str, str]]
"""Texts by dotted key. A plural is a mapping of exactly `one` and `other`."""


def read_strings(folder: Path) -> tuple[dict[str, Strings], list[str]]:
    """Return the strings by language, and what is wrong with their files: missing French is a problem."""
    sources = {language: Source.read(folder / f"{language}.toml") for language in LANGUAGES}
    strings: dict[str, Strings] = {language: _flat(source.values) for language, source in sources.items()}
    for language, other in (("en", "fr"), ("fr", "en")):
        for key, text in strings[language].items():
            for what in _wrong_with(text, strings[other].get(key), other):
                # Looking for the line takes longer than all the rest: every function does this at its start.
                sources[language].report(f"'{key}' {what}", _line(sources[language], key))
    return strings, [problem for source in sources.values() for problem in source.problems]


def _wrong_with(
    text: str | Mapping[str, str], twin: str | Mapping[str, str] | None, other: str
) -> Iterator[str]:
    if twin is None:
        yield f"is not in {other}.toml: write it there"
    elif _blanks(text) is None:
        yield "has a brace that opens or closes no {blank}"
    elif _blanks(text) != _blanks(twin):
        yield f"has other {{blanks}} than in {other}.toml"
    if not all(_texts(text)):
        yield "is empty: write it"


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str | Mapping[str, str]]:
    flat: dict[str, str | Mapping[str, str]] = {}
    for key, value in values.items():
        if isinstance(value, str) or (isinstance(value, dict) and value.keys() == {"one", "other"}):
            flat[prefix + key] = value if all(isinstance(text, str) for text in _texts(value)) else ""
        elif isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = ""  # reported as empty: strings hold texts alone
    return flat


def _texts(text: str | Mapping[str, str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def _blanks(text: str | Mapping[str, str]) -> set[str] | None:
    """Return the names of a text's blanks, None where its braces are wrong."""
    try:
        # A plural's `one` may spell its number out, so the blanks of both forms count together.
        return {
            name for each in _texts(text) for _, name, _, _ in Formatter().parse(each) if name is not None
        }
    except ValueError:
        return None


def _line(source: Source, key: str) -> int:
    table, _, name = key.rpartition(".")
    return source.line_of(table, None, name) or source.line_of(key)
