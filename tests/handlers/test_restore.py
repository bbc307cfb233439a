"""The runbook's step after a restore: the function withdraws and erases again what came back (SAF-1)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mentoring.domain.profile import Audience
from mentoring.gateway_settings import EdgeSettings, MemberImportSettings, ObjectsSettings
from mentoring.handlers.member_import import JournalUnreadableError, replay, run
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.records import member_key
from mentoring.usecases.journal_erasure import journal_erasure, journal_key
from tests.handlers.roles import in_role_of
from tests.storage.people import consent, membership, profile
from tests.usecases.desk import NOW
from tests.usecases.listings import Place
from tests.usecases.test_replay_erasures import LATER, Restored

CONTENT = Path(__file__).parents[2] / "content"
SLUG = "mentor-m-1"


class Function(Restored):
    """Tables that can be put back, and the function."""

    settings_of_function: MemberImportSettings

    def ask(self) -> dict[str, Any]:
        """Run the step of the runbook."""
        with in_role_of("MemberImportFunction"):
            return replay(self.settings_of_function, LATER)

    def whole_night(self) -> None:
        """Run a night."""
        with in_role_of("MemberImportFunction"):
            run(self.settings_of_function, NOW)

    def restore_only(self, snapshot: dict[str, list[Any]], table: str) -> None:
        """Put one table back."""
        self.restore({table: snapshot[table]})


@pytest.fixture
def desk(database: StorageSettings, tmp_path: Path) -> Function:
    made = Function(database, dynamodb(database))
    made.place = Place.of(database, tmp_path)
    made.memberships.put([membership()])
    made.settings_of_function = MemberImportSettings(
        storage=database,
        content_folder=CONTENT,
        objects=ObjectsSettings(site=tmp_path / "site"),
        edge=EdgeSettings(store=tmp_path / "edge"),
    )
    return made


def test_an_erasure_on_file_keeps_its_address(desk: Function) -> None:
    """SAF-1: the profiles' table comes back with a draft from before; the name still goes in the end."""
    desk.begin_draft()
    yesterday = desk.snapshot()
    desk.client.delete_item(TableName=desk.settings.profiles_table, Key=member_key("M-1", "DRAFT"))
    desk.save(profile())
    desk.journal(desk.erase())
    desk.restore_only(yesterday, desk.settings.profiles_table)
    assert desk.ask()["erased"] == 1
    assert [each.slug for each in desk.erasures.of("M-1")] == [SLUG]
    assert desk.erasures.held("M-1") is None


def test_restored_rows_take_no_newer_erasure_out_of_the_journal(desk: Function) -> None:
    """SAF-1: a night between restore and replay closes an old erasure; the journal keeps the newer one."""
    desk.save(profile())
    desk.journal(desk.erase(now=NOW - timedelta(days=36)))
    again = {"listing": consent("listing", Audience.PUBLIC, NOW - timedelta(days=16))}
    since = (NOW - timedelta(days=16)).date()
    desk.save(profile(slug="amelie-1a2b", consents=again, opted_in_on=since), NOW - timedelta(days=16))
    backup = desk.snapshot()
    desk.journal(desk.erase(now=NOW - timedelta(days=2)))
    desk.restore(backup)
    desk.whole_night()
    assert desk.ask()["erased"] == 1
    assert desk.erasures.held("M-1") is None


def test_an_id_may_begin_with_a_point(desk: Function) -> None:
    """SAF-1: the import takes `.x` for a member id, and its journal is read like any other."""
    desk.save(profile(".x"))
    yesterday = desk.snapshot()
    desk.journal(desk.erase(".x"))
    desk.restore(yesterday)
    assert desk.ask()["erased"] == 1
    assert desk.erasures.held(".x") is None


