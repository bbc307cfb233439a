"""The outbox's stream: what commits is handed to its function, in order, as Lambda does it."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.clock import Clock
from infrastructure.local.database import embedded_database
from infrastructure.local.function_process import FunctionError
from infrastructure.local.state import State
from infrastructure.local.stream import OutboxStream
from infrastructure.local.template import load_template, resources
from mentoring.domain.events import profile_events
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.profiles import ProfileStore
from tests.storage.people import change, profile

TEMPLATE = load_template()
(MAPPING,) = resources(TEMPLATE, "AWS::Lambda::EventSourceMapping").values()
NOW = datetime(2026, 12, 24, 12, tzinfo=UTC)


class Taker:
    """The function at the end of the stream: it takes what it is given, or fails as a test wants it to."""

    def __init__(self) -> None:
        self.events: list[list[str]] = []  # the keys of each batch it was handed
        self.taken: list[str] = []
        self.records: list[Mapping[str, Any]] = []
        self.refuses: Callable[[str], bool] = lambda _: False
        self.dies_of: Callable[[str], bool] = lambda _: False

    def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer as powertools' batch processor does: with the records that failed."""
        json.dumps(event)  # as it travels
        keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
        self.events.append(keys)
        if any(self.dies_of(key) for key in keys):
            raise FunctionError("it died")
        failed = []
        for key, record in zip(keys, event["Records"], strict=True):
            if self.refuses(key):
                failed.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            else:
                self.taken.append(key)
                self.records.append(record)
        return {"batchItemFailures": failed}


@pytest.fixture
def taker() -> Taker:
    """A function that takes everything."""
    return Taker()


@pytest.fixture
def state(tmp_path: Path) -> State:
    """A state whose clock was moved."""
    Clock(tmp_path / "clock.json").set(NOW)
    return State(tmp_path)


@pytest.fixture
def database(state: State) -> Iterator[StorageSettings]:
    """A database of its own: an engine remembers the stream of a table that was dropped."""
    with embedded_database(state.root) as settings:
        yield settings


@pytest.fixture
def stream(database: StorageSettings, taker: Taker, state: State) -> OutboxStream:
    """The stream of an empty outbox."""
    return OutboxStream(TEMPLATE, database, taker, state)


def put(database: StorageSettings, *names: str) -> None:
    """Commit messages, as small as can be."""
    for name in names:
        dynamodb(database).put_item(
            TableName=database.outbox_table, Item={"pk": {"S": name}, "sk": {"S": "MESSAGE"}}
        )


def test_what_a_change_tells_arrives_as_lambda_hands_it_over(
    database: StorageSettings, stream: OutboxStream, taker: Taker
) -> None:
    """Invariant 12: each message that commits with a profile is one INSERT with its new image."""
    mentor = profile()
    told = change(*profile_events(None, mentor, 1, NOW))
    ProfileStore.connect(database).save(mentor, None, told)
    assert stream.drain()
    rows = dynamodb(database).scan(TableName=database.outbox_table)["Items"]
    assert sorted(taker.taken) == sorted(row["pk"]["S"] for row in rows)
    for record in taker.records:
        assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
        assert record["awsRegion"] == "ca-central-1"
        assert record["eventSourceARN"].count("/stream/") == 1
        assert record["dynamodb"]["StreamViewType"] == "NEW_IMAGE"
        assert record["dynamodb"]["NewImage"] in rows
        late = datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC) - NOW
        assert timedelta(0) <= late < timedelta(minutes=1)


def test_messages_arrive_in_order_and_once(
    database: StorageSettings, stream: OutboxStream, taker: Taker
) -> None:
    """No batch is larger than the template says, none is out of order, and nothing comes a second time."""
    names = [f"M-{number:02}" for number in range(25)]
    put(database, *names)
    assert stream.drain()
    assert taker.taken == names
    assert max(len(batch) for batch in taker.events) == MAPPING["BatchSize"]
    assert not stream.drain()
    assert taker.taken == names


