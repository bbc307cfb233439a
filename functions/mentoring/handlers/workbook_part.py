"""What the pages of workbooks work with: what is held, whom it is for, files as attachments (MOD-4)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.content.calendar import business_calendar
from mentoring.domain.business_days import day_of
from mentoring.domain.cancelling import meter
from mentoring.domain.eligibility import Outcome
from mentoring.domain.refunds import Meter
from mentoring.domain.registrations import Registration, Source
from mentoring.domain.workbook_files import Fault, FileKind, FileLimits
from mentoring.domain.workbooks import (
    KeptWorkbook,
    MemberWorkbooks,
    StoredWorkbookDraft,
    WorkbookFile,
    begun_with,
    is_stored_by,
)
from mentoring.gateway_settings import WorkbooksSettings
from mentoring.gateways.workbooks import WorkbookFiles, workbook_files
from mentoring.handlers.answers import HEADERS
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import current_of, member_of, own_registrations, registering
from mentoring.handlers.requests import Request
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.workbooks import WorkbookStore
from mentoring.usecases.import_report import FieldError

FILE: Final = "file"
BYTES_OF_MB: Final = 1024 * 1024
TYPES: Final[Mapping[FileKind, str]] = {
    FileKind.PDF: "application/pdf",
    FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.OPEN_DOCUMENT: "application/vnd.oasis.opendocument.text",
}

logger = Logger(service="workbook")


@dataclass(frozen=True, slots=True)
class Desk:
    """A member's workbook as it stands, and the registration that it is for, if there is one."""

    registration: Registration | None
    held: MemberWorkbooks
    meter: Meter | None  # what cancelling gives back now: handing in may end it (MOD-5)

    @property
    def registration_id(self) -> str:
        """Return the id of the registration; empty for none."""
        return self.registration.id if self.registration else ""

    @property
    def kept(self) -> KeptWorkbook | None:
        """Return what was handed in."""
        return self.held.of(self.registration_id)

    @property
    def stored(self) -> StoredWorkbookDraft:
        """Return the draft; where none is begun, what was handed in as one."""
        return begun_with(self.held.draft, self.kept)

    @property
    def is_erased(self) -> bool:
        """Return whether the words that came last are gone: their member had them erased (SAF-1)."""
        books = self.registration.workbooks if self.registration else ()
        return bool(books) and books[-1].source is not Source.EMAIL and self.kept is None

    @property
    def effect(self) -> str:
        """Return what handing in now does, to be compared with what a page said."""
        now, registration = self.meter, self.registration
        ends = f"{now.verdict}:{now.back.total_cents}" if now else ""
        return f"{self.held.draft.version}:{len(registration.workbooks) if registration else 0}:{ends}"


def desk_of(request: Request) -> Desk | None:
    """Return the workbook of who asks; None for who has no registration and may not have one (ELI-4)."""
    registration = current_of(own_registrations(request))
    ruling = None if registration else registering(request).ruling()
    if registration is None and (ruling is None or ruling.outcome is not Outcome.ELIGIBLE):
        return None
    policy = request.services.content.policy
    now = meter(registration, policy, request.now) if registration else None
    return Desk(registration, workbooks().of(member_of(request)), now)


def selection_by(request: Request, registration: Registration | None) -> date | None:
    """Return by which day profiles of mentors follow (MOD-8, MOD-28); the day of receipt is day 0."""
    at = registration.workbook_received_at if registration else None
    if at is None:
        return None
    policy, day = request.services.content.policy, day_of(at)
    days = policy.facilitated_on(day).selection_business_days
    return business_calendar(policy, day.year, day.year + 1).add(day, days)


def workbooks() -> WorkbookStore:
    """Return where workbooks are kept. Raises SettingsError."""
    return _workbooks(StorageSettings.from_environment(os.environ))


def files() -> WorkbookFiles:
    """Return where their files are. Raises SettingsError."""
    return _files(WorkbooksSettings.from_environment(os.environ))


def tidy_now(member_id: str, before: MemberWorkbooks) -> None:
    """Remove the files that nothing names any more. What fails here is not lost: the sweep removes them."""
    try:
        gone = before.files - workbooks().of(member_id).files
        # A query is no snapshot: what one missed that was handed in just then, the next one sees.
        for each in gone - workbooks().of(member_id).files if gone else ():
            files().remove(member_id, each)
    except Exception:  # what was decided is saved, and its member must read so
        logger.exception("left to the sweep", member_id=member_id)


def remove_now(member_id: str, erased_at: datetime) -> None:
    """Remove the files that a member had erased; what fails here is left to the sweep as well."""
    try:
        for each in files().of(member_id):
            if is_stored_by(each, erased_at):
                files().remove(member_id, each)
    except Exception:
        logger.exception("left to the sweep", member_id=member_id)


def attachment(request: Request, member_id: str, file: WorkbookFile | None) -> Response[Any]:
    """Return a file as it came, to be kept and not shown. Raises UnknownAddressError."""
    content = files().read(member_id, file.id) if file else None
    if file is None or content is None:
        raise UnknownAddressError
    name = Wording(request.services.content, request.language).t("workbook.file_name")
    headers = {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="{name}.{file.kind}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status_code=200, content_type=TYPES[file.kind], body=content, headers=headers)


def file_error(fault: Fault, limits: FileLimits) -> FieldError:
    """Return what is wrong with a file, and how large one may be."""
    return FieldError(str(fault), most=megabytes(limits))


def megabytes(limits: FileLimits) -> int:
    """Return how large a file may be, in whole megabytes."""
    return limits.size // BYTES_OF_MB


@cache
def _workbooks(storage: StorageSettings) -> WorkbookStore:
    return WorkbookStore(dynamodb(storage), storage)


@cache
def _files(place: WorkbooksSettings) -> WorkbookFiles:
    return workbook_files(place)