def test_an_edit_before_the_replay_keeps_nothing(desk: Function) -> None:
    """SAF-1: one field shared on the restored profile does not make it newer than its erasure."""
    desk.save(profile())
    yesterday = desk.snapshot()
    desk.journal(desk.erase())
    desk.restore(yesterday)
    shared = {"ethnicity": Audience.MEMBERS}
    desk.place.acts(now=NOW + timedelta(hours=1)).share(shared, True, 1)
    assert desk.ask()["erased"] == 1
    assert desk.profiles.get("M-1") is None


def test_a_damaged_journal_stops_nobody_else(desk: Function) -> None:
    """SAF-1: the others are erased and withdrawn again; then the function fails, and names the files."""
    desk.save(profile())
    desk.save(profile("M-2"))
    yesterday = desk.snapshot()
    desk.journal(desk.erase())
    desk.place.acts("M-2").leave()
    desk.place.settle("mentor-m-2")
    desk.restore(yesterday)
    damaged = ["erasures/A-0.json", "withdrawals/a-0.json"]
    for key in damaged:
        desk.place.objects.write(key, b'{"at": "2026-')
    with pytest.raises(JournalUnreadableError) as stopped:
        desk.ask()
    assert stopped.value.keys == damaged
    assert desk.erasures.held("M-1") is None
    assert desk.place.withdrawn("mentor-m-2") >= {"public", "listing"}


def test_a_damaged_journal_is_written_anew(desk: Function) -> None:
    """SAF-1: from the rows that are on file; where there are none it is left for a person to look at."""
    desk.save(profile())
    desk.journal(desk.erase())
    whole = desk.place.objects.read(journal_key("M-1"))
    for member_id in ("M-1", "M-2"):
        desk.place.objects.write(journal_key(member_id), b'{"at": "2026-')
        journal_erasure(member_id, desk.erasures, desk.place.objects)
    assert desk.place.objects.read(journal_key("M-1")) == whole
    assert desk.place.objects.read(journal_key("M-2")) == b'{"at": "2026-'


def test_withdrawals_alone_are_noted_anew(desk: Function) -> None:
    """Invariant 23: who left and who was erased stays out of the list, and out of an older release."""
    for number in (1, 2):
        desk.save(profile(f"M-{number}"))
    before = desk.snapshot()
    desk.journal(desk.erase("M-1"))
    desk.place.acts("M-2").leave()
    desk.place.settle("mentor-m-2")
    withdrawn = {slug: desk.place.withdrawn(slug) for slug in (SLUG, "mentor-m-2")}
    desk.restore_only(before, desk.settings.withdrawals_table)
    assert desk.ask() == {"read": 2, "noted": 2, "withdrawn": 0, "erased": 1}
    for slug, subjects in withdrawn.items():
        assert desk.place.withdrawn(slug) == subjects
        desk.place.assert_agreed(slug)
    assert [(each.slug, each.at) for each in desk.erasures.of("M-1")] == [(SLUG, NOW)]
    assert desk.ask() == {"read": 2, "noted": 0, "withdrawn": 0, "erased": 0}


def test_what_was_given_again_is_noted_as_such(desk: Function) -> None:
    """DIR-4: releases that are kept may show the former answer, so none of them shows the new one."""
    desk.save(profile())
    before = desk.snapshot()
    desk.place.acts().share({"gender": Audience.NONE}, True, 1)
    desk.place.settle(SLUG)
    desk.place.acts(now=NOW + timedelta(hours=3)).share({"gender": Audience.MEMBERS}, True, 2)
    desk.restore_only(before, desk.settings.withdrawals_table)
    assert desk.ask()["noted"] == 1
    assert [(each.subject, each.again) for each in desk.withdrawals.of(SLUG)] == [("gender", 0)]


@pytest.mark.parametrize("name", ["consents_table", "audit_table"])
def test_a_history_alone_goes_again(desk: Function, name: str) -> None:
    """SAF-1: the table that came back alone holds nothing that was erased."""
    desk.save(profile())
    before = desk.snapshot()
    desk.journal(desk.erase())
    desk.restore_only(before, getattr(desk.settings, name))
    desk.ask()
    assert desk.profiles.consents_of("M-1") == []
    assert not any("woman" in row for row in desk.rows())
