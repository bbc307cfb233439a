"""Cancelling, exceptions, and giving money back once (MOD-6, STF-5, invariants 5 to 10)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain import cancelling, payments
from mentoring.domain.payments import PaymentRefusedError, PaymentUnclearError
from mentoring.domain.policy import Policy
from mentoring.domain.refunds import Refund, refund_moved
from mentoring.domain.registration_errors import RegistrationMovedError
from mentoring.domain.registration_states import Act, RefundState
from mentoring.domain.registrations import Registration, StoredRegistration, with_refund
from mentoring.usecases import settle_payment
from mentoring.usecases.change_registration import (
    NoSuchRegistrationError,
    Registrations,
    acted,
    changed,
)
from mentoring.usecases.settle_payment import Settling

BY: Final = "system:refunds"
CALLED: Final = frozenset({RefundState.ASKED, RefundState.UNKNOWN})


class Provider(settle_payment.Provider, Protocol):
    """Where money is given back."""

    def refund(self, payment_intent: str, amount_cents: int, refund_id: str, key: str) -> payments.Refund:
        """Give money back. Raises PaymentRefusedError, PaymentsDownError, PaymentUnclearError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunding:
    """What people decide about money that goes back. `actor` is `member:M-1` or `staff:<subject>`."""

    registrations: Registrations
    policy: Policy
    actor: str
    now: datetime

    def cancel(self, registration_id: str, requested_at: datetime | None = None) -> StoredRegistration:
        """Cancel, with what the rule gives back (MOD-6). Cancelling again changes nothing.

        Staff log a request that came by e-mail by the instant `requested_at` at which it was received; what
        was cancelled by another request stays so, and is refused.
        Raises NoSuchRegistrationError, RegistrationMovedError, RegistrationRefusedError.
        """

        def decide(registration: Registration) -> Registration:
            if self.actor.startswith("member:") and self.actor != f"member:{registration.member_id}":
                raise NoSuchRegistrationError
            noted = registration.cancellation
            if noted and requested_at in (None, noted.requested_at):
                return registration
            at = requested_at or self.now
            return cancelling.cancelled(registration, at, self.actor, self.policy, self.now)

        return self._changed(registration_id, decide, Act.CANCEL)

    def propose(
        self, registration_id: str, payment_intent: str, cents: int, words: str, seen: int
    ) -> StoredRegistration:
        """Propose an exception, with its reason, for a second person to decide (STF-5).

        `seen` is how many refunds there were when the form was shown. Raises RefundTooLargeError.
        """

        def decide(registration: Registration) -> Registration:
            if len(registration.refunds) > seen:
                return registration
            purchase = registration.purchase_of(payment_intent)
            if purchase is None:
                raise RegistrationMovedError(registration_id, registration.state, "propose")
            lines = cancelling.part_left(registration, purchase, cents)
            return cancelling.proposed(registration, purchase, lines, self.actor, words, self.now)

        return self._changed(registration_id, decide, "propose")

    def decide(self, registration_id: str, refund_id: str, *, is_approved: bool) -> StoredRegistration:
        """Approve or decline somebody else's exception. Raises RegistrationRefusedError, RefundMovedError."""

        def decide(registration: Registration) -> Registration:
            exception = _refund(registration, refund_id)
            is_same = is_approved is not (exception.state is RefundState.DECLINED)
            if (
                exception.state is not RefundState.PROPOSED
                and exception.approved_by == self.actor
                and is_same
            ):
                return registration
            return cancelling.decided(registration, exception, self.actor, is_approved, self.now)

        return self._changed(registration_id, decide, "approve" if is_approved else "decline")

    def repeat(self, registration_id: str, refund_id: str) -> StoredRegistration:
        """Give back anew what failed (invariant 10). Raises RegistrationRefusedError, RefundTooLargeError."""

        def decide(registration: Registration) -> Registration:
            failed = _refund(registration, refund_id)
            return cancelling.repeated(registration, failed, self.actor, self.now)

        return self._changed(registration_id, decide, "repeat")

    def _changed(
        self, registration_id: str, decide: Callable[[Registration], Registration], action: str
    ) -> StoredRegistration:
        line = acted(self.actor, action, self.now)
        return changed(self.registrations, registration_id, decide, line)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingBack:
    """Who gives back what was decided: as often as it is asked, and once (invariant 6)."""

    settling: Settling
    provider: Provider

    def give_back(self, registration_id: str, refund_id: str) -> None:
        """Ask for a refund under its key, and note what is known of it.

        Where the outcome is unclear it is UNKNOWN, and the error is raised: asked again, with the same key
        for as long as that is remembered, afterwards by reading.
        Raises PaymentsDownError, PaymentUnclearError.
        """
        stored = self.settling.registrations.get(registration_id)
        if stored is None:
            raise NoSuchRegistrationError
        refund = _refund(stored.registration, refund_id)
        if refund.state not in CALLED:
            return
        if self._was_read(refund):  # its answer was lost, or a restore forgot it
            return
        if refund.called_at is None:
            if stored.registration.is_disputed(refund.payment_intent):
                self._moved(registration_id, refund, RefundState.FAILED, "disputed")
                return
            refund = self._begun(registration_id, refund_id)
        if refund.state not in CALLED:
            return
        if refund.may_be_called(self.settling.now):
            self._call(registration_id, refund)
        else:
            self._moved(registration_id, refund, RefundState.FAILED, "never-made")

    def _call(self, registration_id: str, refund: Refund) -> None:
        cents = refund.lines.total_cents
        try:
            said = self.provider.refund(refund.payment_intent, cents, refund.id, refund.key)
        except PaymentRefusedError as refused:
            self._moved(registration_id, refund, RefundState.FAILED, refused.reason)
        except PaymentUnclearError:
            self._moved(registration_id, refund, RefundState.UNKNOWN)
            raise
        else:
            self.settling.refund(said)

    def _begun(self, registration_id: str, refund_id: str) -> Refund:
        """Note when its key was first used, before it is."""

        def decide(registration: Registration) -> Registration:
            refund = _refund(registration, refund_id)
            if refund.called_at or refund.state not in CALLED:
                return registration
            return with_refund(registration, replace(refund, called_at=self.settling.now))

        return _refund(self._changed(registration_id, decide).registration, refund_id)

    def _was_read(self, refund: Refund) -> bool:
        """Take in a refund that was made; return whether it was found."""
        for each in self.provider.refunds_of(refund.payment_intent):
            if each.refund_id == refund.id:
                self.settling.refund(each)
                return True
        return False

    def _moved(self, registration_id: str, refund: Refund, state: RefundState, failure: str = "") -> None:
        def decide(registration: Registration) -> Registration:
            current = _refund(registration, refund.id)
            if current.state not in CALLED or current.state is state:
                return registration  # somebody knows more by now
            return with_refund(
                registration, replace(refund_moved(current, state, self.settling.now), failure=failure)
            )

        self._changed(registration_id, decide)

    def _changed(
        self, registration_id: str, decide: Callable[[Registration], Registration]
    ) -> StoredRegistration:
        line = acted(BY, "give-back", self.settling.now)
        return changed(self.settling.registrations, registration_id, decide, line)


def _refund(registration: Registration, refund_id: str) -> Refund:
    refund = registration.refund(refund_id)
    if refund is None:
        raise NoSuchRegistrationError
    return refund
