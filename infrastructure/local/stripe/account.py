"""One account at the double: its objects, its clock, and the events that its changes become."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from stripe import api_version

from infrastructure.local.stripe.errors import missing
from infrastructure.local.stripe.faults import Faults
from infrastructure.local.stripe.store import Row, Store

SESSION: Final = "checkout.session"
INTENT: Final = "payment_intent"
CHARGE: Final = "charge"
REFUND: Final = "refund"
DISPUTE: Final = "dispute"
EVENT: Final = "event"
PRODUCT: Final = "product"
PRICE: Final = "price"
TAX_RATE: Final = "tax_rate"
KINDS: Final = {
    "cs_test_": SESSION,
    "pi_": INTENT,
    "ch_": CHARGE,
    "re_": REFUND,
    "du_": DISPUTE,
    "evt_": EVENT,
    "prod_": PRODUCT,
    "price_": PRICE,
    "txr_": TAX_RATE,
}
PREFIXES: Final = {kind: prefix for prefix, kind in KINDS.items()}
DELIVERY: Final = "_delivery"
PLAN: Final = "_plan"
# What a webhook endpoint for payments would be set to hear of.
TOLD: Final = ("checkout.session.", "payment_intent.", "charge.", "refund.")


class Account:
    """What requests, pages and the passing of time change. Whoever changes it holds `store.changing()`."""

    def __init__(self, store: Store, faults: Faults, now: Callable[[], datetime]) -> None:
        self.store = store
        self.faults = faults
        self._now = now
        self._then: datetime | None = None

    def now(self) -> datetime:
        """Return the instant it is; while something planned is caught up with, the one it was planned for."""
        return self._then or self._now()

    def made(self, kind: str, row_id: str | None = None, **fields: Any) -> Row:
        """Return a new object, stored."""
        row = {
            "id": row_id or f"{PREFIXES[kind]}{secrets.token_hex(12)}",
            "object": kind,
            "created": self.seconds(),
            "livemode": False,
            **fields,
        }
        self.store.put(kind, row)
        return row

    def changed(self, row: Row, **fields: Any) -> Row:
        """Return an object with other values, stored."""
        after = row | fields
        self.store.put(row["object"], after)
        return after

    def read(self, kind: str, row_id: str, param: str = "id") -> Row:
        """Return an object. Raises StripeRefusal."""
        row = self.store.find(kind, row_id)
        if row is None:
            raise missing(kind, row_id, param)
        return row

    def seconds(self, later: timedelta = timedelta()) -> int:
        """Return now, or an instant later than that, as Stripe counts."""
        return int((self.now() + later).timestamp())

    def tell(self, what: str, row: Row) -> None:
        """Keep an event of what happened to an object as it is now; the webhook's turn comes by itself."""
        snapshot = {"object": public(row)}
        event = self.made(EVENT, type=what, api_version=api_version, data=snapshot, pending_webhooks=0)
        if what.startswith(TOLD):
            for delivery in self.faults.deliveries(event, self.now()):
                self.store.put(DELIVERY, delivery)

    def plan(self, act: str, about: str, due: int, outcome: str = "") -> None:
        """Note what time will bring."""
        row = {"id": secrets.token_hex(8), "act": act, "about": about, "due": due, "outcome": outcome}
        self.store.put(PLAN, row)

    def catch_up(self, acts: "Mapping[str, Callable[[Account, str, str], None]]") -> bool:
        """Do what was planned for an instant that has come, in order; return whether there was anything."""
        with self.store.changing():
            due = [row for row in self.store.every(PLAN) if row["due"] <= self._now().timestamp()]
            for row in sorted(due, key=lambda each: int(each["due"])):
                self._then = datetime.fromtimestamp(row["due"], self._now().tzinfo)
                try:
                    acts[row["act"]](self, row["about"], row["outcome"])
                finally:
                    self._then = None
                self.store.remove(PLAN, row["id"])
        return bool(due)


def public(row: Row) -> Row:
    """Return an object as others see it."""
    return {name: value for name, value in row.items() if not name.startswith("_")}
