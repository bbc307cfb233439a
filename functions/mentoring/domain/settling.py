"""What the payment provider says is taken in: checkouts, refunds, disputes (invariants 2, 4, 10).

Everything here is idempotent and stands any order: what is known already, or older than what is known,
changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mentoring.domain import payments
from mentoring.domain.cancelling import asked_back, refund_id
from mentoring.domain.money import left_of, part_of
from mentoring.domain.payments import Checkout, CheckoutState, DisputeState, Settled
from mentoring.domain.refunds import Refund, RefundReason, refund_moved
from mentoring.domain.registration_errors import PaymentDiffersError
from mentoring.domain.registration_states import (
    ATTEMPT_NEXT,
    MADE,
    REFUND_NEXT,
    Act,
    AttemptState,
    RefundState,
)
from mentoring.domain.registration_states import RegistrationState as State
from mentoring.domain.registrations import Attempt, Purchase, Registration, moved, with_attempt, with_refund

CURRENCY: Final = "cad"
BY: Final = "system:payments"
_D = DisputeState
STEP: Final = {
    _D.INQUIRY_AWAITS_ANSWER: 0,
    _D.INQUIRY_UNDER_REVIEW: 0,
    _D.INQUIRY_CLOSED: 1,
    _D.AWAITS_ANSWER: 2,
    _D.UNDER_REVIEW: 2,
    _D.PREVENTED: 3,
    _D.WON: 3,
    _D.LOST: 3,
}
"""How far a dispute is: an inquiry may become one, also once it is closed, and never the other way."""
OVER: Final = frozenset({_D.PREVENTED, _D.WON, _D.LOST})
REFUNDED: Final = {
    payments.RefundState.PENDING: RefundState.PENDING,
    payments.RefundState.AWAITING_ACTION: RefundState.PENDING,
    payments.RefundState.SUCCEEDED: RefundState.SUCCEEDED,
    payments.RefundState.FAILED: RefundState.FAILED,
    payments.RefundState.CANCELED: RefundState.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The next number of each series of documents: they have no gaps (MOD-24)."""

    receipt: int
    credit_note: int


def attempt_of(registration: Registration, checkout: Checkout) -> Attempt:
    """Return the attempt that a checkout belongs to. Raises PaymentDiffersError where it is none of ours."""
    for each in registration.attempts:
        if each.number == checkout.attempt and checkout.reference == registration.id:
            return each
    raise PaymentDiffersError(registration.id, checkout.found, "reference")


def difference(attempt: Attempt, checkout: Checkout, is_live: bool) -> str | None:
    """Return in what a paid checkout is not what was asked for, as a code (invariant 2)."""
    asked = attempt.charge
    checks = {
        "mode": checkout.livemode is is_live,
        "currency": checkout.currency == CURRENCY,
        "amount": checkout.amount_cents == asked.total_cents,
        "tax": checkout.tax_cents == asked.total_cents - asked.fee_cents,
        "payment": checkout.payment_intent is not None,
    }
    return next((code for code, is_so in checks.items() if not is_so), None)


def settled(
    registration: Registration, checkout: Checkout, is_live: bool, numbers: Numbers, now: datetime
) -> Registration:
    """Return a registration as a checkout leaves it, read from the payment provider itself.

    Paid it becomes by a complete, paid checkout of ours alone, over the very amount, in the right currency
    and mode (invariant 2). Money for what needs none goes back whole (invariant 9).
    Raises PaymentDiffersError.
    """
    attempt = attempt_of(registration, checkout)
    if checkout.state is CheckoutState.COMPLETE and checkout.settled is not Settled.UNPAID:
        return _paid(registration, attempt, checkout, is_live, numbers, now)
    if checkout.session != (attempt.session or checkout.session):
        return registration  # another page of the same attempt, which nobody was shown
    said = {
        CheckoutState.OPEN: AttemptState.OPENED,
        CheckoutState.COMPLETE: AttemptState.CONFIRMING,
        CheckoutState.EXPIRED: AttemptState.EXPIRED,
    }[checkout.state]
    return with_attempt(registration, _said_of(attempt, checkout, said))


def failed(registration: Registration, checkout: Checkout) -> Registration:
    """Return a registration whose slow payment did not come: the next attempt may begin."""
    attempt = attempt_of(registration, checkout)
    return with_attempt(registration, _said_of(attempt, checkout, AttemptState.FAILED))


def _said_of(attempt: Attempt, checkout: Checkout, state: AttemptState) -> Attempt:
    if state not in ATTEMPT_NEXT[attempt.state]:
        return attempt
    return replace(attempt, state=state, session=checkout.session, url=checkout.url)


