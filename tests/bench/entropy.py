"""How few bytes could say who has which value of which facet."""

from collections import Counter
from math import ceil, lgamma, log

from build.search import Arrangement


def entropy_of(arrangement: Arrangement) -> dict[str, int]:
    """Return two bounds in bytes, for lists of who has each value, each list by itself.

    `in_order`: rows stand in an order that is given, so that every list is one of all lists of its length.
    `in_any_order`: rows may stand as they like, and whoever is alike is told by a number; what all orders of
    unlike rows could say is saved. No coder of lists goes below the first without sorting rows, nor below the
    second at all. Values that come together would allow less.
    """
    total = len(arrangement.rows)
    with_value = Counter(value for row in arrangement.rows for value in row.values)
    alike = Counter(row.values for row in arrangement.rows)
    lists = sum(_choices(total, count) for count in with_value.values())
    orders = _factorial(total) - sum(_factorial(count) for count in alike.values())
    return {"in_order": ceil(lists / 8), "in_any_order": ceil((lists - orders) / 8)}


def _choices(total: int, count: int) -> float:
    """Return the bits that tell one of all choices of so many."""
    return _factorial(total) - _factorial(count) - _factorial(total - count)


def _factorial(number: int) -> float:
    return lgamma(number + 1) / log(2)
