"""Refunds and disputes: Stripe's reference, "Refunds", "Disputes"."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from infrastructure.local.stripe.account import CHARGE, DISPUTE, INTENT, REFUND, Account
from infrastructure.local.stripe.errors import StripeRefusal
from infrastructure.local.stripe.faults import REFUND as REFUND_FAULT
from infrastructure.local.stripe.store import Row

SLOW: Final = timedelta(days=1)
SETTLE: Final = "settle-refund"
GONE: Final = ("failed", "canceled")  # such a refund gave nothing back
ENDED: Final = ("won", "lost", "warning_closed")


def make_refund(account: Account, asked: Mapping[str, Any]) -> Row:
    """Give some of a charge back, or what is left of it. Raises StripeRefusal."""
    charge = _charge_of(account, asked)
    left = charge["amount"] - charge["amount_refunded"]
    amount = asked.get("amount", left)
    _check(charge, amount, left)
    state, seconds = _becomes(account, charge)
    is_slow = seconds > 0 and state != "late-failure"
    refund = account.made(
        REFUND,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        failure_reason=None,
        metadata=asked.get("metadata") or {},
        payment_intent=charge["payment_intent"],
        reason=asked.get("reason"),
        status="pending" if is_slow else "succeeded",
    )
    account.tell("refund.created", refund)
    account.tell("charge.refunded", _sum_up(account, charge))
    if seconds:
        outcome = "failed" if state == "late-failure" else state
        account.plan(SETTLE, refund["id"], account.seconds(timedelta(seconds=seconds)), outcome)
    return refund


def settle_in_time(account: Account, refund_id: str, outcome: str) -> None:
    """Let a bank say what became of money that was given back."""
    reason = "expired_or_canceled_card" if outcome == "failed" else None
    refund = account.changed(account.read(REFUND, refund_id), status=outcome, failure_reason=reason)
    _sum_up(account, account.read(CHARGE, refund["charge"]))
    for what in ("refund.updated", "charge.refund.updated", *(["refund.failed"] if reason else [])):
        account.tell(what, refund)


def make_dispute(account: Account, asked: Mapping[str, Any]) -> Row:
    """Let a cardholder dispute a payment."""
    charge = _charge_of(account, asked)
    dispute = account.made(
        DISPUTE,
        amount=charge["amount"],
        charge=charge["id"],
        currency=charge["currency"],
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=asked.get("reason", "fraudulent"),
        status=asked.get("status", "needs_response"),
    )
    account.changed(charge, disputed=True)
    account.tell("charge.dispute.created", dispute)
    return dispute


def decide_dispute(account: Account, dispute_id: str, status: str) -> Row:
    """Let the bank decide, or the case move on."""
    dispute = account.changed(account.read(DISPUTE, dispute_id), status=status)
    account.tell(f"charge.dispute.{'closed' if status in ENDED else 'updated'}", dispute)
    return dispute


def _charge_of(account: Account, asked: Mapping[str, Any]) -> Row:
    if asked.get("charge"):
        return account.read(CHARGE, asked["charge"], "charge")
    if not asked.get("payment_intent"):
        raise StripeRefusal("One of payment_intent or charge is required.", param="payment_intent")
    intent = account.read(INTENT, asked["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise StripeRefusal(f"This PaymentIntent ({intent['id']}) has no successful charge to refund.")
    return account.read(CHARGE, intent["latest_charge"])


def _check(charge: Row, amount: int, left: int) -> None:
    if charge["disputed"]:
        raise StripeRefusal(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left <= 0:
        raise StripeRefusal(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount < 1:
        raise StripeRefusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise StripeRefusal("Refund amount is greater than unrefunded amount on charge", param="amount")


def _becomes(account: Account, charge: Row) -> tuple[str, int]:
    """Return what a refund becomes after how many seconds, as asked for or as the card has it."""
    fault = account.faults.take(REFUND_FAULT, REFUND_FAULT)
    if fault:
        return fault["state"], fault["seconds"]
    if charge["_refund"] == "pending":
        return "succeeded", int(SLOW.total_seconds())
    if charge["_refund"] == "failed":
        return "late-failure", int(SLOW.total_seconds())
    return "succeeded", 0


def _sum_up(account: Account, charge: Row) -> Row:
    refunds = [row for row in account.store.every(REFUND) if row["charge"] == charge["id"]]
    refunded = sum(row["amount"] for row in refunds if row["status"] not in GONE)
    return account.changed(charge, amount_refunded=refunded, refunded=refunded == charge["amount"])
