"""Which release of the site is shown, which build may change that, and what was shown before.

One lock row numbers the builds, one pointer row is the truth about what is shown, one row a release is the
history. A build publishes only while it is the newest that was let in (invariant 21).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from mentoring.storage.release_rows import (
    SITE,
    Build,
    Pointer,
    Release,
    instant,
    plain,
    release_from,
    release_key,
    release_row,
)
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

__all__ = [
    "LEASE",
    "Build",
    "BuildOvertakenError",
    "BuildRunningError",
    "Pointer",
    "Release",
    "ReleaseMissingError",
    "ReleaseShownError",
    "ReleaseStore",
]

LEASE: Final = timedelta(minutes=20)
"""How long a build may hold the site: longer than a Lambda can run, shorter than an evening."""

_LOCK: Final = {"pk": {"S": SITE}, "sk": {"S": "LOCK"}}
_POINTER: Final = {"pk": {"S": SITE}, "sk": {"S": "POINTER"}}


class BuildRunningError(Exception):
    """Another build holds the site."""

    def __init__(self, since: datetime) -> None:
        super().__init__(f"a build has been running since {since.isoformat()}")
        self.since = since


class BuildOvertakenError(Exception):
    """A newer build, a roll-back or the end of its lease took the site from this build."""

    def __init__(self, fence: int) -> None:
        super().__init__(f"build {fence} no longer holds the site")
        self.fence = fence


class ReleaseMissingError(Exception):
    """No such release is kept."""

    def __init__(self, name: str) -> None:
        super().__init__(f"release '{name}' is not kept")
        self.name = name


class ReleaseShownError(Exception):
    """The release is the one that is shown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"release '{name}' is shown")
        self.name = name


class ReleaseStore:
    """The releases table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def begin(self, now: datetime) -> Build:
        """Let one build in, with the next fence. Raises BuildRunningError while another's lease runs."""
        expires_at = now + LEASE
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_LOCK,
                UpdateExpression="SET started_at = :now, held_until = :until, holder ="
                " if_not_exists(fence, :zero) + :one, fence = if_not_exists(fence, :zero) + :one",
                ConditionExpression="attribute_not_exists(held_until) OR held_until <= :now",
                ExpressionAttributeValues={
                    ":now": instant(now),
                    ":until": instant(expires_at),
                    ":zero": {"N": "0"},
                    ":one": {"N": "1"},
                },
                ReturnValues="UPDATED_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            held = self._read(_LOCK)
            raise BuildRunningError(datetime.fromisoformat(held.get("started_at", now.isoformat()))) from None
        return Build(fence=int(answer["Attributes"]["fence"]["N"]), started_at=now, expires_at=expires_at)

    def finish(self, build: Build) -> None:
        """Let the next build in. Does nothing where another build holds the site by now."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_LOCK,
                UpdateExpression="REMOVE held_until, holder, started_at",
                ConditionExpression="holder = :fence",
                ExpressionAttributeValues={":fence": {"N": str(build.fence)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def let_go(self) -> None:
        """End the lease of a build that is known to be dead. If it lives after all, it cannot publish."""
        self._client.update_item(
            TableName=self._table, Key=_LOCK, UpdateExpression="REMOVE held_until, holder, started_at"
        )

    def publish(self, build: Build, release: Release, now: datetime) -> None:
        """Point at a complete release and record it, both or neither (invariants 20 and 21).

        Raises BuildOvertakenError when the lease has ended or anybody else was let in since.
        """
        overtaken = BuildOvertakenError(build.fence)
        held: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": _LOCK,
                "ConditionExpression": "holder = :fence AND held_until > :now",
                "ExpressionAttributeValues": {":fence": {"N": str(build.fence)}, ":now": instant(now)},
            }
        }
        recorded: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": release_row(release),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        writes = [held, recorded, self._switch(release.name, build.fence)]
        commit(self._client, [Write(write, overtaken) for write in writes])

    def roll_back(self, name: str) -> Pointer:
        """Point at a kept release again. A build that began earlier can no longer publish over it.

        Raises ReleaseMissingError where it is not kept, BuildOvertakenError where something newer came.
        """
        answer = self._client.update_item(
            TableName=self._table,
            Key=_LOCK,
            UpdateExpression="ADD fence :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        fence = int(answer["Attributes"]["fence"]["N"])
        kept: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": release_key(name),
                "ConditionExpression": "attribute_exists(pk)",
            }
        }
        commit(
            self._client,
            [
                Write(kept, ReleaseMissingError(name)),
                Write(self._switch(name, fence), BuildOvertakenError(fence)),
            ],
        )
        return Pointer(release=name, fence=fence)

    def forget(self, name: str) -> None:
        """Drop a release from the history, before its files go. Raises ReleaseShownError for it."""
        unshown: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": _POINTER,
                "ConditionExpression": "attribute_not_exists(pk) OR #release <> :name",
                "ExpressionAttributeNames": {"#release": "release"},
                "ExpressionAttributeValues": {":name": {"S": name}},
            }
        }
        dropped: TransactWriteItemTypeDef = {"Delete": {"TableName": self._table, "Key": release_key(name)}}
        shown = ReleaseShownError(name)
        commit(self._client, [Write(unshown, shown), Write(dropped, shown)])

    def pointer(self) -> Pointer | None:
        """Return what is shown, read consistently; None before the first release."""
        row = self._read(_POINTER)
        return Pointer(release=row["release"], fence=int(row["fence"])) if row else None

    def history(self) -> list[Release]:
        """Return every kept release, the newest first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :site AND begins_with(sk, :release)",
            ExpressionAttributeValues={":site": {"S": SITE}, ":release": {"S": "RELEASE#"}},
        )
        kept = [release_from(plain(row)) for page in pages for row in page["Items"]]
        return sorted(kept, key=lambda release: release.fence, reverse=True)

    def _switch(self, name: str, fence: int) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self._table,
                "Key": _POINTER,
                "UpdateExpression": "SET #release = :name, fence = :fence",
                "ConditionExpression": "attribute_not_exists(pk) OR fence < :fence",
                "ExpressionAttributeNames": {"#release": "release"},
                "ExpressionAttributeValues": {":name": {"S": name}, ":fence": {"N": str(fence)}},
            }
        }

    def _read(self, key: Mapping[str, Any]) -> dict[str, str]:
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return plain(answer.get("Item", {}))
