"""The people contract: a few members of each category and staff of each role, and how to sign in as each."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from typing import Any, Final

from mentoring.domain.eligibility import Programme, Role, ruling
from mentoring.domain.listing import Withheld, public_listing
from mentoring.domain.membership import Category, Membership
from mentoring.domain.policy import Document
from mentoring.domain.profile import Profile
from mentoring.domain.sessions import StaffRole
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import KIND as MEMBERSHIP
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.records import membership_from
from mentoring.storage.scans import scan_pages

SHOWN_PER_CATEGORY: Final = 6
SAMPLE_STAFF: Final = {
    StaffRole.COORDINATOR: "Camille Roy",
    StaffRole.FINANCE: "Farid Haddad",
    StaffRole.ADMINISTRATOR: "Ada Lindqvist",
}


def sample_people(
    settings: StorageSettings, documents: tuple[Document, ...], today: date
) -> list[dict[str, Any]]:
    """Return a few people of every category that has members, then the staff, as JSON takes them."""
    members = list(_few_of_each(_memberships(settings)))
    stored = ProfileStore.connect(settings).get_many(member.member_id for member in members)
    profiles = {member_id: each.profile for member_id, each in stored.items()}
    known = [_person(member, profiles.get(member.member_id), documents, today) for member in members]
    return [*known, *(_staff(role, name) for role, name in SAMPLE_STAFF.items())]


def _few_of_each(members: Iterable[Membership]) -> Iterator[Membership]:
    order = {category: place for place, category in enumerate(Category)}
    ranked = sorted(members, key=lambda member: (order[member.category], member.member_id))
    for _, group in groupby(ranked, key=lambda member: member.category):
        yield from islice(group, SHOWN_PER_CATEGORY)


def _memberships(settings: StorageSettings) -> Iterator[Membership]:
    for page in scan_pages(dynamodb(settings), TableName=settings.memberships_table):
        found = (record for record in page["Items"] if record["sk"]["S"] == MEMBERSHIP)
        yield from (membership_from(record["body"]["S"]) for record in found)


def _person(
    member: Membership, profile: Profile | None, documents: tuple[Document, ...], today: date
) -> dict[str, Any]:
    return {
        "member_id": member.member_id,
        "name": member.name,
        "language": member.language,
        "category": member.category,
        "profession": member.profession,
        "is_active": member.is_active(today),
        "roles": ["mentee", "mentor"] if profile else ["mentee"],
        "listing": _listing(member, profile, documents, today),
        "eligibility": {
            f"{programme}-{role}": ruling(member.category, member.profession, programme, role).outcome
            for programme, role in (
                (Programme.DIRECTORY, Role.MENTEE),
                (Programme.DIRECTORY, Role.MENTOR),
                (Programme.FACILITATED, Role.MENTEE),
                (Programme.FACILITATED, Role.MENTOR),
            )
        },
        "sign_in": {"issuer": "members", "as": member.member_id},
    }


def _staff(role: StaffRole, name: str) -> dict[str, Any]:
    """Staff are no members: what members have is empty here."""
    return {
        "member_id": None,
        "name": name,
        "language": None,
        "category": None,
        "profession": None,
        "is_active": False,
        "roles": [role],
        "listing": None,
        "eligibility": {},
        "sign_in": {"issuer": "staff", "as": role},
    }


def _listing(
    member: Membership, profile: Profile | None, documents: tuple[Document, ...], today: date
) -> str | None:
    """Return a mentor's public page, or why there is none; None for somebody who is no mentor."""
    if profile is None:
        return None
    listing = public_listing(profile, member, documents, today)
    return listing.value if isinstance(listing, Withheld) else f"/en/mentors/{listing.slug}/"
