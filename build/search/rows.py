"""A listing as a row of JSON, whole: how the members' tree holds those whom members alone see."""

from datetime import date
from typing import Any

from build.search.cards import excerpt
from build.search.facets import Facets
from build.search.words import MentorWords
from mentoring.content import Content
from mentoring.domain.listing import Listing


def row_of(listing: Listing, content: Content) -> dict[str, Any]:
    """Return what cards, filters and search need of a mentor; the public index holds the same."""
    found = Facets.of(content.vocabularies).of_listing(listing)
    return {
        "slug": listing.slug,
        "name": listing.name,
        "profession": listing.profession,
        "city": listing.city,
        "area": found["area"],
        "training": found["training"],
        "age": found["age"],
        "province": listing.province,
        "lang": found["lang"],
        "experience": found["experience"][0],
        "topic": found["topic"],
        "format": found["format"],
        "available": listing.is_available,
        "accepts_requests": listing.accepts_requests,
        "returns_on": _iso(listing.returns_on),
        "confirmed_on": _iso(listing.confirmed_on),
        "listed_on": _iso(listing.listed_on),
        "excerpt": {language: excerpt(bio) for language, bio in listing.bio.items()},
        "words": " ".join(sorted(MentorWords(content.vocabularies).of(listing).every)),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
