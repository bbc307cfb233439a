"""Reads a whole table, several parts of it at once."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import ScanOutputTypeDef

SEGMENTS: Final = 4


def scan_pages(client: "DynamoDBClient", **query: Any) -> Iterator["ScanOutputTypeDef"]:
    """Yield every page of a consistent scan, in no order. A page is at most 1 MB, and four are held at once.

    Each record is read whole, as its last write left it; what is written meanwhile may be in or out.
    """
    scan = partial(client.scan, ConsistentRead=True, TotalSegments=SEGMENTS, **query)
    with ThreadPoolExecutor(SEGMENTS) as pool:
        reading = {pool.submit(scan, Segment=segment): segment for segment in range(SEGMENTS)}
        while reading:
            for finished in wait(reading, return_when=FIRST_COMPLETED).done:
                segment = reading.pop(finished)
                page = finished.result()
                if start := page.get("LastEvaluatedKey"):
                    reading[pool.submit(scan, Segment=segment, ExclusiveStartKey=start)] = segment
                yield page
