"""Which build may change the site, and how each one ended (invariant 21)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from mentoring.domain.builds import SCHEDULE, Build, BuildRecord, BuildRequest, Ending
from mentoring.storage.build_requests import BuildRequests
from mentoring.storage.build_rows import LOCK, build_from, build_key, build_row, ending_text
from mentoring.storage.release_rows import SITE, instant, plain
from mentoring.storage.transaction import ContentionError, Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

LEASE: Final = timedelta(minutes=20)
"""How long a build may hold the site: longer than a Lambda can run, shorter than an evening."""

ATTEMPTS: Final = 10


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


class _LockMovedError(Exception):
    """Somebody else was let in, or took a fence, since the lock was read."""


class BuildRuns(BuildRequests):
    """The lock row, and a row for each build that was let in."""

    def begin(self, now: datetime, by: str = SCHEDULE) -> Build:
        """Let one build in, with the next fence. Raises BuildRunningError while another's lease runs."""
        for _ in range(ATTEMPTS):
            lock = self._read(LOCK)
            if lock.get("held_until", "") > instant(now)["S"]:
                raise BuildRunningError(datetime.fromisoformat(lock["started_at"]))
            before = int(lock.get("fence", 0))
            build = Build(fence=before + 1, started_at=now, expires_at=now + LEASE)
            record = BuildRecord(fence=build.fence, by=by, started_at=now)
            try:
                # Together, so that a build that dies at once is known to have begun.
                commit(self._client, [self._let_in(build), self._recorded(record)])
            except _LockMovedError:
                continue
            return build
        raise ContentionError

    def finish(self, build: Build, ending: Ending | None = None, served: BuildRequest | None = None) -> None:
        """Let the next build in, and note how this one ended and what was asked of it.

        Where another build holds the site by now, how it ended is all that is noted: it served nobody.
        """
        freed = self._freed(build)
        try:
            if ending is None:
                commit(self._client, [freed])
                return
            writes = [freed, self._ended(build, ending, served)]
            commit(self._client, [*writes, self._served(served)] if served else writes)
        except BuildOvertakenError:
            if ending is not None:
                commit(self._client, [self._ended(build, ending, served)])

    def let_go(self) -> None:
        """End the lease of a build that is known to be dead. If it lives after all, it cannot publish."""
        self._client.update_item(
            TableName=self._table, Key=LOCK, UpdateExpression="REMOVE held_until, holder, started_at"
        )

    def running(self, now: datetime) -> Build | None:
        """Return the build that holds the site; None once its lease is over."""
        lock = self._read(LOCK)
        if lock.get("held_until", "") <= instant(now)["S"]:
            return None
        return Build(
            fence=int(lock["holder"]),
            started_at=datetime.fromisoformat(lock["started_at"]),
            expires_at=datetime.fromisoformat(lock["held_until"]),
        )

    def builds(self, most: int) -> list[BuildRecord]:
        """Return the latest builds and roll-backs, the newest first."""
        answer = self._client.query(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :site AND begins_with(sk, :build)",
            ExpressionAttributeValues={":site": {"S": SITE}, ":build": {"S": "BUILD#"}},
            ScanIndexForward=False,
            Limit=most,
        )
        return [build_from(plain(row)) for row in answer["Items"]]

    def _let_in(self, build: Build) -> Write:
        return Write(
            {
                "Update": {
                    "TableName": self._table,
                    "Key": LOCK,
                    "UpdateExpression": "SET started_at = :now, held_until = :until,"
                    " holder = :fence, fence = :fence",
                    "ConditionExpression": "(attribute_not_exists(fence) OR fence = :before)"
                    " AND (attribute_not_exists(held_until) OR held_until <= :now)",
                    "ExpressionAttributeValues": {
                        ":now": instant(build.started_at),
                        ":until": instant(build.expires_at),
                        ":fence": {"N": str(build.fence)},
                        ":before": {"N": str(build.fence - 1)},
                    },
                }
            },
            _LockMovedError(),
        )

    def _recorded(self, record: BuildRecord) -> Write:
        return Write({"Put": {"TableName": self._table, "Item": build_row(record)}}, AssertionError())

    def _freed(self, build: Build) -> Write:
        return Write(
            {
                "Update": {
                    "TableName": self._table,
                    "Key": LOCK,
                    "UpdateExpression": "REMOVE held_until, holder, started_at",
                    "ConditionExpression": "holder = :fence",
                    "ExpressionAttributeValues": {":fence": {"N": str(build.fence)}},
                }
            },
            BuildOvertakenError(build.fence),
        )

    def _ended(self, build: Build, ending: Ending, served: BuildRequest | None) -> Write:
        update: UpdateTypeDef = {
            "TableName": self._table,
            "Key": build_key(build.fence),
            "UpdateExpression": "SET ending = :ending"
            + (", approvable = :report" if ending.is_fall else "")
            + (", asked_by = :by" if served else ""),
            "ExpressionAttributeValues": {":ending": {"S": ending_text(ending)}}
            | ({":report": {"S": ending.report}} if ending.is_fall else {})
            | ({":by": {"S": served.by}} if served else {}),
        }
        return Write({"Update": update}, AssertionError("an ending has no condition"))
