"""What the payment provider says of money is taken in: by webhook, return page and reconciliation alike.

Nothing is believed but what was read from it (invariant 2); the registration's own conditional write makes
one payment of however many notices (invariants 3 and 4).
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain import payments, settling
from mentoring.domain.audit import SITE, AuditLine, Change
from mentoring.domain.differences import Difference
from mentoring.domain.payments import (
    Checkout,
    CheckoutState,
    Found,
    Notice,
    Payment,
    PaymentState,
    Settled,
)
from mentoring.domain.registration_errors import DifferenceKnownError, PaymentDiffersError
from mentoring.domain.registration_events import payment_differs
from mentoring.domain.registration_states import RefundState
from mentoring.domain.registrations import Registration, StoredRegistration
from mentoring.domain.settling import Numbers
from mentoring.usecases.change_registration import NoSuchRegistrationError, acted, changed

BY: Final = "system:payments"
NOT_COMING: Final = frozenset({PaymentState.AWAITING_METHOD, PaymentState.CANCELED})
"""How a payment stands on whose filled-in page the money did not come."""


class Registrations(Protocol):
    """Where registrations are kept."""

    def get(self, registration_id: str) -> StoredRegistration | None:
        """Return a registration; None where there is none."""

    def of_payment(self, payment_intent: str) -> StoredRegistration | None:
        """Return the registration that a payment was taken in for."""

    def numbers(self) -> Numbers:
        """Return the next number of each series of documents."""

    def save(
        self, registration: Registration, replacing: StoredRegistration, change: Change
    ) -> StoredRegistration:
        """Store a registration. Raises StaleRegistrationError, StaleNumberError."""

    def note_difference(self, difference: Difference, change: Change) -> None:
        """Store what a person has to settle. Raises DifferenceKnownError."""


class Provider(Protocol):
    """Where money is read. Raises PaymentRefusedError for what does not exist, PaymentsDownError."""

    def read_checkout(self, session: str) -> Checkout:
        """Return a session with its payment."""

    def read_payment(self, payment_intent: str) -> Payment:
        """Return a payment."""

    def refunds_of(self, payment_intent: str) -> list[payments.Refund]:
        """Return every refund of a payment."""

    def disputes_since(self, instant: datetime) -> list[payments.Dispute]:
        """Return the disputes made since then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Who takes in what the payment provider says. `is_live`: this is real money."""

    registrations: Registrations
    provider: Provider
    is_live: bool
    now: datetime
    because: str = ""  # the notice that came, for the record

    def session(self, session: str) -> StoredRegistration | None:
        """Read a checkout and take it in; None where it is not ours, or differs."""
        return self.checkout(self.provider.read_checkout(session))

    def checkout(self, checkout: Checkout) -> StoredRegistration | None:
        """Take in a checkout that was read; None where it is not ours, or differs."""
        if checkout.reference is None:
            return None
        is_failed = self._is_failed(checkout)

        def decide(registration: Registration) -> Registration:
            if is_failed:
                return settling.failed(registration, checkout)
            numbers = self.registrations.numbers()
            return settling.settled(registration, checkout, self.is_live, numbers, self.now)

        return self._taken(checkout.reference, decide, checkout.found)

    def refund(self, said: payments.Refund) -> StoredRegistration | None:
        """Take in a refund that was read, whoever made it; None where its money is not ours."""

        def decide(registration: Registration) -> Registration:
            return settling.refund_taken(registration, said, self.registrations.numbers(), self.now)

        return self._about(said.payment_intent, decide, said.found)

    def dispute(self, said: payments.Dispute) -> StoredRegistration | None:
        """Take in a dispute that was read; None where its money is not ours."""

        def decide(registration: Registration) -> Registration:
            return settling.dispute_taken(registration, said)

        return self._about(said.payment_intent, decide, said.found)

    def notice(self, notice: Notice) -> None:
        """Take in what a notice is about, as it is by now. Of other kinds nothing is to be done."""
        kind = notice.kind
        if kind.startswith("checkout.session."):
            self.session(notice.about)
        elif kind.startswith("charge.dispute."):
            self.disputes_of(notice.payment_intent)
        elif kind.startswith(("refund.", "charge.refund")):
            self.refunds_of(notice.payment_intent)

    def refunds_of(self, payment_intent: str | None) -> None:
        """Take in every refund of a payment of ours."""
        if payment_intent and self.registrations.of_payment(payment_intent):
            for each in failed_first(self.provider.refunds_of(payment_intent)):
                self.refund(each)

    def disputes_of(self, payment_intent: str | None) -> None:
        """Take in every dispute about a payment of ours: none is older than the registration.

        It may be older than the purchase, which a slow payment is once we heard of the money.
        """
        stored = self.registrations.of_payment(payment_intent) if payment_intent else None
        if stored:
            since = self.provider.disputes_since(stored.registration.opened_at)
            found = [each for each in since if each.payment_intent == payment_intent]
            for each in found:
                self.dispute(each)

    def _is_failed(self, checkout: Checkout) -> bool:
        """Return whether the money of a filled-in page will not come any more."""
        if checkout.state is not CheckoutState.COMPLETE or checkout.settled is not Settled.UNPAID:
            return False
        intent = checkout.payment_intent
        return intent is not None and self.provider.read_payment(intent).state in NOT_COMING

    def _about(
        self, payment_intent: str | None, decide: Callable[[Registration], Registration], found: Found
    ) -> StoredRegistration | None:
        stored = self.registrations.of_payment(payment_intent) if payment_intent else None
        return self._taken(stored.registration.id, decide, found) if stored else None

    def _taken(
        self, registration_id: str, decide: Callable[[Registration], Registration], found: Found
    ) -> StoredRegistration | None:
        line = acted(BY, "settle", self.now, self.because)
        try:
            return changed(self.registrations, registration_id, decide, line)
        except PaymentDiffersError as differs:
            self._report(differs)
        except NoSuchRegistrationError:
            self._report(PaymentDiffersError(registration_id, found, "registration"))
        return None

    def _report(self, differs: PaymentDiffersError) -> None:
        """Let a person know, once, of money that is not what was asked for."""
        stored = self.registrations.get(differs.registration_id)
        member_id = stored.registration.member_id if stored else SITE
        difference = Difference(
            registration_id=differs.registration_id,
            code=differs.code,
            found=differs.found,
            noted_at=self.now,
        )
        line = AuditLine(
            actor=BY,
            action="registration-differs",
            member_id=member_id,
            occurrence=difference.name,
            at=self.now,
            changes={"difference": ("", differs.code)},
        )
        with suppress(DifferenceKnownError):
            told = payment_differs(difference, member_id)
            self.registrations.note_difference(difference, Change(line, (told,)))


def failed_first(refunds: Iterable[payments.Refund]) -> list[payments.Refund]:
    """Return refunds so that what failed gives its amount free before the next one takes it."""
    return sorted(refunds, key=lambda each: settling.REFUNDED[each.state] is not RefundState.FAILED)
