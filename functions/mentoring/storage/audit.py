"""The log of acts: appended to; an erasure alone rewrites, and leaves each act (STF-8, SAF-1)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mentoring.domain.audit import AuditLine
from mentoring.domain.events import Event
from mentoring.storage.records import instant_text, member_key
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AuditLineExistsError(Exception):
    """The log holds this act already."""


class AuditStore:
    """The audit table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def lines_of(self, member_id: str) -> list[AuditLine]:
        """Return every act that concerned a member, oldest first."""
        return [_line(read) for read in self._bodies(member_id)]

    def acts_of(self, member_id: str) -> list[tuple[AuditLine, tuple[str, ...]]]:
        """Return the same, each with the keys of the events that it told of."""
        return [(_line(read), tuple(read.get("told", ()))) for read in self._bodies(member_id)]

    def _bodies(self, member_id: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :member",
            ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}},
            ConsistentRead=True,
        )
        return (json.loads(row["body"]["S"]) for page in pages for row in page["Items"])


def audit_write(table: str, line: AuditLine, events: Iterable[Event] = ()) -> Write:
    """Return the write that appends a line, with the keys of the events that its act told of."""
    return Write(
        {
            "Put": {
                "TableName": table,
                "Item": _key(line) | {"body": {"S": _body(line, events)}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
        AuditLineExistsError(f"{line.action} of {line.member_id} at {line.at.isoformat()}"),
    )


def emptied_write(table: str, line: AuditLine) -> Write:
    """Return the write by which a line says no more than who did what and when (SAF-1)."""
    return Write(
        {
            "Update": {
                "TableName": table,
                "Key": _key(line),
                "UpdateExpression": "SET body = :body",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":body": {"S": _body(replace(line, changes={}), ())}},
            }
        },
        AssertionError("a line of the log is gone"),
    )


def _key(line: AuditLine) -> dict[str, Any]:
    return member_key(line.member_id, f"{instant_text(line.at)}#{line.action}#{line.occurrence}")


def _body(line: AuditLine, events: Iterable[Event]) -> str:
    record = {
        "actor": line.actor,
        "action": line.action,
        "member_id": line.member_id,
        "occurrence": line.occurrence,
        "at": instant_text(line.at),
        "changes": {name: list(values) for name, values in line.changes.items()},
        "told": [event.key for event in events],
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _line(read: dict[str, Any]) -> AuditLine:
    return AuditLine(
        actor=read["actor"],
        action=read["action"],
        member_id=read["member_id"],
        occurrence=read["occurrence"],
        at=datetime.fromisoformat(read["at"]),
        changes={name: (before, after) for name, (before, after) in read["changes"].items()},
    )
