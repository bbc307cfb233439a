"""Reads the member database and decides who may see what of it; whatever cannot be shown says why.

What must stay private is kept beside each listing in memory, for the leak check alone: it is written nowhere.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from build.search import Arrangement
from mentoring.content import Content
from mentoring.domain.email_addresses import has_address
from mentoring.domain.listing import Listing, MembersListing, Withheld, members_listing, public_listing
from mentoring.domain.membership import Membership
from mentoring.domain.profile import Profile
from mentoring.domain.slugs import LONGEST_SLUG, RESERVED
from mentoring.domain.withdrawals import subjects_shown
from mentoring.storage.listing_records import listing_from, listing_text

if TYPE_CHECKING:
    # The renderers read listings from a file: without boto3 they start in two thirds of the time.
    from mentoring.storage.memberships import MembershipStore
    from mentoring.storage.profiles import ProfileStore

READ_TOGETHER: Final = 500
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MOST_YEARS: Final = 100  # of experience: nobody has more
LONGEST_ANSWER: Final = 200  # characters, in a mentor's own words: what is longer was never typed in a form
# Characters that are no text: HTML allows none of them, and one pasted by accident must not cost a listing.
NO_TEXT: Final = dict.fromkeys(
    [
        *(*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)),
        *range(0xFDD0, 0xFDF0),
        *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
    ]
)
FACET_LISTS: Final = {
    "areas": "areas",
    "training": "training",
    "client_ages": "client-ages",
    "languages": "languages",
    "topics": "topics",
    "formats": "formats",
}


class Unshowable(StrEnum):
    """Why a mentor who may be listed is not; it is for staff to mend."""

    UNREADABLE = "unreadable"
    UNKNOWN_TERM = "unknown-term"
    BAD_SLUG = "bad-slug"
    DUPLICATE_SLUG = "duplicate-slug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A listing, and what must not be said beside it."""

    listing: Listing
    member_id: str = field(repr=False)
    identity: Mapping[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForMembers:
    """A mentor of whom signed-in members see more than the public does: identity answers, or the listing."""

    shown: MembersListing
    is_public: bool  # the listing itself is for everybody
    subjects: frozenset[str]  # what the consents show, for the check of what was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Everybody in the member database: shown to everybody or to members, or withheld with the reason."""

    listed: Sequence[Listed]  # public, in the day's order
    arrangement: Arrangement  # of the public ones, as the index holds them
    for_members: Sequence[ForMembers]  # in the day's order
    withheld: Mapping[str, Withheld | Unshowable]  # by slug
    unreadable: Sequence[str]  # records without a slug to name: identifiers, never people

    @property
    def listings(self) -> list[Listing]:
        """Return what leaves the member database for everybody."""
        return [each.listing for each in self.listed]

    @property
    def members_only(self) -> list[Listing]:
        """Return the listings that signed-in members alone see."""
        return [each.shown.listing for each in self.for_members if not each.is_public]


def read_selection(
    profiles: "ProfileStore", memberships: "MembershipStore", content: Content, today: date
) -> Selection:
    """Read everybody and decide who is shown today. One bad record withholds its own mentor alone."""
    selecting = _Selecting(content, today)
    reading = profiles.listed(selecting.unreadable.append)
    while batch := list(islice(reading, READ_TOGETHER)):
        known = memberships.get_many([profile.member_id for profile in batch], selecting.unreadable.append)
        for profile in batch:
            selecting.decide(profile, known.get(profile.member_id))
    return selecting.finish()


def write_listings(listings: Iterable[Listing], file: Path) -> None:
    """Write listings as JSON lines, in their order: what the renderers are given."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{listing_text(listing)}\n" for listing in listings)


def read_listings(file: Path) -> list[Listing]:
    """Return the listings that `write_listings` wrote."""
    with file.open(encoding="utf-8") as stream:
        return [listing_from(json.loads(line)) for line in stream]


class _Selecting:
    def __init__(self, content: Content, today: date) -> None:
        self._content = content
        self._today = today
        self._listed: list[Listed] = []
        self._for_members: list[ForMembers] = []
        self._withheld: dict[str, Withheld | Unshowable] = {}
        self._claims: Counter[str] = Counter()
        self.unreadable: list[str] = []
        self._places = {
            name: {term_id: place for place, term_id in enumerate(content.vocabularies[vocabulary].terms)}
            for name, vocabulary in FACET_LISTS.items()
        }

    def decide(self, profile: Profile, membership: Membership | None) -> None:
        self._claims[profile.slug] += 1
        asked = (profile, membership, self._content.policy.documents, self._today)
        public, members = public_listing(*asked), members_listing(*asked)
        if isinstance(members, Withheld):
            self._withheld[profile.slug] = members
            return
        is_public = isinstance(public, Listing)
        shown = _with_text_alone(public if isinstance(public, Listing) else members.listing)
        if fault := _fault(shown, self._content):
            self._withheld[profile.slug] = fault
            return
        shown = self._in_order(shown)
        if is_public:
            self._listed.append(Listed(listing=shown, member_id=profile.member_id, identity=profile.identity))
        identity = self._with_known_answers(members.identity)
        if identity or not is_public:
            self._for_members.append(
                ForMembers(
                    shown=MembersListing(listing=shown, identity=identity),
                    is_public=is_public,
                    subjects=subjects_shown(profile),
                )
            )

    def finish(self) -> Selection:
        # An address that two profiles claim could show one mentor under the other's: neither is shown.
        twice = {slug for slug, claims in self._claims.items() if claims > 1}
        withheld = self._withheld | dict.fromkeys(twice, Unshowable.DUPLICATE_SLUG)
        public = {each.listing.slug: each for each in self._listed if each.listing.slug not in twice}
        for_members = {
            slug: each for each in self._for_members if (slug := each.shown.listing.slug) not in twice
        }
        arrangement = self._arranged(each.listing for each in public.values())
        in_order = self._arranged(each.shown.listing for each in for_members.values()).listings_of_the_day
        return Selection(
            listed=[public[listing.slug] for listing in arrangement.listings_of_the_day],
            arrangement=arrangement,
            for_members=[for_members[listing.slug] for listing in in_order],
            withheld=dict(sorted(withheld.items())),
            unreadable=sorted(set(self.unreadable)),
        )

    def _arranged(self, listings: Iterable[Listing]) -> Arrangement:
        return Arrangement.of(listings, self._content.vocabularies, self._today)

    def _in_order(self, listing: Listing) -> Listing:
        """Return a listing whose terms stand as in their lists, so that mentors are easily compared."""
        in_order: dict[str, Any] = {
            name: tuple(sorted(getattr(listing, name), key=places.__getitem__))
            for name, places in self._places.items()
        }
        return replace(listing, **in_order)

    def _with_known_answers(self, identity: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return shared answers as text; one that left its list is shown to nobody, and says nothing."""
        known = {
            name: tuple(text for answer in answers if (text := self._answer(name, answer)))
            for name, answers in identity.items()
        }
        return {name: answers for name, answers in known.items() if answers}

    def _answer(self, name: str, answer: str) -> str:
        vocabulary = self._content.vocabularies[name]
        if not vocabulary.own_words:
            return answer if answer in vocabulary else ""
        text = " ".join(answer.translate(NO_TEXT).split())
        # Once more, as for a listing's own words.
        return "" if len(text) > LONGEST_ANSWER or has_address(text) else text


def _fault(listing: Listing, content: Content) -> Withheld | Unshowable | None:
    if not SLUG.fullmatch(listing.slug) or len(listing.slug) > LONGEST_SLUG or listing.slug in RESERVED:
        return Unshowable.BAD_SLUG
    if not 0 <= listing.years_of_experience <= MOST_YEARS:
        return Unshowable.UNREADABLE
    # Once more: what stood between the letters of an address may just have been taken out.
    if any(has_address(text) for text in (listing.name, listing.city, *listing.bio.values())):
        return Withheld.ADDRESS_IN_TEXT
    chosen = {vocabulary: getattr(listing, name) for name, vocabulary in FACET_LISTS.items()}
    chosen |= {"provinces": (listing.province,), "professions": (listing.profession,)}
    chosen |= {"frequency": (listing.frequency,)} if listing.frequency else {}
    known = all(term_id in content.vocabularies[name] for name, ids in chosen.items() for term_id in ids)
    return None if known else Unshowable.UNKNOWN_TERM


def _with_text_alone(listing: Listing) -> Listing:
    return replace(
        listing,
        name=listing.name.translate(NO_TEXT),
        city=listing.city.translate(NO_TEXT),
        bio={language: text.translate(NO_TEXT) for language, text in listing.bio.items()},
    )
