"""Checkout sessions: Stripe's reference, "Checkout Sessions"."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from infrastructure.local.stripe.account import SESSION, Account
from infrastructure.local.stripe.catalogue import priced
from infrastructure.local.stripe.errors import StripeRefusal, absent
from infrastructure.local.stripe.store import Row

SHORTEST: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=24)
EXPIRE: Final = "expire-session"
SWITCHED_ON: Final = ("card", "acss_debit")  # in the dashboard
# Kept and given back as they came.
AS_ASKED: Final = (
    "adaptive_pricing",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "locale",
    "mode",
    "success_url",
)


def open_session(account: Account, asked: Mapping[str, Any], pages: str) -> Row:
    """Open a hosted page; `pages` is where pages are. Raises StripeRefusal."""
    _check(asked)
    expires_at = asked.get("expires_at") or account.seconds(LONGEST)
    earliest, latest = account.seconds(SHORTEST), account.seconds(LONGEST)
    if not earliest - 1 <= expires_at <= latest:  # a second for the way here
        raise StripeRefusal(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from creation.",
            param="expires_at",
        )
    session = _made(account, asked, expires_at)
    account.plan(EXPIRE, session["id"], expires_at)
    return account.changed(session, url=f"{pages}/{session['id']}")


def expire_session(account: Account, session_id: str) -> Row:
    """Close a page. Raises StripeRefusal."""
    session = account.read(SESSION, session_id, "session")
    if session["status"] != "open":
        raise StripeRefusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}.",
        )
    expired = account.changed(session, status="expired", url=None)
    account.tell("checkout.session.expired", expired)
    return expired


def expire_in_time(account: Account, session_id: str, _outcome: str) -> None:
    """Close a page that was open for long enough."""
    if account.read(SESSION, session_id)["status"] == "open":
        expire_session(account, session_id)


def _made(account: Account, asked: Mapping[str, Any], expires_at: int) -> Row:
    lines = priced(account, asked["line_items"])
    subtotal = sum(line["amount_subtotal"] for line in lines)
    tax = sum(each["amount"] for line in lines for each in line["taxes"])
    return account.made(
        SESSION,
        **{name: asked.get(name) for name in AS_ASKED},
        amount_subtotal=subtotal,
        amount_total=subtotal + tax,
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": tax},
        currency=lines[0]["currency"],
        expires_at=expires_at,
        metadata=asked.get("metadata", {}),
        payment_intent=None,  # until somebody pays
        payment_method_types=_offered(asked.get("allowed_payment_method_types", SWITCHED_ON)),
        payment_status="unpaid",
        status="open",
        ui_mode="hosted_page",
        customer=None,
        customer_details=None,
        url=None,
        _lines=lines,
        _intent=asked.get("payment_intent_data", {}),
    )


def _offered(allowed: Sequence[str]) -> list[str]:
    """Return the ways to pay that are switched on in the dashboard and allowed here."""
    offered = [each for each in SWITCHED_ON if each in allowed]
    if not offered:
        raise StripeRefusal("No valid payment method types for this Checkout Session.")
    return offered


def _check(asked: Mapping[str, Any]) -> None:
    for name in ("mode", "success_url", "line_items"):
        if not asked.get(name):
            raise absent(name)
    if asked["mode"] != "payment":
        raise StripeRefusal("The double knows mode=payment alone", param="mode")
    for name in ("success_url", "cancel_url"):
        if not asked.get(name, "https://").startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise StripeRefusal("Not a valid URL", code="url_invalid", param=name)
