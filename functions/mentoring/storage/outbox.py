"""Messages that wait to be sent. A row commits with the change that it tells of (invariant 12).

A row that waits has `queue` and `due_at`, by which the index `waiting` finds it; a sent one has neither.
A claimed row stays in the index, due when the lease of whoever claimed it ends; a parked one is under PARKED.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from mentoring.domain.channels import CHANNELS
from mentoring.domain.events import Channel, Event
from mentoring.domain.messages import Message, MessageState, ParkedMessage, ParkingReason
from mentoring.storage.batches import read_records
from mentoring.storage.message_rows import (
    PARKED,
    WAITING,
    attribute,
    id_of,
    message_from,
    message_id,
    message_key,
    message_row,
    parked_from,
)
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX: Final = "waiting"
NAMES: Final = {"#state": "state", "#queue": "queue"}  # DynamoDB keeps such words for itself
QUEUED: Final = "#queue = :queued, due_at = :due_at"


class MessageExistsError(Exception):
    """This event was told before."""

    def __init__(self, name: str) -> None:
        super().__init__(f"message {name} exists")
        self.name = name


class OutboxStore:
    """The outbox table. Every step is a conditional write: of many who try, one moves a message."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, name: str) -> Message | None:
        """Return a message, consistently read. Raises MessageUnreadableError for a damaged row."""
        answer = self._client.get_item(TableName=self._table, Key=message_key(name), ConsistentRead=True)
        return message_from(answer["Item"]) if "Item" in answer else None

    def waiting(self, until: datetime) -> Iterator[str]:
        """Yield the id of every message that was due by then, the longest due first; the index may lag."""
        return (id_of(row) for row in self._queued(WAITING, until))

    def parked(self) -> Iterator[ParkedMessage]:
        """Yield what a person has to decide about."""
        keys = [{"pk": row["pk"], "sk": row["sk"]} for row in self._queued(PARKED)]
        rows = read_records(self._client, self._table, keys, "pk, reason, due_at")
        return (parked_from(row) for row in rows if "reason" in row)  # the index may lag

    def claim(self, message: Message, until: datetime) -> Message | None:
        """Return the message as ours until then, one attempt on; None where somebody else was first."""
        claim, attempts = uuid4().hex, message.attempts + 1
        is_ours = self._move(
            message.id,
            f"SET #state = :sending, claim = :claim, attempts = :attempts, {QUEUED}",
            # The second way in: our own answer was lost, and botocore asks again.
            "(#state = :was AND attempts = :had AND due_at = :due) OR claim = :claim",
            sending=MessageState.SENDING,
            claim=claim,
            attempts=attempts,
            queued=WAITING,
            due_at=until,
            was=message.state,
            had=message.attempts,
            due=message.due_at,
        )
        if not is_ours:
            return None
        return replace(message, state=MessageState.SENDING, attempts=attempts, due_at=until, claim=claim)

    def finish(self, claimed: Message, now: datetime, kept: timedelta) -> bool:
        """Note that a claimed message was sent; the row stays as its proof for so long.

        It counts even where the lease had ended meanwhile: sent is sent.
        """
        return self._move(
            claimed.id,
            "SET #state = :sent, sent_at = :now, expires_at = :expires REMOVE #queue, due_at, reason",
            "claim = :claim",
            sent=MessageState.SENT,
            now=now,
            expires=int((now + kept).timestamp()),
            claim=claimed.claim,
        )

    def drop(self, message: Message, now: datetime, kept: timedelta) -> bool:
        """Note that a message was overtaken, if nobody has moved it since it was read."""
        return self._move(
            message.id,
            "SET #state = :overtaken, overtaken_at = :now, expires_at = :expires REMOVE #queue, due_at",
            "#state = :was AND due_at = :due",
            overtaken=MessageState.OVERTAKEN,
            now=now,
            expires=int((now + kept).timestamp()),
            was=message.state,
            due=message.due_at,
        )

    def release(self, claimed: Message, due_at: datetime) -> bool:
        """Let a claimed message that was certainly not sent wait again."""
        return self._move(
            claimed.id,
            f"SET #state = :waiting, {QUEUED}",
            "claim = :claim AND #state = :sending",
            waiting=MessageState.WAITING,
            queued=WAITING,
            due_at=due_at,
            claim=claimed.claim,
            sending=MessageState.SENDING,
        )

    def park(self, message: Message, reason: ParkingReason, now: datetime) -> bool:
        """Set a message aside for a person, if nobody has moved it since it was read."""
        return self._move(
            message.id,
            f"SET #state = :parked, reason = :reason, {QUEUED}",
            "#state = :was AND due_at = :due",
            parked=MessageState.PARKED,
            reason=reason,
            queued=PARKED,
            due_at=now,
            was=message.state,
            due=message.due_at,
        )

    def park_unreadable(self, name: str, now: datetime) -> bool:
        """Set a damaged row aside for a person, unless it was done before it was damaged."""
        return self._move(
            name,
            f"SET #state = :parked, reason = :reason, {QUEUED}",
            "attribute_exists(pk) AND (attribute_not_exists(#state) OR #state IN (:waiting, :sending))",
            parked=MessageState.PARKED,
            reason=ParkingReason.UNREADABLE,
            queued=PARKED,
            due_at=now,
            waiting=MessageState.WAITING,
            sending=MessageState.SENDING,
        )

    def resume(self, name: str, now: datetime) -> bool:
        """Let a parked message wait again, with all its attempts: a person has decided."""
        return self._move(
            name,
            f"SET #state = :waiting, attempts = :none, {QUEUED} REMOVE reason, claim",
            "#state = :parked",
            waiting=MessageState.WAITING,
            none=0,
            queued=WAITING,
            due_at=now,
            parked=MessageState.PARKED,
        )

    def _move(self, name: str, update: str, condition: str, **values: Any) -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=message_key(name),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames={
                    word: each for word, each in NAMES.items() if word in update + condition
                },
                ExpressionAttributeValues={f":{blank}": attribute(value) for blank, value in values.items()},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _queued(self, queue: str, until: datetime | None = None) -> Iterator[Mapping[str, Any]]:
        values = {":queue": attribute(queue)} | ({":until": attribute(until)} if until else {})
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="#queue = :queue" + (" AND due_at <= :until" if until else ""),
            ExpressionAttributeNames={"#queue": "queue"},
            ExpressionAttributeValues=values,
        )
        return (row for page in pages for row in page["Items"])


def message_writes(table: str, events: Iterable[Event]) -> list[Write]:
    """Return the writes that put every message of these events into the outbox."""
    return [_write(table, event, channel) for event in events for channel in CHANNELS[type(event)]]


def _write(table: str, event: Event, channel: Channel) -> Write:
    return Write(
        {
            "Put": {
                "TableName": table,
                "Item": message_row(event, channel),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
        MessageExistsError(message_id(event, channel)),
    )
