"""The embedded engine: shared by whoever uses it, durable, and gone when nobody is left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from infrastructure.local import database as embedded
from infrastructure.local.database import DatabaseError, create_tables, embedded_database
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from tests.storage.people import membership

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds

# Another process that uses the database of a state folder until its standard input ends.
NEIGHBOUR = """
import sys
from pathlib import Path
from infrastructure.local.database import embedded_database
with embedded_database(Path(sys.argv[1])) as settings:
    print(settings.endpoint, flush=True)
    sys.stdin.read()
"""


def neighbour(state: Path) -> "subprocess.Popen[str]":
    """Start another process on the state; it writes the endpoint it uses."""
    return subprocess.Popen(
        [sys.executable, "-c", NEIGHBOUR, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"},
    )


def endpoint_of(process: "subprocess.Popen[str]") -> str:
    """Wait until a neighbour uses the database."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def engines(state: Path) -> list[int]:
    """The processes that run on a state's database, keepers included."""
    wanted = str((state / "database").resolve()).encode()
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and wanted in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds that other processes bring about."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stop(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_records_survive_a_clean_stop(tmp_path: Path) -> None:
    """What was written is there at the next start, and nothing runs in between."""
    with embedded_database(tmp_path) as settings:
        MembershipStore.connect(settings).put([membership()])
    eventually(lambda: engines(tmp_path) == [])
    with embedded_database(tmp_path) as settings:
        assert MembershipStore.connect(settings).get("M-1") == membership()


def test_everybody_shares_one_engine(tmp_path: Path) -> None:
    """An import beside a running site uses the site's engine, and leaves it running."""
    with embedded_database(tmp_path) as settings:
        other = neighbour(tmp_path)
        assert endpoint_of(other) == settings.endpoint
        stop(other)
        assert MembershipStore.connect(settings).get("M-1") is None


def test_starts_at_once_make_one_engine(tmp_path: Path) -> None:
    """Whoever comes first starts it; nobody starts a second engine on the same records."""
    others = [neighbour(tmp_path) for _ in range(4)]
    assert len({endpoint_of(process) for process in others}) == 1
    for process in others:
        assert process.stdin is not None
        process.stdin.close()
    for process in others:
        assert process.wait(PATIENCE) == 0
        assert process.stdout is not None
        process.stdout.close()
    eventually(lambda: engines(tmp_path) == [])


def test_tables_may_be_made_by_several_at_once(tmp_path: Path) -> None:
    """Whoever finds a table missing that another is just making goes on: it is there."""
    with embedded_database(tmp_path) as settings:
        client = dynamodb(settings)
        for table in client.list_tables()["TableNames"]:
            client.delete_table(TableName=table)
        with ThreadPoolExecutor(8) as starters:
            for made in [starters.submit(create_tables, client) for _ in range(8)]:
                made.result(PATIENCE)
        assert settings.registrations_table in client.list_tables()["TableNames"]


def test_whoever_started_the_engine_may_leave_first(tmp_path: Path) -> None:
    """An import that started the engine ends while the site that came meanwhile goes on using it."""
    first = neighbour(tmp_path)
    endpoint = endpoint_of(first)
    with embedded_database(tmp_path) as settings:
        assert settings.endpoint == endpoint
        stop(first)
        assert MembershipStore.connect(settings).get("M-1") is None
    eventually(lambda: engines(tmp_path) == [])


def test_the_engine_goes_when_its_last_user_is_killed(tmp_path: Path) -> None:
    """kill -9 of the only user leaves no process behind, and the next start finds every record."""
    victim = neighbour(tmp_path)
    settings = StorageSettings(
        memberships_table="mentoring-memberships",
        profiles_table="mentoring-profiles",
        consents_table="mentoring-consents",
        releases_table="mentoring-releases",
        outbox_table="mentoring-outbox",
        audit_table="mentoring-audit-log",
        withdrawals_table="mentoring-withdrawals",
        requests_table="mentoring-requests",
        registrations_table="mentoring-registrations",
        endpoint=endpoint_of(victim),
    )
    MembershipStore.connect(settings).put([membership()])
    victim.kill()
    victim.communicate(timeout=PATIENCE)
    eventually(lambda: engines(tmp_path) == [])
    with embedded_database(tmp_path) as after:
        assert MembershipStore.connect(after).get("M-1") == membership()


