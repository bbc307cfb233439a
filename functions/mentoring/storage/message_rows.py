"""How a message is written: a row of the outbox table."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mentoring.domain.channels import CHANNELS
from mentoring.domain.errors import MessageUnreadableError
from mentoring.domain.events import Channel, Event
from mentoring.domain.messages import Message, MessageState, ParkedMessage
from mentoring.storage.records import instant_text

WAITING: Final = "WAITING"
PARKED: Final = "PARKED"
LETTERS: Final = "letters"  # the index of a member's letters
PREFIX: Final = "MESSAGE#"
KIND: Final = "MESSAGE"


def message_id(event: Event, channel: Channel) -> str:
    """Return what names a message for ever."""
    return f"{event.key}#{channel}"


def message_ids(event_key: str) -> list[str]:
    """Return what names the messages of an event, by the key of it that the audit log keeps."""
    kind = event_key.partition("#")[0]
    channels = next((channels for event, channels in CHANNELS.items() if event.__name__ == kind), ())
    return [f"{event_key}#{channel}" for channel in channels]


def message_key(name: str) -> dict[str, Any]:
    """Return the key of a message's row."""
    return {"pk": {"S": f"{PREFIX}{name}"}, "sk": {"S": KIND}}


def id_of(row: Mapping[str, Any]) -> str:
    """Return the message whose row, or whose key, this is."""
    return str(row["pk"]["S"].removeprefix(PREFIX))


def message_row(event: Event, channel: Channel) -> dict[str, Any]:
    """Return the row of a message that waits from the event on."""
    body = {"event": event.kind, "channel": channel, "facts": dict(event.facts)}
    told_at = instant_text(event.at)
    letter = {"recipient": {"S": event.member_id}, "told_at": {"S": told_at}}
    return message_key(message_id(event, channel)) | {
        **(letter if channel is Channel.MAIL else {}),
        "body": {"S": json.dumps(body, ensure_ascii=False, sort_keys=True)},
        "state": {"S": MessageState.WAITING},
        "attempts": {"N": "0"},
        "queue": {"S": WAITING},
        "due_at": {"S": told_at},
    }


def message_from(row: Mapping[str, Any]) -> Message:
    """Return the message of a row. Raises MessageUnreadableError for a damaged one."""
    try:
        body = json.loads(row["body"]["S"])
        return Message(
            id=id_of(row),
            channel=Channel(body["channel"]),
            event=str(body["event"]),
            facts={fact: str(value) for fact, value in body["facts"].items()},
            state=MessageState(row["state"]["S"]),
            attempts=int(row["attempts"]["N"]),
            due_at=datetime.fromisoformat(row["due_at"]["S"]) if "due_at" in row else None,
            claim=row.get("claim", {"S": ""})["S"],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MessageUnreadableError(id_of(row)) from error


def parked_from(row: Mapping[str, Any]) -> ParkedMessage:
    """Return what staff see of a parked row; its body may be damaged."""
    return ParkedMessage(
        id=id_of(row), reason=row["reason"]["S"], since=datetime.fromisoformat(row["due_at"]["S"])
    )


def attribute(value: str | int | datetime) -> Any:
    """Return a value as DynamoDB takes it."""
    if isinstance(value, datetime):
        return {"S": instant_text(value)}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
