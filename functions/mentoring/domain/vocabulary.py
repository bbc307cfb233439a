"""Lists that members choose from: stable ids, with their words in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry. `also`: words in either language that people search it by, besides its labels.

    `at_least` and `at_most` are set on bands of numbers alone (years, both inclusive), `near` on provinces:
    their neighbours' ids; `is_remote` on ways to meet without travelling.
    """

    id: str
    labels: Mapping[str, str]  # by language, EN and FR both
    also: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    near: tuple[str, ...] = ()
    is_remote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A list in its own order. `own_words`: an answer may also be the member's own words."""

    name: str
    version: str
    source: str
    own_words: bool
    terms: Mapping[str, Term]

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.terms

    def label(self, term_id: str, language: str) -> str:
        """Return the word for an id, or the member's own words as they are where the list takes them.

        Raises KeyError for an unknown id of a closed list.
        """
        if self.own_words and term_id not in self.terms:
            return term_id
        return self.terms[term_id].labels[language]

    def band_of(self, number: int) -> str:
        """Return the id of the band a number falls in. Raises ValueError where no band holds it."""
        for term in self.terms.values():
            if term.at_least is not None and term.at_least <= number and number <= (term.at_most or number):
                return term.id
        raise ValueError(f"no band of {self.name} holds {number}")
