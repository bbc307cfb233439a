"""What must no longer be shown, at once and in every release there ever was (invariant 23)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, Audience, Profile

PUBLIC: Final = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One thing of a mentor that somebody could see and nobody may any more.

    `subject` is `public` (the public page), `listing` (the listing altogether) or an identity field.
    """

    slug: str
    subject: str
    at: datetime  # UTC


def subjects_shown(profile: Profile | None) -> frozenset[str]:
    """Return what of a profile its consents let somebody see: `public`, `listing`, identity fields."""
    if profile is None or profile.opted_out_on or profile.audience_of(LISTING) is Audience.NONE:
        return frozenset()
    public = {PUBLIC} if profile.audience_of(LISTING) is Audience.PUBLIC else set()
    shared = {name for name in IDENTITY_FIELDS if profile.audience_of(name) is Audience.MEMBERS}
    return frozenset({LISTING} | public | shared)
