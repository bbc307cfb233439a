"""Receipts and credit notes: what the tax acts ask for, from stored lines alone (MOD-24).

Input Tax Credit Information (GST/HST) Regulations, s. 3, and Credit Note Information Regulations, s. 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mentoring.domain.money import Charge
from mentoring.domain.registration_states import RefundState
from mentoring.domain.registrations import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was paid. `number` counts the association's receipts from 1, without a gap."""

    number: int
    made_at: datetime  # UTC
    lines: Charge

    @property
    def name(self) -> str:
        """Return how it is called in both languages, in an address and as a file: `R000012`."""
        return receipt_name(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote:
    """What of a receipt went back. `number` counts the credit notes, on their own."""

    number: int
    made_at: datetime  # UTC: when the payment provider gave it back
    lines: Charge
    receipt: Receipt
    is_returned: bool = False  # the money did not reach the card after all (invariant 10)

    @property
    def name(self) -> str:
        """Return how it is called in both languages, in an address and as a file: `C000003`."""
        return credit_note_name(self.number)


Paper = Receipt | CreditNote


def receipt_name(number: int) -> str:
    """Return how a receipt is called."""
    return f"R{number:06}"


def credit_note_name(number: int) -> str:
    """Return how a credit note is called."""
    return f"C{number:06}"


def papers(registration: Registration) -> Iterator[Paper]:
    """Yield the receipt of a registration and its credit notes, oldest first; nothing before it is paid.

    Money that came by mistake and went back in full has neither.
    """
    purchase = registration.purchase
    if purchase is None or purchase.receipt is None:
        return
    receipt = Receipt(number=purchase.receipt, made_at=purchase.paid_at, lines=purchase.charge)
    yield receipt
    for refund in registration.refunds:
        if refund.credit_note is not None:
            at = refund.made_at or refund.succeeded_at or refund.asked_at
            yield CreditNote(
                number=refund.credit_note,
                made_at=at,
                lines=refund.lines,
                receipt=receipt,
                is_returned=refund.state is RefundState.FAILED,
            )
