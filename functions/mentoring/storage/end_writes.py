"""Writes by which rows go, and by which there must be none: for whatever ends something."""

from collections.abc import Mapping
from typing import Any, Final

from mentoring.storage.batches import Record
from mentoring.storage.transaction import Write

SURE: Final = AssertionError("unconditional")


def at_version(version: int) -> dict[str, Any]:
    """Return the condition that nobody saved a row since it was read at a version."""
    return {
        "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {":read": {"N": str(version)}},
    }


def end_write(
    table: str, key: Record, condition: Mapping[str, Any] | None = None, refused: Exception = SURE
) -> Write:
    """Return the write that takes a row out. Refused: what its condition means."""
    delete: Any = {"TableName": table, "Key": key, **(condition or {})}
    return Write({"Delete": delete}, refused)


def absent_write(table: str, key: Record, refused: Exception) -> Write:
    """Return the check that there is no such row. Refused: what is given."""
    check: Any = {"TableName": table, "Key": key, "ConditionExpression": "attribute_not_exists(pk)"}
    return Write({"ConditionCheck": check}, refused)
