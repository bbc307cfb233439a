"""The letters of one member among the messages, the newest first: the index `letters` finds them (MOD-26)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.address_marks import Fault
from mentoring.domain.messages import MessageState, ToldLetter
from mentoring.storage.batches import Record
from mentoring.storage.message_rows import LETTERS, id_of, message_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_WITHHELD: Final = 100  # of one member; older ones are past sending


class LetterStore:
    """The letters in the outbox table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def latest(self, member_id: str, most: int) -> list[ToldLetter]:
        """Return a member's last letters, the newest first; what was overtaken was told to nobody."""
        told = (each for each in self._of(member_id) if each.state is not MessageState.OVERTAKEN)
        return list(islice(told, most))

    def withheld(self, member_id: str) -> list[ToldLetter]:
        """Return a member's letters that were held back for their address."""
        return [each for each in islice(self._of(member_id), MOST_WITHHELD) if each.is_withheld]

    def note_return(self, name: str, fault: Fault) -> None:
        """Note that a letter came back, or was called unwanted; one that is no longer on file is let go."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=message_key(name),
                UpdateExpression="SET came_back = :fault",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":fault": {"S": fault}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _of(self, member_id: str) -> Iterator[ToldLetter]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=LETTERS,
            KeyConditionExpression="recipient = :member",
            ExpressionAttributeValues={":member": {"S": member_id}},
            ScanIndexForward=False,
        )
        return (_letter(row) for page in pages for row in page["Items"])


def _letter(row: Record) -> ToldLetter:
    name = id_of(row)
    came_back: Any = row.get("came_back")
    return ToldLetter(
        id=name,
        event=name.partition("#")[0],
        told_at=datetime.fromisoformat(row["told_at"]["S"]),
        state=MessageState(row["state"]["S"]),
        reason=row.get("reason", {"S": ""})["S"],
        came_back=Fault(came_back["S"]) if came_back else None,
    )
