"""The crash matrix itself: it must strike where it says, or every proof that rests on it is none."""

from typing import TYPE_CHECKING

import pytest

from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from tests.faults.crashing import Crash, Moment, crash_matrix

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Letters:
    """A gateway that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, text: str) -> None:
        """Keep a text."""
        self.sent.append(text)


class AnswerLostError(Exception):
    """What the gateway's own caller would meet."""


def test_every_call_dies_once(database: StorageSettings) -> None:
    """SAF-3: before the n-th call n-1 are done, after it n; the last run is whole."""
    done = {moment: [_rows_after(database, crash) for crash in crash_matrix(moment)] for moment in Moment}
    assert done == {Moment.BEFORE: [0, 1, 2, 3], Moment.AFTER: [1, 2, 3, 3], Moment.LOST: [3, 3, 3, 3]}


def _rows_after(database: StorageSettings, crash: Crash) -> int:
    client = dynamodb(database)
    for number in range(3):
        client.delete_item(TableName=database.outbox_table, Key=_key(number))
    with crash.during(client):
        try:
            _write_three(client, database)
        except Exception:  # noqa: BLE001 - what a use case may well do, and must not save it
            pytest.fail("a death is no exception")
    return client.scan(TableName=database.outbox_table, Select="COUNT")["Count"]


def _write_three(client: "DynamoDBClient", database: StorageSettings) -> None:
    for number in range(3):
        client.put_item(TableName=database.outbox_table, Item=_key(number))


def test_a_gateways_calls_count_too() -> None:
    """SAF-3: a call to a gateway is struck before and after like any other, and the dead call no more."""
    seen = {}
    for moment in (Moment.BEFORE, Moment.AFTER):
        seen[moment] = []
        for crash in crash_matrix(moment):
            letters = Letters()
            counted = crash.of(letters)
            with crash.during():
                try:
                    counted.send("one")
                finally:
                    counted.send("two")
            seen[moment].append(letters.sent)
    assert seen[Moment.BEFORE] == [[], ["one"], ["one", "two"]]
    assert seen[Moment.AFTER] == [["one"], ["one", "two"], ["one", "two"]]


def test_a_lost_answer_of_a_gateway_is_its_own_error() -> None:
    """SAF-3: the letter is out, and its sender hears what the gateway says when it does not know."""
    letters = Letters()
    crash = Crash(1, Moment.LOST)
    with crash.during(), pytest.raises(AnswerLostError):
        crash.of(letters, AnswerLostError()).send("one")
    assert letters.sent == ["one"]


def _key(number: int) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"ROW#{number}"}, "sk": {"S": "ROW"}}
