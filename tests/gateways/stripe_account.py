"""The double of Stripe over real HTTP, at an address of its own, with our gateway to it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import urllib3
from werkzeug.routing import Map
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from infrastructure.local.stripe.double import StripeDouble
from mentoring.domain.money import TaxRate, charge
from mentoring.domain.payments import CheckoutAsked
from mentoring.gateway_settings import PaymentsSettings
from mentoring.gateways.payment_catalogue import Wares
from mentoring.gateways.payments import Payments

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
GST, HST, QST = TaxRate("GST", Decimal(5)), TaxRate("HST", Decimal(13)), TaxRate("QST", Decimal("9.975"))
WARES = Wares("Mentorship On Demand", [9900], {GST: "GST", HST: "HST", QST: "QST"})
ACCEPTED, DECLINED, CHALLENGED = "4242424242424242", "4000000000000002", "4000000000003220"
LATE_REFUND, FAILING_REFUND = "4000000000007726", "4000000000005126"
METHODS = ("card", "acss_debit")
LATE, LATE_FAILURE = "acss_debit_success", "acss_debit_failure"


@dataclass
class StripeAccount:
    """One account, its clock, and the webhooks that it sent; `takes` is what our side answers them with."""

    folder: Path
    now: datetime = NOW
    takes: int = 200
    heard: list[tuple[str, str]] = field(default_factory=list)
    origin: str = ""
    double: StripeDouble = field(init=False)
    web: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    @property
    def settings(self) -> PaymentsSettings:
        """What our side finds in its environment."""
        return PaymentsSettings(secret=self.double.keys, address=self.double.address)

    @property
    def kinds(self) -> list[str]:
        """What the webhooks said, in the order they came."""
        return [json.loads(body)["type"] for body, _ in self.heard]

    def start(self) -> None:
        """Start, or start again after a kill."""
        self.double = StripeDouble(self.folder, self.origin, lambda: self.now, self._take)
        self._addresses = Map(self.double.rules())

    def answer(self, environ: Any, start_response: Any) -> Any:
        """Answer as the origin does (WSGI)."""
        request = Request(environ)
        endpoint, arguments = self._addresses.bind_to_environ(request).match()
        response: Response = endpoint(request, **arguments)
        return response(environ, start_response)

    def pass_time(self, **passed: float) -> None:
        """Let time pass, and what it brings."""
        self.now += timedelta(**passed)
        self.double.drain()

    def fault(self, kind: str, **asked: Any) -> None:
        """Let something go wrong."""
        self.post("faults", {"kind": kind, **asked})

    def post(self, address: str, asked: Mapping[str, Any]) -> Any:
        """Ask for something that only the double does."""
        return self.web.request("POST", f"{self.double.address}/{address}", json=asked).json()

    def pay(self, url: str | None, **chosen: str) -> urllib3.BaseHTTPResponse:
        """Send the hosted page's form; the answer is not followed."""
        assert url
        return self.web.request("POST", url, fields=chosen, encode_multipart=False, redirect=False)

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """Return what there is at Stripe, the oldest first."""
        found: list[dict[str, Any]] = self.web.request("GET", f"{self.double.address}.json").json()[kind]
        return found

    def asked(self, *rates: TaxRate, **changed: Any) -> CheckoutAsked:
        """Return a checkout to be opened."""
        given: dict[str, Any] = {
            "registration": "R-1",
            "attempt": 1,
            "charge": charge(9900, rates or (HST,)),
            "methods": METHODS,
            "language": "fr",
            "return_url": "https://mentors.example/fr/paid/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://mentors.example/fr/registration/",
            "expires_at": self.now + timedelta(hours=1),
        }
        return CheckoutAsked(**given | changed)

    def _take(self, body: str, signature: str) -> int:
        self.heard.append((body, signature))
        return self.takes


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running_stripe(folder: Path) -> Iterator[tuple[StripeAccount, Payments]]:
    """Run the double with everything set up; our gateway to it."""
    account = StripeAccount(folder)
    server = make_server("127.0.0.1", 0, account.answer, threaded=True, request_handler=_Quiet)
    account.origin = f"http://127.0.0.1:{server.server_port}"
    account.start()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    payments = Payments(account.settings)
    try:
        payments.set_up(WARES)
        yield account, payments
    finally:
        server.shutdown()
        server.server_close()
        account.double.close()
