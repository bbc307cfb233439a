"""Webhooks: signed as Stripe signs them, and sent again for three days until somebody takes them."""

import json
import logging
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

import urllib3
from stripe import WebhookSignature

from infrastructure.local.stripe.account import DELIVERY, EVENT, Account, public
from infrastructure.local.stripe.store import Row

LOG: Final = logging.getLogger(__name__)
# Minutes from one attempt to the next: about three days together.
RETRIES: Final = (5, 30, 120, 300, 600, 600, 720, 720, 1200)
TIMEOUT: Final = 30  # seconds

Send = Callable[[str, str], int]
"""Sends a body with its signature; returns the status of the answer, 0 where there was none."""


def sender(address: str) -> Send:
    """Return what sends webhooks to an address."""
    pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def send(body: str, signature: str) -> int:
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        try:
            return pool.request("POST", address, body=body, headers=headers).status
        except urllib3.exceptions.HTTPError:
            return 0

    return send


class Webhooks:
    """Sends what is due, by the double's clock."""

    def __init__(self, account: Account, secrets: Sequence[str], send: Send) -> None:
        self._account = account
        self._secrets = secrets
        self._send = send
        self._one_at_a_time = Lock()

    @property
    def is_waiting(self) -> bool:
        """Return whether anything is to be sent now; what failed waits for its next turn."""
        return bool(self._due())

    def drain(self) -> bool:
        """Send what is due; return whether anything was taken."""
        with self._one_at_a_time:
            return sum([self._deliver(delivery) for delivery in self._due()]) > 0

    def _due(self) -> list[Row]:
        now = self._account.now().timestamp()
        due = [row for row in self._account.store.every(DELIVERY) if row["due"] <= now]
        ordered = sorted(due, key=lambda row: float(row["due"]))
        return ordered[::-1] if any(row["is_shuffled"] for row in ordered) else ordered

    def _deliver(self, delivery: Row) -> bool:
        body = json.dumps(public(self._account.read(EVENT, delivery["event"])), separators=(",", ":"))
        stamp = self._account.seconds()
        signatures = [
            WebhookSignature.generate_signature_header(body, secret, stamp).partition(",")[2]
            for secret in self._secrets
        ]
        status = self._send(body, ",".join([f"t={stamp}", *signatures]))
        is_taken = 200 <= status < 300
        with self._account.store.changing():
            if is_taken or delivery["attempts"] == len(RETRIES):
                self._account.store.remove(DELIVERY, delivery["id"])
            else:
                self._postpone(delivery, status)
        return is_taken

    def _postpone(self, delivery: Row, status: int) -> None:
        LOG.info("webhook %s was answered with %s", delivery["event"], status)
        due = self._account.now().timestamp() + RETRIES[delivery["attempts"]] * 60
        later = {"due": due, "attempts": delivery["attempts"] + 1, "is_shuffled": False}
        self._account.store.put(DELIVERY, delivery | later)
