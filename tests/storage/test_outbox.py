"""The outbox: of many who try, one moves a message; what waits and what is parked can be found."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mentoring.domain.errors import MessageUnreadableError
from mentoring.domain.events import Channel, Event, MentorPaused
from mentoring.domain.messages import Message, MessageState, ParkingReason
from mentoring.domain.request_events import AvailabilityAsked
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.message_rows import message_key
from mentoring.storage.outbox import MessageExistsError, OutboxStore, message_writes
from mentoring.storage.transaction import commit

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=15)
NAME = "AvailabilityAsked#M-1#2026-11-21#mail"


@pytest.fixture
def outbox(settings: StorageSettings) -> OutboxStore:
    """An empty outbox, on each engine."""
    return OutboxStore(dynamodb(settings), settings.outbox_table)


def tell(settings: StorageSettings, *events: Event) -> None:
    """Put the messages of these events into the outbox."""
    commit(dynamodb(settings), message_writes(settings.outbox_table, events))


def asked(member_id: str = "M-1", at: datetime = AT) -> AvailabilityAsked:
    """What becomes one letter, and nothing else."""
    return AvailabilityAsked(
        member_id=member_id, occurrence="2026-11-21", at=at, answer_by=date(2026, 11, 28)
    )


@pytest.fixture
def message(settings: StorageSettings, outbox: OutboxStore) -> Message:
    """A message that waits."""
    tell(settings, asked())
    found = outbox.find(NAME)
    assert found
    return found


def row(settings: StorageSettings, name: str = NAME) -> dict[str, Any]:
    """A message as it is stored."""
    return dynamodb(settings).get_item(TableName=settings.outbox_table, Key=message_key(name))["Item"]


def test_a_message_is_read_as_it_was_told(settings: StorageSettings, outbox: OutboxStore) -> None:
    """SAF-3: identifiers and days come back; what was never told is not there; nothing is told twice."""
    tell(
        settings,
        MentorPaused(member_id="M-1", occurrence="3", at=AT, slug="zoe", returns_on=date(2027, 1, 5)),
    )
    found = outbox.find("MentorPaused#M-1#3#build")
    assert found == Message(
        id="MentorPaused#M-1#3#build",
        channel=Channel.BUILD,
        event="MentorPaused",
        facts={
            "member_id": "M-1",
            "occurrence": "3",
            "at": "2026-11-21T12:00:00+00:00",
            "slug": "zoe",
            "returns_on": "2027-01-05",
        },
        state=MessageState.WAITING,
        attempts=0,
        due_at=AT,
    )
    assert outbox.find("MentorPaused#M-1#4#build") is None
    with pytest.raises(MessageExistsError):
        tell(settings, MentorPaused(member_id="M-1", occurrence="3", at=AT, slug="zoe"))


def test_a_message_is_claimed_once(outbox: OutboxStore, message: Message) -> None:
    """Invariant 13: of two who read the same row one has it; the row is due again when the lease ends."""
    claimed = outbox.claim(message, AT + LEASE)
    assert claimed
    assert outbox.claim(message, AT + LEASE) is None
    assert outbox.find(NAME) == claimed
    assert (claimed.state, claimed.attempts, claimed.due_at) == (MessageState.SENDING, 1, AT + LEASE)
    assert not claimed.is_due(AT + LEASE - timedelta(seconds=1))
    assert claimed.is_due(AT + LEASE)


def test_a_sent_message_stays_as_proof_and_leaves_the_index(
    settings: StorageSettings, outbox: OutboxStore, message: Message
) -> None:
    """SAF-3: what was sent can be shown for as long as the policy says, and is found by nobody who sends."""
    claimed = outbox.claim(message, AT + LEASE)
    assert claimed
    assert outbox.finish(claimed, AT, timedelta(days=400))
    stored = row(settings)
    assert stored["state"] == {"S": "sent"}
    assert stored["sent_at"] == {"S": "2026-11-21T12:00:00.000000+00:00"}
    assert int(stored["expires_at"]["N"]) == int((AT + timedelta(days=400)).timestamp())
    assert stored.keys().isdisjoint({"queue", "due_at"})
    assert list(outbox.waiting(AT + timedelta(days=1))) == []
    assert not outbox.release(claimed, AT)


def test_a_released_message_waits_for_its_next_turn(outbox: OutboxStore, message: Message) -> None:
    """SAF-3: it keeps its attempts, and whoever claimed it first has no more say."""
    claimed = outbox.claim(message, AT + LEASE)
    assert claimed
    assert outbox.release(claimed, AT + timedelta(minutes=5))
    released = outbox.find(NAME)
    assert released
    assert (released.state, released.attempts) == (MessageState.WAITING, 1)
    assert not released.is_due(AT + timedelta(minutes=4))
    again = outbox.claim(released, AT + LEASE)
    assert again
    assert again.attempts == 2
    assert not outbox.finish(claimed, AT, LEASE)


def test_who_finishes_after_the_lease_still_finishes(outbox: OutboxStore, message: Message) -> None:
    """SAF-3: sent is sent, even if the sweep had already set it aside as unclear."""
    claimed = outbox.claim(message, AT + LEASE)
    assert claimed
    assert outbox.park(claimed, ParkingReason.UNCLEAR, AT + LEASE)
    assert outbox.finish(claimed, AT + LEASE, LEASE)
    finished = outbox.find(NAME)
    assert finished
    assert finished.state is MessageState.SENT
    assert list(outbox.parked()) == []


def test_parked_messages_are_listed_until_a_person_decides(outbox: OutboxStore, message: Message) -> None:
    """SAF-3: staff see which and why and since when; resumed, it has all its attempts again."""
    claimed = outbox.claim(message, AT + LEASE)
    assert claimed
    assert outbox.park(claimed, ParkingReason.REJECTED, AT)
    (parked,) = outbox.parked()
    assert (parked.id, parked.reason, parked.since) == (NAME, "rejected", AT)
    assert list(outbox.waiting(AT + timedelta(days=9))) == []
    assert not outbox.park(claimed, ParkingReason.UNCLEAR, AT), "it was parked under another reason"
    assert outbox.resume(NAME, AT + LEASE)
    assert not outbox.resume(NAME, AT + LEASE)
    assert not outbox.finish(claimed, AT, LEASE), "a person decided that it was not sent"
    resumed = outbox.find(NAME)
    assert resumed
    assert (resumed.state, resumed.attempts, resumed.claim) == (MessageState.WAITING, 0, "")
    assert list(outbox.parked()) == []


def test_whatever_was_due_is_found_page_by_page(settings: StorageSettings) -> None:
    """SAF-3: the longest due first; what is due later, or sent, is not among them."""
    events = [asked(f"M-{number:02}", AT + timedelta(minutes=number)) for number in range(12)]
    tell(settings, *events)
    outbox = OutboxStore(SmallPages(dynamodb(settings)), settings.outbox_table)  # type: ignore[arg-type]
    found = list(outbox.waiting(AT + timedelta(minutes=9)))
    assert found == [f"AvailabilityAsked#M-{number:02}#2026-11-21#mail" for number in range(10)]


class SmallPages:
    """A client whose queries answer with two rows a page, as large ones do with a megabyte."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_paginator(self, name: str) -> Any:
        """Return a paginator of small pages."""
        paginator = self._client.get_paginator(name)
        paginate = paginator.paginate
        paginator.paginate = lambda **query: paginate(**query, PaginationConfig={"PageSize": 2})
        return paginator


