"""A member pays on a page of the payment provider, or takes the registration back (MOD-3, invariant 1).

An attempt and its key are stored before the page is asked for, and its address is given to nobody before it
is stored: so of however many tabs there is one page, and one that got lost can be paid by nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from mentoring.domain.business_days import day_of
from mentoring.domain.payments import (
    Checkout,
    CheckoutAsked,
    CheckoutState,
    PaymentRefusedError,
    PaymentUnclearError,
)
from mentoring.domain.policy import Policy
from mentoring.domain.registration_errors import (
    RegistrationMovedError,
    RegistrationRefusedError,
    StaleRegistrationError,
)
from mentoring.domain.registration_states import Act, AttemptState, RegistrationState
from mentoring.domain.registrations import (
    Attempt,
    Registration,
    StoredRegistration,
    attempted,
    checkout_key,
    corrected,
    withdrawn,
)
from mentoring.usecases import settle_payment
from mentoring.usecases.change_registration import NoSuchRegistrationError, acted, changed
from mentoring.usecases.lost_pages import CALL_LASTS, Pages, give_up, lost_page
from mentoring.usecases.register import Registering, require_eligible
from mentoring.usecases.settle_payment import Settling

ROUNDS: Final = 10  # each ends with one thing known more
SHORTEST: Final = timedelta(minutes=30)
"""The payment provider opens no page for less."""


class Provider(settle_payment.Provider, Pages, Protocol):
    """Where pages to pay on are opened and closed."""

    def open_checkout(self, asked: CheckoutAsked, key: str) -> Checkout:
        """Return the page for one attempt.

        Raises PaymentRefusedError, PaymentsDownError, PaymentUnclearError.
        """

    def expire_checkout(self, session: str) -> Checkout:
        """Close a page. Raises PaymentRefusedError for one that is not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the payment provider sends a person back to, by language and registration."""

    paid: Callable[[str, str], str]  # with {CHECKOUT_SESSION_ID} in it
    left: Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """One member in front of the price."""

    registering: Registering
    settling: Settling
    provider: Provider
    places: Places
    policy: Policy

    def pay(self, registration_id: str, language: str) -> str | None:
        """Return the address of the page to pay on; None where the money is here or on its way.

        Raises NoSuchRegistrationError; RegistrationRefusedError for who is no longer eligible (ELI-8), or
        whose money differs; RegistrationMovedError where nothing is to be paid; PaymentRefusedError,
        PaymentsDownError, and PaymentUnclearError, after which the same click asks for the same page.
        """
        for _ in range(ROUNDS):
            stored = self._own(registration_id)
            registration, attempt = stored.registration, stored.registration.attempt
            if registration.purchase or (attempt and attempt.state is AttemptState.CONFIRMING):
                return None
            if attempt is None:
                self._begin(registration_id, language)
                continue
            checkout = self._page(registration, attempt)
            if checkout is None:
                continue
            taken = self.settling.checkout(checkout)
            if taken is None:
                raise RegistrationRefusedError("payment-differs")
            known = taken.registration.attempt
            if known and known.session == checkout.session and checkout.state is CheckoutState.OPEN:
                return known.url
        raise StaleRegistrationError(registration_id, stored.version)

    def withdraw(self, registration_id: str) -> StoredRegistration:
        """Take a registration back before anything is paid. Raises RegistrationMovedError where it is."""
        self._close_page(registration_id, Act.WITHDRAW)
        now = self.settling.now

        def decide(registration: Registration) -> Registration:
            if registration.state is RegistrationState.WITHDRAWN:
                return registration
            return withdrawn(registration, now)

        return self._changed(registration_id, decide, Act.WITHDRAW)

    def correct(self, registration_id: str, languages: tuple[str, ...], place: str) -> StoredRegistration:
        """Change what was said, and with it the tax. Raises RegistrationMovedError once it is paid."""
        self._close_page(registration_id, Act.CORRECT)
        return self._changed(
            registration_id, lambda registration: corrected(registration, languages, place), Act.CORRECT
        )

    def _begin(self, registration_id: str, language: str) -> None:
        require_eligible(self.registering.ruling())
        now = self.settling.now
        minutes = self.policy.facilitated_on(day_of(now)).checkout_minutes

        def decide(registration: Registration) -> Registration:
            if registration.attempt or registration.purchase:
                return registration  # by the other tab
            return attempted(registration, self.policy, language, now + timedelta(minutes=minutes), now)

        self._changed(registration_id, decide, Act.ATTEMPT)

    def _page(self, registration: Registration, attempt: Attempt) -> Checkout | None:
        """Return the page of an attempt as it is now; None where there will be none."""
        if attempt.session:
            return self.provider.read_checkout(attempt.session)
        if self.settling.now > attempt.expires_at - SHORTEST:
            return lost_page(registration, attempt, self.provider, self.settling)
        try:
            return self.provider.open_checkout(
                self._asked(registration, attempt), _key(registration, attempt)
            )
        except PaymentUnclearError:
            if self.settling.now - attempt.asked_at < CALL_LASTS:
                raise
            return lost_page(registration, attempt, self.provider, self.settling)
        except PaymentRefusedError:
            give_up(registration, attempt, self.settling)
            raise

    def _close_page(self, registration_id: str, act: Act) -> None:
        """Let nobody pay what is about to change. Raises RegistrationMovedError where money comes."""
        for _ in range(ROUNDS):
            registration = self._own(registration_id).registration
            attempt = registration.attempt
            if attempt is None:
                return
            if attempt.session is None:
                give_up(registration, attempt, self.settling)
                continue
            closed = self._closed(attempt.session)
            self.settling.checkout(closed)
            if closed.state is not CheckoutState.EXPIRED:
                raise RegistrationMovedError(registration_id, AttemptState.CONFIRMING, act)

    def _closed(self, session: str) -> Checkout:
        try:
            return self.provider.expire_checkout(session)
        except PaymentRefusedError:
            return self.provider.read_checkout(session)

    def _asked(self, registration: Registration, attempt: Attempt) -> CheckoutAsked:
        return CheckoutAsked(
            registration=registration.id,
            attempt=attempt.number,
            charge=attempt.charge,
            methods=attempt.methods,
            language=attempt.language,
            return_url=self.places.paid(attempt.language, registration.id),
            cancel_url=self.places.left(attempt.language, registration.id),
            expires_at=attempt.expires_at,
        )

    def _own(self, registration_id: str) -> StoredRegistration:
        stored = self.settling.registrations.get(registration_id)
        if stored is None or stored.registration.member_id != self.registering.member_id:
            raise NoSuchRegistrationError
        return stored

    def _changed(
        self, registration_id: str, decide: Callable[[Registration], Registration], act: Act
    ) -> StoredRegistration:
        line = acted(f"member:{self.registering.member_id}", act, self.settling.now)
        return changed(self.settling.registrations, registration_id, decide, line)


def _key(registration: Registration, attempt: Attempt) -> str:
    return checkout_key(registration.id, attempt.number)
