"""Which release of the site is shown, which build may change that, and what was shown before.

One lock row numbers the builds, one pointer row is the truth about what is shown, one row a release and one a
build are the history. A build publishes only while it is the newest that was let in (invariant 21).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mentoring.domain.builds import Build, BuildRecord, BuildRequest, Ending, Outcome, Pointer, Release, Wish
from mentoring.domain.errors import RefusalOutdatedError, ReleaseMissingError, ReleaseShownError
from mentoring.storage.build_requests import RequestServedError
from mentoring.storage.build_rows import LOCK, POINTER
from mentoring.storage.build_runs import LEASE, BuildOvertakenError, BuildRunningError, BuildRuns
from mentoring.storage.release_rows import SITE, instant, plain, release_from, release_key, release_row
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

__all__ = [
    "LEASE",
    "Build",
    "BuildOvertakenError",
    "BuildRunningError",
    "Pointer",
    "RefusalOutdatedError",
    "Release",
    "ReleaseMissingError",
    "ReleaseShownError",
    "ReleaseStore",
    "RequestServedError",
]


class ReleaseStore(BuildRuns):
    """The releases table: what was asked for, which build runs, what is shown and what was."""

    def publish(self, build: Build, release: Release, now: datetime) -> None:
        """Point at a complete release and record it, both or neither (invariants 20 and 21).

        Raises BuildOvertakenError when the lease has ended or anybody else was let in since.
        """
        overtaken = BuildOvertakenError(build.fence)
        held: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": LOCK,
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

    def roll_back(self, name: str, at: datetime, by: str, served: BuildRequest | None = None) -> Pointer:
        """Point at a kept release again. A build that began earlier can no longer publish over it.

        Nor does what staff asked before this was asked end it.

        Raises ReleaseMissingError where it is not kept, BuildOvertakenError where something newer came, and
        RequestServedError where somebody else has done what was asked.
        """
        fence = self._next_fence()
        kept = self._only_if(release_key(name), "attribute_exists(pk)", {}, ReleaseMissingError(name))
        held_since = served.asked_at if served else at
        switched = Write(self._switch(name, fence, held_since), BuildOvertakenError(fence))
        ending = Ending(at=at, outcome=Outcome.ROLLED_BACK, report="", release=name)
        self._close(BuildRecord(fence=fence, by=by, started_at=at, ending=ending), served, kept, switched)
        return Pointer(release=name, fence=fence)

    def give_up(self, request: BuildRequest, at: datetime) -> None:
        """Note that a release that somebody wants back is no longer kept. Raises RequestServedError."""
        ending = Ending(at=at, outcome=Outcome.MISSING, report="", release=request.release)
        record = BuildRecord(fence=self._next_fence(), by=request.by, started_at=at, ending=ending)
        self._close(record, request)

    def forget(self, name: str) -> None:
        """Drop a release from the history, before its files go. Raises ReleaseShownError for it."""
        unshown: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": POINTER,
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
        row = self._read(POINTER)
        return Pointer(release=row["release"], fence=int(row["fence"])) if row else None

    def is_rolled_back(self) -> bool:
        """Return whether staff put an older release in the newest one's place: it stays until they build."""
        pointer, kept = self.pointer(), self.history()
        return bool(pointer and kept and pointer.release != kept[0].name)

    def waiting_request(self) -> BuildRequest | None:
        """Return what is to be served next. What staff put back is undone for nobody but staff (STF-4)."""
        waiting = self.requests()
        if waiting and self.is_rolled_back():
            waiting = [each for each in waiting if each.wish is Wish.ROLL_BACK or each.is_by_staff]
        return next(iter(waiting), None)

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

    def kept_since(self) -> datetime | None:
        """Return since when what was true may stand in a kept release; None before the first."""
        # A release was begun at most a lease before it was published.
        return min((release.published_at - LEASE for release in self.history()), default=None)

    def _switch(
        self, name: str, fence: int, held_since: datetime | None = None
    ) -> "TransactWriteItemTypeDef":
        held = ", held_since = :since" if held_since else " REMOVE held_since"
        values: dict[str, Any] = {":name": {"S": name}, ":fence": {"N": str(fence)}}
        return {
            "Update": {
                "TableName": self._table,
                "Key": POINTER,
                "UpdateExpression": f"SET #release = :name, fence = :fence{held}",
                "ConditionExpression": "attribute_not_exists(pk) OR fence < :fence",
                "ExpressionAttributeNames": {"#release": "release"},
                "ExpressionAttributeValues": values | ({":since": instant(held_since)} if held_since else {}),
            }
        }

    def _next_fence(self) -> int:
        answer = self._client.update_item(
            TableName=self._table,
            Key=LOCK,
            UpdateExpression="ADD fence :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["fence"]["N"])

    def _close(self, record: BuildRecord, served: BuildRequest | None, *writes: Write) -> None:
        done = [self._served(served)] if served else []
        commit(self._client, [*writes, self._recorded(record), *done])
