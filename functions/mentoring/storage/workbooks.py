"""Workbooks in the requests table: a member's draft, and what they handed in (MOD-4, MOD-7).

All of a member's are one partition: one query reads them, one erasure takes them. The files that they name
are beside the database.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.errors import StaleRequestError
from mentoring.domain.registrations import Registration, StoredRegistration
from mentoring.domain.workbook_files import FileKind
from mentoring.domain.workbooks import (
    KeptWorkbook,
    MemberWorkbooks,
    StoredWorkbookDraft,
    WorkbookAnswers,
    WorkbookDraft,
    WorkbookFile,
)
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record
from mentoring.storage.due_rows import due_attributes, due_keys, end_due
from mentoring.storage.end_writes import at_version, end_write
from mentoring.storage.money_records import json_text
from mentoring.storage.records import as_kind, as_texts, as_typed, instant_text
from mentoring.storage.registrations import RegistrationStore
from mentoring.storage.transaction import Write, commit
from mentoring.storage.versioned_writes import versioned_write
from mentoring.storage.workbook_rows import DRAFT, KEPT, draft_key, kept_key, partition, workbook_rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class WorkbookStore:
    """Drafts, and what was handed in."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.requests_table
        self._audit = settings.audit_table
        self._registrations = RegistrationStore(client, settings)

    def of(self, member_id: str) -> MemberWorkbooks:
        """Return everything that is held of a member's workbooks; a draft never begun is at version 0."""
        rows = workbook_rows(self._client, self._table, member_id)
        drafts = [_stored(row, member_id) for row in rows if row["sk"]["S"] == DRAFT]
        kept = [_kept(row) for row in rows if row["sk"]["S"].startswith(KEPT)]
        return MemberWorkbooks(
            next(iter(drafts), StoredWorkbookDraft(WorkbookDraft(member_id=member_id), 0)), tuple(kept)
        )

    def save(
        self, draft: WorkbookDraft, replacing: StoredWorkbookDraft, change: Change, due_on: date
    ) -> StoredWorkbookDraft:
        """Store a draft in the place of a version, until `due_on`. Raises StaleRequestError."""
        saved = StoredWorkbookDraft(draft, replacing.next_version(change.line.at))
        put = self._draft_write(saved, replacing.version, change.line.at, due_on)
        commit(self._client, [put, audit_write(self._audit, change.line, change.events)])
        return saved

    def note(self, line: AuditLine) -> None:
        """Append to the log that somebody opened what they may open."""
        commit(self._client, [audit_write(self._audit, line)])

    def unused(self, today: date) -> Iterator[str]:
        """Yield every member whose draft goes by today; the index may lag."""
        return (key.removeprefix(partition("")) for key in due_keys(self._client, self._table, DRAFT, today))

    def forget_unused(self, member_id: str, today: date, line: AuditLine) -> bool:
        """Take out a draft that goes by today; False where it was saved again, or is gone."""
        key = draft_key(member_id)
        return end_due(self._client, self._table, key, today, audit_write(self._audit, line))

    def handing_in(
        self, member_id: str, kept: KeptWorkbook, draft: StoredWorkbookDraft | None = None
    ) -> "HandingIn":
        """Return the registrations, a save of which also keeps what is handed in.

        `draft`: what it is made of goes in the same transaction, if nobody saved it since
        (StaleRequestError).
        """
        row: Record = kept_key(member_id, kept.registration_id) | {
            "body": {"S": _kept_body(kept)},
            "saved_at": {"S": instant_text(kept.kept_at)},
        }
        writes = [Write({"Put": {"TableName": self._table, "Item": row}}, AssertionError("unconditional"))]
        if draft and draft.version:
            writes.append(self._taken_write(draft))
        return HandingIn(self._registrations, tuple(writes))

    def _taken_write(self, draft: StoredWorkbookDraft) -> Write:
        member_id, version = draft.draft.member_id, draft.version
        stale = StaleRequestError(member_id, version)
        return end_write(self._table, draft_key(member_id), at_version(version), stale)

    def _draft_write(self, saved: StoredWorkbookDraft, replaced: int, at: datetime, due_on: date) -> Write:
        member_id = saved.draft.member_id
        row: Record = draft_key(member_id) | {
            "body": {"S": _draft_body(saved.draft)},
            "version": {"N": str(saved.version)},
            "saved_at": {"S": instant_text(at)},
            **due_attributes(due_on),
        }
        return versioned_write(self._table, row, replaced, StaleRequestError(member_id, replaced))


@dataclass(frozen=True, slots=True)
class HandingIn:
    """The registrations, while a workbook is handed in: the two are one transaction (invariant 12)."""

    registrations: RegistrationStore
    writes: Sequence[Write]

    def get(self, registration_id: str) -> StoredRegistration | None:
        """Return a registration; None where there is none."""
        return self.registrations.get(registration_id)

    def save(
        self, registration: Registration, replacing: StoredRegistration, change: Change
    ) -> StoredRegistration:
        """Store a registration with its workbook. Raises as its store does, and StaleRequestError."""
        return self.registrations.save(registration, replacing, change, self.writes)


def _draft_body(draft: WorkbookDraft) -> str:
    return json_text(
        {
            "answers": asdict(draft.answers),
            "answered": dict(draft.answered),
            "unfinished": dict(draft.unfinished),
            "file": _file_record(draft.file),
        }
    )


def _stored(row: Record, member_id: str) -> StoredWorkbookDraft:
    read = json.loads(row["body"]["S"])
    draft = WorkbookDraft(
        member_id=member_id,
        answers=_answers(read["answers"]),
        answered={page: as_kind(int, version) for page, version in read["answered"].items()},
        unfinished={page: as_typed(pairs) for page, pairs in read["unfinished"].items()},
        file=_file(read["file"]),
    )
    return StoredWorkbookDraft(draft, int(row["version"]["N"]))


def _kept_body(kept: KeptWorkbook) -> str:
    return json_text(
        {
            "answers": asdict(kept.answers) if kept.answers else None,
            "file": _file_record(kept.file),
            "kept_at": instant_text(kept.kept_at),
        }
    )


def _kept(row: Record) -> KeptWorkbook:
    read = json.loads(row["body"]["S"])
    return KeptWorkbook(
        registration_id=row["sk"]["S"].removeprefix(KEPT),
        answers=_answers(read["answers"]) if read["answers"] else None,
        file=_file(read["file"]),
        kept_at=datetime.fromisoformat(read["kept_at"]),
    )


def _answers(read: Mapping[str, Any]) -> WorkbookAnswers:
    texts = (each.name for each in fields(WorkbookAnswers) if each.name != "facilitated_topics")
    return WorkbookAnswers(
        **{name: as_kind(str, read[name]) for name in texts},
        facilitated_topics=as_texts(read["facilitated_topics"]),
    )


def _file_record(file: WorkbookFile | None) -> dict[str, Any] | None:
    return {**asdict(file), "stored_at": instant_text(file.stored_at)} if file else None


def _file(read: Mapping[str, Any] | None) -> WorkbookFile | None:
    if read is None:
        return None
    return WorkbookFile(
        id=as_kind(str, read["id"]),
        name=as_kind(str, read["name"]),
        kind=FileKind(read["kind"]),
        size=as_kind(int, read["size"]),
        stored_at=datetime.fromisoformat(read["stored_at"]),
    )
