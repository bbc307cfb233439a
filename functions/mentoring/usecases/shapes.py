"""Describes a value without telling it: reports are read by people who need not know it (DIR-12)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of value; the wording is `import.shape.<value>`."""

    ABSENT = "absent"
    TEXT = "text"
    NUMBER = "number"
    TRUE_OR_FALSE = "true-or-false"
    LIST = "list"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Shape:
    """A sort of value, its size (characters, entries, keys) and what a text is made of."""

    kind: Kind
    size: int = 0
    made_of: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: Any) -> "Shape":
        """Return the shape of a text of a CSV file or of any JSON value."""
        match value:
            case None | "":
                return cls(Kind.ABSENT)
            case str():
                return cls(Kind.TEXT, len(value), _made_of(value))
            case bool():
                return cls(Kind.TRUE_OR_FALSE)
            case int() | float():
                return cls(Kind.NUMBER)
            case Mapping():
                return cls(Kind.OBJECT, len(value))
            case _:
                return cls(Kind.LIST, len(value))


def _made_of(text: str) -> tuple[str, ...]:
    """Return the sorts of characters in a text, in a fixed order; wording: `import.made-of.<sort>`."""
    present = {_sort_of(character) for character in text[:10_000]}
    order = ("letters", "digits", "spaces", "hyphens", "signs", "control", "undecodable")
    return tuple(sort for sort in order if sort in present)


def _sort_of(character: str) -> str:
    if character == "-":
        return "hyphens"
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return "control" if category == "Cc" else "undecodable"
    return {"L": "letters", "M": "letters", "N": "digits", "Z": "spaces"}.get(category[0], "signs")
