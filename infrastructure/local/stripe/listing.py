"""Lists, page by page, and objects in the place of ids: Stripe's reference, "Pagination", "Expanding"."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from infrastructure.local.stripe.account import KINDS, Account, public
from infrastructure.local.stripe.errors import StripeRefusal
from infrastructure.local.stripe.store import Row

SHOWN: Final = 10  # objects an answer, where nothing else is asked for
LARGEST: Final = 100
PAGING: Final = frozenset({"limit", "starting_after", "ending_before", "expand"})
BOUNDS: Final = {
    "gt": lambda made, bound: made > bound,
    "gte": lambda made, bound: made >= bound,
    "lt": lambda made, bound: made < bound,
    "lte": lambda made, bound: made <= bound,
}
PLURALS: Final = {"lookup_keys": "lookup_key", "ids": "id", "types": "type"}


def listed(account: Account, kind: str, url: str, asked: Mapping[str, Any]) -> Row:
    """Return one page of a kind's objects, the newest first. Raises StripeRefusal."""
    limit = asked.get("limit", SHOWN)
    if not 1 <= limit <= LARGEST:
        raise StripeRefusal(f"Invalid integer: {limit}", code="parameter_invalid_integer", param="limit")
    wanted = {name: value for name, value in asked.items() if name not in PAGING}
    found = [row for row in reversed(account.store.every(kind)) if _fits(row, wanted)]
    page, has_more = _page(account, kind, found, asked, limit)
    return {"object": "list", "url": url, "has_more": has_more, "data": [public(row) for row in page]}


def expanded(account: Account, answer: Row, paths: Sequence[str]) -> Row:
    """Return an answer with the objects that these paths lead to. Raises StripeRefusal."""
    for path in paths:
        first, _, rest = path.partition(".")
        if first == "data" and answer["object"] == "list":
            answer = answer | {"data": [expanded(account, row, [rest]) for row in answer["data"]]}
        else:
            answer = answer | {first: _put_in(account, answer, first, rest, path)}
    return answer


def _put_in(account: Account, answer: Row, name: str, rest: str, path: str) -> Any:
    if name not in answer:
        raise StripeRefusal(f"This property cannot be expanded ({path}).", param="expand")
    value = answer[name]
    if isinstance(value, str):
        kind = next((kind for prefix, kind in KINDS.items() if value.startswith(prefix)), None)
        if kind is None:
            raise StripeRefusal(f"This property cannot be expanded ({path}).", param="expand")
        value = public(account.read(kind, value))
    return expanded(account, value, [rest]) if rest and value else value


def _page(
    account: Account, kind: str, found: Sequence[Row], asked: Mapping[str, Any], limit: int
) -> tuple[Sequence[Row], bool]:
    ids = [row["id"] for row in found]
    if "ending_before" in asked:
        end = _place(account, kind, ids, asked["ending_before"], "ending_before")
        return found[max(0, end - limit) : end], end > limit
    start = 0
    if "starting_after" in asked:
        start = _place(account, kind, ids, asked["starting_after"], "starting_after") + 1
    return found[start : start + limit], len(found) > start + limit


def _place(account: Account, kind: str, ids: Sequence[str], row_id: str, param: str) -> int:
    account.read(kind, row_id, param)
    if row_id not in ids:
        raise StripeRefusal(f"'{row_id}' is not in this list", param=param)
    return ids.index(row_id)


def _fits(row: Row, wanted: Mapping[str, Any]) -> bool:
    return all(_matches(row, name, value) for name, value in wanted.items())


def _matches(row: Row, name: str, value: Any) -> bool:
    if name == "created" and isinstance(value, Mapping):
        return all(BOUNDS[bound](row["created"], than) for bound, than in value.items())
    if name in PLURALS:
        return row[PLURALS[name]] in value
    if name not in row:  # rather than to leave a filter out in silence
        raise StripeRefusal(f"The double does not know lists by {name}", param=name)
    return bool(row[name] == value)
