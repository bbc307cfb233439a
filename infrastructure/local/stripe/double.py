"""The double put together: its addresses, under one root such as `/__dev__/stripe`."""

import json
import secrets
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infrastructure.local.state import write_whole
from infrastructure.local.stripe.account import (
    DELIVERY,
    INTENT,
    KINDS,
    PLAN,
    SESSION,
    Account,
    public,
)
from infrastructure.local.stripe.api import Api, HungUpError
from infrastructure.local.stripe.errors import StripeRefusal
from infrastructure.local.stripe.faults import Faults, UnknownFaultError
from infrastructure.local.stripe.page import address_after, bank_page, closed_page, paying_page
from infrastructure.local.stripe.paying import SETTLE, cards_of, confirm, pay, settle_in_time
from infrastructure.local.stripe.refunding import SETTLE as SETTLE_REFUND
from infrastructure.local.stripe.refunding import decide_dispute, make_dispute
from infrastructure.local.stripe.refunding import settle_in_time as settle_refund_in_time
from infrastructure.local.stripe.sessions import EXPIRE, expire_in_time
from infrastructure.local.stripe.store import Row, Store
from infrastructure.local.stripe.webhooks import Send, Webhooks

ROOT: Final = "/__dev__/stripe"
KEYS: Final = "keys.json"  # in the folder
PLANNED: Final = {
    SETTLE: settle_in_time,
    SETTLE_REFUND: settle_refund_in_time,
    EXPIRE: expire_in_time,
}


class StripeDouble:
    """One account in a folder. `origin` is where its addresses are, `send` what brings webhooks."""

    def __init__(self, folder: Path, origin: str, now: Callable[[], datetime], send: Send) -> None:
        self.keys = folder / KEYS
        self.address = f"{origin}{ROOT}"
        keys = _keys(self.keys)
        self._store = Store(folder / "account.sqlite")
        self._faults = Faults(self._store)
        self._account = Account(self._store, self._faults, now)
        self._api = Api(self._account, keys["api_key"], f"{self.address}/pay")
        self._webhooks = Webhooks(self._account, keys["webhook_secrets"], send)

    def close(self) -> None:
        """Let go of the folder."""
        self._store.close()

    @property
    def is_waiting(self) -> bool:
        """Return whether a webhook is to be sent now."""
        return self._webhooks.is_waiting

    def drain(self) -> bool:
        """Do what time has brought, and send what is due; return whether there was anything."""
        return sum([self._account.catch_up(PLANNED), self._webhooks.drain()]) > 0

    def rules(self) -> list[Rule]:
        """Return the double's addresses."""
        return [
            Rule(f"{ROOT}.json", endpoint=self._objects, methods=["GET"]),
            Rule(f"{ROOT}/faults", endpoint=self._change_faults, methods=["GET", "POST", "DELETE"]),
            Rule(f"{ROOT}/disputes", endpoint=self._dispute, methods=["POST"]),
            Rule(f"{ROOT}/disputes/<dispute>", endpoint=self._decide, methods=["POST"]),
            Rule(f"{ROOT}/pay/<session>", endpoint=self._page, methods=["GET", "POST"]),
            Rule(f"{ROOT}/v1/<path:rest>", endpoint=self._answer, methods=["GET", "POST", "DELETE"]),
        ]

    def _answer(self, request: Request, rest: str) -> Response:
        self._account.catch_up(PLANNED)
        try:
            return self._api.answer(request, f"/v1/{rest}")
        except HungUpError:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return Response(status=500)

    def _page(self, request: Request, session: str) -> Response:
        self._account.catch_up(PLANNED)
        with self._store.changing():
            found = self._store.find(SESSION, session)
            if found is None:
                raise NotFound
            if found["status"] != "open":
                return closed_page(found)
            if request.method == "POST":
                found = self._paid(found, request.form)
            if found["status"] == "complete":
                return redirect(address_after(found), 303)
            intent = self._store.find(INTENT, found["payment_intent"] or "") or {}
        if intent.get("status") == "requires_action":
            return bank_page(found)
        return paying_page(found, (intent.get("last_payment_error") or {}).get("message"))

    def _paid(self, session: Row, form: Mapping[str, str]) -> Row:
        if "bank" in form:
            return confirm(self._account, session, is_approved=form["bank"] == "yes")
        card = next((card for card in cards_of(session) if card.number == form.get("card")), None)
        if card is None:
            raise BadRequest("choose one of the cards")
        return pay(self._account, session, card)

    def _objects(self, _request: Request) -> Response:
        self._account.catch_up(PLANNED)
        every = {kind: [public(row) for row in self._store.every(kind)] for kind in KINDS.values()}
        return _json(every | {"deliveries": self._store.every(DELIVERY), "planned": self._store.every(PLAN)})

    def _change_faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._faults.clear()
        if request.method == "POST":
            try:
                self._faults.add(_sent(request))
            except UnknownFaultError as error:
                raise BadRequest(str(error)) from None
        return _json(self._faults.waiting())

    def _dispute(self, request: Request) -> Response:
        return self._changed(lambda: make_dispute(self._account, _sent(request)))

    def _decide(self, request: Request, dispute: str) -> Response:
        status = str(_sent(request).get("status"))
        return self._changed(lambda: decide_dispute(self._account, dispute, status))

    def _changed(self, change: Callable[[], Row]) -> Response:
        try:
            with self._store.changing():
                return _json(public(change()))
        except StripeRefusal as refusal:
            raise BadRequest(str(refusal)) from None


def _keys(file: Path) -> dict[str, Any]:
    """Return the account's keys; the first start makes them."""
    if not file.exists():
        keys = {
            "api_key": f"sk_test_{secrets.token_hex(16)}",
            "webhook_secrets": [f"whsec_{secrets.token_hex(16)}"],
        }
        write_whole(file, json.dumps(keys))
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def _sent(request: Request) -> dict[str, Any]:
    sent = request.get_json(force=True, silent=True)
    if not isinstance(sent, dict):
        raise BadRequest("send a JSON object")
    return sent


def _json(answer: Any) -> Response:
    return Response(json.dumps(answer, indent=1) + "\n", content_type="application/json")
