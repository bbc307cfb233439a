"""A mentee's workbook: written on line page by page, or a file (MOD-4, MOD-7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from mentoring.domain.drafts import Typed, version_after
from mentoring.domain.workbook_files import FileKind

UNNAMED_FOR: Final = timedelta(days=1)
"""A file is stored before anything names it: so long nobody takes it for one that was left over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookAnswers:
    """What the on-line form asks; what was not answered is empty."""

    strengths: str = field(default="", repr=False)
    growth: str = field(default="", repr=False)
    goals: str = field(default="", repr=False)
    interests: str = field(default="", repr=False)
    area: str = field(default="", repr=False)
    values: str = field(default="", repr=False)
    facilitated_topics: tuple[str, ...] = ()  # MOD-30


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookFile:
    """A file that was taken as a workbook, and is kept as it came."""

    id: str  # under which it is stored
    name: str = field(repr=False)  # as its member calls it
    kind: FileKind
    size: int  # bytes
    stored_at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookDraft:
    """A workbook that is not handed in. `answered` and `unfinished` as in `mentee_profiles.MenteeProfile`.

    A member may fill in the form and upload a file: they hand in the one or the other.
    """

    member_id: str
    answers: WorkbookAnswers = WorkbookAnswers()
    answered: Mapping[str, int] = field(default_factory=dict)
    unfinished: Mapping[str, Typed] = field(default_factory=dict, repr=False)
    file: WorkbookFile | None = None

    def with_answer(self, page: str, answers: WorkbookAnswers, version: int) -> "WorkbookDraft":
        """Return the draft with a page answered by the save that makes this version."""
        unfinished = {name: typed for name, typed in self.unfinished.items() if name != page}
        return replace(
            self, answers=answers, answered={**self.answered, page: version}, unfinished=unfinished
        )

    def with_unfinished(self, page: str, typed: Typed) -> "WorkbookDraft":
        """Return the draft with a page that waits for its member to finish it."""
        return replace(self, unfinished={**self.unfinished, page: typed})


@dataclass(frozen=True, slots=True)
class StoredWorkbookDraft:
    """A draft as the database holds it. `version` counts its saves; 0 is one never saved."""

    draft: WorkbookDraft
    version: int

    def next_version(self, at: datetime) -> int:
        """Return the version that a save at this instant makes."""
        return version_after(self.version, at)

    def is_as_shown(self, page: str, seen: int) -> bool:
        """Return whether a page's answer is still the one that was shown at a version."""
        return self.draft.answered.get(page, 0) <= seen <= self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWorkbook:
    """What was handed in for a registration: answers or a file; the one that came last."""

    registration_id: str
    answers: WorkbookAnswers | None = None
    file: WorkbookFile | None = None
    kept_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class MemberWorkbooks:
    """Everything that is held of one member's workbooks."""

    draft: StoredWorkbookDraft
    kept: tuple[KeptWorkbook, ...] = ()

    def of(self, registration_id: str) -> KeptWorkbook | None:
        """Return what was handed in for a registration; None for nothing, or a letter that named no file."""
        return next((each for each in self.kept if each.registration_id == registration_id), None)

    @property
    def files(self) -> frozenset[str]:
        """Return the id of each file that one of them is."""
        found = (self.draft.draft.file, *(each.file for each in self.kept))
        return frozenset(each.id for each in found if each)


def begun_with(stored: StoredWorkbookDraft, kept: KeptWorkbook | None) -> StoredWorkbookDraft:
    """Return where the form starts: with what was handed in, where nothing was begun since."""
    if stored.version or kept is None or kept.answers is None:
        return stored
    return replace(stored, draft=replace(stored.draft, answers=kept.answers))


def file_id(stored_at: datetime, chance: str) -> str:
    """Return the id of a file: when it was stored, and what nobody guesses."""
    return f"{int(stored_at.timestamp() * 1000):015}-{chance}"


def is_left_over(file: str, workbooks: MemberWorkbooks, now: datetime) -> bool:
    """Return whether a file is one that nothing names: it was replaced, or its upload never ended."""
    return is_stored_by(file, now - UNNAMED_FOR) and file not in workbooks.files


def is_stored_by(file: str, at: datetime) -> bool:
    """Return whether a file was stored until an instant, by its id."""
    return int(file.partition("-")[0]) <= int(at.timestamp() * 1000)
