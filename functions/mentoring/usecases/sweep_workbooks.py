"""Every morning: workbooks that nobody went on with, and files that nothing names any more (SAF-1, MOD-4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mentoring.domain.audit import AuditLine
from mentoring.domain.business_days import day_of
from mentoring.domain.workbooks import MemberWorkbooks, is_left_over
from mentoring.usecases.request_deadlines import Done, tried


class Workbooks(Protocol):
    """Where workbooks are kept, and drafts found by the day on which they go."""

    def of(self, member_id: str) -> MemberWorkbooks:
        """Return everything that is held of a member's workbooks."""

    def unused(self, today: date) -> Iterator[str]:
        """Yield every member whose draft goes by today."""

    def forget_unused(self, member_id: str, today: date, line: AuditLine) -> bool:
        """Take out a draft that goes by today; False where it was saved again, or is gone."""


class Files(Protocol):
    """The files, by their members."""

    def members(self) -> Iterator[str]:
        """Yield each member who has any."""

    def of(self, member_id: str) -> list[str]:
        """Return the ids of a member's files."""

    def remove(self, member_id: str, file_id: str) -> None:
        """Leave no such file."""


@dataclass(frozen=True, slots=True)
class WorkbookSweep:
    """One run over drafts and files."""

    workbooks: Workbooks
    files: Files
    now: datetime

    def run(self) -> Iterator[tuple[str, Done | Exception]]:
        """Yield what was done about each; an exception stops nobody else's."""
        for member_id in self.workbooks.unused(day_of(self.now)):
            yield member_id, tried(self.forget, member_id)
        # Drafts first: their files are left over from then on.
        for member_id in self.files.members():
            yield member_id, tried(self.remove, member_id)

    def forget(self, member_id: str) -> Done:
        """Take out a draft that goes by today."""
        today = day_of(self.now)
        line = AuditLine(
            actor="system:deadlines",
            action="forget-workbook",
            member_id=member_id,
            occurrence=today.isoformat(),
            at=self.now,
            changes={},
        )
        is_gone = self.workbooks.forget_unused(member_id, today, line)
        return Done.FORGOTTEN if is_gone else Done.NOT_DUE

    def remove(self, member_id: str) -> Done:
        """Remove the files of a member that nothing names."""
        left_over = self._left_over(member_id, self.files.of(member_id))
        # A query is no snapshot: it may miss a workbook that is handed in just then. The next one sees it.
        left_over = self._left_over(member_id, left_over) if left_over else []
        for each in left_over:
            self.files.remove(member_id, each)
        return Done.FORGOTTEN if left_over else Done.NOT_DUE

    def _left_over(self, member_id: str, files: Iterable[str]) -> list[str]:
        held = self.workbooks.of(member_id)
        return [each for each in files if is_left_over(each, held, self.now)]
