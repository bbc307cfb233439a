"""Reads content/vocabulary/: one file per list, every entry in both languages."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mentoring.content.problems import Source
from mentoring.content.tables import LANGUAGES
from mentoring.domain.profile import IDENTITY_FIELDS
from mentoring.domain.vocabulary import Term, Vocabulary

# The languages' and provinces' ids keep the capitals of their standards (BCP 47, Canada Post).
TERM_ID = re.compile(r"[A-Za-z0-9]+(?:[-+][A-Za-z0-9]*)*")
FILE_KEYS = {"version", "source", "checked", "own_words", "first", "terms"}
TERM_KEYS = {"id", *LANGUAGES, "also", "at_least", "at_most", "near", "is_remote"}
NEEDED = (
    *("areas", "client-ages", "experience", "formats", "frequency", "languages", "professions", "provinces"),
    *("topics", "training", *IDENTITY_FIELDS),
)


def read_vocabularies(folder: Path) -> tuple[dict[str, Vocabulary], list[str]]:
    """Return the lists by file name, and what is wrong with their files."""
    vocabularies: dict[str, Vocabulary] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        source = Source.read(path)
        vocabulary = _vocabulary(source) if not source.problems else None
        problems += source.problems
        if vocabulary:
            vocabularies[vocabulary.name] = vocabulary
    problems += [
        f"{folder.name}/{name}.toml:0: the file is missing"
        for name in NEEDED
        if not (folder / f"{name}.toml").exists()
    ]
    return vocabularies, problems


def _vocabulary(source: Source) -> Vocabulary | None:
    for key in source.values.keys() - FILE_KEYS:
        source.report(f"'{key}' is not known here: correct its spelling or take it out")
    for key in ("version", "source"):
        if not isinstance(source.values.get(key), str):
            source.report(f"'{key}' is missing: add it above the first [[terms]]")
    first = source.values.get("first")
    if type(first) not in (int, type(None)):
        source.report("'first' takes a number: how many terms stand before those sorted by name")
    terms: dict[str, Term] = {}
    for index, values in enumerate(source.values.get("terms", [])):
        for what in _wrong_with(values, terms):
            source.report(what, source.line_of("terms", index, "id"))
        if isinstance(values.get("id"), str):
            terms[values["id"]] = Term(
                id=values["id"],
                labels={language: values.get(language, "") for language in LANGUAGES},
                also=tuple(values.get("also", ())),
                at_least=values.get("at_least"),
                at_most=values.get("at_most"),
                near=tuple(values.get("near", ())),
                is_remote=values.get("is_remote") is True,
            )
    if not terms:
        source.report("no [[terms]] entry: add one")
    for term in terms.values():
        for other in set(term.near) - terms.keys():
            source.report(f"'near' of {term.id} names '{other}', which is no id of this list")
    if source.problems:
        return None
    return Vocabulary(
        name=source.path.stem,
        version=source.values["version"],
        source=source.values["source"],
        own_words=bool(source.values.get("own_words", False)),
        first=first,
        terms=terms,
    )


def _wrong_with(values: Mapping[str, Any], terms: Mapping[str, Term]) -> list[str]:
    wrong = [f"'{key}' is not known here: take it out" for key in values.keys() - TERM_KEYS]
    wrong += [
        f"'{key}' is missing: every entry has an id and both languages"
        for key in ("id", *LANGUAGES)
        if not isinstance(values.get(key), str) or not values[key].strip()
    ]
    wrong += [
        f"'{key}' takes a whole number"
        for key in ("at_least", "at_most")
        if type(values.get(key, 0)) is not int
    ]
    wrong += [
        f"'{key}' takes a list of words" for key in ("also", "near") if not _are_words(values.get(key, []))
    ]
    if type(values.get("is_remote", False)) is not bool:
        wrong.append("'is_remote' takes true or false")
    term_id = values.get("id")
    if not isinstance(term_id, str):
        return wrong
    if not TERM_ID.fullmatch(term_id):
        wrong.append(f"id '{term_id}' takes letters without accents, digits and hyphens")
    if term_id in terms:
        wrong.append(f"id '{term_id}' stands here twice: an id never changes its meaning, so choose another")
    return wrong


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
