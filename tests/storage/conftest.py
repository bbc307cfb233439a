"""The engines that the stores are held to: the same contract on each."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from infrastructure.local.database import create_tables
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb


@pytest.fixture(params=["dynoxide", "moto"])
def settings(request: pytest.FixtureRequest) -> Iterator[StorageSettings]:
    """An empty database on each engine: the embedded one, and moto's in-memory one."""
    if request.param == "dynoxide":
        yield request.getfixturevalue("database")
        return
    engine = request.getfixturevalue("engine")
    patch = request.getfixturevalue("monkeypatch")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        patch.setenv(name, "testing")
    patch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    patch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        moto = StorageSettings(
            memberships_table=engine.memberships_table,
            profiles_table=engine.profiles_table,
            consents_table=engine.consents_table,
            releases_table=engine.releases_table,
            outbox_table=engine.outbox_table,
            audit_table=engine.audit_table,
            withdrawals_table=engine.withdrawals_table,
            requests_table=engine.requests_table,
            registrations_table=engine.registrations_table,
        )
        create_tables(dynamodb(moto))
        yield moto
