"""Introductions that were written and not sent yet: a row beside their writer's questionnaire (DIR-15)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.drafts import DraftTerm
from mentoring.domain.match_requests import MatchRequest
from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record, read_records
from mentoring.storage.records import instant_text, member_key
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "INTRODUCTION#"
SURE: Final = AssertionError("unconditional")


class IntroductionStore:
    """The introductions in the requests table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.requests_table

    def keep(self, member_id: str, mentor_id: str, slug: str, text: str, term: DraftTerm) -> None:
        """Keep what a member wrote to a mentor, in the place of what they wrote before."""
        row = _key(member_id, mentor_id) | {
            "slug": {"S": slug},
            "body": {"S": text},
            "saved_at": {"S": instant_text(term.saved_at)},
            "expires_at": {"N": str(int(term.ends_at.timestamp()))},  # the table's TTL
        }
        self._client.put_item(TableName=self._table, Item=row)

    def of(self, member_id: str, mentor_id: str, now: datetime) -> str:
        """Return what a member wrote to a mentor and did not send; empty for nothing, or for too long ago."""
        keys = [_key(member_id, mentor_id)]
        rows = read_records(self._client, self._table, keys, "body, expires_at")
        kept = (row["body"]["S"] for row in rows if now.timestamp() < int(row["expires_at"]["N"]))
        return next(kept, "")


def introduction_rows(client: "DynamoDBClient", table: str, member_id: str) -> list[Record]:
    """Return the row of every introduction that a member has not sent."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :member AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}, ":prefix": {"S": PREFIX}},
        ConsistentRead=True,
    )
    return [row for page in pages for row in page["Items"]]


def introduction_end_write(table: str, request: MatchRequest) -> Write:
    """Return the write by which an introduction that is sent waits no longer."""
    key: Any = _key(request.mentee_id, request.mentor_id)
    return Write({"Delete": {"TableName": table, "Key": key}}, SURE)


def _key(member_id: str, mentor_id: str) -> Record:
    return member_key(member_id, f"{PREFIX}{mentor_id}")
