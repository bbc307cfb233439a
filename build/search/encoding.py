"""Bytes of the index: numbers, lists of rows, terms with their rows. Readers: reading.py, decoding.mjs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

VERSION: Final = 1
SHARD_SIZE: Final = 8_192  # bytes after which the next shard begins


@dataclass(frozen=True, slots=True)
class Entry:
    """A term, the rows it leads to, and those of them that are paused and have it in their name (DIR-7)."""

    term: str
    rows: Sequence[int]
    paused_by_name: Sequence[int] = ()


def number(value: int) -> bytes:
    """Return a number as bytes of seven bits, the lowest first; every byte but the last has its high bit."""
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


SMALL: Final = [number(value) for value in range(1 << 14)]


def numbers(values: Iterable[int]) -> bytes:
    """Return numbers one after the other."""
    return b"".join([SMALL[value] if value < 1 << 14 else number(value) for value in values])


def row_list(rows: Sequence[int], total: int) -> bytes:
    """Return ascending rows as their gaps; of more than half of all rows, those that are missing.

    Before them stands twice their number, and one more where they are the missing ones.
    """
    is_complement = 2 * len(rows) > total
    listed = _missing(rows, total) if is_complement else rows
    gaps = [after - before - 1 for before, after in pairwise((-1, *listed))]
    return number(2 * len(listed) + is_complement) + numbers(gaps)


def shards(entries: Iterable[Entry], total: int, size: int = SHARD_SIZE) -> Iterator[tuple[str, bytes]]:
    """Yield terms in shards, each with what it begins from: as short as sets it off from all terms before."""
    shard, previous, first = bytearray(), "", ""
    for entry in entries:
        if len(shard) >= size:
            yield first, bytes(shard)
            shard, first, previous = bytearray(), _separator(previous, entry.term), ""
        shard += _entry(entry, previous, total)
        previous = entry.term
    if shard:
        yield first, bytes(shard)


def shard_of(entries: Iterable[Entry], total: int) -> bytes:
    """Return terms as one shard."""
    previous, shard = "", bytearray()
    for entry in entries:
        shard += _entry(entry, previous, total)
        previous = entry.term
    return bytes(shard)


def in_shard_order(term: str) -> bytes:
    """Return the key by which terms are sorted: as a browser compares texts."""
    return term.encode("utf-16-be")


def _entry(entry: Entry, previous: str, total: int) -> bytes:
    term, before = entry.term.encode(), previous.encode()
    shared = next(
        (place for place, (one, other) in enumerate(zip(term, before, strict=False)) if one != other),
        min(len(term), len(before)),
    )
    rest = term[shared:]
    rows = row_list(entry.rows, total) + row_list(entry.paused_by_name, total)
    return number(shared) + number(len(rest)) + rest + rows


def _separator(before: str, term: str) -> str:
    """Return the shortest beginning of a term that comes after the term before it."""
    lengths = range(1, len(term) + 1)
    return next(term[:length] for length in lengths if in_shard_order(term[:length]) > in_shard_order(before))


def _missing(rows: Sequence[int], total: int) -> list[int]:
    present = set(rows)
    return [row for row in range(total) if row not in present]
