"""Rows as a spreadsheet takes them: CSV in UTF-8 with a byte order mark, which Excel needs to read it so."""

import csv
import io
from collections.abc import Iterable
from typing import Final

# A spreadsheet would take a text that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as a file; whoever writes them lets no text through but by `harmless`."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return a text behind an apostrophe where a spreadsheet would run it, or where it begins with one.

    The first apostrophe is never part of a value.
    """
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text
