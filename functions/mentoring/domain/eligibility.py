"""Who may do what: one table for every programme and role, and the staff's exceptions (ELI-2 to ELI-7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from mentoring.domain.errors import DomainError
from mentoring.domain.membership import Category, Membership, Profession


class Programme(StrEnum):
    """What the association offers."""

    DIRECTORY = "directory"
    FACILITATED = "facilitated"
    RESOURCES = "resources"


class Role(StrEnum):
    """What a member wants to be in a programme."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    READER = "reader"


class Outcome(StrEnum):
    """What the table answers."""

    ELIGIBLE = "eligible"
    CONTACT_STAFF = "contact-staff"
    NOT_ELIGIBLE = "not-eligible"


class Reason(StrEnum):
    """Why; the wording is `eligibility.reason.<value>` in content/strings."""

    EVERY_ACTIVE_CATEGORY = "every-active-category"
    CATEGORY_INCLUDED = "category-included"
    OTA_BY_ARRANGEMENT = "ota-by-arrangement"
    OTA_INCLUDED = "ota-included"
    CATEGORY_NOT_INCLUDED = "category-not-included"
    ROLE_NOT_OFFERED = "role-not-offered"
    MEMBERSHIP_LAPSED = "membership-lapsed"
    DECIDED_BY_STAFF = "decided-by-staff"


@dataclass(frozen=True, slots=True)
class Ruling:
    """An outcome and the reason that the page shows for it."""

    outcome: Outcome
    reason: Reason
    last_day: date | None = None  # until when, where staff decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """The staff's word on one member in one programme and role, with their reason for the record (ELI-7)."""

    member_id: str
    programme: Programme
    role: Role
    outcome: Outcome
    last_day: date  # by the association's calendar; all of it counts
    reason: str
    decided_by: str  # the subject of a member of staff
    decided_at: datetime  # UTC
    ended_by: str = ""
    ended_at: datetime | None = None  # UTC

    def holds_on(self, today: date) -> bool:
        """Return whether it counts on a day."""
        return self.ended_at is None and today <= self.last_day


@dataclass(frozen=True, slots=True)
class StoredOverrides:
    """All that was ever decided about a member, the oldest first. `version` counts the saves."""

    overrides: tuple[Override, ...]
    version: int


class StaleOverridesError(DomainError):
    """Somebody else of the staff decided about this member since it was read."""

    def __init__(self, member_id: str, expected_version: int) -> None:
        super().__init__(f"what was decided about {member_id} is no longer at version {expected_version}")
        self.member_id = member_id
        self.expected_version = expected_version


_EVERYONE = Ruling(Outcome.ELIGIBLE, Reason.EVERY_ACTIVE_CATEGORY)
_INCLUDED = Ruling(Outcome.ELIGIBLE, Reason.CATEGORY_INCLUDED)
_OTA = Ruling(Outcome.ELIGIBLE, Reason.OTA_INCLUDED)
_ASK = Ruling(Outcome.CONTACT_STAFF, Reason.OTA_BY_ARRANGEMENT)
_NO = Ruling(Outcome.NOT_ELIGIBLE, Reason.CATEGORY_NOT_INCLUDED)
_NO_SUCH_ROLE = Ruling(Outcome.NOT_ELIGIBLE, Reason.ROLE_NOT_OFFERED)
_LAPSED = Ruling(Outcome.NOT_ELIGIBLE, Reason.MEMBERSHIP_LAPSED)

_OFFERED: dict[tuple[Programme, Role], dict[Category, Ruling]] = {
    (Programme.DIRECTORY, Role.MENTOR): dict.fromkeys(Category, _EVERYONE),  # ELI-3
    (Programme.DIRECTORY, Role.MENTEE): dict.fromkeys(Category, _EVERYONE),  # ELI-3
    (Programme.RESOURCES, Role.READER): dict.fromkeys(Category, _EVERYONE),  # ELI-6
    (Programme.FACILITATED, Role.MENTEE): {  # ELI-4
        Category.MEMBER: _INCLUDED,
        Category.MEMBER_OUTSIDE_CANADA: _INCLUDED,
        Category.OTA_ASSOCIATE: _INCLUDED,
        Category.PROVISIONAL_ASSOCIATE: _INCLUDED,
    },
    (Programme.FACILITATED, Role.MENTOR): {  # ELI-5
        Category.MEMBER: _INCLUDED,
        Category.MEMBER_OUTSIDE_CANADA: _INCLUDED,
        Category.RETIRED_MEMBER: _INCLUDED,
        Category.OTA_ASSOCIATE: _INCLUDED,
    },
}

OFFERED: Final = tuple(_OFFERED)
"""Every programme with each of its roles, in the order that pages list them."""

BY_CATEGORY: Final = tuple(pair for pair, offered in _OFFERED.items() if set(offered) != set(Category))
"""Those of them that are not open to everybody: where staff may decide otherwise (ELI-7)."""

# An Individual Associate is judged by profession as well: assistants only.
_INDIVIDUAL_ASSISTANT: dict[tuple[Programme, Role], Ruling] = {
    (Programme.FACILITATED, Role.MENTEE): _ASK,  # ELI-4
    (Programme.FACILITATED, Role.MENTOR): _OTA,  # ELI-5
}


def ruling(category: Category, profession: Profession, programme: Programme, role: Role) -> Ruling:
    """Return what an active member of this category and profession may do (ELI-2).

    Whether the membership is active is not asked here: `Membership.is_active` answers that (ELI-8).
    """
    offered = _OFFERED.get((programme, role))
    if offered is None:
        return _NO_SUCH_ROLE
    if category is Category.INDIVIDUAL_ASSOCIATE and profession is Profession.OTA:
        return _INDIVIDUAL_ASSISTANT.get((programme, role)) or offered.get(category, _NO)
    return offered.get(category, _NO)


def ruling_for(
    membership: Membership, programme: Programme, role: Role, today: date, overrides: Iterable[Override] = ()
) -> Ruling:
    """Return what this member may do on this day: nothing while the membership is lapsed (ELI-2, ELI-8).

    The newest of the staff's overrides for this member, programme and role goes before the table for as long
    as it holds (ELI-7); before a lapse it does not, and a role that is not offered stays so.
    """
    if not membership.is_active(today):
        return _LAPSED
    if (programme, role) not in _OFFERED:
        return _NO_SUCH_ROLE
    decided = last_word(membership.member_id, programme, role, overrides)
    if decided and decided.holds_on(today):
        return Ruling(decided.outcome, Reason.DECIDED_BY_STAFF, decided.last_day)
    return ruling(membership.category, membership.profession, programme, role)


def last_word(
    member_id: str, programme: Programme, role: Role, overrides: Iterable[Override]
) -> Override | None:
    """Return the staff's newest override, over or not: an earlier one does not come back with its end."""
    about = (member_id, programme, role)
    mine = (each for each in overrides if (each.member_id, each.programme, each.role) == about)
    return max(mine, key=lambda each: each.decided_at, default=None)
