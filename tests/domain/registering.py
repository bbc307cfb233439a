"""Registrations and what the payment provider says of them, made up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mentoring.domain import payments
from mentoring.domain.payments import Checkout, CheckoutState, DisputeState, Settled
from mentoring.domain.policy import Policy
from mentoring.domain.registration_states import RegistrationState
from mentoring.domain.registrations import (
    Registration,
    Source,
    Terms,
    Workbook,
    attempted,
    handed_in,
)
from mentoring.domain.settling import Numbers, settled

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBERS = Numbers(receipt=7, credit_note=3)


def registration(**changes: Any) -> Registration:
    """A member of Ontario who has registered, with what a test changes."""
    fields: dict[str, Any] = {
        "id": "r1",
        "member_id": "M-1",
        "state": RegistrationState.OPEN,
        "opened_at": NOW,
        "languages": ("fr",),
        "place": "ON",
        "terms": Terms(version="2026-01", agreed_at=NOW, language="fr"),
    }
    return Registration(**fields | changes)


def asking(policy: Policy, now: datetime = NOW, **changes: Any) -> Registration:
    """The same, after a click on "pay"."""
    return attempted(registration(**changes), policy, "fr", now + HOUR, now)


def checkout(asked: Registration, session: str = "cs_1", **changes: Any) -> Checkout:
    """The page of a registration's last attempt, paid, with what a test changes."""
    attempt = asked.attempts[-1]
    fields: dict[str, Any] = {
        "session": session,
        "state": CheckoutState.COMPLETE,
        "settled": Settled.PAID,
        "reference": asked.id,
        "attempt": attempt.number,
        "amount_cents": attempt.charge.total_cents,
        "tax_cents": attempt.charge.total_cents - attempt.charge.fee_cents,
        "currency": "cad",
        "livemode": False,
        "made_at": attempt.asked_at,
        "expires_at": attempt.expires_at,
        "payment_intent": session.replace("cs", "pi"),
        "charge": session.replace("cs", "ch"),
        "charged_at": attempt.asked_at,
    }
    return Checkout(**fields | changes)


def paying(
    asked: Registration, session: str = "cs_1", now: datetime | None = None, **changes: Any
) -> Registration:
    """A registration after a checkout of it was read."""
    read = checkout(asked, session, **changes)
    return settled(asked, read, False, NUMBERS, now or asked.attempts[-1].asked_at)


def paid(policy: Policy, now: datetime = NOW, **changes: Any) -> Registration:
    """A registration that was paid at an instant."""
    return paying(asking(policy, now, **changes))


def workbook(received_at: datetime) -> Workbook:
    """A workbook of that instant."""
    return Workbook(received_at=received_at, noted_at=received_at, source=Source.FORM, by="member:M-1")


def with_workbook(before: Registration, received_at: datetime) -> Registration:
    """A registration whose workbook was received then."""
    return handed_in(before, workbook(received_at))


def refund_said(before: Registration, state: payments.RefundState, **changes: Any) -> payments.Refund:
    """What the payment provider says of the last refund, with what a test changes."""
    last = before.refunds[-1] if before.refunds else None
    assert before.purchases
    fields: dict[str, Any] = {
        "refund": "re_1",
        "refund_id": last.id if last else None,
        "payment_intent": before.purchases[-1].payment_intent,
        "charge": "ch_1",
        "amount_cents": last.lines.total_cents if last else 5594,
        "currency": "cad",
        "state": state,
        "made_at": NOW,
    }
    return payments.Refund(**fields | changes)


def dispute(state: DisputeState = DisputeState.AWAITS_ANSWER, **changes: Any) -> payments.Dispute:
    """A dispute about the payment of `paid`."""
    made = payments.Dispute(
        dispute="dp_1",
        payment_intent="pi_1",
        charge="ch_1",
        amount_cents=11187,
        currency="cad",
        state=state,
        reason="fraudulent",
        made_at=NOW,
    )
    return replace(made, **changes)
