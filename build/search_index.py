"""Writes the file that the directory's filters work on: public listings, one row each (DIR-11, DIR-12).

The format has one reader, site/theme/static/js/matching.mjs; both change together.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from mentoring.content import Content
from mentoring.domain.listing import Listing
from mentoring.domain.vocabulary import Vocabulary

VERSION: Final = 1
EXCERPT_LENGTH: Final = 200  # characters, as in templates/components/card.html
# Letters that Unicode does not decompose into plain ones; folding.mjs has the same.
PLAIN: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ"}
)


def write_search_index(listings: Sequence[Listing], content: Content, tree: Path) -> str:
    """Write the index of these listings, in their order, under `tree`; return its URL path.

    The name holds a hash of the content: the same listings give the same file.
    """
    rows = [row_of(listing, content.vocabularies) for listing in listings]
    index = {"version": VERSION, "mentors": rows}
    written = json.dumps(index, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    address = f"/data/directory.{hashlib.sha256(written).hexdigest()[:16]}.json"
    file = tree / address[1:]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(written)
    return address


def fold(text: str) -> str:
    """Return the text in small letters, without accents and ligatures."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return bare.lower().translate(PLAIN)


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, in their order. Whatever is no letter, mark or number parts them."""
    spaced = (letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in fold(text))
    return "".join(spaced).split()


def excerpt(bio: str) -> str:
    """Return the beginning of a biography on one line, cut between words."""
    line = " ".join(bio.split())
    if len(line) <= EXCERPT_LENGTH:
        return line
    return line[: EXCERPT_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" .,;:") + "…"


def row_of(listing: Listing, vocabularies: Mapping[str, Vocabulary]) -> dict[str, Any]:
    """Return a listing as a row of the index, of the public one and of the members' alike."""
    experience = vocabularies["experience"].band_of(listing.years_of_experience)
    words = {word for text in _texts(listing, vocabularies) for word in words_of(text)}
    return {
        "slug": listing.slug,
        "name": listing.name,
        "profession": listing.profession,
        "city": listing.city,
        "area": listing.areas,
        "training": listing.training,
        "age": listing.client_ages,
        "province": listing.province,
        "lang": listing.languages,
        "experience": experience,
        "topic": listing.topics,
        "available": listing.is_available,
        "accepts_requests": listing.accepts_requests,
        "returns_on": _iso(listing.returns_on),
        "confirmed_on": _iso(listing.confirmed_on),
        "listed_on": _iso(listing.listed_on),
        "excerpt": {language: excerpt(bio) for language, bio in listing.bio.items()},
        "words": " ".join(sorted(words)),
    }


def _texts(listing: Listing, vocabularies: Mapping[str, Vocabulary]) -> Iterable[str]:
    yield from (listing.name, listing.city, *listing.bio.values())
    said = {
        "professions": (listing.profession,),
        "areas": listing.areas,
        "training": listing.training,
        "client-ages": listing.client_ages,
        "provinces": (listing.province,),
        "languages": listing.languages,
        "topics": listing.topics,
    }
    for name, term_ids in said.items():
        for term_id in term_ids:
            term = vocabularies[name].terms[term_id]
            yield from (*term.labels.values(), *term.also)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
