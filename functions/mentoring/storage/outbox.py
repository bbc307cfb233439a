"""Messages that wait to be sent. A row commits with the change that it tells of (invariant 12).

A row that waits has `queue` and `due_at`, by which the index `waiting` finds it; a sent one has neither.
"""

import json
from collections.abc import Iterable

from mentoring.domain.events import CHANNELS, Channel, Event
from mentoring.storage.records import instant_text
from mentoring.storage.transaction import Write

WAITING = "WAITING"


class MessageExistsError(Exception):
    """This event was told before."""

    def __init__(self, message_id: str) -> None:
        super().__init__(f"message {message_id} exists")
        self.message_id = message_id


def message_id(event: Event, channel: Channel) -> str:
    """Return what names a message for ever."""
    return f"{event.key}#{channel}"


def message_writes(table: str, events: Iterable[Event]) -> list[Write]:
    """Return the writes that put every message of these events into the outbox."""
    return [_write(table, event, channel) for event in events for channel in CHANNELS[type(event)]]


def _write(table: str, event: Event, channel: Channel) -> Write:
    name = message_id(event, channel)
    body = {"event": event.kind, "channel": channel, "facts": dict(event.facts)}
    return Write(
        {
            "Put": {
                "TableName": table,
                "Item": {
                    "pk": {"S": f"MESSAGE#{name}"},
                    "sk": {"S": "MESSAGE"},
                    "body": {"S": json.dumps(body, ensure_ascii=False, sort_keys=True)},
                    "state": {"S": "waiting"},
                    "attempts": {"N": "0"},
                    "queue": {"S": WAITING},
                    "due_at": {"S": instant_text(event.at)},
                },
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
        MessageExistsError(name),
    )
