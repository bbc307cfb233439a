"""The database engine of one machine: one dynoxide for each state folder, shared by whoever uses it.

In STATE/database: `mentoring.sqlite` the records, `in-use.lock` held (shared) by everyone who uses them,
`start.lock` held by whoever starts the engine, `engine.json` where it answers, `engine.log` what it said.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.local.template import load_template, resources, substitute, table_definitions
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEPER: Final = Path(__file__).parent / "keeper.py"
BINARY: Final = Path(__file__).parent / "node_modules/@dynoxide/linux-x64/dynoxide"
SECONDS_TO_START: Final = 60  # on a busy machine
SECONDS_TO_STOP: Final = 5
MARK: Final = "mentoring-engine-"  # a table of this name says which start of which engine answers
# Whoever answers at a noted port may be no database: ask once. But a busy engine is not taken for none.
ONE_QUESTION: Final = Config(connect_timeout=1, read_timeout=20, retries={"total_max_attempts": 1})


class DatabaseError(Exception):
    """The embedded engine does not run; the message says what to do."""


@contextmanager
def embedded_database(state: Path) -> Iterator[StorageSettings]:
    """Give the database of a state folder, with every table of the template.

    The first to come starts the engine, whoever comes meanwhile shares it, and it stops after the last.
    `DYNAMODB_ENDPOINT` in the environment names another engine, which is neither started nor stopped here.
    Raises DatabaseError when no engine can be had.
    """
    if endpoint := os.environ.get("DYNAMODB_ENDPOINT"):
        yield _with_tables(endpoint)
        return
    folder = (state / "database").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    keeper = None
    try:
        with (folder / "in-use.lock").open("a") as in_use:
            fcntl.flock(in_use, fcntl.LOCK_SH)  # waits where a keeper is just stopping its engine
            with (folder / "start.lock").open("a") as starting:
                fcntl.flock(starting, fcntl.LOCK_EX)
                endpoint = _answering_endpoint(folder)
                if endpoint is None:
                    keeper, endpoint = _start(folder)
            yield _with_tables(endpoint)
    finally:
        if keeper:
            # Stopped in a moment, unless somebody else has come meanwhile: the keeper then serves them.
            with suppress(subprocess.TimeoutExpired):
                keeper.wait(SECONDS_TO_STOP)


def create_tables(client: "DynamoDBClient") -> None:
    """Make the template's tables that are missing; another process may be making the same ones."""
    present = set(client.list_tables()["TableNames"])
    for definition in table_definitions(_template()):
        if definition["TableName"] not in present:
            with suppress(client.exceptions.ResourceInUseException):
                client.create_table(**definition)


def _answering_endpoint(folder: Path) -> str | None:
    """Return the noted endpoint if the very engine that was noted answers there.

    After a crash the note is stale, and its port may be anybody's, also another state folder's engine.
    """
    try:
        noted = json.loads((folder / "engine.json").read_text("utf-8"))
        dynamodb(_settings(noted["endpoint"]), ONE_QUESTION).describe_table(TableName=noted["mark"])
    except (OSError, ValueError, LookupError, BotoCoreError, ClientError):
        return None
    return str(noted["endpoint"])


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start an engine over the folder's records; return its keeper and its endpoint."""
    if not BINARY.exists():
        raise DatabaseError(
            f"The database engine is missing ({BINARY}): run `make install`. It is published for Linux on "
            "x86-64; elsewhere start any DynamoDB engine and name it in DYNAMODB_ENDPOINT."
        )
    port = _free_port()
    serve = f"serve --host 127.0.0.1 -p {port} --db-path".split()
    with (folder / "engine.log").open("wb") as log:
        keeper = subprocess.Popen(  # noqa: S603 - our own interpreter, script and binary
            [
                sys.executable,
                "-I",
                KEEPER,
                folder / "in-use.lock",
                BINARY,
                *serve,
                folder / "mentoring.sqlite",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C is for the user of the engine, who still has to finish
        )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _await_port(port, keeper, folder)
        note = {"endpoint": endpoint, "mark": _leave_mark(dynamodb(_settings(endpoint)))}
    except BaseException:
        keeper.kill()  # its engine ends with it
        keeper.wait()
        raise
    (folder / "engine.json").write_text(json.dumps(note), "utf-8")
    return keeper, endpoint


def _await_port(port: int, keeper: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and keeper.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise DatabaseError(f"The database engine did not start; its last words are in {folder}/engine.log.")


def _leave_mark(client: "DynamoDBClient") -> str:
    """Leave a mark of this start in the database, in the place of the last one's; return it."""
    tables = client.list_tables()["TableNames"]
    for old in (table for table in tables if table.startswith(MARK)):
        client.delete_table(TableName=old)
    mark = f"{MARK}{uuid4().hex}"
    client.create_table(
        TableName=mark,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    return mark


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _with_tables(endpoint: str) -> StorageSettings:
    settings = _settings(endpoint)
    create_tables(dynamodb(settings))
    return settings


def _settings(endpoint: str) -> StorageSettings:
    declared = resources(_template(), "AWS::DynamoDB::Table")
    name = {logical: substitute(table["TableName"]) for logical, table in declared.items()}
    return StorageSettings(
        memberships_table=name["MembershipsTable"],
        profiles_table=name["ProfilesTable"],
        consents_table=name["ConsentsTable"],
        releases_table=name["ReleasesTable"],
        outbox_table=name["OutboxTable"],
        audit_table=name["AuditTable"],
        withdrawals_table=name["WithdrawalsTable"],
        requests_table=name["RequestsTable"],
        registrations_table=name["RegistrationsTable"],
        endpoint=endpoint,
    )


@cache
def _template() -> dict[str, Any]:
    return load_template()
