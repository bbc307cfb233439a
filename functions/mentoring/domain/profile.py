"""What a mentor told us, and what they agreed to (DIR-2 to DIR-5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

IDENTITY_FIELDS: Final = ("gender", "race", "ethnicity", "orientation", "indigenous")
LISTING: Final = "listing"
PREFER_NOT: Final = "prefer-not-to-answer"
"""An answer that equals blank (DIR-3): it is neither stored nor shown."""


class Audience(StrEnum):
    """Who may see something.

    Identity fields of a mentor know none and members, of a mentee none and mentors; a listing members and
    public.
    """

    NONE = "none"
    MENTORS = "mentors"  # whom a mentee asks (DIR-15)
    MEMBERS = "members"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One choice about one field (DIR-4): who may see it, and what was agreed when."""

    subject: str  # `listing` or one of IDENTITY_FIELDS
    audience: Audience
    given_at: datetime  # UTC
    wording_version: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A document that was read and agreed to, in the version of that day (DIR-5)."""

    document: str
    version: str
    language: str
    given_at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A mentor's answers with the consents they stand under; stored as one, so never read torn.

    `slug` is the mentor's public address: given once, never given to anybody else.
    """

    member_id: str
    slug: str
    years_of_experience: int
    areas: tuple[str, ...]
    training: tuple[str, ...]
    client_ages: tuple[str, ...]
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    province: str
    city: str
    formats: tuple[str, ...]
    frequency: str
    bio: Mapping[str, str]  # by language, only the languages that were written
    is_available: bool
    returns_on: date | None
    capacity: int | None  # None: as many mentees as time allows (DIR-9)
    wants_search_engines: bool
    identity: Mapping[str, tuple[str, ...]] = field(repr=False)  # never in a log
    consents: Mapping[str, Consent]  # by subject
    acknowledgements: Mapping[str, Acknowledgement]  # by document
    opted_in_on: date
    confirmed_on: date
    opted_out_on: date | None = None

    def audience_of(self, subject: str) -> Audience:
        """Return who may see the listing or an identity field; without a consent, nobody (DIR-4)."""
        consent = self.consents.get(subject)
        return consent.audience if consent else Audience.NONE


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile as the database holds it. `version` counts its saves: a write names the one it replaces.

    `said` names what can also be changed outside the questionnaire, and which save changed it last.
    """

    profile: Profile
    version: int
    said: Mapping[str, int] = field(default_factory=dict)
