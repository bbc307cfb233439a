"""The rows of the requests table that the clock has something to do with, by the day on which it has."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mentoring.storage.batches import Record
from mentoring.storage.end_writes import end_write
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX: Final = "due"
DUE: Final = "DUE"  # the index's one partition


def due_attributes(due_on: date) -> Record:
    """Return what puts a row among those that are due on a day."""
    return {"queue": {"S": DUE}, "due_on": {"S": due_on.isoformat()}}


def due_keys(client: "DynamoDBClient", table: str, kind: str, today: date) -> Iterator[str]:
    """Yield the partition of every row of a kind that is due by today; the index may lag."""
    values: dict[str, Any] = {":due": {"S": DUE}, ":today": {"S": today.isoformat()}}
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=INDEX,
        KeyConditionExpression="#queue = :due AND due_on <= :today",
        ExpressionAttributeNames={"#queue": "queue"},  # DynamoDB keeps the word for itself
        ExpressionAttributeValues=values,
    )
    return (row["pk"]["S"] for page in pages for row in page["Items"] if row["sk"]["S"] == kind)


def end_due(client: "DynamoDBClient", table: str, key: Record, today: date, noted: Write) -> bool:
    """Take out a row that is due by today, with a line in the log; False where it is due later, or gone."""
    condition = {
        "ConditionExpression": "due_on <= :today",
        "ExpressionAttributeValues": {":today": {"S": today.isoformat()}},
    }
    try:
        commit(client, [end_write(table, key, condition, _NotDueError()), noted])
    except _NotDueError:
        return False
    return True


class _NotDueError(Exception):
    """Somebody used the row meanwhile."""
