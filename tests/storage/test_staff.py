"""What a staff store does, on every engine."""

import pytest

from infrastructure.local.template import load_template, resources, substitute
from mentoring.domain.sessions import StaffMember, StaffRole
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.staff import StaffStore

ISSUER = "https://staff.example"
NADIA = StaffMember(
    issuer=ISSUER,
    subject="s-1",
    name="Nadia Bélanger",
    roles=frozenset({StaffRole.COORDINATOR, StaffRole.FINANCE}),
)


@pytest.fixture
def store(settings: StorageSettings) -> StaffStore:
    table = substitute(resources(load_template(), "AWS::DynamoDB::Table")["StaffTable"]["TableName"])
    return StaffStore(dynamodb(settings), table)


def test_staff_come_back_as_they_were_stored(store: StaffStore) -> None:
    """STF-9: name and roles survive."""
    store.put(NADIA)
    assert store.get(ISSUER, "s-1") == NADIA


def test_nobody_else_is_staff(store: StaffStore) -> None:
    """STF-9: the same subject of another issuer has no role."""
    store.put(NADIA)
    assert store.get("https://members.example", "s-1") is None
    assert store.get(ISSUER, "s-2") is None


def test_roles_are_taken_away_at_once(store: StaffStore) -> None:
    """STF-9: whoever is removed is no longer staff."""
    store.put(NADIA)
    store.remove(ISSUER, "s-1")
    assert store.get(ISSUER, "s-1") is None
