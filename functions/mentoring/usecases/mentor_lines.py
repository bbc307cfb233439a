"""Reads the lines of mentors.jsonl: one mentor's answers a line (DIR-2 to DIR-5)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from mentoring.domain.profile import Audience
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases import field_checks as check
from mentoring.usecases.identity_answers import IdentityAnswer, identity_answers
from mentoring.usecases.import_report import FieldError, Problem

REQUIRED: Final = object()
LONGEST_LIST: Final = 50
MOST_YEARS: Final = 70
LARGEST_CAPACITY: Final = 1_000

Check = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorAnswers:
    """A line of the file, every value checked on its own."""

    member_id: str
    listing: Audience
    years_of_experience: int
    areas: tuple[str, ...]
    training: tuple[str, ...]
    client_ages: tuple[str, ...]
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    province: str
    city: str
    formats: tuple[str, ...]
    frequency: str
    bio: Mapping[str, str]
    available: bool
    returns_on: date | None
    capacity: int | None
    search_engines: bool
    identity: Mapping[str, IdentityAnswer]
    terms_version: str
    opted_in_on: date
    confirmed_on: date


class MentorLines:
    """Turns lines of one file into answers."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._checks = _checks(vocabularies)

    def read(self, number: int, line: bytes | None) -> MentorAnswers | list[Problem]:
        """Return the answers of a line, or each thing that is wrong with it."""
        try:
            record = _record(line)
        except FieldError as error:
            return [Problem.of(error, number, error.part, None)]
        # A key that is not ours could be anybody's words: it is counted, never repeated.
        unknown = len(record.keys() - self._checks.keys())
        problems: list[Problem] = []
        if unknown:
            problems.append(Problem.of(FieldError("unknown-keys", count=unknown), number, "", None))
        values: dict[str, Any] = {}
        for key, (default, check_value) in self._checks.items():
            try:
                values[key] = _value(record, key, default, check_value)
            except FieldError as error:
                problems.append(Problem.of(error, number, key, record.get(key)))
        return problems or MentorAnswers(**values)


def _record(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise FieldError("line-too-long")
    try:
        record = json.loads(line.decode(), object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise FieldError("not-utf8") from None
    except (ValueError, RecursionError):
        raise FieldError("not-json") from None
    if not isinstance(record, dict):
        raise FieldError("not-an-object")
    return record


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) < len(pairs):
        raise FieldError("repeated-key")
    return keys


def _no_constant(_: str) -> None:
    raise FieldError("not-json")  # NaN and Infinity are not JSON, though Python reads them


def _value(record: Mapping[str, Any], key: str, default: Any, check_value: Check) -> Any:
    value = record.get(key)
    if value is None:
        if default is REQUIRED:
            raise FieldError("missing")
        return default
    return check_value(value)


def _checks(vocabularies: Mapping[str, Vocabulary]) -> dict[str, tuple[Any, Check]]:
    """Return for each key of a line what stands for an absent or null value, and the check of a given one."""

    def one(name: str) -> Check:
        return partial(check.term, vocabulary=vocabularies[name])

    def several(name: str, least: int = 0) -> Check:
        return partial(_terms, vocabulary=vocabularies[name], least=least)

    return {
        "member_id": (REQUIRED, check.member_id),
        "listing": (REQUIRED, lambda value: Audience(check.choice(value, ("public", "members")))),
        "years_of_experience": (REQUIRED, partial(check.whole_number, least=0, most=MOST_YEARS)),
        "areas": (REQUIRED, several("areas", least=1)),
        "training": ((), several("training")),
        "client_ages": ((), several("client-ages")),
        "languages": (REQUIRED, several("languages", least=1)),
        "topics": ((), several("topics")),
        "province": (REQUIRED, one("provinces")),
        "city": ("", _shown_name),
        "formats": ((), several("formats")),
        "frequency": (REQUIRED, one("frequency")),
        "bio": ({}, _bio),
        "available": (REQUIRED, check.true_or_false),
        "returns_on": (None, check.day),
        "capacity": (None, partial(check.whole_number, least=1, most=LARGEST_CAPACITY)),
        "search_engines": (False, check.true_or_false),
        "identity": ({}, partial(identity_answers, vocabularies=vocabularies)),
        "terms_version": (REQUIRED, partial(check.required_text, longest=check.LONGEST_NAME)),
        "opted_in_on": (REQUIRED, check.day),
        "confirmed_on": (REQUIRED, check.day),
    }


def _terms(value: Any, vocabulary: Vocabulary, least: int) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise FieldError("not-a-list")
    if len(value) > LONGEST_LIST:
        raise FieldError("too-many", limit=LONGEST_LIST)
    term = partial(check.term, vocabulary=vocabulary)
    terms = tuple(dict.fromkeys(check.nested("", term, each) for each in value))
    if len(terms) < least:
        raise FieldError("too-few", least=least)
    return terms


def _shown_name(value: Any) -> str:
    return check.without_address(check.clean_text(value, check.LONGEST_NAME))


def _bio(value: Any) -> dict[str, str]:
    """Return the biographies that were written, by language."""
    if not isinstance(value, dict):
        raise FieldError("not-an-object")
    if value.keys() - {"en", "fr"}:
        raise FieldError("unknown-keys", count=len(value.keys() - {"en", "fr"}))
    bio = {language: check.nested(language, _biography, value.get(language)) for language in ("en", "fr")}
    return {language: text for language, text in bio.items() if text}


def _biography(value: Any) -> str:
    if value is None:
        return ""
    return check.without_address(check.clean_text(value, check.LONGEST_BIO, may_break=True))
