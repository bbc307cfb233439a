"""Who somebody is: three tables asked at once, on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infrastructure.local.template import load_template, resources, substitute
from mentoring.domain.sessions import Identity, IssuerKind, Person, StaffMember, StaffRole
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.people import PeopleStore
from mentoring.storage.sessions import SessionStore
from mentoring.storage.staff import StaffStore
from tests.storage.people import membership

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TABLES = resources(load_template(), "AWS::DynamoDB::Table")
SESSIONS, STAFF = (substitute(TABLES[name]["TableName"]) for name in ("SessionsTable", "StaffTable"))
MEMBER = Identity(IssuerKind.MEMBERS, "https://members.example", "M-1")
COLLEAGUE = Identity(IssuerKind.STAFF, "https://staff.example", "s-1")


@pytest.fixture
def client(settings: StorageSettings) -> Any:
    """The engine, with a member and a colleague whose subjects are each other's as well."""
    client = dynamodb(settings)
    MembershipStore(client, settings).put([membership("M-1"), membership("s-1")])
    for subject in ("M-1", "s-1"):
        StaffStore(client, STAFF).put(
            StaffMember(
                issuer=COLLEAGUE.issuer,
                subject=subject,
                name="Nadia",
                roles=frozenset({StaffRole.FINANCE}),
            )
        )
    return client


@pytest.fixture
def people(client: Any, settings: StorageSettings) -> PeopleStore:
    """The store."""
    return PeopleStore(
        client, memberships_table=settings.memberships_table, staff_table=STAFF, sessions_table=SESSIONS
    )


def test_each_issuer_speaks_of_its_own_people(people: PeopleStore) -> None:
    """STF-9: a member has a membership and never a role, a colleague a role and never a membership."""
    assert people.get(MEMBER) == Person(membership=membership("M-1"))
    colleague = people.get(COLLEAGUE)
    assert (colleague.membership, colleague.staff and colleague.staff.name) == (None, "Nadia")


def test_whoever_is_not_on_file_is_nobody(people: PeopleStore) -> None:
    """ELI-10: neither membership, nor role, nor anything else."""
    for kind in IssuerKind:
        assert people.get(Identity(kind, "https://other.example", "M-2")) == Person()


def test_a_sign_out_everywhere_is_read_with_the_rest(people: PeopleStore, client: Any) -> None:
    """SAF-2: until when a person's sessions are over comes with who they are; another's does not count."""
    SessionStore(client, SESSIONS).end_all(MEMBER, NOW, NOW + timedelta(hours=12))
    assert people.get(MEMBER) == Person(signed_out_before=NOW, membership=membership("M-1"))
    assert people.get(COLLEAGUE).signed_out_before is None


def test_it_takes_one_call(people: PeopleStore, client: Any) -> None:
    """Four calls a page: knowing who asks is one of them."""
    calls: list[str] = []
    client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    people.get(MEMBER)
    people.get(COLLEAGUE)
    assert calls == ["BatchGetItem", "BatchGetItem"]
