"""Lapses and renewals: each mentor is told once, and the listing goes and comes back by itself."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.events import ListingPublished
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.policy import PublishingPolicy
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.standings import StandingStore
from mentoring.usecases.tell_lapses import Told, tell_lapses
from tests.faults.crashing import Moment, crash_matrix
from tests.nightly.site import Site, make_site
from tests.storage.people import change, membership, profile
from tests.usecases.files import damage

NIGHT = datetime(2026, 11, 21, 6, tzinfo=UTC)  # 01:00 in Toronto
TOMORROW = NIGHT + timedelta(days=1)
LAST_DAY = date(2026, 11, 21)
LATER = date(2027, 9, 30)


@dataclass
class Members:
    """Mentors M-1 to M-n whose memberships end today, and what they were told."""

    settings: StorageSettings
    client: Any
    policy: PublishingPolicy

    def mentor(self, member_id: str = "M-1", expires_on: date = LAST_DAY, **changes: Any) -> None:
        """Add one, as an import of mentors does: without a standing."""
        self.renew(member_id, expires_on=expires_on)
        profiles = ProfileStore(self.client, self.settings)
        profiles.save(profile(member_id, **changes), None, change(member_id=member_id))

    def renew(self, member_id: str = "M-1", **changes: Any) -> None:
        """Say something new of a membership."""
        memberships = MembershipStore(self.client, self.settings)
        memberships.put([membership(member_id, **changes)])

    def night(self, now: datetime = NIGHT, client: Any = None, allowed: Collection[str] = ()) -> Told:
        """Run the step of a night, with the clients of a process of its own where asked."""
        used = client or self.client
        stores = (store(used, self.settings) for store in (ProfileStore, MembershipStore, StandingStore))
        return tell_lapses(*stores, self.policy, now, allowed)  # type: ignore[arg-type]

    def messages(self) -> list[str]:
        """Everything in the outbox that a lapse tells the mentor and the site, by name.

        What it tells the other of a request comes with each of them: `parting`.
        """
        rows = self.client.scan(TableName=self.settings.outbox_table, ConsistentRead=True)["Items"]
        names = sorted(row["pk"]["S"].removeprefix("MESSAGE#") for row in rows)
        told = [name for name in names if not name.endswith("#parting")]
        assert len(names) - len(told) == sum(name.startswith("MembershipLapsed#") for name in told)
        return told

    def acts(self, member_id: str = "M-1") -> list[str]:
        """What the log says, but for the test's own saves."""
        lines = AuditStore(self.client, self.settings.audit_table).lines_of(member_id)
        return [f"{line.actor} {line.action}" for line in lines if line.action != "save"]


@pytest.fixture
def members(database: StorageSettings, content: Content) -> Members:
    policy = replace(content.policy.publishing_on(LAST_DAY), lapses_let_through=2)
    return Members(database, dynamodb(database), policy)


LAPSED = "MembershipLapsed#M-1#2026-11-22#mail"
RENEWED = ["MembershipRenewed#M-1#2026-11-23#build", "MembershipRenewed#M-1#2026-11-23#mail"]


def test_nobody_is_told_at_first_sight(members: Members) -> None:
    """ELI-8: mentors who come by an import are noted, active or not; only a change is told."""
    members.mentor("M-1")
    members.mentor("M-2", expires_on=date(2026, 1, 1))
    assert members.night() == Told(seen=2, first_seen=2)
    assert members.night() == Told(seen=2, active=1)
    assert members.messages() == []
    members.renew("M-2")
    assert members.night().renewed == 1


def test_a_lapse_and_a_renewal_are_told_once(members: Members) -> None:
    """ELI-8, invariant 12: one mail the day after the expiry date, one with the renewal; both are logged."""
    members.mentor()
    members.night()
    assert [members.night(TOMORROW).lapsed for _ in range(3)] == [1, 0, 0]
    assert members.messages() == [LAPSED]
    members.renew(expires_on=LATER)
    assert [members.night(TOMORROW + timedelta(days=1)).renewed for _ in range(3)] == [1, 0, 0]
    assert members.messages() == [LAPSED, *RENEWED]
    assert members.acts() == [
        "system:member-import membership-lapsed",
        "system:member-import membership-renewed",
    ]


