"""Words as they are searched: folded, without those that every text has (DIR-11)."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from mentoring.domain.listing import Listing
from mentoring.domain.vocabulary import Vocabulary

# Letters that Unicode does not decompose into plain ones; folding.mjs has the same.
PLAIN: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ"}
)
# Of both languages, folded: whoever writes in one may name a thing in the other. The browser gets them with
# the manifest. A word of somebody's name is never left out: An, Le and Son are names.
SMALL_WORDS: Final = """
a an and are as at be by for from has have i in is it its my of on or our that the their this to was we were
which who will with you your ai au aux avec c ce ces cette d dans de des du elle en est et eux il ils j je l
la le les leur leurs m ma mais me mes mon n ne nos notre nous ou par pas plus pour qu que qui s sa se ses
son sont sur t un une vos votre vous y
"""
STOP_WORDS: Final = frozenset(SMALL_WORDS.split())


@dataclass(frozen=True, slots=True)
class Words:
    """What a mentor is found by: the words of the name, and all of them."""

    of_name: frozenset[str]
    every: frozenset[str]


def fold(text: str) -> str:
    """Return the text in small letters, without accents and ligatures."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return bare.lower().translate(PLAIN)


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, in their order. Whatever is no letter, mark or number parts them."""
    return [word for token in text.split() for word in _words_of_token(token)]


class MentorWords:
    """Collects the words of mentors: of name, place, biography, and of terms by their labels and synonyms."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._vocabularies = vocabularies
        self._of_term = cache(self._words_of_term)

    def of(self, listing: Listing) -> Words:
        """Return what this mentor is found by."""
        of_name = frozenset(words_of(listing.name))
        said = {word for text in (listing.city, *listing.bio.values()) for word in words_of(text)}
        chosen = (self._of_term(vocabulary, each) for vocabulary, ids in _terms(listing) for each in ids)
        return Words(of_name, of_name | (said.union(*chosen) - STOP_WORDS))

    def _words_of_term(self, vocabulary: str, term_id: str) -> frozenset[str]:
        term = self._vocabularies[vocabulary].terms[term_id]
        return frozenset(word for text in (*term.labels.values(), *term.also) for word in words_of(text))


@lru_cache(maxsize=200_000)
def _words_of_token(token: str) -> tuple[str, ...]:
    spaced = (letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in fold(token))
    return tuple("".join(spaced).split())


def _terms(listing: Listing) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield "professions", (listing.profession,)
    yield "areas", listing.areas
    yield "training", listing.training
    yield "client-ages", listing.client_ages
    yield "provinces", (listing.province,)
    yield "languages", listing.languages
    yield "topics", listing.topics
