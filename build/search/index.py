"""Writes the index: a manifest, the facets, and what is fetched only once it is needed (DIR-11, DIR-12).

Its format is in build/README.md. It has two readers, build/search/reading.py and site/theme/static/js/search.
"""

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from build.search.arrangement import Arrangement
from build.search.cards import card_of, compact
from build.search.encoding import VERSION, Entry, in_shard_order, numbers, row_list, shard_of, shards
from build.search.facets import SINGLE
from build.search.words import STOP_WORDS, MentorWords

MANIFEST: Final = "manifest.json"
FACETS: Final = "facets.bin"
SLUGS_PER_FILE: Final = 200


def write_search_index(arrangement: Arrangement, tree: Path) -> str:
    """Write the index of these mentors under `tree`; return the address of its manifest.

    Its folder is named by a hash of what it holds: the same mentors on the same day give the same files.
    """
    folder = _Folder(tree / "data" / "unnamed")
    folder.write(FACETS, _facets(arrangement))
    for name, rows in arrangement.sorted.items():
        folder.write(f"order/{name}.bin", numbers(rows))
    manifest = _manifest(arrangement)
    for place, (first, shard) in enumerate(shards(_words(arrangement), len(arrangement.rows))):
        manifest["text"].append(first)
        folder.write(f"text/{place}.bin", shard)
    for place, slugs in enumerate(_slugs(arrangement, manifest["slugs"])):
        folder.write(f"slugs/{place}.bin", slugs)
    for row, card in enumerate(_cards(arrangement)):
        folder.write(f"cards/{row}.json", card)
    folder.write(MANIFEST, compact(manifest))
    return f"/data/{folder.name()}/{MANIFEST}"


def slug_file(slug: str, files: int) -> int:
    """Return which file holds a mentor's address: FNV-1a over its letters."""
    hashed = 0x811C9DC5
    for letter in slug.encode():
        hashed = (hashed ^ letter) * 0x01000193 & 0xFFFFFFFF
    return hashed % files


class _Folder:
    """Files as they come, and at the end a name that only these can have."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hash = hashlib.sha256()

    def write(self, name: str, content: bytes) -> None:
        file = self._path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self._hash.update(f"{name} {len(content)} ".encode() + content)

    def name(self) -> str:
        name = self._hash.hexdigest()[:16]
        self._path.rename(self._path.with_name(name))
        return name


def _manifest(arrangement: Arrangement) -> dict[str, Any]:
    total = len(arrangement.rows)
    return {
        "version": VERSION,
        "day": arrangement.day.isoformat(),
        "total": total,
        "facets": arrangement.facets.ids,
        "single": [*SINGLE, "place"],  # any is enough where more than one must be met
        "places": arrangement.facets.places(),
        "slugs": total // SLUGS_PER_FILE + 1,
        "stop": sorted(STOP_WORDS),
        "text": [],
    }


def _facets(arrangement: Arrangement) -> bytes:
    total = len(arrangement.rows)
    found: list[array[int]] = [array("I") for _ in arrangement.facets.numbers]
    for row, each in enumerate(arrangement.rows):
        for value in each.values:
            found[value].append(row)
    return bytes([VERSION]) + numbers([total]) + b"".join(row_list(rows, total) for rows in found)


def _words(arrangement: Arrangement) -> Iterator[Entry]:
    words = MentorWords(arrangement.facets.vocabularies)
    rows: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    paused: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    for row, each in enumerate(arrangement.rows):
        found = words.of(each.listing)
        for word in found.every:
            rows[word].append(row)
        if not each.listing.is_available:
            for word in found.of_name:
                paused[word].append(row)
    for word in sorted(rows, key=in_shard_order):
        yield Entry(word, rows[word], paused.get(word, ()))


def _slugs(arrangement: Arrangement, files: int) -> Iterator[bytes]:
    shelves: list[list[Entry]] = [[] for _ in range(files)]
    for row, each in enumerate(arrangement.rows):
        slug = each.listing.slug
        shelves[slug_file(slug, files)].append(Entry(slug, (row,)))
    for shelf in shelves:
        yield shard_of(sorted(shelf, key=lambda entry: entry.term), len(arrangement.rows))


def _cards(arrangement: Arrangement) -> Iterator[bytes]:
    places = {
        (facet, value): place
        for facet, ids in arrangement.facets.ids.items()
        for place, value in enumerate(ids)
    }
    for each in arrangement.rows:
        yield compact(card_of(each.listing, arrangement.facets, places))
