"""Marks of addresses: rows of the outbox table, one a member, found by the index that messages wait in."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.address_marks import AddressMark, Fault
from mentoring.domain.audit import AuditLine
from mentoring.domain.errors import StaleMarkError
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record
from mentoring.storage.outbox import INDEX
from mentoring.storage.records import instant_text
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "ADDRESS#"
KIND: Final = "ADDRESS"
MARKED: Final = "MARKED"  # their part of the index


class AddressMarkStore:
    """The marks in the outbox table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.outbox_table
        self._audit = settings.audit_table

    def of(self, member_id: str) -> AddressMark | None:
        """Return a member's mark, consistently read, about whichever address it is."""
        answer = self._client.get_item(TableName=self._table, Key=mark_key(member_id), ConsistentRead=True)
        return _mark(answer["Item"]) if "Item" in answer else None

    def all(self, unreadable: Callable[[str], None]) -> Iterator[AddressMark]:
        """Yield every mark, the oldest first; the index may lag. One that is none goes to `unreadable`."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="#queue = :marked",
            ExpressionAttributeNames={"#queue": "queue"},
            ExpressionAttributeValues={":marked": {"S": MARKED}},
        )
        members = (row["pk"]["S"].removeprefix(PREFIX) for page in pages for row in page["Items"])
        for member_id in members:
            try:
                mark = self.of(member_id)
            except (KeyError, ValueError):
                unreadable(member_id)
                continue
            if mark:
                yield mark

    def save(self, mark: AddressMark, replacing: AddressMark | None, line: AuditLine) -> None:
        """Store a mark in the place of one, None for none, with its audit line. Raises StaleMarkError."""
        put: Any = {"TableName": self._table, "Item": _row(mark), **_is(replacing)}
        self._commit({"Put": put}, mark, line)

    def clear(self, mark: AddressMark, line: AuditLine) -> None:
        """Take a mark away, with its audit line. Raises StaleMarkError."""
        delete: Any = {"TableName": self._table, "Key": mark_key(mark.member_id), **_is(mark)}
        self._commit({"Delete": delete}, mark, line)

    def _commit(self, write: Any, mark: AddressMark, line: AuditLine) -> None:
        stale = StaleMarkError(mark.member_id)
        commit(self._client, [Write(write, stale), audit_write(self._audit, line)])


def mark_key(member_id: str) -> Record:
    """Return the key of the row that a member's mark stands in."""
    return {"pk": {"S": f"{PREFIX}{member_id}"}, "sk": {"S": KIND}}


def _row(mark: AddressMark) -> Record:
    return mark_key(mark.member_id) | {
        "fault": {"S": mark.fault},
        "address_hash": {"S": mark.address_hash},
        "queue": {"S": MARKED},
        "due_at": {"S": instant_text(mark.since)},
    }


def _is(mark: AddressMark | None) -> Record:
    if mark is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "address_hash = :hash AND fault = :fault",
        "ExpressionAttributeValues": {":hash": {"S": mark.address_hash}, ":fault": {"S": mark.fault}},
    }


def _mark(row: Record) -> AddressMark:
    return AddressMark(
        member_id=row["pk"]["S"].removeprefix(PREFIX),
        fault=Fault(row["fault"]["S"]),
        address_hash=row["address_hash"]["S"],
        since=datetime.fromisoformat(row["due_at"]["S"]),
    )