def test_the_engine_outlives_the_user_who_started_it(tmp_path: Path) -> None:
    """kill -9 of a running site does not take the database from an import that is at work."""
    victim = neighbour(tmp_path)
    endpoint = endpoint_of(victim)
    with embedded_database(tmp_path) as settings:
        assert settings.endpoint == endpoint
        victim.kill()
        victim.communicate(timeout=PATIENCE)
        MembershipStore.connect(settings).put([membership()])
        assert MembershipStore.connect(settings).get("M-1") == membership()
    eventually(lambda: engines(tmp_path) == [])


def test_nothing_is_lost_when_the_engine_is_killed(tmp_path: Path) -> None:
    """kill -9 of the engine right after an answer: what was answered is there at the next start."""
    with embedded_database(tmp_path) as settings:
        everybody = [membership(f"M-{number}") for number in range(200)]
        MembershipStore.connect(settings).put(everybody)
        for process in engines(tmp_path):
            with suppress(ProcessLookupError):  # an engine ends with its keeper
                os.kill(process, signal.SIGKILL)
        eventually(lambda: engines(tmp_path) == [])
    with embedded_database(tmp_path) as settings:
        known = MembershipStore.connect(settings).get_many(each.member_id for each in everybody)
    assert len(known) == len(everybody)


def test_a_stale_note_to_another_engine_is_not_believed(tmp_path: Path) -> None:
    """After a crash a noted port may be another state folder's engine: its members are not ours."""
    with embedded_database(tmp_path / "theirs") as theirs:
        MembershipStore.connect(theirs).put([membership()])
        folder = tmp_path / "ours" / "database"
        folder.mkdir(parents=True)
        note = {"endpoint": theirs.endpoint, "mark": "mentoring-engine-of-before"}
        (folder / "engine.json").write_text(json.dumps(note), "utf-8")
        with embedded_database(tmp_path / "ours") as ours:
            assert ours.endpoint != theirs.endpoint
            assert MembershipStore.connect(ours).get("M-1") is None


@pytest.mark.parametrize(
    "note", ["", "{", "{}", '{"endpoint": "http://127.0.0.1:9", "mark": "mentoring-engine-x"}']
)
def test_a_broken_note_is_not_believed(tmp_path: Path, note: str) -> None:
    """A note that was cut off, or names a port where nobody answers, is no obstacle."""
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "engine.json").write_text(note, "utf-8")
    with embedded_database(tmp_path) as settings:
        assert MembershipStore.connect(settings).get("M-1") is None


def test_a_missing_engine_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has not installed is told the command."""
    monkeypatch.setattr(embedded, "BINARY", tmp_path / "nowhere")
    with pytest.raises(DatabaseError, match="make install"), embedded_database(tmp_path):
        pass


def test_an_engine_that_fails_says_where_it_said_why(tmp_path: Path) -> None:
    """A database file that is none ends the start at once, with the log's place, and leaves no process."""
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "mentoring.sqlite").write_bytes(b"no database" * 1_000)
    with pytest.raises(DatabaseError, match=r"engine\.log"), embedded_database(tmp_path):
        pass
    eventually(lambda: engines(tmp_path) == [])


def test_an_engine_of_ones_own_is_used(
    tmp_path: Path, engine: StorageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DYNAMODB_ENDPOINT names any engine; none is started then."""
    monkeypatch.setenv("DYNAMODB_ENDPOINT", str(engine.endpoint))
    with embedded_database(tmp_path) as settings:
        assert settings == engine
    assert list(tmp_path.iterdir()) == []


def test_the_persons_aws_set_up_is_not_read(
    engine: StorageSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A missing profile, a broken configuration and a proxy do not matter to the embedded engine."""
    (tmp_path / "config").write_text("[profile", "utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert MembershipStore.connect(engine).get("M-unknown") is None
