"""Where each page of the site is. Slugs carry no language: the twin of a page differs in its prefix alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mentoring.content import Wording
from mentoring.domain.listing import Listing
from mentoring.pages.addresses import page_url

FACETS: Final = {"area": "areas", "province": "provinces", "language": "languages"}
"""Every mentor is reached by links alone through these; each with its vocabulary."""


@dataclass(frozen=True, slots=True)
class BrowseLink:
    """A way into the directory: one value of a facet, with how many mentors it leads to."""

    id: str
    label: str
    count: int
    url: str


def mentor_url(language: str, slug: str) -> str:
    """Return the address of a mentor's page."""
    return page_url(language, f"mentors/{slug}")


def browse_url(language: str, facet: str, term_id: str, number: int = 1) -> str:
    """Return the address of a list by area, province or language; further pages carry their number."""
    first = f"mentors/{facet}/{term_id}"
    return page_url(language, first if number == 1 else f"{first}/{number}")


def file_of(tree: Path, path: str) -> Path:
    """Return the file that a page's address is served from."""
    return tree / name_of(path)


def name_of(path: str) -> str:
    """Return the path in its tree of that file."""
    return f"{path[1:]}index.html" if path.endswith("/") else path[1:]


def values_of(listing: Listing, facet: str) -> tuple[str, ...]:
    """Return the ids that a mentor is found under in a facet."""
    return {"area": listing.areas, "province": (listing.province,), "language": listing.languages}[facet]


def browse_links(listings: Sequence[Listing], wording: Wording) -> dict[str, list[BrowseLink]]:
    """Return every value of every facet in the vocabulary's order, those nobody has included."""
    return {
        facet: [
            BrowseLink(
                term.id,
                term.labels[wording.language],
                counts.get(term.id, 0),
                browse_url(wording.language, facet, term.id),
            )
            for term in wording.vocabulary(FACETS[facet])
        ]
        for facet in FACETS
        for counts in [_counts(listings, facet)]
    }


def _counts(listings: Sequence[Listing], facet: str) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for listing in listings:
        for term_id in values_of(listing, facet):
            counts[term_id] = counts.get(term_id, 0) + 1
    return counts
