"""Messages and requested builds beside a served site: by themselves, over a kill, before the clock moves."""

import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.clock import Clock
from infrastructure.local.database import embedded_database
from mentoring.domain.events import MembershipLapsed
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import ReleaseStore
from tests.storage.people import change, membership, profile

NOW = datetime(2026, 11, 21, 15, 1, tzinfo=UTC)  # a morning: no night falls into these tests
SECONDS = 120  # what a message may take on a busy machine, its function's first start included


@pytest.fixture
def state(tmp_path: Path, prepare: Callable[[Path], Path]) -> Path:
    """Return a state with one small release, at a known time."""
    prepare(tmp_path)
    Clock(tmp_path / "clock.json").set(NOW)
    return tmp_path


@pytest.fixture
def database(state: Path) -> Iterator[StorageSettings]:
    """The state's own database, shared with whoever serves it."""
    with embedded_database(state) as settings:
        yield settings


def lapse(database: StorageSettings, member_id: str) -> None:
    """Commit what tells a mentor of their lapse: one letter, and nothing to build."""
    mentor = profile(member_id)
    event = MembershipLapsed(member_id=member_id, occurrence="2026-11-21", at=NOW)
    members = [membership(member_id, email=f"{member_id.lower()}@example.org")]
    MembershipStore.connect(database).put(members)
    ProfileStore.connect(database).save(mentor, None, change(event, member_id=member_id))


def told(served: Any) -> list[str]:
    """Return who got a letter, in no order."""
    return sorted(parseaddr(message["to"])[1] for message in served.json("/__dev__/mail.json"))


def test_a_letter_goes_out_by_itself(state: Path, database: StorageSettings, serving: Any) -> None:
    """SAF-3: what commits is delivered without anybody asking, and outbox.json says when all is quiet."""
    with serving(state) as running:
        assert running.json("/__dev__/outbox.json")["is_quiet"]
        lapse(database, "M-1")
        report = running.json("/__dev__/outbox.json")
        deadline = time.monotonic() + SECONDS
        while not report["is_quiet"] and time.monotonic() < deadline:
            report = running.json("/__dev__/outbox.json")
        assert told(running) == ["m-1@example.org"]
        message, parting = report["messages"]
        assert message["id"] == "MembershipLapsed#M-1#2026-11-21#mail"
        assert parting["id"] == "MembershipLapsed#M-1#2026-11-21#parting"
        assert (message["attempts"], message["is_waiting"], report["waiting"]) == (1, False, 0)
        assert message.keys() == {"id", "state", "attempts", "is_waiting", "due_at"}


def test_a_kill_between_commit_and_delivery_loses_no_letter_and_doubles_none(
    state: Path, database: StorageSettings, serving: Any
) -> None:
    """SAF-3, invariant 12: the start after a kill sends the letter, and the start after that sends none."""
    with serving(state) as running:
        running.process.send_signal(signal.SIGSTOP)  # it can deliver nothing any more
        lapse(database, "M-1")
        running.process.kill()
        running.process.wait()
    lapse(database, "M-2")  # by an import, while nobody serves
    for minutes in (2, 4):
        with serving(state) as again:
            assert again.move_clock((NOW + timedelta(minutes=minutes)).isoformat())[0] == 200
            assert told(again) == ["m-1@example.org", "m-2@example.org"]
            again.process.kill()
            again.process.wait()


def test_the_clock_moves_on_after_letters_and_builds(
    state: Path, database: StorageSettings, serving: Any
) -> None:
    """What waits is done, at its own time, before the clock's answer: letters sent, asked builds released."""
    releases = ReleaseStore(dynamodb(database), database.releases_table)
    with serving(state) as running:
        lapse(database, "M-1")
        releases.request_build(NOW, "system:test")
        status, answer = running.move_clock((NOW + timedelta(hours=1)).isoformat())
        assert (status, answer["ran"][-1]["error"]) == (200, "")
        (letter,) = running.json("/__dev__/mail.json")
        assert letter["sent_at"].startswith("2026-11-21T15:0")
        assert releases.waiting_request() is None
        (built,) = releases.history()
        assert built.published_at - NOW < timedelta(minutes=5)
        assert (state / "site/current").resolve().name == built.name
        assert running.json("/__dev__/outbox.json")["is_quiet"]


def test_ending_waits_for_the_build_that_runs(state: Path, database: StorageSettings, serving: Any) -> None:
    """TERM in the middle of a requested build: the site ends when the build has, released and served."""
    releases = ReleaseStore(dynamodb(database), database.releases_table)
    with serving(state) as running:
        releases.request_build(NOW, "system:test")
        deadline = time.monotonic() + SECONDS
        while releases.running(NOW) is None and time.monotonic() < deadline:
            continue
        running.process.send_signal(signal.SIGTERM)
        _, errors = running.process.communicate(timeout=SECONDS)
        assert (running.process.returncode, errors) == (0, "")
    assert [release.name for release in releases.history()] == [(state / "site/current").resolve().name]
    assert (releases.running(NOW), releases.waiting_request()) == (None, None)
