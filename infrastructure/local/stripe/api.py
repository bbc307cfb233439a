"""The API: who asks, what for, and that nothing asked for twice under one key is done twice.

Keys as Stripe's reference has them, "Idempotent requests": the first answer is kept for 24 hours, also a
500, but neither a refused parameter nor a request that was turned away.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from threading import Lock
from typing import Any, Final

from stripe import api_version
from werkzeug.wrappers import Request, Response

from infrastructure.local.stripe.account import Account
from infrastructure.local.stripe.errors import StripeRefusal
from infrastructure.local.stripe.faults import ANSWERS
from infrastructure.local.stripe.listing import expanded
from infrastructure.local.stripe.parameters import checked, parsed
from infrastructure.local.stripe.routes import Call, Route, route_for
from infrastructure.local.stripe.store import Row

KEY: Final = "_key"
KEPT: Final = timedelta(hours=24)
LONGEST_KEY: Final = 255
BROKEN: Final = StripeRefusal("Something went wrong on Stripe's end.", status=500, kind="api_error")
TURNED_AWAY: Final = {
    "429": StripeRefusal("Request rate limit exceeded.", status=429, code="rate_limit"),
    "503": StripeRefusal("Stripe is unavailable.", status=503, kind="api_error"),
}


class HungUpError(Exception):
    """Whatever was asked for is done, and nobody is told."""


class Api:
    """Answers the API of one account."""

    def __init__(self, account: Account, api_key: str, pages: str) -> None:
        self._account = account
        self._api_key = api_key
        self._pages = pages
        self._under_way: set[str] = set()
        self._lock = Lock()

    def answer(self, request: Request, path: str) -> Response:
        """Answer one request. Raises HungUpError."""
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
        try:
            self._check(request, key)
            status, body, is_replayed = self._keyed(request, path, key)
        except StripeRefusal as refusal:
            status, body, is_replayed = refusal.status, refusal.body, False
        response = Response(json.dumps(body), status, content_type="application/json")
        response.headers["Request-Id"] = f"req_{secrets.token_hex(7)}"
        response.headers["Stripe-Version"] = api_version
        if is_replayed:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def _check(self, request: Request, key: str) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._api_key}":
            raise StripeRefusal("Invalid API Key provided", status=401)
        if request.headers.get("Stripe-Version") != api_version:
            raise StripeRefusal(f"The double speaks {api_version} alone: send it as Stripe-Version")
        if len(key) > LONGEST_KEY:
            raise StripeRefusal("Idempotency keys are up to 255 characters", kind="idempotency_error")

    def _keyed(self, request: Request, path: str, key: str) -> tuple[int, Row, bool]:
        """Return status, body, and whether they were kept; one request under a key at a time."""
        if not key:
            return *self._asked(request, path, ""), False
        with self._lock:
            if key in self._under_way:
                raise StripeRefusal(
                    "There is currently another in-progress request using this Idempotency-Key",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._under_way.add(key)
        try:
            kept = self._kept(key)
            if kept is None:
                return *self._asked(request, path, key), False
            if kept["of"] != _fingerprint(request, path):
                raise StripeRefusal(
                    "Keys for idempotent requests can only be used with the same parameters they were first "
                    f"used with. Try using a key other than '{key}'.",
                    kind="idempotency_error",
                )
            return kept["status"], kept["body"], True
        finally:
            self._under_way.discard(key)

    def _kept(self, key: str) -> Row | None:
        kept = self._account.store.find(KEY, key)
        return kept if kept and kept["at"] > self._account.seconds(-KEPT) else None

    def _asked(self, request: Request, path: str, key: str) -> tuple[int, Row]:
        """Do what is asked, unless a fault is in the way. Raises StripeRefusal for what is not even tried."""
        found = route_for(request.method, path)
        if found is None:
            raise StripeRefusal(f"Unrecognized request URL ({request.method}: {path}).", status=404)
        asked = checked(_sent(request), found[0].params)
        fault = self._account.faults.take(f"{request.method} {path}", *ANSWERS) or {"kind": ""}
        if fault["kind"] in TURNED_AWAY:
            raise TURNED_AWAY[fault["kind"]]
        is_broken = fault["kind"] == "500"
        call = Call(self._account, path, found[1], asked, self._pages)
        with self._account.store.changing():
            is_done = fault["done"] if is_broken else True
            status, body = self._done(found[0], call) if is_done else (500, BROKEN.body)
            if is_broken:
                status, body = BROKEN.status, BROKEN.body
            if key:
                kept = {"of": _fingerprint(request, path), "status": status, "body": body}
                self._account.store.put(KEY, {"id": key, "at": self._account.seconds(), **kept})
        if fault["kind"] == "drop":
            raise HungUpError
        return status, body

    def _done(self, route: Route, call: Call) -> tuple[int, Row]:
        """Return what is answered from here on under this key, also where it is refused."""
        try:
            return 200, expanded(self._account, route.answer(call), call.asked.get("expand", []))
        except StripeRefusal as refusal:
            return refusal.status, refusal.body


def _sent(request: Request) -> Mapping[str, Any]:
    values = request.form if request.method == "POST" else request.args
    return parsed(values.items(multi=True))


def _fingerprint(request: Request, path: str) -> str:
    return json.dumps([request.method, path, _sent(request)], sort_keys=True)
