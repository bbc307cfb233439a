"""The log of acts: appended to, never rewritten (STF-8)."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from mentoring.domain.audit import AuditLine
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
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :member",
            ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}},
            ConsistentRead=True,
        )
        return [_line(row["body"]["S"]) for page in pages for row in page["Items"]]


def audit_write(table: str, line: AuditLine) -> Write:
    """Return the write that appends a line."""
    key = member_key(line.member_id, f"{instant_text(line.at)}#{line.action}#{line.occurrence}")
    return Write(
        {
            "Put": {
                "TableName": table,
                "Item": key | {"body": {"S": _body(line)}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
        AuditLineExistsError(f"{line.action} of {line.member_id} at {line.at.isoformat()}"),
    )


def _body(line: AuditLine) -> str:
    record = {
        "actor": line.actor,
        "action": line.action,
        "member_id": line.member_id,
        "occurrence": line.occurrence,
        "at": instant_text(line.at),
        "changes": {name: list(values) for name, values in line.changes.items()},
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _line(body: str) -> AuditLine:
    read = json.loads(body)
    return AuditLine(
        actor=read["actor"],
        action=read["action"],
        member_id=read["member_id"],
        occurrence=read["occurrence"],
        at=datetime.fromisoformat(read["at"]),
        changes={name: (before, after) for name, (before, after) in read["changes"].items()},
    )
