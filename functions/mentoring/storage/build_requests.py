"""Asking for builds: what was asked is a row, and waits there until a build has served it (STF-4).

One row a kind of wish, which counts how often it was asked and up to which asking it was served. So fifty
requests are one build, one made while a build runs is served by the next, and a dead build serves nobody.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mentoring.domain.audit import AuditLine
from mentoring.domain.builds import BuildRecord, BuildRequest, Wish, is_staff
from mentoring.domain.errors import RefusalOutdatedError, ReleaseMissingError
from mentoring.storage.audit import audit_write
from mentoring.storage.build_rows import LOCK, POINTER, build_key, request_key, waiting_from
from mentoring.storage.release_rows import SITE, instant, plain, release_key
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class RequestServedError(Exception):
    """Somebody else served this request, or it was asked anew."""


class BuildRequests:
    """The requests of the releases table. Whoever logs acts of staff names the audit table as well."""

    def __init__(self, client: "DynamoDBClient", table: str, audit_table: str | None = None) -> None:
        self._client = client
        self._table = table
        self._audit_table = audit_table

    def request_build(self, at: datetime, by: str, line: AuditLine | None = None) -> None:
        """Ask for a build that begins later than now; `line` is logged with it or not at all."""
        self._commit([self._asked(Wish.BUILD, at, by)], line)

    def approve_fall(
        self, refused: BuildRecord, at: datetime, by: str, line: AuditLine | None = None
    ) -> None:
        """Ask for a build that may lose the mentors whom the brake kept, these and nobody else.

        Raises RefusalOutdatedError where anybody built or rolled back since.
        """
        report = refused.ending.report if refused.ending else ""
        outdated = RefusalOutdatedError(report)
        conditions = [
            self._only_if(
                LOCK,
                "fence = :fence AND (attribute_not_exists(held_until) OR held_until <= :now)",
                {":fence": {"N": str(refused.fence)}, ":now": instant(at)},
                outdated,
            ),
            self._only_if(
                build_key(refused.fence), "approvable = :report", {":report": {"S": report}}, outdated
            ),
        ]
        self._commit([*conditions, self._asked(Wish.BUILD, at, by, approved=report)], line)

    def request_roll_back(self, name: str, at: datetime, by: str, line: AuditLine | None = None) -> None:
        """Ask for a kept release to be shown again. Raises ReleaseMissingError."""
        kept = self._only_if(release_key(name), "attribute_exists(pk)", {}, ReleaseMissingError(name))
        self._commit([kept, self._asked(Wish.ROLL_BACK, at, by, wanted=name)], line)

    def requests(self) -> list[BuildRequest]:
        """Return what waits to be served, in the order it was asked last."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :site AND begins_with(sk, :request)",
            ExpressionAttributeValues={":site": {"S": SITE}, ":request": {"S": "REQUEST#"}},
        )
        rows = [plain(row) for page in pages for row in page["Items"]]
        # Read after the rows, so that a roll-back between the two counts.
        held_since = self._read(POINTER).get("held_since", "")
        read = (waiting_from(row, held_since) for row in rows)
        return sorted((each for each in read if each), key=lambda each: each.asked_at)

    def _served(self, request: BuildRequest) -> Write:
        """Return the write that notes a request as served, every asking of it up to this one."""
        return Write(
            {
                "Update": {
                    "TableName": self._table,
                    "Key": request_key(request.wish),
                    "UpdateExpression": "SET served = :turn",
                    "ConditionExpression": "attribute_not_exists(served) OR served < :turn",
                    "ExpressionAttributeValues": {":turn": {"N": str(request.turn)}},
                }
            },
            RequestServedError(f"{request.wish} {request.turn}"),
        )

    def _asked(self, wish: Wish, at: datetime, by: str, **more: str) -> Write:
        """Return the write that asks once more. An approval, and staff's asking, stand until it is served."""
        counted = "if_not_exists(asked, :none) + :one"
        changes = [f"asked = {counted}", "asked_at = :at", "asked_by = :by"]
        changes += [f"{name} = :{name}" for name in more]
        changes += [f"approved_turn = {counted}"] if "approved" in more else []
        changes += [f"staff_turn = {counted}", "staff_at = :at"] if is_staff(by) else []
        values: dict[str, Any] = {
            ":none": {"N": "0"},
            ":one": {"N": "1"},
            ":at": instant(at),
            ":by": {"S": by},
        }
        return Write(
            {
                "Update": {
                    "TableName": self._table,
                    "Key": request_key(wish),
                    "UpdateExpression": f"SET {', '.join(changes)}",
                    "ExpressionAttributeValues": values
                    | {f":{name}": {"S": value} for name, value in more.items()},
                }
            },
            AssertionError("asking has no condition"),
        )

    def _only_if(
        self, key: Mapping[str, Any], condition: str, values: Mapping[str, Any], refused: Exception
    ) -> Write:
        check: dict[str, Any] = {"TableName": self._table, "Key": key, "ConditionExpression": condition}
        if values:
            check["ExpressionAttributeValues"] = values
        return Write({"ConditionCheck": check}, refused)  # type: ignore[typeddict-item]

    def _commit(self, writes: Sequence[Write], line: AuditLine | None = None) -> None:
        if line is not None:
            if self._audit_table is None:
                raise LookupError("no audit table was named")
            writes = [*writes, audit_write(self._audit_table, line)]
        commit(self._client, writes)

    def _read(self, key: Mapping[str, Any]) -> dict[str, str]:
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return plain(answer.get("Item", {}))
