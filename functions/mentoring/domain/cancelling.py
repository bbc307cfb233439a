"""Cancelling, and what goes back: by the rule, whole, or as an exception (MOD-5, MOD-6, STF-5)."""

from dataclasses import replace
from datetime import datetime

from mentoring.domain.money import Charge, left_of, part_of, refund
from mentoring.domain.policy import FacilitatedPolicy, Policy
from mentoring.domain.refunds import (
    Meter,
    Refund,
    RefundReason,
    Verdict,
    refund_moved,
    verdict,
    window_end,
)
from mentoring.domain.registration_errors import RefundTooLargeError, RegistrationRefusedError
from mentoring.domain.registration_states import Act, RefundState
from mentoring.domain.registrations import (
    Cancellation,
    Purchase,
    Registration,
    moved,
    open_cases,
    with_refund,
)


def rule_of(purchase: Purchase, policy: Policy) -> FacilitatedPolicy:
    """Return the numbers that a purchase was made under; what changed since does not touch it."""
    return policy.facilitated_on(purchase.priced_on)


def verdict_on(
    registration: Registration, purchase: Purchase, requested_at: datetime, policy: Policy
) -> Verdict:
    """Return what a request of that instant gets (MOD-6); staff decide where money is on its way already."""
    numbers = rule_of(purchase, policy)
    ruled = verdict(purchase.paid_at, requested_at, registration.workbook_received_at, numbers)
    intent = purchase.payment_intent
    is_touched = registration.is_disputed(intent) or bool(registration.decided(intent))
    return Verdict.UP_TO_STAFF if ruled is Verdict.IN_TIME and is_touched else ruled


def meter(registration: Registration, policy: Policy, now: datetime) -> Meter | None:
    """Return what cancelling gives back now, and until when; None where nothing is to cancel (MOD-5)."""
    purchase = registration.purchase
    if purchase is None or not registration.is_current:
        return None
    numbers, said = rule_of(purchase, policy), verdict_on(registration, purchase, now, policy)
    if said is not Verdict.IN_TIME:
        return Meter(verdict=said, back=part_of(purchase.charge, 0), until=None)
    back, until = refund(purchase.charge, numbers.refund_percent), window_end(purchase.paid_at, numbers)
    return Meter(verdict=said, back=back, until=until)


def cancelled(
    registration: Registration, requested_at: datetime, by: str, policy: Policy, now: datetime
) -> Registration:
    """Return a registration that is cancelled, with the refund that the rule gives (MOD-6).

    The instant at which the request was received decides, not the one at which it was noted. Raises
    RegistrationMovedError; RegistrationRefusedError for an instant before the purchase or to come.
    """
    state, purchase = moved(registration, Act.CANCEL), registration.purchase
    assert purchase is not None  # noqa: S101 - the table lets only what is paid be cancelled
    if not purchase.paid_at <= requested_at <= now:
        raise RegistrationRefusedError("instant")
    said = verdict_on(registration, purchase, requested_at, policy)
    noted = Cancellation(requested_at=requested_at, noted_at=now, by=by, verdict=said)
    after = replace(registration, state=state, cancellation=noted, closed_at=now)
    if said is not Verdict.IN_TIME:
        return after
    lines = refund(purchase.charge, rule_of(purchase, policy).refund_percent)
    return asked_back(after, purchase, lines, RefundReason.RULE, requested_at, by)


def proposed(
    registration: Registration, purchase: Purchase, lines: Charge, by: str, words: str, now: datetime
) -> Registration:
    """Return a registration with an exception that waits for a second person (MOD-6, STF-5).

    Raises RegistrationRefusedError for a charge that is disputed; RefundTooLargeError.
    """
    _check_undisputed(registration, purchase.payment_intent)
    new = _new(registration, purchase, lines, RefundReason.EXCEPTION, now, by)
    return with_refund(registration, replace(new, state=RefundState.PROPOSED, words=words))


def decided(
    registration: Registration, exception: Refund, by: str, is_approved: bool, now: datetime
) -> Registration:
    """Return a registration whose exception a second person decides about (STF-5).

    Raises RegistrationRefusedError for whoever proposed it, or approves of a charge that is disputed;
    RefundMovedError where it is decided; RefundTooLargeError where so much is not left any more.
    """
    if by == exception.by:
        raise RegistrationRefusedError("own-exception")
    if is_approved:
        _check_undisputed(registration, exception.payment_intent)
    purchase = registration.purchase_of(exception.payment_intent)
    left = registration.left_of(purchase).total_cents if purchase else 0
    if is_approved and left < 0:
        cents = exception.lines.total_cents
        raise RefundTooLargeError(exception.payment_intent, cents, cents + left)
    after = refund_moved(exception, RefundState.ASKED if is_approved else RefundState.DECLINED, now)
    return with_refund(registration, replace(after, approved_by=by, asked_at=now))


def repeated(registration: Registration, failed: Refund, by: str, now: datetime) -> Registration:
    """Return a registration with another refund in the place of one that failed (invariant 10).

    Raises RegistrationRefusedError where it is no open case, or the charge is disputed; RefundTooLargeError.
    """
    purchase = registration.purchase_of(failed.payment_intent)
    if purchase is None or failed not in open_cases(registration):
        raise RegistrationRefusedError("no-open-case")
    _check_undisputed(registration, failed.payment_intent)
    return asked_back(registration, purchase, failed.lines, failed.reason, now, by)


def _check_undisputed(registration: Registration, payment_intent: str) -> None:
    """Raise RegistrationRefusedError where the bank may take the money itself (invariant 10)."""
    if registration.is_disputed(payment_intent):
        raise RegistrationRefusedError("disputed")


def part_left(registration: Registration, purchase: Purchase, cents: int) -> Charge:
    """Return an amount of what is left of a payment, by lines. Raises RefundTooLargeError."""
    left = registration.left_of(purchase)
    if not 0 < cents <= left.total_cents:
        raise RefundTooLargeError(purchase.payment_intent, cents, left.total_cents)
    return part_of(left, cents)


def asked_back(
    registration: Registration,
    purchase: Purchase,
    lines: Charge,
    reason: RefundReason,
    asked_at: datetime,
    by: str,
) -> Registration:
    """Return a registration with a refund that is decided, before anybody is asked (invariant 6).

    Raises RefundTooLargeError where more would go back than was charged (invariant 5).
    """
    return with_refund(registration, _new(registration, purchase, lines, reason, asked_at, by))


def _new(
    registration: Registration,
    purchase: Purchase,
    lines: Charge,
    reason: RefundReason,
    asked_at: datetime,
    by: str,
) -> Refund:
    # What is only wished for gives way to what is decided: one person takes nobody's right away.
    is_wish = reason is RefundReason.EXCEPTION
    counted = (registration.reserved if is_wish else registration.decided)(purchase.payment_intent)
    left = left_of(purchase.charge, [each.lines for each in counted])
    after = left_of(left, [lines])
    if min(after.fee_cents, *(line.cents for line in after.taxes), 0) < 0:
        raise RefundTooLargeError(purchase.payment_intent, lines.total_cents, left.total_cents)
    return Refund(
        id=refund_id(registration, asked_at),
        payment_intent=purchase.payment_intent,
        reason=reason,
        lines=lines,
        state=RefundState.ASKED,
        asked_at=asked_at,
        by=by,
    )


def refund_id(registration: Registration, asked_at: datetime) -> str:
    """Return the id of the next refund, which is nobody's.

    Refunds are never taken out, but a restore may forget one: the instant tells the next from it.
    """
    return f"{registration.id}.{len(registration.refunds) + 1}.{int(asked_at.timestamp())}"
