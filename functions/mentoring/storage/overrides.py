"""What staff decided about a member's eligibility (ELI-7): a row of its own partition beside memberships.

All that was ever decided about a member is one row under one version; nothing of it is written over.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.audit import Change
from mentoring.domain.eligibility import (
    Outcome,
    Override,
    Programme,
    Role,
    StaleOverridesError,
    StoredOverrides,
)
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record, read_records
from mentoring.storage.records import as_kind, instant_text
from mentoring.storage.transaction import commit
from mentoring.storage.versioned_writes import versioned_write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "OVERRIDES#"
KIND: Final = "OVERRIDES"


class OverrideStore:
    """The overrides in the memberships table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.memberships_table
        self._audit = settings.audit_table

    def get(self, member_id: str) -> StoredOverrides:
        """Return what was decided about a member, consistently read; version 0 for nothing."""
        rows = read_records(self._client, self._table, [override_key(member_id)], "body, version")
        return next(map(_stored, rows), StoredOverrides((), 0))

    def of(self, member_id: str) -> tuple[Override, ...]:
        """Return the same without its version, for whoever only asks what a member may do."""
        return self.get(member_id).overrides

    def save(self, member_id: str, after: StoredOverrides, change: Change) -> None:
        """Store what was decided in the place of the version before, with its audit line, all or nothing.

        Raises StaleOverridesError.
        """
        row = override_key(member_id) | {
            "body": {"S": _body(after.overrides)},
            "version": {"N": str(after.version)},
        }
        replaced = after.version - 1
        put = versioned_write(self._table, row, replaced, StaleOverridesError(member_id, replaced))
        commit(self._client, [put, audit_write(self._audit, change.line)])


def override_key(member_id: str) -> Record:
    """Return the key of the row that holds what was decided about a member."""
    return {"pk": {"S": f"{PREFIX}{member_id}"}, "sk": {"S": KIND}}


def _body(overrides: Iterable[Override]) -> str:
    records = [
        {
            "member_id": each.member_id,
            "programme": each.programme,
            "role": each.role,
            "outcome": each.outcome,
            "last_day": each.last_day.isoformat(),
            "reason": each.reason,
            "decided_by": each.decided_by,
            "decided_at": instant_text(each.decided_at),
            "ended_by": each.ended_by,
            "ended_at": instant_text(each.ended_at) if each.ended_at else None,
        }
        for each in overrides
    ]
    return json.dumps(records, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _stored(row: Record) -> StoredOverrides:
    read = json.loads(row["body"]["S"])
    return StoredOverrides(tuple(map(_override, read)), int(row["version"]["N"]))


def _override(read: Mapping[str, Any]) -> Override:
    return Override(
        member_id=as_kind(str, read["member_id"]),
        programme=Programme(read["programme"]),
        role=Role(read["role"]),
        outcome=Outcome(read["outcome"]),
        last_day=date.fromisoformat(read["last_day"]),
        reason=as_kind(str, read["reason"]),
        decided_by=as_kind(str, read["decided_by"]),
        decided_at=datetime.fromisoformat(read["decided_at"]),
        ended_by=as_kind(str, read["ended_by"]),
        ended_at=datetime.fromisoformat(read["ended_at"]) if read["ended_at"] else None,
    )
