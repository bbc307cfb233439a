"""Days of every year that a policy names by rule."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from dateutil.easter import easter

MONDAY = 0


def _easter_monday(year: int) -> date:
    return easter(year) + timedelta(days=1)


def _civic_holiday(year: int) -> date:
    """The first Monday of August."""
    first = date(year, 8, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7)


CLOSURE_RULES: Final[Mapping[str, Callable[[int], date]]] = {
    "easter-monday": _easter_monday,
    "civic-holiday": _civic_holiday,
}
