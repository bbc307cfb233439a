"""Reads and writes many records at once; what the engine leaves undone is asked again."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from mentoring.storage.transaction import PAUSES, ContentionError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_READ: Final = 100  # records a BatchGetItem takes
MOST_WRITTEN: Final = 25  # records a BatchWriteItem takes
CALLS_AT_ONCE: Final = 4

Record = dict[str, Any]


def read_records(
    client: "DynamoDBClient",
    table: str,
    keys: Sequence[Record],
    attributes: str,
    names: Mapping[str, str] | None = None,
) -> Iterator[Record]:
    """Yield the records of these keys that exist, in no order, consistently read.

    `attributes` is a projection, such as "body"; `names` are what it calls words that DynamoDB keeps for
    itself. Raises ContentionError when some stay unread.
    """

    def read(batch: Sequence[Record]) -> list[Record]:
        found: list[Record] = []
        asked: Any = {table: {"Keys": batch, "ProjectionExpression": attributes, "ConsistentRead": True}}
        if names:
            asked[table]["ExpressionAttributeNames"] = names
        for pause in (*PAUSES, None):
            answer = client.batch_get_item(RequestItems=asked)
            found += answer["Responses"].get(table, [])
            asked = answer["UnprocessedKeys"]
            if not asked:
                break
            _wait(pause)
        return found

    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        for found in pool.map(read, _batches(keys, MOST_READ)):
            yield from found


def read_tables(client: "DynamoDBClient", keys: Mapping[str, Record]) -> dict[str, Record]:
    """Return one record of each table, by table, those that exist; consistently read, in one call.

    Raises ContentionError when some stay unread.
    """
    found: dict[str, Record] = {}
    asked: Any = {table: {"Keys": [key], "ConsistentRead": True} for table, key in keys.items()}
    for pause in (*PAUSES, None):
        answer = client.batch_get_item(RequestItems=asked)
        found |= {table: records[0] for table, records in answer["Responses"].items() if records}
        asked = answer["UnprocessedKeys"]
        if not asked:
            break
        _wait(pause)
    return found


def write_records(client: "DynamoDBClient", table: str, records: Sequence[Record]) -> None:
    """Put each record in the place of what its key holds. Raises ContentionError when some stay unwritten.

    The writes do not stand or fall together: stopped halfway, some are in.
    """

    def write(batch: Sequence[Record]) -> None:
        asked: Any = {table: [{"PutRequest": {"Item": record}} for record in batch]}
        for pause in (*PAUSES, None):
            asked = client.batch_write_item(RequestItems=asked)["UnprocessedItems"]
            if not asked:
                break
            _wait(pause)

    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        for _ in pool.map(write, _batches(records, MOST_WRITTEN)):
            pass  # the result is asked for so that an error is raised here


def _batches(records: Sequence[Record], size: int) -> list[Sequence[Record]]:
    return [records[start : start + size] for start in range(0, len(records), size)]


def _wait(pause: float | None) -> None:
    if pause is None:
        raise ContentionError
    time.sleep(pause)
