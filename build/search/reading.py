"""Reads an index as a browser does: for the check of what is in it, and for the tests of its bytes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from build.search.encoding import VERSION, Entry


class MalformedIndexError(Exception):
    """A file is none of an index of this version."""


class Bytes:
    """Bytes that are read from their beginning to their end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    @property
    def is_at_end(self) -> bool:
        """Return whether nothing is left."""
        return self._place >= len(self._content)

    def number(self) -> int:
        """Read a number. Raises IndexError at the end."""
        return self.numbers(1)[0]

    def numbers(self, count: int) -> list[int]:
        """Read so many numbers. Raises IndexError at the end."""
        content, place = self._content, self._place
        found = []
        for _ in range(count):
            byte = content[place]
            value, shift = byte & 0x7F, 7
            place += 1
            while byte >= 0x80:
                byte = content[place]
                value |= (byte & 0x7F) << shift
                shift += 7
                place += 1
            found.append(value)
        self._place = place
        return found

    def taken(self, length: int) -> bytes:
        """Read so many bytes."""
        self._place += length
        return self._content[self._place - length : self._place]

    def row_list(self, total: int) -> list[int]:
        """Read a list of rows of an index with so many."""
        count, is_complement = divmod(self.number(), 2)
        # Each is a gap: the first from -1, so that a row is all gaps so far and one for each row before.
        listed = [gaps + place for place, gaps in enumerate(accumulate(self.numbers(count)))]
        if not is_complement:
            return listed
        missing = set(listed)
        return [row for row in range(total) if row not in missing]

    def entries(self, total: int) -> Iterator[Entry]:
        """Read terms with their rows to the end."""
        term = b""
        while not self.is_at_end:
            shared, rest = self.number(), self.number()
            term = term[:shared] + self.taken(rest)
            yield Entry(term.decode(), self.row_list(total), self.row_list(total))


@dataclass(frozen=True)
class ReadIndex:
    """The files of an index, by the address of its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def at(cls, tree: Path, address: str) -> "ReadIndex":
        """Return the index of a tree. Raises MalformedIndexError."""
        manifest = json.loads((tree / address[1:]).read_text("utf-8"))
        if manifest["version"] != VERSION:
            raise MalformedIndexError(address)
        return cls((tree / address[1:]).parent, manifest)

    def cards(self) -> list[list[Any]]:
        """Return every card, row by row."""
        files = (self.folder / f"cards/{row}.json" for row in range(self.manifest["total"]))
        return [json.loads(file.read_text("utf-8")) for file in files]

    def facets(self) -> dict[str, dict[str, list[int]]]:
        """Return the rows of each value of each facet. Raises MalformedIndexError."""
        read = Bytes((self.folder / "facets.bin").read_bytes())
        if read.taken(1) != bytes([VERSION]) or read.number() != self.manifest["total"]:
            raise MalformedIndexError("facets.bin")
        total = self.manifest["total"]
        return {
            facet: {value: read.row_list(total) for value in ids}
            for facet, ids in self.manifest["facets"].items()
        }

    def words(self) -> Iterator[Entry]:
        """Yield every word with its rows."""
        for place in range(len(self.manifest["text"])):
            yield from self._entries(f"text/{place}.bin")

    def slugs(self) -> dict[str, int]:
        """Return the row of every mentor."""
        return {
            entry.term: entry.rows[0]
            for place in range(self.manifest["slugs"])
            for entry in self._entries(f"slugs/{place}.bin")
        }

    def order(self, name: str) -> list[int]:
        """Return the rows in one of their orders."""
        read = Bytes((self.folder / f"order/{name}.bin").read_bytes())
        return read.numbers(self.manifest["total"])

    def _entries(self, name: str) -> Iterator[Entry]:
        return Bytes((self.folder / name).read_bytes()).entries(self.manifest["total"])
