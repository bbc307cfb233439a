"""In which order mentors stand: in the index, alike beside alike; shown, another one every day.

The browser computes the order of the day as it is done here, from the facets alone: it costs no byte, and who
is added or changed moves nobody else.
"""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from build.search.collation import sorting_key
from build.search.facets import SORTED_BY, Facets
from mentoring.content.tables import LANGUAGES
from mentoring.domain.listing import Listing
from mentoring.domain.vocabulary import Vocabulary

EPOCH: Final = date(1970, 1, 1)
WORD: Final = 0xFFFFFFFF
GOLDEN: Final = 0x9E3779B9


@dataclass(frozen=True, slots=True)
class Row:
    """A mentor at a place of the index, with the numbers of the values found under."""

    listing: Listing
    values: tuple[int, ...]


@dataclass(frozen=True)
class Arrangement:
    """Rows in the order of the index, of one day."""

    rows: Sequence[Row]
    facets: Facets
    day: date

    @classmethod
    def of(
        cls, listings: Iterable[Listing], vocabularies: Mapping[str, Vocabulary], day: date
    ) -> "Arrangement":
        """Arrange these mentors: alike beside alike, and then by their addresses."""
        facets = Facets.of(vocabularies)
        numbers = facets.numbers

        def keyed(listing: Listing) -> tuple[Any, Row]:
            found = {
                facet: sorted({numbers[facet, each] for each in ids})
                for facet, ids in facets.of_listing(listing).items()
            }
            values = tuple(number for facet in facets.ids for number in found[facet])
            return ([found[facet] for facet in SORTED_BY], listing.slug), Row(listing, values)

        keyed_rows = sorted((keyed(listing) for listing in listings), key=lambda pair: pair[0])
        return cls([row for _, row in keyed_rows], facets, day)

    @cached_property
    def daily(self) -> list[int]:
        """Return the rows in the order of the day."""
        return [row for _, row in sorted(zip(self._ranks(), range(len(self.rows)), strict=True))]

    @property
    def listings_of_the_day(self) -> list[Listing]:
        """Return the mentors in the order of the day."""
        return [self.rows[row].listing for row in self.daily]

    @cached_property
    def sorted(self) -> dict[str, list[int]]:
        """Return the rows by name in each language, and the newest first; equals in the order of the day."""
        return {
            name: sorted(self.daily, key=lambda row: key(self.rows[row].listing))
            for name, key in ORDERS.items()
        }

    def places_of(self, others: Sequence[Listing]) -> list[dict[str, tuple[int, int]]]:
        """Return for each of some other mentors, by order: behind how many rows, and as which of them."""
        places: list[dict[str, tuple[int, int]]] = [{} for _ in others]
        for name, key_of in ORDERS.items():
            own = [key_of(other) for other in others]
            for rank, other in enumerate(sorted(range(len(others)), key=own.__getitem__)):
                places[other][name] = self._behind(name, own[other]), rank
        return places

    def _behind(self, name: str, key: Any) -> int:
        return bisect(self.sorted[name], key, key=lambda row: ORDERS[name](self.rows[row].listing))

    def _ranks(self) -> Iterable[int]:
        before, ordinal = None, 0
        days = (self.day - EPOCH).days
        for row in self.rows:
            alike = sum(_mixed(value + 1) for value in row.values) & WORD
            ordinal = ordinal + 1 if alike == before else 0
            before = alike
            yield _mixed(_mixed(alike + ordinal * GOLDEN) + days * GOLDEN)


def _by_name(language: str) -> Any:
    return lambda listing: sorting_key(listing.name, language)


ORDERS: Final[Mapping[str, Any]] = {
    **{f"name-{language}": _by_name(language) for language in LANGUAGES},
    "newest": lambda listing: -listing.listed_on.toordinal(),
}


def _mixed(value: int) -> int:
    """Return a number of 32 bits that looks like chance: the last step of MurmurHash3."""
    value &= WORD
    value = ((value ^ value >> 16) * 0x85EBCA6B) & WORD
    value = ((value ^ value >> 13) * 0xC2B2AE35) & WORD
    return value ^ value >> 16
