"""The rows of a member's workbooks, by their keys: also for whoever ends them with something else."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.errors import StaleProfileError
from mentoring.domain.registrations import Registration
from mentoring.storage.batches import Record
from mentoring.storage.records import instant_text
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DRAFT: Final = "WORKBOOK"
KEPT: Final = "HANDED_IN#"
SURE: Final = AssertionError("unconditional")


def partition(member_id: str) -> str:
    """Return the partition of everything about a member's workbooks."""
    return f"WORKBOOK#{member_id}"


def draft_key(member_id: str) -> Record:
    """Return the key of the draft that a member has."""
    return {"pk": {"S": partition(member_id)}, "sk": {"S": DRAFT}}


def kept_key(member_id: str, registration_id: str) -> Record:
    """Return the key of what was handed in for a registration."""
    return {"pk": {"S": partition(member_id)}, "sk": {"S": f"{KEPT}{registration_id}"}}


def workbook_rows(client: "DynamoDBClient", table: str, member_id: str) -> list[Record]:
    """Return every row about a member's workbooks, consistently read."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :member",
        ExpressionAttributeValues={":member": {"S": partition(member_id)}},
        ConsistentRead=True,
    )
    return [row for page in pages for row in page["Items"]]


def workbook_saved_at(rows: list[Record]) -> datetime | None:
    """Return when the oldest of these rows was saved, readable or not; None where there is none."""
    found = [row["saved_at"]["S"] for row in rows if "saved_at" in row]
    return datetime.fromisoformat(min(found)) if found else None


def workbook_end_writes(
    client: "DynamoDBClient", table: str, member_id: str, until: datetime | None = None
) -> list[Write]:
    """Return the writes that take a member's workbooks out; with an instant, those saved until then.

    Refused: StaleProfileError, for the draft was saved, or begun, or handed in since it was read.
    """
    rows = workbook_rows(client, table, member_id)
    old = [row for row in rows if until is None or row["saved_at"]["S"] <= instant_text(until)]
    kept = [_delete(table, {name: row[name] for name in ("pk", "sk")}) for row in old if not _is_draft(row)]
    drafts = [_read_draft_end(table, member_id, row) for row in old if _is_draft(row)]
    has_none = not any(_is_draft(row) for row in rows)
    return [*kept, *drafts, *([_no_draft(table, member_id)] if has_none else [])]


def cancelled_writes(table: str, registration: Registration) -> list[Write]:
    """Return the writes by which a registration that is cancelled leaves no workbook behind (SAF-1)."""
    member_id = registration.member_id
    return [_delete(table, draft_key(member_id)), _delete(table, kept_key(member_id, registration.id))]


def _is_draft(row: Record) -> bool:
    return bool(row["sk"]["S"] == DRAFT)


def _read_draft_end(table: str, member_id: str, row: Record) -> Write:
    delete: Any = {
        "TableName": table,
        "Key": draft_key(member_id),
        "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {":read": row["version"]},
    }
    return Write({"Delete": delete}, StaleProfileError(member_id, 0))


def _no_draft(table: str, member_id: str) -> Write:
    check: Any = {
        "TableName": table,
        "Key": draft_key(member_id),
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    return Write({"ConditionCheck": check}, StaleProfileError(member_id, 0))


def _delete(table: str, key: Record) -> Write:
    delete: Any = {"TableName": table, "Key": key}
    return Write({"Delete": delete}, SURE)
