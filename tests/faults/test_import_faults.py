"""A night of the import dies at any of its calls, and the next night mends it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from mentoring.domain.membership import MembershipStatus
from mentoring.gateways.errors import EdgeDownError
from mentoring.handlers import member_import
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from tests.faults.crashing import Crash, Moment, crash_matrix
from tests.handlers.inbox import BUCKET, DAY, NIGHT, Inbox, environment_of, inbox_at, make_bucket
from tests.storage.people import membership, profile
from tests.usecases.desk import Desk
from tests.usecases.files import member

LAPSES, RENEWS, ERASED = "lapses", "renews", "erased"
LONG_AGO = NIGHT - 40 * DAY


@pytest.fixture
def inbox(database: StorageSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    for name, value in environment_of(database, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        make_bucket()
        yield inbox_at(database, BUCKET, tmp_path)


def seen(inbox: Inbox, night: Any, desk: Desk) -> None:
    """Two mentors whom a night saw, active and lapsed, and one who was erased; nothing from before."""
    for key in inbox.objects.names(""):
        inbox.objects.remove(key)
    for name, expires_on in ((LAPSES, date(2027, 9, 30)), (RENEWS, date(2026, 9, 30))):
        desk.memberships.put([membership(name, expires_on=expires_on)])
        desk.save(profile(name))
    desk.save(profile(ERASED))
    desk.erase(ERASED, LONG_AGO)
    night.run()


def export(inbox: Inbox) -> None:
    """Leave what ends the one membership and renews the other."""
    inbox.leave(
        member() | {"member_id": LAPSES, "status": "lapsed"},
        member() | {"member_id": RENEWS, "expires_on": "2027-09-30"},
    )


def told(desk: Desk) -> list[str]:
    """The letters of memberships, without their days."""
    rows = desk.client.scan(TableName=desk.settings.outbox_table, ConsistentRead=True)["Items"]
    messages = (row["pk"]["S"].removeprefix("MESSAGE#").split("#") for row in rows)
    return sorted(
        f"{event} {who}"
        for event, who, _, channel in messages
        if event.startswith("Membership") and channel == "mail"
    )


def logged(desk: Desk) -> list[str]:
    """What the log says of the memberships."""
    log = AuditStore(desk.client, desk.settings.audit_table)
    lines = [line for who in (LAPSES, RENEWS) for line in log.lines_of(who)]
    events = {"membership-lapsed": "MembershipLapsed", "membership-renewed": "MembershipRenewed"}
    return sorted(f"{events[line.action]} {line.member_id}" for line in lines if line.action in events)


def die(night: Any, crash: Crash, moment: Moment) -> None:
    """Run a night that dies at its call: of the database, the bucket or the edge."""
    dying = replace(night, edge=crash.of(night.edge, EdgeDownError("lost")))
    with crash.during(night.memberships._client, night.objects._client):
        try:
            dying.run()
        except EdgeDownError:
            assert moment is Moment.LOST


# Dead after a call is dead before the next one.
@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.LOST])
def test_the_night_after_a_death_mends_it(inbox: Inbox, empty: Callable[[], None], moment: Moment) -> None:
    """ELI-8, ELI-10, invariant 12: dead at any call, letters and log agree; in the end each has one."""
    storage = inbox.settings.storage
    desk = Desk(storage, dynamodb(storage))
    night = member_import._Night.of(inbox.settings, NIGHT)
    for crash in crash_matrix(moment):
        empty()
        seen(inbox, night, desk)
        export(inbox)
        die(replace(night, now=NIGHT + DAY), crash, moment)
        assert told(desk) == logged(desk)
        for later in (2, 3):
            after = replace(night, now=NIGHT + later * DAY).run()
            assert told(desk) == logged(desk)
        assert told(desk) == [
            f"MembershipLapsed {LAPSES}",
            f"MembershipLapsed {RENEWS}",  # the first night's, before the export
            f"MembershipRenewed {RENEWS}",
        ]
        on_file = desk.memberships.get(LAPSES)
        assert on_file
        assert on_file.status is MembershipStatus.LAPSED
        assert all(erasure.is_closed and not erasure.slug for erasure in desk.erasures.all())
        assert after["new_export"] is False
