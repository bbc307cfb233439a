"""Finds telephone numbers in what members write: nobody's stands on the site (DIR-17)."""

import re
from typing import Final

from mentoring.domain.unseen_signs import seen

GAP: Final = r"[\s./()\-\u00b7\u2010-\u2015\u2212]{0,3}"
# Ten digits as North America writes them, with a country's code or without; five pairs as France does; what
# begins with a plus. Years and ages are shorter.
NUMBER: Final = re.compile(
    rf"(?<![\d.,])(?:(?:\+?\d{{1,3}}{GAP})?\d{{3}}{GAP}\d{{3}}{GAP}\d{{4}}"
    rf"|0\d(?:{GAP}\d\d){{4}}|\+\d(?:{GAP}\d){{7,14}})(?!\d)"
)


def has_telephone_number(text: str) -> bool:
    """Return whether a telephone number stands in a text."""
    return NUMBER.search(seen(text)) is not None