def _paid(
    registration: Registration,
    attempt: Attempt,
    checkout: Checkout,
    is_live: bool,
    numbers: Numbers,
    now: datetime,
) -> Registration:
    if registration.purchase_of(checkout.payment_intent):
        return registration
    if code := difference(attempt, checkout, is_live):
        raise PaymentDiffersError(registration.id, checkout.found, code)
    counts = registration.state is State.OPEN
    purchase = Purchase(
        payment_intent=checkout.payment_intent or "",
        session=checkout.session,
        attempt=attempt.number,
        place=attempt.place,
        charge=attempt.charge,
        priced_on=attempt.priced_on,
        paid_at=_bought_at(attempt, checkout, now),
        taken_at=now,
        receipt=numbers.receipt if counts else None,
    )
    taken = replace(registration, purchases=(*registration.purchases, purchase))
    if attempt.state is not AttemptState.PAID:
        taken = with_attempt(taken, _said_of(attempt, checkout, AttemptState.PAID))
    if counts:
        return replace(taken, state=moved(registration, Act.PAY))
    reason = RefundReason.DUPLICATE if registration.purchase else RefundReason.MISTAKE
    return asked_back(taken, purchase, taken.left_of(purchase), reason, now, BY)


def _bought_at(attempt: Attempt, checkout: Checkout, now: datetime) -> datetime:
    # A slow payment is a purchase once the money is here: the hours would be over before it came.
    if attempt.state is AttemptState.CONFIRMING or checkout.charged_at is None:
        return now
    return checkout.charged_at


def refund_taken(
    registration: Registration, said: payments.Refund, numbers: Numbers, now: datetime
) -> Registration:
    """Return a registration as the payment provider's word on a refund leaves it.

    One that nobody here asked for was made in the dashboard, and is taken in (invariant 10). Raises
    PaymentDiffersError for one that is not of this registration's money, or over more than there is.
    """
    ours = _known(registration, said) or _found(registration, said)
    state, was_heard_of = REFUNDED[said.state], ours.provider_id is not None
    ours = replace(ours, provider_id=said.refund, made_at=said.made_at)
    if ours.state is RefundState.FAILED and state is not ours.state and not was_heard_of:
        raise PaymentDiffersError(registration.id, said.found, "refund")  # we had given it up
    if state not in REFUND_NEXT[ours.state]:
        return with_refund(registration, ours) if registration.refund(ours.id) else registration
    ours = replace(refund_moved(ours, state, now), failure=said.failure or "")
    if state is RefundState.SUCCEEDED:
        note = numbers.credit_note if _is_of_sale(registration, ours) else None
        ours = replace(ours, succeeded_at=now, credit_note=note)
    return with_refund(registration, ours)


def _known(registration: Registration, said: payments.Refund) -> Refund | None:
    """Return the refund that is meant: by our id, or by the provider's."""
    by_provider = {each.provider_id: each for each in registration.refunds if each.provider_id}
    return registration.refund(said.refund_id or "") or by_provider.get(said.refund)


def _found(registration: Registration, said: payments.Refund) -> Refund:
    purchase = registration.purchase_of(said.payment_intent)
    if purchase is None or said.currency != CURRENCY:
        raise PaymentDiffersError(registration.id, said.found, "payment" if purchase is None else "currency")
    # What was only wished for here gives way to what was done there.
    made = [each for each in registration.reserved(purchase.payment_intent) if each.state in MADE]
    left = left_of(purchase.charge, [each.lines for each in made])
    if said.amount_cents > left.total_cents and REFUNDED[said.state] is not RefundState.FAILED:
        raise PaymentDiffersError(registration.id, said.found, "amount")
    of = left if said.amount_cents <= left.total_cents else purchase.charge
    return Refund(
        id=refund_id(registration, said.made_at),
        payment_intent=purchase.payment_intent,
        reason=RefundReason.ELSEWHERE,
        lines=part_of(of, min(said.amount_cents, of.total_cents)),
        state=RefundState.ASKED,
        asked_at=said.made_at,
        by=BY,
        called_at=said.made_at,
        provider_id=said.refund,
    )


def _is_of_sale(registration: Registration, refund: Refund) -> bool:
    purchase = registration.purchase
    return purchase is not None and purchase.payment_intent == refund.payment_intent


def dispute_taken(registration: Registration, said: payments.Dispute) -> Registration:
    """Return a registration that knows of a dispute as the payment provider has it (invariant 10)."""
    known = next((each for each in registration.disputes if each.dispute == said.dispute), None)
    if known is None:
        return replace(registration, disputes=(*registration.disputes, said))
    if known.state in OVER or STEP[said.state] < STEP[known.state]:
        return registration
    disputes = (said if each.dispute == said.dispute else each for each in registration.disputes)
    return replace(registration, disputes=tuple(disputes))
