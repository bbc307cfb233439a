"""The outbox's stream: what was put into the table is handed to its function, in order, as Lambda does it.

How many at once, which ones and how often again is read from the template's event source mapping. Two things
are simpler than in Lambda: the stream has one shard, and of a batch that is given up only its first record is
parked, not all the rest of it; the sweep finds either.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config

from infrastructure.local.clock import Clock
from infrastructure.local.database import DatabaseError
from infrastructure.local.function_process import FunctionError
from infrastructure.local.state import State, write_whole
from infrastructure.local.template import resources
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb, isolated_session

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams.type_defs import RecordTypeDef

LOG: Final = logging.getLogger(__name__)
PAUSE: Final = 0.2  # seconds before the first repetition; each pause doubles

Invoke = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class OutboxStream:
    """Delivers each record until its function has taken it, or has refused it too often.

    How far it got is kept in a file: a kill may repeat a batch, and never loses one.
    """

    def __init__(
        self, template: Mapping[str, Any], storage: StorageSettings, invoke: Invoke, state: State
    ) -> None:
        """Take the function that the records go to. Raises DatabaseError where the engine has no streams."""
        self._mapping = mapping_of(template)
        self._invoke = invoke
        self._clock = Clock(state.root / "clock.json")
        self._file = state.root / "outbox-stream.json"
        self._parked = state.root / "failed-messages.jsonl"
        # The embedded engine counts its records from 1; botocore knows numbers of 21 digits alone.
        config = Config(proxies={}, parameter_validation=False)
        self._client = isolated_session().client(
            "dynamodbstreams", endpoint_url=storage.endpoint, config=config
        )
        self._arn = _stream_of(storage)
        self._iterator: str | None = None
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Repeat nothing any more: what is not delivered is taken up at the next start."""
        self._stopping.set()

    def drain(self) -> bool:
        """Deliver whatever is there; return whether there was anything."""
        delivered = False
        with self._one_at_a_time:
            while not self._stopping.is_set() and (records := self._read()):
                wanted = [record for record in records if record["eventName"] in self._mapping["events"]]
                if not self._deliver(wanted):
                    self._iterator = None
                    break
                self._mark(records[-1])
                delivered = delivered or bool(wanted)
        return delivered

    def _read(self) -> "Sequence[RecordTypeDef]":
        iterator = self._iterator or self._start()
        answer = self._client.get_records(ShardIterator=iterator, Limit=self._mapping["size"])
        self._iterator = answer.get("NextShardIterator")
        return answer["Records"]

    def _start(self) -> str:
        """Return the place after the last batch that was delivered, or the oldest record there is."""
        (shard, *_) = self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        place = {"StreamArn": self._arn, "ShardId": shard["ShardId"]}
        sequence = self._marked()
        if sequence:
            try:
                return self._client.get_shard_iterator(
                    **place, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=sequence
                )["ShardIterator"]
            except self._client.exceptions.TrimmedDataAccessException:
                LOG.warning("the outbox's stream no longer reaches back to record %s", sequence)
        return self._client.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]

    def _deliver(self, batch: "Sequence[RecordTypeDef]") -> bool:
        """Return whether every record was taken or parked; False where it was stopped on the way."""
        failures = 0
        while batch and not self._stopping.is_set():
            left = self._left_of(batch)
            is_further = len(left) < len(batch)
            batch, failures = left, 1 if is_further else failures + 1
            if batch and failures > self._mapping["retries"]:
                self._park(batch[0])
                batch, failures = batch[1:], 0
            elif batch:
                self._stopping.wait(PAUSE * 2 ** (failures - 1))
        return not batch

    def _left_of(self, batch: "Sequence[RecordTypeDef]") -> "Sequence[RecordTypeDef]":
        """Hand a batch over; return what is left of it, from the first record on that was not taken."""
        try:
            answer = self._invoke({"Records": [self._as_lambda_has_it(record) for record in batch]})
        except FunctionError as error:
            LOG.warning("%s", error)
            if len(batch) == 1:
                return batch
            half = len(batch) // 2  # one of them may be what the function dies of
            left = self._left_of(batch[:half])
            return [*left, *batch[half:]] if left else self._left_of(batch[half:])
        failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or ()}
        places = [place for place, record in enumerate(batch) if _sequence(record) in failed]
        return batch[places[0] :] if places else []

    def _as_lambda_has_it(self, record: "RecordTypeDef") -> dict[str, Any]:
        change = {**record["dynamodb"], "ApproximateCreationDateTime": int(self._clock.now().timestamp())}
        return {**record, "awsRegion": "ca-central-1", "eventSourceARN": self._arn, "dynamodb": change}

    def _park(self, record: "RecordTypeDef") -> None:
        """Do as the failure queue does: keep where the record is, not what it says."""
        LOG.error("record %s of the outbox was given up; the sweep finds its message", _sequence(record))
        parked = {"at": self._clock.now().isoformat(), "stream": self._arn, "sequence": _sequence(record)}
        with self._parked.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(parked) + "\n")

    def _marked(self) -> str | None:
        try:
            marked = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return None
        return str(marked["sequence"]) if marked["stream"] == self._arn else None

    def _mark(self, record: "RecordTypeDef") -> None:
        write_whole(self._file, json.dumps({"stream": self._arn, "sequence": _sequence(record)}))


def mapping_of(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template's event source mapping: `function`, batch `size`, `retries`, wanted `events`."""
    (declared,) = resources(template, "AWS::Lambda::EventSourceMapping").values()
    (wanted,) = declared["FilterCriteria"]["Filters"]
    return {
        "function": declared["FunctionName"]["Fn::GetAtt"].removesuffix(".Arn"),
        "size": declared["BatchSize"],
        "retries": declared["MaximumRetryAttempts"],
        "events": json.loads(wanted["Pattern"])["eventName"],
    }


def _stream_of(storage: StorageSettings) -> str:
    described = dynamodb(storage).describe_table(TableName=storage.outbox_table)["Table"]
    if "LatestStreamArn" not in described:
        raise DatabaseError(f"{storage.outbox_table} has no stream: its messages would wait for every sweep.")
    return described["LatestStreamArn"]


def _sequence(record: "RecordTypeDef") -> str:
    return record["dynamodb"]["SequenceNumber"]
