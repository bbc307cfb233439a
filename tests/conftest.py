"""What every test may use."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from infrastructure.local.database import embedded_database
from infrastructure.local.template import load_template, table_definitions
from mentoring.content import Content, load_content
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from tests.canary import LogWatch, leaks

ROOT = Path(__file__).parent.parent
if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOGS = LogWatch()
# The same examples each time, however slow the machine; `--hypothesis-profile=default` looks for others.
settings.register_profile(
    "gate", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("gate")


def pytest_sessionstart() -> None:
    """Read along with every log record of the run."""
    LOGS.start()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that left a private answer where it must not be (DIR-12), whichever test was at it."""
    LOGS.stop()
    folder: Path = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    # xdist's workers keep their files below the folder of the run itself, which looks through all of them.
    found = LOGS.heard + ([] if hasattr(session.config, "workerinput") else leaks(folder, folder))
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        sys.stderr.write("\nPrivate answers leaked:\n" + "\n".join(found) + "\n")


@pytest.fixture(scope="session")
def content_folder() -> Path:
    """The folder of words and numbers, as it ships."""
    return ROOT / "content"


@pytest.fixture(scope="session")
def content(content_folder: Path) -> Content:
    """Everything in it, loaded."""
    return load_content(content_folder)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorageSettings]:
    """A database engine for this run of tests (and each of xdist's workers)."""
    with embedded_database(tmp_path_factory.mktemp("state")) as settings:
        yield settings


@pytest.fixture(scope="session")
def tables() -> list[str]:
    """The name of every table of the template."""
    return [table["TableName"] for table in table_definitions(load_template())]


@pytest.fixture
def empty(engine: StorageSettings, tables: list[str]) -> Callable[[], None]:
    """Empty every table, for who begins anew."""

    def emptied() -> None:
        client = dynamodb(engine)
        for table in tables:
            _empty(client, table)

    return emptied


@pytest.fixture
def database(engine: StorageSettings, empty: Callable[[], None]) -> StorageSettings:
    """The member database, every table empty."""
    empty()
    return engine


def _empty(client: "DynamoDBClient", table: str) -> None:
    """Delete every row: twenty times as fast as making the tables anew."""
    pages = client.get_paginator("scan").paginate(
        TableName=table, ProjectionExpression="pk, sk", ConsistentRead=True
    )
    keys = [row for page in pages for row in page["Items"]]
    for start in range(0, len(keys), 25):
        some = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]
        client.batch_write_item(RequestItems={table: some})
