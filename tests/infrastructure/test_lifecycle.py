"""Starting, stopping, being killed, and the commands beside a running site."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.clock import Clock

ROOT = Path(__file__).parents[2]


def command(state: Path, *arguments: str, typed: str = "", **environment: str) -> tuple[int, str, str]:
    """Run `python -m infrastructure.local` to its end; return exit code, stdout and stderr."""
    ran = subprocess.run(
        [sys.executable, "-m", "infrastructure.local", *arguments],
        cwd=ROOT,
        env={**os.environ, "STATE": str(state), **environment},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


def now_of(served: Any) -> datetime:
    """Return what the clock says."""
    return datetime.fromisoformat(served.json("/__dev__/clock")["now"])


@pytest.fixture
def state(tmp_path: Path, prepare: Callable[[Path], Path]) -> Path:
    """Return a state with one small release."""
    prepare(tmp_path)
    return tmp_path


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(state: Path, serving: Any, ending: signal.Signals) -> None:
    """Ctrl-C and TERM end it with 0 and without a word; the port and the state are free again."""
    with serving(state) as running:
        running.process.send_signal(ending)
        _, errors = running.process.communicate(timeout=120)
        assert (running.process.returncode, errors) == (0, "")
    with serving(state) as again:
        assert again.ask("/en/")[0] == 200


def test_it_ends_whichever_thread_is_given_the_signal(state: Path, serving: Any) -> None:
    """The kernel may hand a signal to any thread, and the one that waits for it still ends the process."""
    with serving(state) as running:
        threads = Path(f"/proc/{running.process.pid}/task").iterdir()
        other = next(int(task.name) for task in threads if int(task.name) != running.process.pid)
        os.kill(other, signal.SIGTERM)
        _, errors = running.process.communicate(timeout=120)
        assert (running.process.returncode, errors) == (0, "")


def test_a_kill_loses_nothing(state: Path, serving: Any) -> None:
    """After `kill -9` the next start shows the same release at the moved clock's time."""
    Clock(state / "clock.json").set(datetime(2026, 11, 21, 12, tzinfo=UTC))
    target = datetime(2026, 11, 22, 3, tzinfo=UTC)  # the evening: no night in between
    with serving(state) as running:
        page = running.ask("/fr/mentors/")[2]
        status, answer = running.move_clock(target.isoformat())
        assert status == 200
        assert answer["now"] == "2026-11-22T03:00:00Z"
        assert {turn["schedule"] for turn in answer["ran"]} == {
            "OutboxSweepSchedule",
            "ReconciliationSchedule",
        }
        running.process.kill()
        running.process.wait()
    with serving(state) as again:
        assert again.ask("/fr/mentors/")[2] == page
        assert timedelta(0) <= now_of(again) - target < timedelta(minutes=30)


def test_a_second_site_on_one_state_is_refused(state: Path, serving: Any) -> None:
    """Two processes never serve one state; the second says who holds it."""
    with serving(state):
        code, out, errors = command(state, "serve", PORT="0")
    assert (code, out) == (1, "")
    assert "another process is serving" in errors


def test_a_taken_port_is_said_before_anything_is_done(tmp_path: Path, state: Path, serving: Any) -> None:
    """A port that is taken is one sentence with what to do, not a trace."""
    other = tmp_path / "other"
    with serving(state) as running:
        code, out, errors = command(other, "serve", PORT=str(running.port))
    assert (code, out) == (1, "")
    assert errors == f"port {running.port} is taken: end what uses it, or choose another with PORT=...\n"
    assert not (other / "database").exists()


@pytest.mark.parametrize("port", ["http", "70000", "-1"])
def test_what_is_no_port_is_wrong_usage(tmp_path: Path, port: str) -> None:
    """Wrong usage is exit code 2."""
    code, _, errors = command(tmp_path, "serve", PORT=port)
    assert code == 2
    assert "is no port" in errors


def test_reset_forgets_what_is_ours_and_nothing_else(state: Path) -> None:
    """A file that somebody keeps in the folder is still there after a reset."""
    (state / "notes.txt").write_text("mine")
    assert command(state, "reset", "--yes")[0] == 0
    assert [path.name for path in state.iterdir() if path.suffix != ".lock"] == ["notes.txt"]


@pytest.mark.parametrize(("typed", "is_kept"), [("y\n", False), ("n\n", True), ("", True)])
def test_reset_asks_first(state: Path, typed: str, is_kept: bool) -> None:
    """Nothing is forgotten without a yes."""
    code, out, _ = command(state, "reset", typed=typed)
    assert str(state) in out
    assert code == (1 if is_kept else 0)
    assert (state / "site").exists() is is_kept


def test_reset_is_refused_while_the_site_is_served(state: Path, serving: Any) -> None:
    """Nobody's database is taken away under them."""
    with serving(state) as running:
        code, _, errors = command(state, "reset", "--yes")
        assert code == 1
        assert "another process is serving" in errors
        assert running.ask("/en/")[0] == 200


def test_a_release_that_is_not_kept_cannot_be_shown(state: Path) -> None:
    """A roll back names what there is, and changes nothing when there is none."""
    code, _, errors = command(state, "roll-back", "20200101-none-1")
    assert code == 1
    assert "20200101-none-1" in errors


def test_an_import_without_a_file_is_wrong_usage(tmp_path: Path) -> None:
    """`make import` alone says what it wants."""
    code, _, errors = command(tmp_path, "import")
    assert code == 2
    assert "MEMBERS=" in errors


def test_a_night_without_a_zone_is_wrong_usage(tmp_path: Path) -> None:
    """An instant without a zone could be any of 25 hours."""
    assert command(tmp_path, "nightly", "--now", "2026-11-21T07:00:00")[0] == 2
