"""A workbook before it is handed in: written page by page, or a file stored at once (MOD-4, MOD-7)."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Final, Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import StaleRequestError
from mentoring.domain.policy import FacilitatedPolicy
from mentoring.domain.workbook_files import kind_of
from mentoring.domain.workbooks import (
    MemberWorkbooks,
    StoredWorkbookDraft,
    WorkbookAnswers,
    WorkbookDraft,
    WorkbookFile,
    begun_with,
    file_id,
)
from mentoring.usecases.answering import ATTEMPTS, PageByPage
from mentoring.usecases.field_checks import clean_text
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.workbook_steps import Step

LONGEST_NAME: Final = 100
RANDOM_BYTES: Final = 16


class Workbooks(Protocol):
    """Where workbooks are kept."""

    def of(self, member_id: str) -> MemberWorkbooks:
        """Return everything that is held of a member's workbooks."""

    def save(
        self, draft: WorkbookDraft, replacing: StoredWorkbookDraft, change: Change, due_on: date
    ) -> StoredWorkbookDraft:
        """Store a draft in the place of a version, until `due_on`. Raises StaleRequestError."""


class Files(Protocol):
    """Where the files are that were taken."""

    def keep(self, member_id: str, file_id: str, content: bytes) -> None:
        """Store a file as it came."""


@dataclass(frozen=True, kw_only=True)
class Filling(PageByPage[WorkbookAnswers]):
    """What one member may do with their workbook now, for a registration; none has the id ""."""

    workbooks: Workbooks
    member_id: str
    registration_id: str
    policy: FacilitatedPolicy

    def opened(self) -> tuple[StoredWorkbookDraft, WorkbookDraft]:
        """Return the workbook as it stands; it begins with what was handed in."""
        found = self.workbooks.of(self.member_id)
        stored = begun_with(found.draft, found.of(self.registration_id))
        return stored, stored.draft

    def commit(self, kept: WorkbookDraft, replacing: StoredWorkbookDraft, step: Step) -> StoredWorkbookDraft:
        """Store it in the place of a version. Raises StaleRequestError."""
        return self._save(kept, replacing, step.id)

    def take_file(self, name: str, content: bytes, files: Files) -> StoredWorkbookDraft:
        """Store a file, then note it as this member's. Raises FileRefusedError.

        Whoever dies between the two leaves a file that nothing names: the sweep takes it.
        """
        file = stored_file(self.member_id, name, content, files, self.policy, self.now)
        for _ in range(ATTEMPTS):
            stored, draft = self.opened()
            try:
                return self._save(replace(draft, file=file), stored, "file")
            except StaleRequestError:
                continue
        raise StaleRequestError(self.member_id, stored.version)

    def _save(self, draft: WorkbookDraft, replacing: StoredWorkbookDraft, what: str) -> StoredWorkbookDraft:
        line = AuditLine(
            actor=f"member:{self.member_id}",
            action="fill-workbook",
            member_id=self.member_id,
            occurrence=str(replacing.next_version(self.now)),
            at=self.now,
            changes={what: ("", "changed")},
        )
        due_on = self.policy.workbook_due_on(day_of(self.now))
        return self.workbooks.save(draft, replacing, Change(line), due_on)


def stored_file(
    member_id: str, name: str, content: bytes, files: Files, policy: FacilitatedPolicy, now: datetime
) -> WorkbookFile:
    """Return a file once it is stored under a name of ours. Raises FileRefusedError."""
    kind = kind_of(content, policy.workbook_limits)
    made = WorkbookFile(
        id=file_id(now, secrets.token_hex(RANDOM_BYTES)),
        name=_shown_name(name, f"workbook.{kind}"),
        kind=kind,
        size=len(content),
        stored_at=now,
    )
    files.keep(member_id, made.id, content)
    return made


def _shown_name(name: str, otherwise: str) -> str:
    """Return a file's own name, as far as it can be shown; some browsers send the way to it along."""
    try:
        last = clean_text(PurePosixPath(name.replace("\\", "/")).name, 10_000)
    except FieldError:
        return otherwise
    return last if len(last) <= LONGEST_NAME else f"{last[: LONGEST_NAME - 1]}…" if last else otherwise
