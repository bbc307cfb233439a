"""A database with what a member's request about their own records is answered with."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mentoring.domain.audit import AuditLine, Change, profile_changes
from mentoring.domain.events import profile_events
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.settings import StorageSettings
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.holdings import HoldingsStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.preparations import PreparationStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.records import member_key
from mentoring.storage.standings import StandingStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.data_rights import copy_of, erase
from mentoring.usecases.keep_erased import Kept, keep_erased
from tests.storage.people import GIVEN_AT

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Desk:
    """One database, and what a member's request is answered with."""

    settings: StorageSettings
    client: Any

    def __post_init__(self) -> None:
        self.profiles = ProfileStore(self.client, self.settings)
        self.memberships = MembershipStore(self.client, self.settings)
        self.standings = StandingStore(self.client, self.settings)
        self.preparations = PreparationStore(self.client, self.settings)
        self.erasures = ErasureStore(self.client, self.settings)
        self.holdings = HoldingsStore(self.client, self.settings)
        self.withdrawals = WithdrawalStore(self.client, self.settings.withdrawals_table)
        self.cleared: list[str] = []

    def save(self, after: Profile, at: datetime = GIVEN_AT) -> StoredProfile:
        """Save a profile as its mentor would, with everything that is told of it."""
        stored = self.profiles.get(after.member_id)
        before, version = (stored.profile, stored.version + 1) if stored else (None, 1)
        line = AuditLine(
            actor=f"member:{after.member_id}",
            action="publish",
            member_id=after.member_id,
            occurrence=str(version),
            at=at + timedelta(seconds=version),
            changes=profile_changes(before, after),
        )
        change = Change(line, profile_events(before, after, version, line.at))
        return self.profiles.save(after, stored, change)

    def draft(self, body: Mapping[str, Any], member_id: str = "M-1") -> None:
        """Leave a questionnaire half filled in."""
        row = member_key(member_id, "DRAFT") | {"body": {"S": json.dumps(body)}, "version": {"N": "3"}}
        self.client.put_item(TableName=self.settings.profiles_table, Item=row)

    def copy(self, member_id: str = "M-1") -> dict[str, Any]:
        """Return a member's copy."""
        return copy_of(member_id, self.holdings, NOW, NOW)

    def erase(self, member_id: str = "M-1", now: datetime = NOW) -> Any:
        """Erase."""
        return erase(member_id, self.erasures, now)

    def night(self, now: datetime, kept_since: datetime | None = None) -> Kept:
        """Run the nightly step."""
        return keep_erased(self.erasures, kept_since, lambda each: self.cleared.append(each.slug), now)

    def rows(self) -> Iterator[str]:
        """Everything that any table but the member system's own holds, row by row."""
        for table in self.client.list_tables()["TableNames"]:
            if table != self.settings.memberships_table and not table.startswith("mentoring-engine"):
                pages = self.client.get_paginator("scan").paginate(TableName=table)
                yield from (json.dumps(row, ensure_ascii=False) for page in pages for row in page["Items"])
