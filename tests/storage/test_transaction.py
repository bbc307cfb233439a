"""Writes that stand or fall together: which refusals pass, and which mean something."""

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse
from urllib3 import HTTPResponse

from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.records import member_key
from mentoring.storage.transaction import ContentionError, Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = member_key("M-1", "MEMBERSHIP")


class TakenError(Exception):
    """The record is there."""


def put(settings: StorageSettings) -> Write:
    """A record that must not be there yet."""
    request: Any = {
        "Put": {
            "TableName": settings.memberships_table,
            "Item": KEY,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }
    return Write(request, TakenError())


def refuse(client: "DynamoDBClient", times: int, code: str) -> list[str]:
    """Let the engine cancel so many transactions for a reason; return what was asked, as it grows."""
    asked: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        asked.append(request.url)
        if len(asked) > times:
            return None
        kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
        said = {"__type": kind, "Message": "cancelled", "CancellationReasons": [{"Code": code}]}
        body = BytesIO(json.dumps(said).encode())
        return AWSResponse(request.url, 400, {}, HTTPResponse(body, preload_content=False))

    client.meta.events.register_first("before-send.dynamodb.TransactWriteItems", answer)
    return asked


def test_a_conflict_passes_and_a_failed_condition_does_not(database: StorageSettings) -> None:
    """SAF-3: who meets another transaction tries again and writes; who comes too late is told so at once."""
    client = dynamodb(database)
    asked = refuse(client, 2, "TransactionConflict")
    commit(client, [put(database)])
    assert len(asked) == 3
    assert client.get_item(TableName=database.memberships_table, Key=KEY)["Item"]
    with pytest.raises(TakenError):
        commit(client, [put(database)])
    assert len(asked) == 4


def test_a_conflict_that_does_not_pass_writes_nothing(database: StorageSettings) -> None:
    """SAF-3: after some attempts the caller hears of it."""
    client = dynamodb(database)
    refuse(client, 99, "TransactionConflict")
    with pytest.raises(ContentionError):
        commit(client, [put(database)])
    assert "Item" not in client.get_item(TableName=database.memberships_table, Key=KEY)
