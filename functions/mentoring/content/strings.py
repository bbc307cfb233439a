"""Reads content/strings/: the interface's wording, the same keys with the same blanks in both languages."""

from collections.abc import Mapping
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
            line = _line(sources[language], key)
            if key not in strings[other]:
                sources[language].report(f"'{key}' is not in {other}.toml: write it there", line)
            elif _blanks(text) != _blanks(strings[other][key]):
                sources[language].report(f"'{key}' has other {{blanks}} than in {other}.toml", line)
            if not all(_texts(text)):
                sources[language].report(f"'{key}' is empty: write it", line)
    return strings, [problem for source in sources.values() for problem in source.problems]


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str | Mapping[str, str]]:
    flat: dict[str, str | Mapping[str, str]] = {}
    for key, value in values.items():
        if isinstance(value, str) or (isinstance(value, dict) and value.keys() == {"one", "other"}):
            flat[prefix + key] = value
        elif isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = ""  # reported as empty: strings hold texts alone
    return flat


def _texts(text: str | Mapping[str, str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def _blanks(text: str | Mapping[str, str]) -> set[str]:
    # A plural's `one` may spell its number out, so the blanks of both forms count together.
    return {name for each in _texts(text) for _, name, _, _ in Formatter().parse(each) if name}


def _line(source: Source, key: str) -> int:
    table, _, name = key.rpartition(".")
    return source.line_of(table, None, name) or source.line_of(key)
