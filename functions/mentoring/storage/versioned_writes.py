"""Writes of rows that carry a version: of two who save what they read at once, the second is told."""

from typing import TYPE_CHECKING

from mentoring.storage.batches import Record
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef


def versioned_write(table: str, row: Record, replaced: int, stale: Exception) -> Write:
    """Return the write of a row in the place of a version of it; 0 where there must be none yet.

    Refused: `stale`.
    """
    put: PutTypeDef = {"TableName": table, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
    if replaced:
        put["ConditionExpression"] = "version = :replaced"
        put["ExpressionAttributeValues"] = {":replaced": {"N": str(replaced)}}
    return Write({"Put": put}, stale)
