"""Reads at the payment provider what may have escaped us, and repairs or reports it (invariant 10)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from mentoring.domain import payments
from mentoring.domain.payments import Checkout, Notice
from mentoring.domain.registration_states import RefundState
from mentoring.domain.registrations import Registration
from mentoring.usecases.lost_pages import CALL_LASTS, Pages, lost_page
from mentoring.usecases.refunds import GivingBack
from mentoring.usecases.settle_payment import Settling, failed_first

OLDER: Final = ("refund.", "charge.refund", "charge.dispute.")
"""Notices of things that may be older than what is looked through."""


class Unsettled(Protocol):
    """Where it stands what waits for the payment provider's word."""

    def unsettled(self, until: datetime) -> Iterator[str]:
        """Yield the id of each registration that has waited since then."""


class Provider(Pages, Protocol):
    """Where everything is read. Raises PaymentsDownError."""

    def refunds_since(self, instant: datetime) -> list[payments.Refund]:
        """Return the refunds made since then."""

    def disputes_since(self, instant: datetime) -> list[payments.Dispute]:
        """Return the disputes made since then."""

    def notices_since(self, instant: datetime) -> list[Notice]:
        """Return what happened since then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciling:
    """One reconciliation."""

    waiting: Unsettled
    provider: Provider
    settling: Settling
    giving: GivingBack

    def run(self, since: datetime) -> Iterator[tuple[str, Exception | None]]:
        """Take in all that happened since then, and all that waits here; yield what, and what went wrong.

        Nobody's error stops the others. Payments come first: what is about them finds them known.
        """
        for checkout in self.provider.checkouts_since(since):
            yield _tried(checkout.session, partial(self._checkout, checkout))
        for registration_id in list(self.waiting.unsettled(self.settling.now - CALL_LASTS)):
            yield _tried(registration_id, partial(self._settle, registration_id))
        for refund in failed_first(self.provider.refunds_since(since)):
            yield _tried(refund.refund, partial(self.settling.refund, refund))
        for dispute in self.provider.disputes_since(since):
            yield _tried(dispute.dispute, partial(self.settling.dispute, dispute))
        for notice in _distinct(self.provider.notices_since(since)):
            yield _tried(notice.event, partial(self.settling.notice, notice))

    def _checkout(self, checkout: Checkout) -> object:
        return self.settling.checkout(checkout)

    def _settle(self, registration_id: str) -> None:
        stored = self.settling.registrations.get(registration_id)
        if stored is None:  # the index lags
            return
        registration = stored.registration
        self._settle_attempt(registration)
        for refund in registration.unsettled:
            if refund.state is RefundState.PENDING:
                self.settling.refunds_of(refund.payment_intent)
            else:
                self.giving.give_back(registration_id, refund.id)

    def _settle_attempt(self, registration: Registration) -> None:
        attempt = registration.attempt
        if attempt is None:
            return
        if attempt.session:
            self.settling.session(attempt.session)
        elif self.settling.now >= attempt.expires_at:
            page = lost_page(registration, attempt, self.provider, self.settling)
            if page:
                self.settling.checkout(page)


def _distinct(notices: Iterable[Notice]) -> Iterator[Notice]:
    """Yield one notice of each payment that something older than a list may be about."""
    seen = set()
    for notice in notices:
        kind = next((each for each in OLDER if notice.kind.startswith(each)), None)
        if kind and (notice.payment_intent, kind) not in seen:
            seen.add((notice.payment_intent, kind))
            yield notice


def _tried(what: str, do: Callable[[], object]) -> tuple[str, Exception | None]:
    try:
        do()
    except Exception as error:  # noqa: BLE001 - told with the others
        return what, error
    return what, None
