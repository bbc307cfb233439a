"""Lists that members choose from: stable ids, with their words in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import combining, normalize


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
    """A list in its own order. `own_words`: an answer may also be the member's own words.

    `first`: so many terms stand first, the others follow by name; None where all stand as they are.
    """

    name: str
    version: str
    source: str
    own_words: bool
    first: int | None
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

    def ordered(self, language: str) -> tuple[Term, ...]:
        """Return the terms in the order in which people read them in a language."""
        terms = tuple(self.terms.values())
        first = len(terms) if self.first is None else self.first
        return terms[:first] + tuple(sorted(terms[first:], key=lambda term: _by_name(term.labels[language])))

    def band_of(self, number: int) -> str:
        """Return the id of the band a number falls in. Raises ValueError where no band holds it."""
        for term in self.terms.values():
            if term.at_least is not None and term.at_least <= number and number <= (term.at_most or number):
                return term.id
        raise ValueError(f"no band of {self.name} holds {number}")


def _by_name(label: str) -> str:
    return "".join(each for each in normalize("NFKD", label) if not combining(each)).casefold()
