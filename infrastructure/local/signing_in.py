"""Signing in on this machine: the issuers and their people."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final

from infrastructure.local.issuer import Issuer
from infrastructure.local.issuer_page import Person
from infrastructure.local.people import SAMPLE_STAFF
from infrastructure.local.template import resources, substitute
from mentoring.domain.sessions import StaffMember
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.staff import StaffStore

ISSUERS: Final = "/__dev__/issuer"
STRANGER: Final = Person(
    subject="000000", name="Somebody without a membership", group="Not in the member system"
)


def local_issuers(
    site_url: str, people: Callable[[], list[dict[str, Any]]], now: Callable[[], datetime]
) -> dict[str, Issuer]:
    """Return the two issuers by name; `people` are those of people.json."""

    def issuer(name: str, area: str, persons: Callable[[], list[Person]]) -> Issuer:
        back = [f"{site_url}/{language}/{area}/signed-in" for language in ("en", "fr")]
        return Issuer(f"{site_url}{ISSUERS}/{name}", back, persons, now)

    return {
        "members": issuer("members", "account", lambda: [*_members(people()), STRANGER]),
        "staff": issuer("staff", "staff", _staff),
    }


def seed_staff(template: Mapping[str, Any], storage: StorageSettings, issuer: str) -> None:
    """Give the staff table somebody of every role whom this issuer, known by its address, can sign in."""
    table = resources(template, "AWS::DynamoDB::Table")["StaffTable"]["TableName"]
    store = StaffStore(dynamodb(storage), substitute(table))
    for role, name in SAMPLE_STAFF.items():
        if store.get(issuer, role) is None:
            store.put(StaffMember(issuer=issuer, subject=role, name=name, roles=frozenset({role})))


def _members(people: list[dict[str, Any]]) -> list[Person]:
    return [_member(person) for person in people if person["sign_in"]["issuer"] == "members"]


def _member(person: Mapping[str, Any]) -> Person:
    notes = ["mentor"] * ("mentor" in person["roles"]) + ["lapsed"] * (not person["is_active"])
    return Person(
        subject=person["member_id"],
        name=person["name"],
        group=str(person["category"]).replace("-", " ").capitalize(),
        note=", ".join(notes),
    )


def _staff() -> list[Person]:
    def person(subject: str, name: str, *, has_second_factor: bool = True) -> Person:
        group = "With a second factor" if has_second_factor else "Without a second factor"
        return Person(subject=subject, name=name, group=group, has_second_factor=has_second_factor)

    named = list(SAMPLE_STAFF.items())
    return list(
        chain(
            (person(role, name) for role, name in named),
            [person("no-role", "A colleague without a role here")],
            (person(role, name, has_second_factor=False) for role, name in named),
        )
    )