def test_a_night_that_never_came_is_made_up(members: Members) -> None:
    """ELI-8: a run that comes days late tells what holds then, and not what came and went meanwhile."""
    members.mentor("M-1")
    members.mentor("M-2")
    members.night()
    members.renew("M-2", expires_on=LATER)
    told = members.night(NIGHT + timedelta(days=9))
    assert (told.lapsed, told.renewed) == (1, 0)


def test_a_mass_lapse_is_told_to_nobody_before_a_person_said_so(members: Members) -> None:
    """ELI-8: silent nights over the day that most end: no lapse is told, a renewal is; then all, once."""
    members.mentor("M-0", expires_on=date(2026, 1, 1))
    for number in range(1, 5):
        members.mentor(f"M-{number}")
    members.night()
    members.renew("M-0", expires_on=LATER)
    mentors = ("M-1", "M-2", "M-3", "M-4")
    assert members.night(TOMORROW) == Told(seen=5, renewed=1, active=4, held=mentors)
    assert members.acts() == []
    assert members.night(TOMORROW, allowed=mentors[:1]).held == mentors[1:]
    assert members.night(TOMORROW, allowed=mentors).lapsed == 3
    assert members.night(TOMORROW) == Told(seen=5, active=1)
    assert members.acts() == ["system:member-import membership-lapsed"]


def test_a_late_export_undoes_a_mass_lapse_untold(members: Members) -> None:
    """ELI-8: whom the late export renews never hears of a lapse; whom it does not is told that night."""
    for number in range(4):
        members.mentor(f"M-{number}")
    members.night()
    assert len(members.night(TOMORROW).held) == 4
    for number in range(3):
        members.renew(f"M-{number}", expires_on=LATER)
    assert members.night(TOMORROW + timedelta(days=1)) == Told(seen=4, lapsed=1, active=4)
    assert members.messages() == ["MembershipLapsed#M-3#2026-11-23#mail"]


def test_runs_at_once_tell_once(members: Members) -> None:
    """Schedule twice: ten runs at the same time send one mail a mentor."""
    for number in range(10):
        members.mentor(f"M-{number}")
    members.night()
    members.policy = replace(members.policy, lapses_let_through=10)
    with ThreadPoolExecutor(10) as pool:
        runs = list(pool.map(lambda _: members.night(TOMORROW, dynamodb(members.settings)), range(10)))
    assert sum(run.lapsed for run in runs) == 10
    assert len(members.messages()) == 10


@pytest.mark.parametrize("moment", Moment)
def test_a_crash_anywhere_tells_once(members: Members, moment: Moment) -> None:
    """Invariant 12: whatever call a run dies at, message and audit line agree, and the next run ends it."""
    for number, crash in enumerate(crash_matrix(moment)):
        member_id = f"M-{number}"
        members.mentor(member_id)
        members.night()
        before = len(members.messages())
        with crash.during(members.client):
            members.night(TOMORROW)
        assert len(members.messages()) - before == len(members.acts(member_id))
        members.night(TOMORROW)
        assert len(members.messages()) - before == len(members.acts(member_id)) == 1
        members.renew(member_id, expires_on=LATER)
        members.night(
            TOMORROW + timedelta(days=1)
        )  # active again: the next round sees a change of its own alone


def test_twice_on_one_day_waits_for_the_next(members: Members) -> None:
    """ELI-8: a lapse, a renewal and a lapse on one day: the second lapse is told the day after."""
    members.mentor()
    members.night()
    day = TOMORROW
    members.night(day)
    members.renew(expires_on=LATER)
    assert members.night(day + timedelta(hours=1)).renewed == 1
    members.renew(status=MembershipStatus.LAPSED)
    assert members.night(day + timedelta(hours=2)) == Told(seen=1, put_off=1, active=1)
    assert members.night(day + timedelta(days=1)).lapsed == 1


