"""Reads a file line by line in constant memory, whatever the file holds."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Final

LONGEST_LINE: Final = 262_144  # bytes; two biographies in \\u escapes fit in


def physical_lines(source: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line's number, counted from 1, and its bytes without the line break.

    Blank lines and a byte order mark at the start are left out. A line beyond LONGEST_LINE is None: it is
    never held in memory.
    """
    number = 0
    while line := source.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            _skip_rest_of_line(source)
            yield number, None
        elif line.strip(b" ,\t\r\n"):  # spreadsheets end with lines of commas alone
            yield number, line.rstrip(b"\r\n")


def _skip_rest_of_line(source: BinaryIO) -> None:
    while rest := source.readline(LONGEST_LINE):
        if rest.endswith(b"\n"):
            return
