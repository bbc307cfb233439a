"""Reads the member database and decides what the public may see of it; whatever cannot be shown says why.

What must stay private is kept beside each listing in memory, for the leak check alone: it is written nowhere.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Final

from build.addresses import FACETS, in_daily_order
from mentoring.content import Content
from mentoring.domain.email_addresses import has_address
from mentoring.domain.listing import Listing, Withheld, public_listing
from mentoring.domain.membership import Profession
from mentoring.domain.profile import Profile
from mentoring.domain.slugs import LONGEST_SLUG
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore

READ_TOGETHER: Final = 500
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MOST_YEARS: Final = 100  # of experience: nobody has more
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
class Selection:
    """Everybody in the member database: shown, or withheld with the reason."""

    listed: Sequence[Listed]  # in the day's order
    withheld: Mapping[str, Withheld | Unshowable]  # by slug
    unreadable: Sequence[str]  # records without a slug to name: identifiers, never people

    @property
    def listings(self) -> list[Listing]:
        """Return what leaves the member database."""
        return [each.listing for each in self.listed]


def read_selection(
    profiles: ProfileStore, memberships: MembershipStore, content: Content, today: date
) -> Selection:
    """Read everybody and decide who is shown today. One bad record withholds its own mentor alone."""
    selecting = _Selecting(content, today)
    reading = profiles.listed(selecting.unreadable.append)
    while batch := list(islice(reading, READ_TOGETHER)):
        known = memberships.get_many([profile.member_id for profile in batch], selecting.unreadable.append)
        for profile in batch:
            selecting.decide(
                profile,
                public_listing(profile, known.get(profile.member_id), content.policy.documents, today),
            )
    return selecting.finish()


def write_listings(listings: Iterable[Listing], file: Path) -> None:
    """Write listings as JSON lines, in their order: what the renderers are given."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{listing_text(listing)}\n" for listing in listings)


def listing_text(listing: Listing) -> str:
    """Return a listing as one line of JSON; equal listings are equal texts."""
    return json.dumps(asdict(listing), ensure_ascii=False, sort_keys=True, default=str)


def read_listings(file: Path) -> list[Listing]:
    """Return the listings that `write_listings` wrote."""
    with file.open(encoding="utf-8") as stream:
        return [_listing(json.loads(line)) for line in stream]


class _Selecting:
    def __init__(self, content: Content, today: date) -> None:
        self._content = content
        self._today = today
        self._listed: list[Listed] = []
        self._withheld: dict[str, Withheld | Unshowable] = {}
        self._claims: Counter[str] = Counter()
        self.unreadable: list[str] = []

    def decide(self, profile: Profile, decided: Listing | Withheld) -> None:
        self._claims[profile.slug] += 1
        if isinstance(decided, Withheld):
            self._withheld[profile.slug] = decided
            return
        shown = _with_text_alone(decided)
        if fault := _fault(shown, self._content):
            self._withheld[profile.slug] = fault
        else:
            self._listed.append(Listed(listing=shown, member_id=profile.member_id, identity=profile.identity))

    def finish(self) -> Selection:
        # An address that two profiles claim could show one mentor under the other's: neither is shown.
        twice = {slug for slug, claims in self._claims.items() if claims > 1}
        withheld = self._withheld | dict.fromkeys(twice, Unshowable.DUPLICATE_SLUG)
        by_slug = {each.listing.slug: each for each in self._listed if each.listing.slug not in twice}
        order = in_daily_order((each.listing for each in by_slug.values()), self._today)
        return Selection(
            listed=[by_slug[listing.slug] for listing in order],
            withheld=dict(sorted(withheld.items())),
            unreadable=sorted(set(self.unreadable)),
        )


def _fault(listing: Listing, content: Content) -> Withheld | Unshowable | None:
    if not SLUG.fullmatch(listing.slug) or len(listing.slug) > LONGEST_SLUG or listing.slug in FACETS:
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


def _listing(read: dict[str, Any]) -> Listing:
    for name in FACET_LISTS:
        read[name] = tuple(read[name])
    for name in ("returns_on", "listed_on", "confirmed_on"):
        read[name] = date.fromisoformat(read[name]) if read[name] else None
    read["profession"] = Profession(read["profession"])
    return Listing(**read)