def test_a_message_that_changes_is_no_news(
    database: StorageSettings, stream: OutboxStream, taker: Taker
) -> None:
    """Only what is put there comes by the stream: claims, sendings and deletions of a message do not."""
    put(database, "M-1", "M-1")
    key = {"pk": {"S": "M-1"}, "sk": {"S": "MESSAGE"}}
    dynamodb(database).update_item(
        TableName=database.outbox_table,
        Key=key,
        UpdateExpression="SET attempts = :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    dynamodb(database).delete_item(TableName=database.outbox_table, Key=key)
    stream.drain()
    assert taker.taken == ["M-1"]


def test_what_was_refused_comes_again_and_what_was_taken_before_it_does_not(
    database: StorageSettings, stream: OutboxStream, taker: Taker
) -> None:
    """A partial failure is repeated from the first message on that failed."""
    put(database, "M-1", "M-2", "M-3")
    taker.refuses = lambda key: key == "M-2" and len(taker.events) == 1
    stream.drain()
    assert taker.events == [["M-1", "M-2", "M-3"], ["M-2", "M-3"]]


def test_a_message_that_is_never_taken_holds_nobody_up(
    database: StorageSettings, stream: OutboxStream, taker: Taker, state: State
) -> None:
    """After the template's retries a record is parked, without what it says, and the next ones come."""
    put(database, "M-1", "M-2", "M-3")
    taker.refuses = lambda key: key == "M-2"
    stream.drain()
    attempts = [batch for batch in taker.events if "M-2" in batch]
    assert len(attempts) == 1 + MAPPING["MaximumRetryAttempts"]
    assert {"M-1", "M-3"} == set(taker.taken)
    (parked,) = (state.root / "failed-messages.jsonl").read_text().splitlines()
    assert json.loads(parked).keys() == {"at", "stream", "sequence"}
    assert not stream.drain()


def test_one_message_that_the_function_dies_of_takes_no_other_with_it(
    database: StorageSettings, stream: OutboxStream, taker: Taker
) -> None:
    """A batch that kills the function is halved until what kills it is alone."""
    put(database, *(f"M-{number}" for number in range(8)))
    taker.dies_of = lambda key: key == "M-5"
    stream.drain()
    assert sorted(taker.taken) == [f"M-{number}" for number in range(8) if number != 5]


def test_the_next_start_goes_on_where_this_one_got_to(
    database: StorageSettings, stream: OutboxStream, taker: Taker, state: State
) -> None:
    """SAF-3: after a kill nothing that was delivered comes again, and nothing else is left out."""
    put(database, "M-1")
    stream.drain()
    put(database, "M-2")
    next_one = Taker()
    OutboxStream(TEMPLATE, database, next_one, state).drain()
    assert (taker.taken, next_one.taken) == (["M-1"], ["M-2"])


def test_a_kill_in_the_middle_of_a_batch_repeats_it(
    database: StorageSettings, stream: OutboxStream, taker: Taker, state: State
) -> None:
    """SAF-3: a process that ends while its function is at a batch loses none of it."""
    put(database, "M-1", "M-2")

    def ended(_: str) -> bool:
        raise KeyboardInterrupt

    taker.refuses = ended
    with pytest.raises(KeyboardInterrupt):
        stream.drain()
    next_one = Taker()
    OutboxStream(TEMPLATE, database, next_one, state).drain()
    assert next_one.taken == ["M-1", "M-2"]


def test_stopping_waits_for_no_retry(
    database: StorageSettings, stream: OutboxStream, taker: Taker, state: State
) -> None:
    """Whoever ends the site does not wait for a message that fails; it is taken up at the next start."""
    put(database, "M-1")

    def refused(_: str) -> bool:
        stream.stop()
        return True

    taker.refuses = refused
    assert not stream.drain()
    assert len(taker.events) == 1
    next_one = Taker()
    OutboxStream(TEMPLATE, database, next_one, state).drain()
    assert next_one.taken == ["M-1"]
