"""What a card of the directory shows of a mentor, as the browser fetches it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from build.search.facets import Facets
from mentoring.domain.listing import Listing

EXCERPT_LENGTH: Final = 200  # characters, as in templates/components/card.html
FACETS_SHOWN: Final = ("area", "training", "lang")
AVAILABLE, WAITING, PAUSED = range(3)


def card_of(listing: Listing, facets: Facets, places: Mapping[tuple[str, str], int]) -> list[Any]:
    """Return a card as a list; build/README.md names its places. A value is its place in its facet."""
    found = facets.of_listing(listing)
    return [
        listing.slug,
        listing.name,
        listing.profession,
        listing.city,
        places["province", listing.province],
        *([places[facet, value] for value in found[facet]] for facet in FACETS_SHOWN),
        _state(listing),
        listing.confirmed_on.isoformat(),
        {language: excerpt(bio) for language, bio in sorted(listing.bio.items())},
        *([listing.returns_on.isoformat()] if listing.returns_on else []),
    ]


def compact(content: Any) -> bytes:
    """Return JSON without a byte too many."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def excerpt(bio: str) -> str:
    """Return the beginning of a biography on one line, cut between words."""
    line = " ".join(bio.split())
    if len(line) <= EXCERPT_LENGTH:
        return line
    return line[: EXCERPT_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" .,;:") + "…"


def _state(listing: Listing) -> int:
    if not listing.is_available:
        return PAUSED
    return AVAILABLE if listing.accepts_requests else WAITING
