"""Who belongs to the association, and in which way (ELI-1, ELI-8)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Category(StrEnum):
    """The membership categories of ELI-1."""

    MEMBER = "member"
    MEMBER_OUTSIDE_CANADA = "member-outside-canada"
    OTA_ASSOCIATE = "ota-associate"
    STUDENT_ASSOCIATE = "student-associate"
    PROVISIONAL_ASSOCIATE = "provisional-associate"
    INDIVIDUAL_ASSOCIATE = "individual-associate"
    RETIRED_MEMBER = "retired-member"


class Profession(StrEnum):
    """What a member works as."""

    OT = "ot"
    OTA = "ota"
    OTHER = "other"


class MembershipStatus(StrEnum):
    """What the member system says of a membership; its expiry date counts as well."""

    ACTIVE = "active"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One row of the member system's nightly export."""

    member_id: str
    given_name: str
    family_name: str
    email: str
    language: str
    category: Category
    profession: Profession
    status: MembershipStatus
    expires_on: date
    province: str
    city: str
    country: str
    joined_on: date

    @property
    def name(self) -> str:
        """Return the name as it is shown; a single-named member has no family name."""
        return f"{self.given_name} {self.family_name}".strip()

    def is_active(self, today: date) -> bool:
        """Return whether the membership counts on this day, its last day included (ELI-8)."""
        return self.status is MembershipStatus.ACTIVE and today <= self.expires_on