DAMAGES: list[dict[str, Any]] = [
    {"body": {"S": "{"}},
    {"body": {"S": "[]"}},
    {"body": {"S": '{"event": "X", "channel": "pigeon", "facts": {}}'}},
    {"body": {"S": '{"event": "X", "channel": "mail"}'}},
    {"state": {"S": "lost"}},
    {"state": {"N": "1"}},
    {"attempts": {"S": "one"}},
    {"due_at": {"S": "tomorrow"}},
]


def test_a_damaged_row_is_known_by_its_name(
    settings: StorageSettings, outbox: OutboxStore, message: Message
) -> None:
    """SAF-4: it raises an error of its own, and can be set aside without being read."""
    whole = row(settings)
    for damage in DAMAGES:
        dynamodb(settings).put_item(TableName=settings.outbox_table, Item={**whole, **damage})
        with pytest.raises(MessageUnreadableError, match=NAME):
            outbox.find(message.id)
        assert outbox.park_unreadable(NAME, AT)
        assert not outbox.park_unreadable(NAME, AT)
        assert [(each.id, each.reason) for each in outbox.parked()] == [(NAME, "unreadable")]


def test_what_was_sent_is_never_set_aside(
    settings: StorageSettings, outbox: OutboxStore, message: Message
) -> None:
    """SAF-3: damage that comes after the sending leaves the proof where it is; nothing is made of nothing."""
    claimed = outbox.claim(message, AT + LEASE)
    assert claimed
    outbox.finish(claimed, AT, LEASE)
    damaged = {**row(settings), "body": {"S": "{"}}
    dynamodb(settings).put_item(TableName=settings.outbox_table, Item=damaged)
    assert not outbox.park_unreadable(NAME, AT)
    assert not outbox.park_unreadable("AvailabilityAsked#M-9#never#mail", AT)
    assert "Item" not in dynamodb(settings).get_item(
        TableName=settings.outbox_table, Key=message_key("AvailabilityAsked#M-9#never#mail")
    )


def test_what_was_overtaken_is_done_and_was_never_sent(
    settings: StorageSettings, outbox: OutboxStore, message: Message
) -> None:
    """SAF-3: it waits no more, says no day of sending, is forgotten as sent ones are, and stays as it is."""
    assert outbox.drop(message, AT, timedelta(days=400))
    assert not outbox.drop(message, AT, timedelta(days=400))
    assert outbox.claim(message, AT + LEASE) is None
    assert not outbox.park_unreadable(NAME, AT)
    assert not outbox.resume(NAME, AT)
    stored = row(settings)
    assert (stored["state"]["S"], "sent_at" in stored, "due_at" in stored) == ("overtaken", False, False)
    assert stored["expires_at"]["N"] == str(int((AT + timedelta(days=400)).timestamp()))
    assert list(outbox.waiting(AT + LEASE)) == []


def test_who_has_claimed_a_message_is_not_overtaken(outbox: OutboxStore, message: Message) -> None:
    """SAF-3: of one who sends and one who finds it overtaken, the first to move it decides."""
    assert outbox.claim(message, AT + LEASE)
    assert not outbox.drop(message, AT, timedelta(days=400))
