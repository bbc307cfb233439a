"""What of Stripe's API the double answers: a table of addresses, with the library's own parameter types."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import stripe.params as params
import stripe.params.checkout as checkout_params

from infrastructure.local.stripe.account import (
    CHARGE,
    DISPUTE,
    EVENT,
    INTENT,
    PRICE,
    PRODUCT,
    REFUND,
    SESSION,
    TAX_RATE,
    Account,
    public,
)
from infrastructure.local.stripe.catalogue import make_price, make_product, make_tax_rate
from infrastructure.local.stripe.listing import listed
from infrastructure.local.stripe.refunding import make_refund
from infrastructure.local.stripe.sessions import expire_session, open_session
from infrastructure.local.stripe.store import Row

Answer = Callable[["Call"], Row]


@dataclass(frozen=True, slots=True)
class Call:
    """One request whose parameters are as their types have them. `pages` is where hosted pages are."""

    account: Account
    path: str
    id: str
    asked: Mapping[str, Any]
    pages: str


@dataclass(frozen=True, slots=True)
class Route:
    """An address, what it takes, and who answers."""

    method: str
    path: re.Pattern[str]
    params: type
    answer: Answer


def route_for(method: str, path: str) -> tuple[Route, str] | None:
    """Return who answers an address, and the id in it; None where nobody does."""
    for route in ROUTES:
        found = route.path.fullmatch(path)
        if found and route.method == method:
            return route, found.groupdict().get("id", "")
    return None


def _route(method: str, path: str, params: type, answer: Answer) -> Route:
    return Route(method, re.compile(path.replace("{id}", r"(?P<id>[^/]+)")), params, answer)


def _one(kind: str) -> Answer:
    return lambda call: public(call.account.read(kind, call.id))


def _list(kind: str) -> Answer:
    return lambda call: listed(call.account, kind, call.path, call.asked)


def _made(make: Callable[[Account, Mapping[str, Any]], Row]) -> Answer:
    return lambda call: public(make(call.account, call.asked))


ROUTES: Final = (
    _route("POST", "/v1/products", params.ProductCreateParams, _made(make_product)),
    _route("GET", "/v1/products", params.ProductListParams, _list(PRODUCT)),
    _route("GET", "/v1/products/{id}", params.ProductRetrieveParams, _one(PRODUCT)),
    _route("POST", "/v1/prices", params.PriceCreateParams, _made(make_price)),
    _route("GET", "/v1/prices", params.PriceListParams, _list(PRICE)),
    _route("GET", "/v1/prices/{id}", params.PriceRetrieveParams, _one(PRICE)),
    _route("POST", "/v1/tax_rates", params.TaxRateCreateParams, _made(make_tax_rate)),
    _route("GET", "/v1/tax_rates", params.TaxRateListParams, _list(TAX_RATE)),
    _route("GET", "/v1/tax_rates/{id}", params.TaxRateRetrieveParams, _one(TAX_RATE)),
    _route(
        "POST",
        "/v1/checkout/sessions",
        checkout_params.SessionCreateParams,
        lambda call: public(open_session(call.account, call.asked, call.pages)),
    ),
    _route("GET", "/v1/checkout/sessions", checkout_params.SessionListParams, _list(SESSION)),
    _route("GET", "/v1/checkout/sessions/{id}", checkout_params.SessionRetrieveParams, _one(SESSION)),
    _route(
        "POST",
        "/v1/checkout/sessions/{id}/expire",
        checkout_params.SessionExpireParams,
        lambda call: public(expire_session(call.account, call.id)),
    ),
    _route("GET", "/v1/payment_intents", params.PaymentIntentListParams, _list(INTENT)),
    _route("GET", "/v1/payment_intents/{id}", params.PaymentIntentRetrieveParams, _one(INTENT)),
    _route("GET", "/v1/charges", params.ChargeListParams, _list(CHARGE)),
    _route("GET", "/v1/charges/{id}", params.ChargeRetrieveParams, _one(CHARGE)),
    _route("POST", "/v1/refunds", params.RefundCreateParams, _made(make_refund)),
    _route("GET", "/v1/refunds", params.RefundListParams, _list(REFUND)),
    _route("GET", "/v1/refunds/{id}", params.RefundRetrieveParams, _one(REFUND)),
    _route("GET", "/v1/disputes", params.DisputeListParams, _list(DISPUTE)),
    _route("GET", "/v1/disputes/{id}", params.DisputeRetrieveParams, _one(DISPUTE)),
    _route("GET", "/v1/events", params.EventListParams, _list(EVENT)),
    _route("GET", "/v1/events/{id}", params.EventRetrieveParams, _one(EVENT)),
)
