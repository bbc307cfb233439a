"""Who did what, when, before and after (STF-8)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from mentoring.domain.events import Event
from mentoring.domain.profile import Profile, StoredProfile

# What people say of themselves: the log notes that it changed, and stays readable after an erasure.
UNSAID: Final = frozenset({"identity", "bio", "consents", "acknowledgements"})

SITE: Final = "site:public"
"""What stands in the place of a member id for acts that concern the whole site; no member id has a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One act. `actor` is `member:M-1`, `staff:<subject>` or `system:<what>`; it holds no identity value."""

    actor: str
    action: str
    member_id: str
    occurrence: str  # tells it from the member's other acts of the same instant
    at: datetime  # UTC
    changes: Mapping[str, tuple[str, str]]  # field: before, after


@dataclass(frozen=True, slots=True)
class Change:
    """What commits together with a new state: who did it, and what is told of it (SAF-3)."""

    line: AuditLine
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """A change of a mentor's profile that is decided: over what, to what, and what is told of it."""

    replacing: StoredProfile
    after: Profile
    told: Change


def profile_changes(before: Profile | None, after: Profile) -> Mapping[str, tuple[str, str]]:
    """Return each field that differs, as texts. Free text, consents and identity only say that they do."""
    changes = {}
    for each in fields(Profile):
        was, now = getattr(before, each.name) if before else None, getattr(after, each.name)
        if was != now:
            changes[each.name] = ("", "changed") if each.name in UNSAID else (str(was), str(now))
    return changes
