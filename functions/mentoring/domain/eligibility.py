"""Who may do what: one table for every programme and role, and the staff's exceptions (ELI-2 to ELI-7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """The staff's word on one member in one programme and role, with their reason for the record (ELI-7)."""

    member_id: str
    programme: Programme
    role: Role
    outcome: Outcome
    reason: str
    decided_by: str  # the subject of a member of staff
    decided_at: datetime  # UTC


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

    The newest of the staff's overrides for this member, programme and role goes before the table (ELI-7);
    before a lapse it does not, and a role that is not offered stays so.
    """
    if not membership.is_active(today):
        return _LAPSED
    if (programme, role) not in _OFFERED:
        return _NO_SUCH_ROLE
    decided = [
        override
        for override in overrides
        if (override.member_id, override.programme, override.role) == (membership.member_id, programme, role)
    ]
    if decided:
        newest = max(decided, key=lambda override: override.decided_at)
        return Ruling(newest.outcome, Reason.DECIDED_BY_STAFF)
    return ruling(membership.category, membership.profession, programme, role)
