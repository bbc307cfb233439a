"""Looks for a mentor's identity answers on the mentor's own page and in their row of the index (DIR-12).

Words like "French" or "White" are ordinary on ordinary pages. So each page is held against pages of made-up
mentors that the renderer renders beside the tree: an answer is a leak where a page says it more often than
they do, once the mentor's own public labels are taken out ("Indigenous health" is an area of practice). What
mentors write of themselves in public is theirs to say and is not looked for.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Final

from build.addresses import FACETS
from build.listings import FACET_LISTS, Listed
from mentoring.content import Content, Wording
from mentoring.domain.listing import Listing
from mentoring.pages.addresses import LANGUAGES

# Names for machines: the same on every page, or repeated with every term.
MACHINE_NAMES: Final = re.compile(
    r'\s(?:class|id|for|role|type|style|rel)="[^"]*"|</?[a-z][a-z0-9-]*|\s[a-z-]+="'
)
NO_WORD: Final = re.compile(r"[\W_]+")
MARKS: Final = re.compile("[\u0300-\u036f]+")
SHORTEST: Final = 3  # an answer of one or two characters cannot be told from ordinary text


def folded(text: str) -> str:
    """Return the words of a text without case and accents, each between spaces of its own."""
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    words = NO_WORD.sub("  ", plain).strip()
    return f" {words} "


def own_text(listing: Listing) -> str:
    """Return what mentors say of themselves in public, their address included: it may keep a former name."""
    return " ".join((listing.name, listing.slug, listing.city, *listing.bio.values()))


def letters(text: str) -> bytes:
    """Return the plain letters of a text: those of every word of it as `folded` are there in one piece.

    Nothing parts words, so the letters of one may also stand where it does not.
    """
    return _plain(unicodedata.normalize("NFKD", text.casefold()))


def letters_of_phrase(phrase: str) -> bytes:
    """Return the plain letters of a folded phrase's longest word; it may have none."""
    return _plain(max(phrase.split(), key=len))


def folded_line(line: str) -> str:
    """Return the words that a line of a page says anywhere: in text, titles, labels, links and data."""
    said = folded(html.unescape(MACHINE_NAMES.sub(" ", f"\n{line}")))
    return said if said.strip() else ""


class IdentityCheck:
    """Knows what each mentor must not be said to be, and what pages say anyway."""

    def __init__(self, content: Content, references: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._content = content
        self._common = {language: _common_lines(groups) for language, groups in references.items()}
        self._references = {
            language: [[self._own_part(_lines(page), language) for page in variants] for variants in groups]
            for language, groups in references.items()
        }
        self._allowance = cache(self._said_anyway)
        self._phrases = cache(self._folded_phrases)
        self._letters = cache(letters_of_phrase)
        self._day_words = cache(self._written_day)

    def is_said(self, listed: Listed, language: str, lines: Sequence[bytes]) -> bool:
        """Return whether a mentor's page, by its lines, says one of the mentor's identity answers."""
        secrets = self._secrets(listed)
        lines_of_own = set(lines) - self._common[language]
        if not self._may_be_said(secrets, html.unescape(b"\n".join(lines_of_own).decode())):
            return False  # as of nearly everybody
        said = self._own_part(lines, language)
        suspected = [secret for secret in secrets if said.count(secret) > self._allowance(secret, language)]
        if not suspected:
            return False
        for label in self._public_labels(listed.listing):
            said = said.replace(label, " ")
        own = self._own_words(listed.listing)
        return any(
            secret not in own and said.count(secret) > self._allowance(secret, language)
            for secret in suspected
        )

    def is_in_row(self, listed: Listed, texts: Sequence[str]) -> bool:
        """Return whether a mentor's row of the index says one of the mentor's identity answers.

        Its texts are bags of words as well as sentences, so words that public answers explain are no leak;
        a text that is nothing but the answer is one.
        """
        secrets = self._secrets(listed)
        if not self._may_be_said(secrets, "\n".join(texts)):
            return False
        said = [folded(text) for text in texts]
        words = {word for text in said for word in text.split()}
        suspected = [secret for secret in secrets if words.issuperset(secret.split())]
        if not suspected:
            return False
        own, labels = self._own_words(listed.listing), self._public_labels(listed.listing)
        explained = {word for text in [*labels, own] for word in text.split()}
        return any(
            (secret in said and secret not in labels) or not explained.issuperset(secret.split())
            for secret in suspected
            if secret not in own
        )

    def words_of(self, everybody: Iterable[Listed]) -> set[str]:
        """Return the words of all answers of these mentors."""
        return {word for listed in everybody for secret in self._secrets(listed) for word in secret.split()}

    def _may_be_said(self, secrets: Sequence[str], text: str) -> bool:
        # Without a pattern: telling the words of a text apart takes ten times as long.
        found = letters(text) if secrets else b""
        return any(self._letters(secret) in found for secret in secrets)

    def _own_part(self, lines: Sequence[bytes], language: str) -> str:
        # Lines that every mentor's page has say nothing of one mentor, and are most of the page.
        common = self._common[language]
        return "".join(folded_line(line.decode()) for line in lines if line not in common)

    def _said_anyway(self, secret: str, language: str) -> int:
        # Of two mentors who share no term, the one who says it less: the other may say it as a public label.
        groups = self._references[language]
        return min(max(page.count(secret) for page in variants) for variants in groups)

    def _secrets(self, listed: Listed) -> list[str]:
        return [
            phrase
            for name, values in listed.identity.items()
            for value in values
            for phrase in self._phrases(name, value)
            if len(phrase.strip()) >= SHORTEST
        ]

    def _own_words(self, listing: Listing) -> str:
        days = (listing.listed_on, listing.confirmed_on, listing.returns_on)
        return folded(" ".join([own_text(listing), *(self._day_words(day) for day in days if day)]))

    def _written_day(self, day: date) -> str:
        return " ".join(
            [day.isoformat(), *(Wording(self._content, each).date_words(day) for each in LANGUAGES)]
        )

    def _public_labels(self, listing: Listing) -> list[str]:
        chosen: dict[str, Iterable[str]] = {
            vocabulary: getattr(listing, name) for name, vocabulary in FACET_LISTS.items()
        }
        chosen |= {
            "provinces": [listing.province],
            "frequency": [listing.frequency] if listing.frequency else [],
            "professions": [listing.profession],
        }
        labels = {
            phrase for name, ids in chosen.items() for each in ids for phrase in self._phrases(name, each)
        }
        labels |= {folded(f"mentors {facet}") for facet in FACETS}  # the way to a label's own page
        return sorted(labels, key=len, reverse=True)

    def _folded_phrases(self, vocabulary: str, term_id: str) -> frozenset[str]:
        listed = self._content.vocabularies.get(vocabulary)  # none for a question that is no longer asked
        term = listed.terms.get(term_id) if listed else None
        # A label may hold both forms of a word, "Noir ou Noire": `also` has each of them alone.
        words = (*term.labels.values(), *term.also) if term else ()
        return frozenset(map(folded, [term_id, *words]))


def _common_lines(groups: Sequence[Sequence[str]]) -> frozenset[bytes]:
    of_each = [{line for page in variants for line in _lines(page)} for variants in groups]
    return frozenset(set.intersection(*of_each))


def _lines(page: str) -> list[bytes]:
    return page.encode().split(b"\n")


def _plain(text: str) -> bytes:
    return text.encode("ascii", "ignore").lower()
