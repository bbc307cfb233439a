"""What of a mentor leaves the member database, for whom, and when nothing does (invariant 18).

A listing names each field that may leave. Nothing is copied from a profile and taken out again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mentoring.domain.email_addresses import has_address
from mentoring.domain.membership import Membership, Profession
from mentoring.domain.policy import Document
from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, PREFER_NOT, Audience, Profile


class Withheld(StrEnum):
    """Why a mentor is not shown; staff read it in the build report."""

    OPTED_OUT = "opted-out"
    NO_MEMBERSHIP = "no-membership"
    MEMBERSHIP_LAPSED = "membership-lapsed"
    TERMS_MISSING = "terms-missing"
    NO_CONSENT = "no-consent"
    MEMBERS_ONLY = "members-only"
    ADDRESS_IN_TEXT = "address-in-text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A mentor as the public may see them. Every value here is meant for everybody."""

    slug: str
    name: str
    profession: Profession
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
    bio: Mapping[str, str]
    is_available: bool
    returns_on: date | None
    accepts_requests: bool
    wants_search_engines: bool
    listed_on: date
    confirmed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersListing:
    """A mentor as signed-in members see them: with the identity fields that were shared (DIR-4)."""

    listing: Listing
    identity: Mapping[str, tuple[str, ...]] = field(repr=False)


def public_listing(
    profile: Profile, membership: Membership | None, documents: Sequence[Document], today: date
) -> Listing | Withheld:
    """Return what the public may see of this mentor today, or why nothing is shown (invariant 18)."""
    reason = _withheld(profile, membership, documents, today)
    if reason or membership is None:
        return reason or Withheld.NO_MEMBERSHIP
    if profile.audience_of(LISTING) is not Audience.PUBLIC:
        return Withheld.MEMBERS_ONLY
    return _listing(profile, membership, documents, today)


def members_listing(
    profile: Profile, membership: Membership | None, documents: Sequence[Document], today: date
) -> MembersListing | Withheld:
    """Return what signed-in members may see of this mentor today, or why nothing is shown (DIR-4)."""
    reason = _withheld(profile, membership, documents, today)
    if reason or membership is None:
        return reason or Withheld.NO_MEMBERSHIP
    shared = {
        name: answers
        for name in IDENTITY_FIELDS
        if profile.audience_of(name) is Audience.MEMBERS and (answers := _shown_answers(profile, name))
    }
    return MembersListing(listing=_listing(profile, membership, documents, today), identity=shared)


def _shown_answers(profile: Profile, name: str) -> tuple[str, ...]:
    """Return the answers that may be shown: an address in one's own words is for nobody (DIR-17)."""
    answers = profile.identity.get(name, ())
    return tuple(answer for answer in answers if answer != PREFER_NOT and not has_address(answer))


def changed_documents(profile: Profile, documents: Sequence[Document], today: date) -> list[Document]:
    """Return the documents that this mentor has not acknowledged in the version in force (DIR-5)."""
    given = {name: each.version for name, each in profile.acknowledgements.items()}
    return [each for each in documents if given.get(each.id) != each.current(today)]


def _withheld(
    profile: Profile, membership: Membership | None, documents: Sequence[Document], today: date
) -> Withheld | None:
    if profile.opted_out_on:
        return Withheld.OPTED_OUT
    if membership is None:
        return Withheld.NO_MEMBERSHIP
    if not membership.is_active(today):
        return Withheld.MEMBERSHIP_LAPSED
    if not all(_has_acknowledged(profile, document, today) for document in documents):
        return Withheld.TERMS_MISSING
    if profile.audience_of(LISTING) is Audience.NONE:
        return Withheld.NO_CONSENT
    shown_texts = (membership.name, profile.city, *profile.bio.values())
    if any(has_address(text) for text in shown_texts):
        return Withheld.ADDRESS_IN_TEXT
    return None


def _has_acknowledged(profile: Profile, document: Document, today: date) -> bool:
    """An older version keeps the listing (DIR-5); a version that was never in force does not."""
    given = profile.acknowledgements.get(document.id)
    return given is not None and document.was_in_force(given.version, today)


def _listing(profile: Profile, membership: Membership, documents: Sequence[Document], today: date) -> Listing:
    return Listing(
        slug=profile.slug,
        name=membership.name,
        profession=membership.profession,
        years_of_experience=profile.years_of_experience,
        areas=profile.areas,
        training=profile.training,
        client_ages=profile.client_ages,
        languages=profile.languages,
        topics=profile.topics,
        province=profile.province,
        city=profile.city,
        formats=profile.formats,
        frequency=profile.frequency,
        bio=dict(profile.bio),
        is_available=profile.is_available,
        returns_on=profile.returns_on,
        # A changed document is asked again; until then the listing stays, without new requests (DIR-5).
        accepts_requests=profile.is_available and not changed_documents(profile, documents, today),
        wants_search_engines=profile.wants_search_engines,
        listed_on=profile.opted_in_on,
        confirmed_on=profile.confirmed_on,
    )
