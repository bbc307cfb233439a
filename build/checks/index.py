"""Checks the data that the directory's search loads: the listed mentors, and nothing private of any."""

from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from build.checks.identity import IdentityCheck, folded
from build.listings import Listed, Selection
from build.problems import Problem
from build.search import ReadIndex


def check_index(
    tree: Path, index_url: str, selection: Selection, identity: IdentityCheck
) -> Iterator[Problem]:
    """Yield what is wrong with the index: other mentors than on the pages, or a private word of one.

    It is read as a browser reads it: cards, facets and words, row by row.
    """
    read = ReadIndex.at(tree, index_url)
    cards, arrangement = read.cards(), selection.arrangement
    slugs = [row.listing.slug for row in arrangement.rows]
    if [card[0] for card in cards] != slugs or read.slugs() != {slug: row for row, slug in enumerate(slugs)}:
        yield Problem(index_url, "mentors-differ")
        return
    listed = {each.listing.slug: each for each in selection.listed}
    rows = [listed[slug] for slug in slugs]
    if _values(read, len(rows)) != [row.values for row in arrangement.rows]:
        yield Problem(index_url, "mentors-differ", "facets")
    words = _words_of_answers(read, rows, identity.words_of(rows))
    for row, (card, each) in enumerate(zip(cards, rows, strict=True)):
        texts = [*_texts(card), " ".join(words.get(row, ()))]
        if each.member_id in texts and each.member_id != each.listing.slug:
            yield Problem(index_url, "member-id", each.listing.slug)
        if identity.is_in_row(each, texts):
            yield Problem(index_url, "identity", each.listing.slug)


def _values(read: ReadIndex, total: int) -> list[tuple[int, ...]]:
    found: list[list[int]] = [[] for _ in range(total)]
    sets = (rows for values in read.facets().values() for rows in values.values())
    for value, rows in enumerate(sets):
        for row in rows:
            found[row].append(value)
    return [tuple(values) for values in found]


def _words_of_answers(read: ReadIndex, rows: Sequence[Listed], telling: Set[str]) -> Mapping[int, list[str]]:
    """Return by row the words that lead there and that are in somebody's answer."""
    words: dict[int, list[str]] = {row: [] for row, each in enumerate(rows) if each.identity}
    for entry in read.words():
        if not telling.isdisjoint(folded(entry.term).split()):
            for row in words.keys() & entry.rows:
                words[row].append(entry.term)
    return words


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a value, names of fields included."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
