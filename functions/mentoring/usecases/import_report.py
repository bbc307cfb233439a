"""What an import did, and what it could not take: never a member's value, only its shape (DIR-12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from mentoring.usecases.shapes import Shape

MOST_LISTED: Final = 10_000  # problems a report holds; those beyond are counted

Facts = Mapping[str, str | int | Decimal]  # a Decimal is a percentage


class FieldError(Exception):
    """A value cannot be taken. `code` names its wording: `import.problem.<code>`, `import.advice.<code>`.

    `part` is where in a nested value: `gender.value` of `identity`; `shape` is then that part's.
    `facts` fill the wording's blanks.
    """

    def __init__(
        self, code: str, part: str = "", shape: Shape | None = None, **facts: str | int | Decimal
    ) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.shape = shape
        self.facts = facts

    def within(self, part: str, value: Any) -> "FieldError":
        """Return this error as one of the value that holds the part."""
        where = ".".join(name for name in (part, self.part) if name)
        return FieldError(self.code, where, self.shape or Shape.of(value), **self.facts)


class RefusedError(Exception):
    """A file is refused whole, before anything of it was written. Wording: `import.refusal.<code>`."""

    def __init__(self, code: str, **facts: str | int | Decimal) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One value, or one line, that was not taken. Lines count from 1, as an editor shows them."""

    line: int
    column: str  # empty: the line as a whole
    code: str
    shape: Shape
    facts: Facts

    @classmethod
    def of(cls, error: FieldError, line: int, column: str, value: Any) -> "Problem":
        """Return the problem of a value at a line and column; of the value its shape is kept."""
        whole = error.within(column, value)
        shape = whole.shape or Shape.of(value)
        return cls(line=line, column=whole.part, code=whole.code, shape=shape, facts=whole.facts)


@dataclass(slots=True)
class FileReport:
    """What became of one file's rows: read = created + changed + unchanged + rejected."""

    kind: str  # `members` or `mentors`
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    absent: int = 0  # active memberships on file that the export does not name
    problems: list[Problem] = field(default_factory=list)
    unlisted_problems: int = 0
    refused: RefusedError | None = None
    lapsing: tuple[str, ...] = ()  # of a refused file: the members whose memberships it would end

    def reject(self, *problems: Problem) -> None:
        """Count a row as rejected, for these reasons."""
        self.rejected += 1
        for problem in problems:
            if len(self.problems) < MOST_LISTED:
                self.problems.append(problem)
            else:
                self.unlisted_problems += 1
