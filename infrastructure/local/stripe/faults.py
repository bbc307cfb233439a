"""Faults on request: what goes wrong between us and Stripe, and what Stripe itself goes through."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from infrastructure.local.stripe.store import Row, Store

FAULT: Final = "_fault"
# Of a request: does it and hangs up; fails after (`done`) or before doing it, and remembers; turned away.
ANSWERS: Final = ("drop", "500", "429", "503")
# Of events: their webhooks are lost, sent twice, sent late, sent in the wrong order.
EVENTS: Final = ("lose", "duplicate", "delay", "shuffle")
# Of a refund: what becomes of it later.
REFUND: Final = "refund"
KINDS: Final = (*ANSWERS, *EVENTS, REFUND)
OUTCOMES: Final = ("succeeded", "failed", "canceled")
LATER: Final = 3600  # seconds, where nothing else is said


class UnknownFaultError(Exception):
    """Nobody knows how to go wrong like this."""


class Faults:
    """Each is waited for so many `times`, by requests or events that begin with `on`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, asked: Mapping[str, Any]) -> Row:
        """Wait for the next ones that this fits. Raises UnknownFaultError."""
        fault = {"times": 1, "on": "", "done": False, "seconds": LATER, "state": "succeeded", **asked}
        fault["id"] = secrets.token_hex(8)
        if fault.get("kind") not in KINDS or fault["state"] not in OUTCOMES:
            raise UnknownFaultError(f"kind is one of {', '.join(KINDS)}; state one of {', '.join(OUTCOMES)}")
        self._store.put(FAULT, fault)
        return fault

    def waiting(self) -> list[Row]:
        """Return the faults that have not happened yet."""
        return self._store.every(FAULT)

    def clear(self) -> None:
        """Let everything go well again."""
        for fault in self.waiting():
            self._store.remove(FAULT, fault["id"])

    def take(self, what: str, *kinds: str) -> Row | None:
        """Return a fault of these kinds that waits for this, once less from now on."""
        for fault in self.waiting():
            if fault["kind"] in kinds and what.startswith(fault["on"]):
                left = fault | {"times": fault["times"] - 1}
                if left["times"] > 0:
                    self._store.put(FAULT, left)
                else:
                    self._store.remove(FAULT, fault["id"])
                return fault
        return None

    def deliveries(self, event: Row, now: datetime) -> Iterator[Row]:
        """Yield when to send an event's webhook: once and at once, if nothing goes wrong."""
        fault = self.take(event["type"], *EVENTS) or {"kind": ""}
        if fault["kind"] == "lose":
            return
        late = fault["seconds"] if fault["kind"] == "delay" else 0
        for _ in range(2 if fault["kind"] == "duplicate" else 1):
            yield {
                "id": secrets.token_hex(8),
                "event": event["id"],
                "due": now.timestamp() + late,
                "is_shuffled": fault["kind"] == "shuffle",
                "attempts": 0,
            }
