"""A restore to a time before an erasure brings everything back: the journal erases it again (SAF-1)."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mentoring.domain.drafts import DraftTerm, StoredDraft, fresh_draft
from mentoring.domain.erasures import BACKUPS_LAST, Erasure
from mentoring.domain.profile import Audience
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.drafts import DraftStore
from mentoring.usecases.journal_erasure import journal_erasure, journal_key
from mentoring.usecases.replay_erasures import replay_erasures
from tests.storage.people import consent, membership, profile
from tests.usecases.desk import NOW, Desk
from tests.usecases.files import damage
from tests.usecases.listings import Place

LATER = NOW + timedelta(hours=2)


class Restored(Desk):
    """A desk whose tables can be put back to what they held, with the files beside them left as they are."""

    place: Place

    def journal(self, erasure: Erasure) -> None:
        """Do what the outbox does for an erasure."""
        journal_erasure(erasure.member_id, self.erasures, self.place.objects)
        if erasure.slug:
            self.place.settle(erasure.slug)

    def snapshot(self) -> dict[str, list[Any]]:
        """Every row of every table of members."""
        tables = [name for name in self.client.list_tables()["TableNames"] if "engine" not in name]
        return {name: self.client.scan(TableName=name, ConsistentRead=True)["Items"] for name in tables}

    def restore(self, snapshot: dict[str, list[Any]]) -> None:
        """Put tables back."""
        for name, rows in snapshot.items():
            for row in self.client.scan(TableName=name, ConsistentRead=True)["Items"]:
                self.client.delete_item(TableName=name, Key={"pk": row["pk"], "sk": row["sk"]})
            for row in rows:
                self.client.put_item(TableName=name, Item=row)

    def replay(self) -> int:
        """Run the step of the runbook."""
        damaged: list[str] = []
        again = replay_erasures(self.place.objects, self.erasures, self.journal, damaged.append, LATER)
        assert damaged == []
        return again

    def begin_draft(self) -> None:
        """Begin a questionnaire a little before NOW."""
        begun = NOW - timedelta(minutes=5)
        store = DraftStore(self.client, self.settings)
        term = DraftTerm(saved_at=begun, ends_at=begun + timedelta(days=365))
        stored = self.profiles.get("M-1")
        store.save(fresh_draft("M-1", stored), StoredDraft(fresh_draft("M-1", stored), 0), term)

    def mark_a_webinar(self) -> None:
        """Mark one as watched a little before NOW."""
        at = NOW - timedelta(minutes=5)
        self.preparations.mark("M-1", "developing-goals", at, is_finished=True)


@pytest.fixture
def desk(database: StorageSettings, tmp_path: Path) -> Restored:
    made = Restored(database, dynamodb(database))
    made.place = Place.of(database, tmp_path)
    made.memberships.put([membership()])
    return made


def test_what_a_restore_of_all_tables_brings_back_is_erased_again(desk: Restored) -> None:
    """SAF-1, invariant 23: profile, draft, consents and log; and no older file brings the person back."""
    desk.save(profile())
    desk.begin_draft()
    yesterday = desk.snapshot()
    desk.journal(desk.erase())
    desk.restore(yesterday)
    assert desk.profiles.get("M-1") is not None
    assert desk.replay() == 1
    assert desk.erasures.held("M-1") is None
    assert not any("Bonjour" in row or "woman" in row for row in desk.rows())
    assert desk.profiles.consents_of("M-1") == []
    desk.place.assert_agreed()
    assert [each.at for each in desk.erasures.of("M-1")] == [LATER]
    assert desk.replay() == 0


@pytest.mark.parametrize("begin", [Restored.begin_draft, Restored.mark_a_webinar])
def test_a_draft_alone_is_erased_again(desk: Restored, begin: Callable[[Restored], None]) -> None:
    """SAF-1: of all tables by the journal, of the profiles' table alone by the next night as well."""
    begin(desk)
    yesterday = desk.snapshot()
    desk.journal(desk.erase())
    table = desk.settings.profiles_table
    desk.restore({table: yesterday[table]})
    assert desk.erasures.held("M-1")
    desk.night(NOW + timedelta(days=1))
    assert desk.erasures.held("M-1") is None
    desk.restore(yesterday)
    assert desk.replay() == 1
    assert desk.erasures.held("M-1") is None
    assert [each.at for each in desk.erasures.of("M-1")] == [NOW]


def test_who_came_back_since_keeps_everything(desk: Restored) -> None:
    """SAF-1: a profile and a draft that are newer than the erasure are nobody's backup."""
    desk.save(profile())
    desk.journal(desk.erase(now=NOW - timedelta(days=1)))
    newer = {"listing": consent("listing", Audience.PUBLIC, NOW - timedelta(hours=1))}
    again = desk.save(profile(slug="amelie-1a2b", consents=newer, opted_in_on=NOW.date()), NOW)
    desk.begin_draft()
    desk.mark_a_webinar()
    assert desk.replay() == 0
    assert desk.profiles.get("M-1") == again
    held = desk.erasures.held("M-1")
    assert held
    assert held.draft_version
    assert held.prepared_at


def test_a_damaged_record_from_before_is_erased_again(desk: Restored) -> None:
    """SAF-1: the restored profile cannot be read; its consents say from when it is."""
    desk.save(profile())
    yesterday = desk.snapshot()
    desk.journal(desk.erase())
    desk.restore(yesterday)
    damage(desk.settings, desk.settings.profiles_table, "M-1", "PROFILE")
    assert desk.replay() == 1
    assert desk.erasures.held("M-1") is None


def test_the_journal_outlives_a_restore_and_goes_with_the_backups(desk: Restored) -> None:
    """SAF-1: instant and address alone; noted anew from restored rows it stays; without backups it goes."""
    desk.save(profile())
    yesterday = desk.snapshot()
    erasure = desk.erase()
    desk.journal(erasure)
    file = desk.place.objects.read(journal_key("M-1"))
    assert file
    assert json.loads(file) == {NOW.isoformat(): "mentor-m-1"}
    desk.restore(yesterday)
    journal_erasure("M-1", desk.erasures, desk.place.objects)
    assert desk.place.objects.read(journal_key("M-1")) == file
    desk.replay()
    assert desk.night(LATER + BACKUPS_LAST + timedelta(hours=1)).closed == 1
    assert desk.cleared == ["mentor-m-1"]