@pytest.mark.parametrize("what", ["opt-out", "erasure", "renewal", "edit"])
def test_what_moves_meanwhile_is_respected(
    members: Members, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Load, decide, commit: a mentor who left, or renewed, while the run decided is told nothing wrong."""
    members.mentor()
    members.night()
    profiles = ProfileStore(members.client, members.settings)
    stored = profiles.get("M-1")
    assert stored is not None
    acts: dict[str, Any] = {
        "opt-out": lambda: profiles.save(replace(stored.profile, opted_out_on=LAST_DAY), stored, change()),
        "edit": lambda: profiles.save(replace(stored.profile, city="Moncton"), stored, change()),
        "renewal": lambda: members.renew(expires_on=LATER),
        "erasure": lambda: members.client.delete_item(
            TableName=members.settings.profiles_table,
            Key={"pk": {"S": "MEMBER#M-1"}, "sk": {"S": "PROFILE"}},
        ),
    }
    commit = StandingStore.change

    def later(store: StandingStore, *decided: Any) -> None:
        acts.pop(what)()
        commit(store, *decided)

    with monkeypatch.context() as patch:
        patch.setattr(StandingStore, "change", later)
        assert members.night(TOMORROW).put_off == 1
    assert members.messages() == []
    assert members.night(TOMORROW).lapsed == (1 if what == "edit" else 0)


def test_who_opts_in_here_is_known_to_be_active(members: Members) -> None:
    """ELI-8: who opts in on the last day of a membership is told of the lapse the next night."""
    members.renew(expires_on=LAST_DAY)
    published = ListingPublished(member_id="M-1", occurrence="1", at=NIGHT, slug="mentor-m-1")
    profiles = ProfileStore(members.client, members.settings)
    profiles.save(profile(), None, change(published))
    assert members.night(TOMORROW) == Told(seen=1, lapsed=1, active=1)


def test_who_opted_out_is_left_alone(members: Members) -> None:
    """DIR-8: whoever left the directory is not told that it no longer lists them."""
    members.mentor(opted_out_on=date(2026, 11, 1))
    assert members.night(TOMORROW) == Told()


@pytest.mark.parametrize("kind", ["PROFILE", "MEMBERSHIP"])
def test_a_damaged_record_stops_nobody_else(members: Members, kind: str) -> None:
    """ELI-10: a record that cannot be read is counted, its mentor told nothing, the others are told."""
    for number in (1, 2):
        members.mentor(f"M-{number}")
    members.night()
    tables = {"PROFILE": members.settings.profiles_table, "MEMBERSHIP": members.settings.memberships_table}
    damage(members.settings, tables[kind], "M-1", kind)
    told = members.night(TOMORROW)
    assert (told.lapsed, told.unreadable) == (1, 1)


def test_a_lapsed_mentor_leaves_and_comes_back(members: Members, content: Content, tmp_path: Path) -> None:
    """ELI-8: the next build is without them, the one after the renewal has them, the profile untouched."""
    site = make_site(members.settings, content, tmp_path / "site")
    site.mentor(1, member={"expires_on": LAST_DAY})
    site.mentor(2, member={"expires_on": LATER})
    members.night()
    shown = [_is_shown(site, NIGHT)]
    members.night(TOMORROW)
    shown.append(_is_shown(site, TOMORROW))
    members.renew("M-000001", expires_on=LATER)
    members.night(TOMORROW + timedelta(days=1))
    shown.append(_is_shown(site, TOMORROW + timedelta(days=1)))
    assert shown == [True, False, True]
    stored = ProfileStore(members.client, members.settings).get("M-000001")
    assert stored is not None
    assert stored.version == 1


def _is_shown(site: Site, now: datetime) -> bool:
    assert site.build(now, allow_fall=True).problems == ()
    return (site.current / "en/mentors/robin-nguyen-1/index.html").exists()
