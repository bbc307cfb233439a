"""`make run` on an empty folder: sample members, the first release, and a night on the moved clock."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.clock import Clock
from mentoring.domain.membership import Category
from mentoring.domain.sessions import StaffRole

ROOT = Path(__file__).parents[2]
EVENING = datetime(2026, 11, 21, 23, tzinfo=UTC)


def local(state: Path, *arguments: str) -> str:
    """Run one command of the embedded cloud; return its stdout."""
    ran = subprocess.run(
        [sys.executable, "-m", "infrastructure.local", *arguments],
        cwd=ROOT,
        env={**os.environ, "STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def shown(state: Path) -> str:
    """Return the release that is shown."""
    return (state / "site/current").resolve().name


FREQUENT = ("ReconciliationSchedule", "OutboxSweepSchedule")  # in the order of their last turns


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with nothing in it but the time of day."""
    folder = tmp_path_factory.mktemp("first")
    Clock(folder / "clock.json").set(EVENING)
    return folder


@pytest.fixture(scope="module")
def served(state: Path, serving: Any) -> Iterator[Any]:
    """Start the embedded cloud there, and kill it while it builds its first release; then start it again."""
    environment = {**os.environ, "STATE": str(state), "PORT": "0"}
    command = [sys.executable, "-m", "infrastructure.local", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as killed:
        assert killed.stderr is not None
        for line in killed.stderr:
            if line.startswith("Building"):
                break
        killed.kill()
    assert not (state / "site/current").exists()
    with serving(state) as running:
        yield running


def test_a_start_that_was_killed_is_finished_by_the_next(served: Any) -> None:
    """Ready means ready, also after a kill in the middle of the first build: every page is there."""
    for address in ("/", "/en/", "/fr/", "/en/mentors/", "/fr/mentors/", "/sitemap.xml", "/robots.txt"):
        assert served.ask(address)[0] == 200
    assert served.ask("/fr/nulle-part/")[0] == 404


def test_there_are_sample_people_of_every_category(served: Any) -> None:
    """ELI-1, STF-9: every category and every role can be tried; a mentor's page that is named exists."""
    people = served.json("/__dev__/people.json")
    members = [person for person in people if person["member_id"]]
    assert {person["category"] for person in members} == set(Category)
    assert all(person["sign_in"] == {"issuer": "members", "as": person["member_id"]} for person in members)
    staff = [person for person in people if not person["member_id"]]
    assert [person["roles"] for person in staff] == [[role] for role in StaffRole]
    assert all(person["sign_in"] == {"issuer": "staff", "as": person["roles"][0]} for person in staff)
    pages = [person["listing"] for person in people if (person["listing"] or "").startswith("/")]
    assert pages
    assert all(served.ask(page)[0] == 200 for page in pages)


def test_a_night_on_the_moved_clock_is_built_and_reported(served: Any, state: Path) -> None:
    """Moving the clock over 02:00 releases that day's site before it answers; its report is linked."""
    before = shown(state)
    status, answer = served.move_clock("2026-11-22T12:00:00Z")
    assert status == 200
    assert answer["now"] == "2026-11-22T12:00:00Z"
    assert not [turn for turn in answer["ran"] if turn["error"]]
    assert [turn["schedule"] for turn in answer["ran"]] == [
        *FREQUENT,
        "MemberImportSchedule",
        *FREQUENT,
        "NightlySchedule",
        *FREQUENT,
        "NightlyReconciliationSchedule",
        *FREQUENT,
        "DeadlinesSchedule",
        *reversed(FREQUENT),
    ]
    assert answer["ran"][5]["due"] == "2026-11-22T07:00:00Z"
    after = shown(state)
    assert after != before
    assert after.startswith("20261122-")
    assert f"/__dev__/builds/{after}.fr.html".encode() in served.ask("/__dev__/builds")[2]
    assert served.ask(f"/__dev__/builds/{after}.fr.html")[0] == 200


def test_commands_work_beside_the_running_site(served: Any, state: Path) -> None:
    """A build, a list and a roll back from another process are seen by the running site at once."""
    assert local(state, "nightly", "--now", "2026-11-23T07:00:00Z").startswith("released 20261123-")
    newest, previous, *_ = (line[2:].split()[0] for line in local(state, "releases").splitlines())
    assert shown(state) == newest
    page = served.ask("/en/mentors/")[2]
    local(state, "roll-back", previous)
    assert shown(state) == previous
    assert served.ask("/en/mentors/")[2] != page


def test_a_release_of_another_theme_is_built_anew(tmp_path: Path, prepare: Any, serving: Any) -> None:
    """MOD-27: after the theme has changed, the functions' pages find its style from the first request on."""
    prepare(tmp_path)
    for assets in (tmp_path / "site/assets").iterdir():
        assets.rename(assets.with_name(f"of-another-theme-{assets.name}"))
    with serving(tmp_path) as running:
        status, _, page = running.ask("/fr/account/signed-in", Host=f"127.0.0.1:{running.port}")
        assert status == 400
        style = page.decode().split('<link rel="stylesheet" href="')[1].partition('"')[0]
        assert running.ask(style)[0] == 200
