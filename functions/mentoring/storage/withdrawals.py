"""What must no longer be shown, as rows of one partition: the newest truth about every withdrawal."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.profile import Profile
from mentoring.domain.withdrawals import Withdrawal, subjects_shown
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

    def _query(self, condition: str, values: dict[str, Any]) -> Iterator[Withdrawal]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return (_withdrawal(row) for page in pages for row in page["Items"])


def withdrawal_writes(table: str, before: Profile | None, after: Profile, at: datetime) -> list[Write]:
    """Return what a change of consents writes: what nobody may see any more, what somebody may again."""
    if before is None:
        return []
    shown, still_shown = subjects_shown(before), subjects_shown(after)
    return [
        *taken_writes(table, after.slug, shown - still_shown, at),
        *(_delete(table, after.slug, subject) for subject in sorted(still_shown - shown)),
    ]


def taken_writes(table: str, slug: str, subjects: Iterable[str], at: datetime) -> list[Write]:
    """Return the writes by which nobody may see these things of a mentor any more."""
    return [_put(table, slug, subject, at) for subject in sorted(subjects)]


def _put(table: str, slug: str, subject: str, at: datetime) -> Write:
    row = _key(slug, subject) | {"at": {"S": instant_text(at)}}
    return Write({"Put": {"TableName": table, "Item": row}}, AssertionError("unconditional"))


def _delete(table: str, slug: str, subject: str) -> Write:
    return Write(
        {"Delete": {"TableName": table, "Key": _key(slug, subject)}}, AssertionError("unconditional")
    )


def _key(slug: str, subject: str) -> dict[str, Any]:
    return {"pk": {"S": PARTITION}, "sk": {"S": f"{slug}#{subject}"}}


def _withdrawal(row: dict[str, Any]) -> Withdrawal:
    slug, _, subject = row["sk"]["S"].partition("#")
    return Withdrawal(slug=slug, subject=subject, at=datetime.fromisoformat(row["at"]["S"]))
