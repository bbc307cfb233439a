"""Commits writes together or not at all, and says what a refused one means (SAF-3)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# Seconds to wait before each further attempt. Two writers of one record meet for milliseconds.
PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
MOST_WRITES: Final = 100  # that DynamoDB takes in one transaction
PASSING: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class ContentionError(Exception):
    """The database stayed too busy with these records; nothing was written."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction, and the error that its failed condition means."""

    request: "TransactWriteItemTypeDef"
    refused: Exception


def commit(client: "DynamoDBClient", writes: Sequence[Write]) -> None:
    """Write everything at once or nothing. Raises the `refused` of the first failed condition.

    A conflict with another transaction is no refusal: it passes, and is tried again for 1.5 seconds
    before ContentionError. botocore sends its attempts under one token, so that an answer lost on
    the way does not write twice.
    """
    requests = [write.request for write in writes]
    for pause in (*PAUSES, None):
        try:
            client.transact_write_items(TransactItems=requests)
        except client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
            for write, code in zip(writes, codes, strict=True):
                if code == "ConditionalCheckFailed":
                    raise write.refused from error
            if not PASSING.intersection(codes):
                raise
        else:
            return
        if pause is not None:
            time.sleep(pause)
    raise ContentionError
