"""A workbook is handed in: what was written or uploaded is kept in the same transaction (MOD-4)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mentoring.domain.audit import AuditLine
from mentoring.domain.registrations import Registration, Source, StoredRegistration
from mentoring.domain.workbooks import KeptWorkbook, StoredWorkbookDraft, WorkbookFile
from mentoring.usecases.change_registration import Registrations
from mentoring.usecases.hand_in_workbook import hand_in, log_workbook


class Keeping(Protocol):
    """Where workbooks are kept that are handed in."""

    def handing_in(
        self, member_id: str, kept: KeptWorkbook, draft: StoredWorkbookDraft | None = None
    ) -> Registrations:
        """Return the registrations, a save of which also keeps a workbook, and takes its draft out.

        Such a save also raises StaleRequestError, for a draft that was saved since.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How a workbook of one registration is handed in. `seen`: how many there were on the page."""

    workbooks: Keeping
    registrations: Registrations
    registration: Registration
    seen: int
    now: datetime

    def form(self, draft: StoredWorkbookDraft) -> StoredRegistration:
        """Hand in what was written. Raises RegistrationMovedError; StaleRequestError where it has changed."""
        return self._own(Source.FORM, self._kept(draft=draft), draft)

    def upload(self, draft: StoredWorkbookDraft) -> StoredRegistration:
        """Hand in the file that was uploaded. Raises as `form` does."""
        return self._own(Source.UPLOAD, self._kept(file=draft.draft.file), draft)

    def log(self, subject: str, received_at: datetime, file: WorkbookFile | None) -> StoredRegistration:
        """Note one that came by e-mail, with its file where there is one.

        Raises RegistrationRefusedError, RegistrationMovedError.
        """
        member_id, registrations = self.registration.member_id, self.registrations
        if file:
            registrations = self.workbooks.handing_in(member_id, self._kept(file=file))
        return log_workbook(
            self.registration.id,
            subject,
            received_at,
            self.seen,
            registrations,
            self.now,
            has_file=file is not None,
        )

    def _own(self, source: Source, kept: KeptWorkbook, draft: StoredWorkbookDraft) -> StoredRegistration:
        member_id = self.registration.member_id
        registrations = self.workbooks.handing_in(member_id, kept, draft)
        return hand_in(self.registration.id, member_id, source, self.seen, registrations, self.now)

    def _kept(
        self, draft: StoredWorkbookDraft | None = None, file: WorkbookFile | None = None
    ) -> KeptWorkbook:
        answers = draft.draft.answers if draft else None
        return KeptWorkbook(
            registration_id=self.registration.id, answers=answers, file=file, kept_at=self.now
        )


def read_line(registration: Registration, subject: str, what: str, now: datetime) -> AuditLine:
    """Return the line that somebody of the staff opened a member's workbook (STF-8)."""
    return AuditLine(
        actor=f"staff:{subject}",
        action="read-workbook",
        member_id=registration.member_id,
        occurrence=f"{registration.id}.{secrets.token_hex(4)}",  # it may be opened twice at one instant
        at=now,
        changes={what: ("", "read")},
    )
