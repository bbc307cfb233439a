"""Concerns, in the requests table: a partition of their own, all of the table that staff's pages read."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.audit import Change
from mentoring.domain.concerns import Concern, ConcernKnownError, Note
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record
from mentoring.storage.outbox import message_writes
from mentoring.storage.records import as_kind, instant_text
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutTypeDef

PARTITION: Final = "CONCERNS"


class ConcernStore:
    """The concerns of the requests table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.requests_table
        self._outbox = settings.outbox_table
        self._audit = settings.audit_table

    def report(self, concern: Concern, change: Change) -> None:
        """Store a concern with the message that tells staff and the audit line, all or nothing (SAF-3).

        Raises ConcernKnownError.
        """
        commit(
            self._client,
            [
                self._write(concern, "attribute_not_exists(pk)"),
                *message_writes(self._outbox, change.events),
                audit_write(self._audit, change.line, change.events),
            ],
        )

    def replace(self, concern: Concern, replacing: Concern, change: Change) -> None:
        """Store a concern in the place of what was read of it. Raises ConcernKnownError."""
        key = _key(replacing.id)  # compared as read: a row may be from before a field was added
        row = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if row is None or _concern(row["body"]["S"]) != replacing:
            raise ConcernKnownError(concern.id)
        put = self._write(concern, "body = :read", {":read": row["body"]})
        commit(self._client, [put, audit_write(self._audit, change.line)])

    def get(self, concern_id: str) -> Concern | None:
        """Return a concern, consistently read; None where there is none."""
        answer = self._client.get_item(TableName=self._table, Key=_key(concern_id), ConsistentRead=True)
        return _concern(answer["Item"]["body"]["S"]) if "Item" in answer else None

    def of(self, member_id: str) -> list[Concern]:
        """Return what a member has reported, the newest first (SAF-1)."""
        return [each for each in self.all(lambda _: None) if each.reporter_id == member_id]

    def all(self, unreadable: Callable[[str], None]) -> list[Concern]:
        """Return every concern, the newest first. A row that is none goes to `unreadable` by its id."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :concerns",
            ExpressionAttributeValues={":concerns": {"S": PARTITION}},
            ConsistentRead=True,
        )
        found = []
        for row in (row for page in pages for row in page["Items"]):
            try:
                found.append(_concern(row["body"]["S"]))
            except (AttributeError, KeyError, TypeError, ValueError):
                unreadable(row["sk"]["S"])
        return sorted(found, key=lambda each: each.at, reverse=True)

    def _write(self, concern: Concern, condition: str, values: Mapping[str, Any] | None = None) -> Write:
        put: PutTypeDef = {
            "TableName": self._table,
            "Item": _key(concern.id) | {"body": {"S": _body(concern)}},
            "ConditionExpression": condition,
        }
        if values:
            put["ExpressionAttributeValues"] = values
        return Write({"Put": put}, ConcernKnownError(concern.id))


def _key(concern_id: str) -> Record:
    return {"pk": {"S": PARTITION}, "sk": {"S": concern_id}}


def _body(concern: Concern) -> str:
    record = {
        "id": concern.id,
        "reporter_id": concern.reporter_id,
        "about_id": concern.about_id,
        "request_id": concern.request_id,
        "at": instant_text(concern.at),
        "text": concern.text,
        "seen_at": _text(concern.seen_at),
        "taken_by": concern.taken_by,
        "closed_at": _text(concern.closed_at),
        "closed_by": concern.closed_by,
        "notes": [{"by": note.by, "at": instant_text(note.at), "text": note.text} for note in concern.notes],
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _concern(body: str) -> Concern:
    read: dict[str, Any] = json.loads(body)
    return Concern(
        id=as_kind(str, read["id"]),
        reporter_id=as_kind(str, read["reporter_id"]),
        about_id=as_kind(str, read["about_id"]),
        request_id=as_kind(str, read["request_id"]),
        at=datetime.fromisoformat(read["at"]),
        text=as_kind(str, read["text"]),
        seen_at=_instant(read["seen_at"]),
        # Concerns from before 2026-11-22 name nobody of the staff.
        taken_by=as_kind(str, read.get("taken_by", "")),
        closed_at=_instant(read.get("closed_at")),
        closed_by=as_kind(str, read.get("closed_by", "")),
        notes=tuple(_note(each) for each in read.get("notes", ())),
    )


def _note(read: Mapping[str, Any]) -> Note:
    at = datetime.fromisoformat(read["at"])
    return Note(by=as_kind(str, read["by"]), at=at, text=as_kind(str, read["text"]))


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
