"""Stripe's objects, as its API has them, read into ours.

Fields: Stripe's API reference, "Checkout Sessions", "PaymentIntents", "Refunds", "Disputes", "Events".
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mentoring.domain.payments import (
    Checkout,
    CheckoutState,
    Dispute,
    DisputeState,
    Notice,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    Settled,
)

# Where our ids stand in Stripe's metadata.
REGISTRATION: Final = "registration"
ATTEMPT: Final = "attempt"
REFUND: Final = "refund"

Said = Mapping[str, Any]
"""One object of Stripe's. A function that reads one raises KeyError, TypeError or ValueError for another."""


def checkout_from(said: Said) -> Checkout:
    """Return a session; its charge is known where `payment_intent.latest_charge` was expanded."""
    payment = said["payment_intent"]
    charge = _charge_of(payment) if isinstance(payment, Mapping) else None
    attempt = (said["metadata"] or {}).get(ATTEMPT)
    return Checkout(
        session=said["id"],
        state=CheckoutState(said["status"]),
        settled=Settled(said["payment_status"]),
        reference=said["client_reference_id"],
        attempt=int(attempt) if attempt else None,
        amount_cents=said["amount_total"],
        tax_cents=said["total_details"]["amount_tax"],
        currency=said["currency"],
        livemode=said["livemode"],
        made_at=_instant(said["created"]),
        expires_at=_instant(said["expires_at"]),
        url=said["url"],
        payment_intent=_id_of(payment),
        charge=_id_of(charge),
        charged_at=_instant(charge["created"]) if charge else None,
    )


def payment_from(said: Said) -> Payment:
    """Return a payment intent whose `latest_charge` was expanded."""
    charge = _charge_of(said)
    return Payment(
        payment_intent=said["id"],
        state=PaymentState(said["status"]),
        registration=(said["metadata"] or {}).get(REGISTRATION),
        amount_cents=said["amount"],
        received_cents=said["amount_received"],
        refunded_cents=charge["amount_refunded"] if charge else 0,
        currency=said["currency"],
        livemode=said["livemode"],
        is_disputed=bool(charge and charge["disputed"]),
        made_at=_instant(said["created"]),
        charge=_id_of(charge),
        charged_at=_instant(charge["created"]) if charge else None,
    )


def refund_from(said: Said) -> Refund:
    """Return a refund, whoever made it."""
    return Refund(
        refund=said["id"],
        refund_id=(said["metadata"] or {}).get(REFUND),
        payment_intent=_id_of(said["payment_intent"]),
        charge=_id_of(said["charge"]),
        amount_cents=said["amount"],
        currency=said["currency"],
        state=RefundState(said["status"]),
        made_at=_instant(said["created"]),
        failure=said.get("failure_reason"),
    )


def dispute_from(said: Said) -> Dispute:
    """Return a dispute."""
    return Dispute(
        dispute=said["id"],
        payment_intent=_id_of(said["payment_intent"]),
        charge=said["charge"] if isinstance(said["charge"], str) else said["charge"]["id"],
        amount_cents=said["amount"],
        currency=said["currency"],
        state=DisputeState(said["status"]),
        reason=said["reason"],
        made_at=_instant(said["created"]),
    )


def notice_from(said: Said) -> Notice:
    """Return what an event is about. What its object looked like then is of no interest: it is read anew."""
    about = said["data"]["object"]
    is_payment = about["object"] == "payment_intent"
    return Notice(
        event=said["id"],
        kind=said["type"],
        about=about["id"],
        payment_intent=about["id"] if is_payment else _id_of(about.get("payment_intent")),
        made_at=_instant(said["created"]),
        livemode=said["livemode"],
    )


def _charge_of(payment: Said) -> Said | None:
    charge: Said | None = payment["latest_charge"]
    return charge


def _id_of(said: Said | str | None) -> str | None:
    return said["id"] if isinstance(said, Mapping) else said


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
