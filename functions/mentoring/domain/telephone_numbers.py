"""Finds telephone numbers in what mentors write: nobody's stands on the site (DIR-17)."""

import re
from typing import Final

# Ten digits as North America writes them, with a country's code or without. Years and ages are shorter.
GAP: Final = r"[\s.\-\u2010-\u2015]"
NUMBER: Final = re.compile(
    rf"(?<![\d.,])(?:\+?\d{{1,3}}{GAP}?)?\(?\d{{3}}\)?{GAP}{{0,2}}\d{{3}}{GAP}{{0,2}}\d{{4}}(?!\d)"
)


def has_telephone_number(text: str) -> bool:
    """Return whether a telephone number stands in a text."""
    return NUMBER.search(text) is not None
