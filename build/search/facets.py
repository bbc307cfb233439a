"""What mentors are filtered and ranked by, and the order of rows that makes it small.

Each value of each facet has a number, the same in every release of the same vocabularies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mentoring.domain.listing import Listing
from mentoring.domain.vocabulary import Vocabulary

VOCABULARIES: Final = {
    "area": "areas",
    "training": "training",
    "age": "client-ages",
    "province": "provinces",
    "lang": "languages",
    "experience": "experience",
    "topic": "topics",
    "format": "formats",
}
PAUSED: Final = "paused"
SINGLE: Final = ("province", "experience")
"""Facets of which every mentor has one value."""

# Mentors who are alike in these stand together, the first deciding most: found by measuring.
SORTED_BY: Final = ("lang", "province", "paused", "experience", "training", "age", "format", "topic", "area")


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets with the ids of their values, in the order in which an index holds them."""

    ids: Mapping[str, tuple[str, ...]]
    vocabularies: Mapping[str, Vocabulary]

    @classmethod
    def of(cls, vocabularies: Mapping[str, Vocabulary]) -> "Facets":
        """Return the facets of these vocabularies."""
        ids = {facet: tuple(vocabularies[name].terms) for facet, name in VOCABULARIES.items()}
        return cls(ids | {PAUSED: ("1",)}, vocabularies)

    @property
    def numbers(self) -> dict[tuple[str, str], int]:
        """Return the number of each value."""
        values = [(facet, value) for facet, ids in self.ids.items() for value in ids]
        return {value: number for number, value in enumerate(values)}

    def of_listing(self, listing: Listing) -> dict[str, tuple[str, ...]]:
        """Return the ids that a mentor is found under, in the mentor's own order."""
        return {
            "area": listing.areas,
            "training": listing.training,
            "age": listing.client_ages,
            "province": (listing.province,),
            "lang": listing.languages,
            "experience": (self.vocabularies["experience"].band_of(listing.years_of_experience),),
            "topic": listing.topics,
            "format": listing.formats,
            PAUSED: () if listing.is_available else ("1",),
        }

    def places(self) -> dict[str, dict[str, list[str]]]:
        """Return what a wish about the place stands for: values of which one is enough.

        Near a province are itself and those that its entry in the vocabulary names; remote are ways to meet.
        """
        provinces, formats = self.vocabularies["provinces"].terms, self.vocabularies["formats"].terms
        near = {f"near-{term.id}": {"province": [term.id, *term.near]} for term in provinces.values()}
        return near | {"remote": {"format": [term.id for term in formats.values() if term.is_remote]}}
