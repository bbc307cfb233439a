"""The ledger: what every cent did, once and for ever (SAF-5). It is drawn from registrations, never typed.

An entry's id says what it is about, so that no event of money is written twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mentoring.domain.money import Charge, part_of
from mentoring.domain.payments import Dispute, DisputeState
from mentoring.domain.refunds import Refund
from mentoring.domain.registration_states import RefundState
from mentoring.domain.registrations import Purchase, Registration


class Kind(StrEnum):
    """What happened to the money."""

    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_RETURNED = "refund-returned"  # the bank sent it back
    DISPUTE = "dispute"  # the bank took it back
    DISPUTE_RETURNED = "dispute-returned"


INWARD = frozenset({Kind.PAYMENT, Kind.REFUND_RETURNED, Kind.DISPUTE_RETURNED})
TAKING = frozenset(
    {DisputeState.AWAITS_ANSWER, DisputeState.UNDER_REVIEW, DisputeState.LOST, DisputeState.WON}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of money. `lines` are what moved, in cents; the kind says which way."""

    kind: Kind
    about: str  # the payment provider's id
    registration_id: str
    payment_intent: str
    place: str
    at: datetime  # UTC: by the payment provider
    lines: Charge
    number: int | None = None  # of the receipt or credit note

    @property
    def id(self) -> str:
        """Return what names this event for ever."""
        return f"{self.kind}#{self.about}"

    @property
    def sign(self) -> int:
        """Return 1 where money came in, -1 where it left."""
        return 1 if self.kind in INWARD else -1

    @property
    def cents(self) -> int:
        """Return the whole amount, negative where money left."""
        return self.sign * self.lines.total_cents


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the ledger holds it."""

    entry: Entry
    noted_at: datetime  # UTC: after its month was over, where the bank took so long


def entries(registration: Registration) -> Iterator[Entry]:
    """Yield every event of money of a registration."""
    for purchase in registration.purchases:
        yield _entry(registration, purchase, Kind.PAYMENT, purchase.payment_intent, purchase.paid_at)
    by_intent = {each.payment_intent: each for each in registration.purchases}
    for refund in registration.refunds:
        yield from _of_refund(registration, by_intent[refund.payment_intent], refund)
    for dispute in registration.disputes:
        if dispute.payment_intent in by_intent:
            yield from _of_dispute(registration, by_intent[dispute.payment_intent], dispute)


def new_entries(before: Registration | None, after: Registration) -> list[Entry]:
    """Return what a change adds to the ledger."""
    known = {each.id for each in entries(before)} if before else set()
    return [each for each in entries(after) if each.id not in known]


def _of_refund(registration: Registration, purchase: Purchase, refund: Refund) -> Iterator[Entry]:
    if refund.succeeded_at is None or refund.provider_id is None:
        return
    kinds = [Kind.REFUND, *([Kind.REFUND_RETURNED] if refund.state is RefundState.FAILED else [])]
    for kind in kinds:
        at = refund.made_at or refund.succeeded_at
        yield _entry(registration, purchase, kind, refund.provider_id, at, refund.lines, refund.credit_note)


def _of_dispute(registration: Registration, purchase: Purchase, dispute: Dispute) -> Iterator[Entry]:
    taken = part_of(purchase.charge, min(dispute.amount_cents, purchase.charge.total_cents))
    if dispute.state in TAKING:
        yield _entry(registration, purchase, Kind.DISPUTE, dispute.dispute, dispute.made_at, taken)
    if dispute.state is DisputeState.WON:
        yield _entry(registration, purchase, Kind.DISPUTE_RETURNED, dispute.dispute, dispute.made_at, taken)


def _entry(
    registration: Registration,
    purchase: Purchase,
    kind: Kind,
    about: str,
    at: datetime,
    lines: Charge | None = None,
    number: int | None = None,
) -> Entry:
    return Entry(
        kind=kind,
        about=about,
        registration_id=registration.id,
        payment_intent=purchase.payment_intent,
        place=purchase.place,
        at=at,
        lines=lines or purchase.charge,
        number=purchase.receipt if kind is Kind.PAYMENT else number,
    )
