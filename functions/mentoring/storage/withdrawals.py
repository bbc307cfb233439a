"""What must no longer be shown, as rows of one partition: the newest truth about every withdrawal."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.withdrawals import Withdrawal
from mentoring.storage.records import instant_text
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARTITION: Final = "WITHDRAWN"


class WithdrawalStore:
    """The withdrawals table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def all(self) -> Iterator[Withdrawal]:
        """Yield everything that must not be shown, by slug, read consistently."""
        return self._query("pk = :withdrawn", {":withdrawn": {"S": PARTITION}})

    def of(self, slug: str) -> list[Withdrawal]:
        """Return what must not be shown of one mentor."""
        values = {":withdrawn": {"S": PARTITION}, ":slug": {"S": f"{slug}#"}}
        return list(self._query("pk = :withdrawn AND begins_with(sk, :slug)", values))

    def note(self, withdrawal: Withdrawal) -> None:
        """Note what must not be shown, where nothing is noted of it."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.put_item(
                TableName=self._table,
                Item=_row(withdrawal),
                ConditionExpression="attribute_not_exists(pk)",
            )

    def forget(self, withdrawal: Withdrawal) -> bool:
        """Forget what was given again, if nothing was withdrawn or given of it since; tell whether it was."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=_key(withdrawal),
                ConditionExpression="#at = :at AND again = :again",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={
                    ":at": {"S": instant_text(withdrawal.at)},
                    ":again": {"N": str(withdrawal.again)},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _query(self, condition: str, values: dict[str, Any]) -> Iterator[Withdrawal]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return (_withdrawal(row) for page in pages for row in page["Items"])


def taken_writes(table: str, slug: str, subjects: Iterable[str], at: datetime) -> list[Write]:
    """Return the writes by which nobody may see these things of a mentor any more."""
    return [_put(table, Withdrawal(slug=slug, subject=subject, at=at)) for subject in sorted(subjects)]


def again_writes(table: str, withdrawn: Iterable[Withdrawal], fence: int) -> list[Write]:
    """Return the writes by which what was withdrawn may be seen again, in releases of later builds alone."""
    return [_put(table, replace(each, again=fence)) for each in withdrawn]


def _put(table: str, withdrawal: Withdrawal) -> Write:
    put: Any = {"TableName": table, "Item": _row(withdrawal)}
    return Write({"Put": put}, AssertionError("unconditional"))


def _row(withdrawal: Withdrawal) -> dict[str, Any]:
    row = _key(withdrawal) | {"at": {"S": instant_text(withdrawal.at)}}
    if withdrawal.again is not None:
        row["again"] = {"N": str(withdrawal.again)}
    return row


def _key(withdrawal: Withdrawal) -> dict[str, Any]:
    return {"pk": {"S": PARTITION}, "sk": {"S": f"{withdrawal.slug}#{withdrawal.subject}"}}


def _withdrawal(row: dict[str, Any]) -> Withdrawal:
    slug, _, subject = row["sk"]["S"].partition("#")
    return Withdrawal(
        slug=slug,
        subject=subject,
        at=datetime.fromisoformat(row["at"]["S"]),
        again=int(row["again"]["N"]) if "again" in row else None,
    )
