"""Reads the rows of members.csv: a header in any order, then one member a line."""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from mentoring.domain.membership import Category, Membership, MembershipStatus, Profession
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases import field_checks as check
from mentoring.usecases.import_report import FieldError, Problem, RefusedError

COLUMNS: Final = (
    "member_id",
    "given_name",
    "family_name",
    "email",
    "language",
    "category",
    "profession",
    "status",
    "expires_on",
    "province",
    "city",
    "country",
    "joined_on",
)
CANADA: Final = frozenset({"", "ca", "can", "canada"})
OUTSIDE_CANADA: Final = "outside-canada"


def read_header(line: bytes | None) -> tuple[str, ...]:
    """Return the file's columns in its own order. Raises RefusedError, which never tells what it found.

    A file without a header has a member in its place.
    """
    if not line:
        raise RefusedError("empty")
    try:
        header = tuple(name.strip() for name in _fields(line.decode()))
    except (UnicodeDecodeError, csv.Error):
        raise RefusedError("header-not-utf8") from None
    if len(header) == 1 and ";" in header[0]:
        raise RefusedError("semicolons")
    if missing := [name for name in COLUMNS if name not in header]:
        raise RefusedError("missing-columns", columns=", ".join(missing))
    if repeated := [name for name in COLUMNS if header.count(name) > 1]:
        raise RefusedError("repeated-columns", columns=", ".join(repeated))
    if unknown := [str(place) for place, name in enumerate(header, 1) if name not in COLUMNS]:
        raise RefusedError("unknown-columns", places=", ".join(unknown))
    return header


class MemberRows:
    """Turns lines of one file into memberships."""

    def __init__(self, header: Sequence[str], vocabularies: Mapping[str, Vocabulary]) -> None:
        self._header = header
        self._checks = _checks(vocabularies)

    def read(self, number: int, line: bytes | None) -> Membership | list[Problem]:
        """Return the membership of a line, or each thing that is wrong with it.

        A line is a row: no field may hold a line break, so an open quote never swallows the rows below it.
        """
        try:
            fields = self._split(line)
        except FieldError as error:
            return [Problem.of(error, number, "", None)]
        problems: list[Problem] = []
        values: dict[str, Any] = {}
        for column, raw in fields.items():
            try:
                values[column] = self._checks[column](raw)
            except FieldError as error:
                problems.append(Problem.of(error, number, column, raw))
        return problems or _membership(values, number)

    def _split(self, line: bytes | None) -> dict[str, str]:
        if line is None:
            raise FieldError("line-too-long")
        try:
            # Bytes that are not UTF-8 come through as lone surrogates: the check of their column finds them.
            fields = _fields(line.decode(errors="surrogateescape"))
        except csv.Error:
            raise FieldError("open-quote") from None
        if len(fields) != len(self._header):
            raise FieldError("field-count", found=len(fields), expected=len(self._header))
        return dict(zip(self._header, fields, strict=True))


def _fields(line: str) -> list[str]:
    return next(csv.reader([line], strict=True))


def _checks(vocabularies: Mapping[str, Vocabulary]) -> dict[str, Callable[[str], Any]]:
    name = partial(check.clean_text, longest=check.LONGEST_NAME)
    required_name = partial(check.required_text, longest=check.LONGEST_NAME)
    return {
        "member_id": check.member_id,
        "given_name": required_name,
        "family_name": name,  # some members have one name
        "email": check.email,
        "language": partial(check.choice, allowed=("en", "fr")),
        "category": lambda raw: Category(check.choice(raw, tuple(Category))),
        "profession": lambda raw: Profession(check.choice(raw, tuple(Profession))),
        "status": lambda raw: MembershipStatus(check.choice(raw, tuple(MembershipStatus))),
        "expires_on": check.day,
        "province": lambda raw: check.term(raw, vocabularies["provinces"]) if raw.strip() else "",
        "city": name,
        "country": name,
        "joined_on": check.day,
    }


def _membership(values: dict[str, Any], number: int) -> Membership | list[Problem]:
    if not values["province"]:
        if values["country"].casefold() in CANADA:
            return [Problem.of(FieldError("missing"), number, "province", "")]
        values["province"] = OUTSIDE_CANADA
    return Membership(**values)
