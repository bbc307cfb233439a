"""A mentor with a listing, and everything that must agree about it, for the tests of its changes."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mentoring.domain.events import Channel
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.gateways.edge import EdgeFolder
from mentoring.gateways.objects import Folder
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.change_listing import ListingActs
from mentoring.usecases.settle_withdrawal import settle
from tests.storage.people import change, profile

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A database, the edge's keys and the files beside them."""

    storage: StorageSettings
    client: Any
    profiles: ProfileStore
    withdrawals: WithdrawalStore
    releases: ReleaseStore
    edge: EdgeFolder
    objects: Folder

    @classmethod
    def of(cls, storage: StorageSettings, folder: Path) -> "Place":
        """The place of a database and a folder."""
        client = dynamodb(storage)
        return cls(
            storage=storage,
            client=client,
            profiles=ProfileStore(client, storage),
            withdrawals=WithdrawalStore(client, storage.withdrawals_table),
            releases=ReleaseStore(client, storage.releases_table),
            edge=EdgeFolder(folder / "edge"),
            objects=Folder(folder / "site"),
        )

    def mentor(self, member_id: str = "M-1", **changes: Any) -> StoredProfile:
        """Store a mentor who is public, available and shares gender, with what a test changes."""
        fields = {"is_available": True, "returns_on": None} | changes
        return self.profiles.save(profile(member_id, **fields), None, change(member_id=member_id))

    def acts(self, member_id: str = "M-1", **changes: Any) -> ListingActs:
        """What an active member may do now."""
        fields = {
            "profiles": self.profiles,
            "member_id": member_id,
            "is_active": True,
            "wording_version": "2026-01",
            "language": "en",
            "now": NOW,
        }
        return ListingActs(**fields | changes)

    def settle(self, slug: str) -> None:
        """Make everything agree with the rows."""
        settle(slug, self.withdrawals, self.edge, self.objects, self.releases)

    def empty_outbox(self) -> None:
        """Do what the outbox does for the edge: settle each message's address."""
        for message in self.messages():
            if message["channel"] == Channel.EDGE:
                self.settle(message["facts"]["slug"])

    def profile(self, member_id: str = "M-1") -> Profile:
        """The profile as it is stored."""
        stored = self.profiles.get(member_id)
        assert stored
        return stored.profile

    def messages(self) -> list[dict[str, Any]]:
        """Every message of the outbox."""
        rows = self.client.scan(TableName=self.storage.outbox_table, ConsistentRead=True)["Items"]
        return [json.loads(row["body"]["S"]) for row in rows]

    def told(self) -> list[tuple[str, str]]:
        """Every message of the outbox in short: event and channel."""
        return sorted((message["event"], message["channel"]) for message in self.messages())

    def lines(self, member_id: str = "M-1") -> list[str]:
        """What the audit log says was done, but for the test's own first save."""
        store = AuditStore(self.client, self.storage.audit_table)
        return [line.action for line in store.lines_of(member_id) if line.action != "save"]

    def withdrawn(self, slug: str = "mentor-m-1") -> set[str]:
        """What must not be shown, by the rows, in whatever release."""
        return {each.subject for each in self.withdrawals.of(slug) if each.stands}

    def journal(self, slug: str = "mentor-m-1") -> set[str]:
        """What must not be shown, by the journal."""
        return set(json.loads(self.objects.read(f"withdrawals/{slug}.json") or b"{}"))

    def live(self) -> list[str]:
        """Whom the directory's script leaves out."""
        return list(json.loads(self.objects.read("live/withdrawn.json") or b"[]"))

    def assert_agreed(self, slug: str = "mentor-m-1") -> None:
        """Rows, journal, edge and file say the same of a mentor."""
        withdrawn = self.withdrawn(slug)
        assert self.journal(slug) == {each.subject for each in self.withdrawals.of(slug)}
        assert (slug in self.edge.hidden()) == ("public" in withdrawn)
        assert (slug in self.live()) == ("public" in withdrawn)
