"""Pages to pay on whose address never reached us: looked for at the payment provider, or given up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from mentoring.domain.payments import Checkout
from mentoring.domain.registration_states import Act, AttemptState
from mentoring.domain.registrations import Attempt, Registration, with_attempt
from mentoring.usecases.change_registration import acted, changed
from mentoring.usecases.settle_payment import BY, Settling

CALL_LASTS: Final = timedelta(minutes=5)
"""Longer than any call of ours is under way: what cannot be read by then was not made."""


class Pages(Protocol):
    """Where pages are read."""

    def checkouts_since(self, instant: datetime) -> list[Checkout]:
        """Return the sessions made since then. Raises PaymentsDownError."""


def lost_page(
    registration: Registration, attempt: Attempt, pages: Pages, settling: Settling
) -> Checkout | None:
    """Return the page of an attempt; where there is none the attempt is given up."""
    for each in pages.checkouts_since(attempt.asked_at - CALL_LASTS):
        if (each.reference, each.attempt) == (registration.id, attempt.number):
            return each
    give_up(registration, attempt, settling)
    return None


def give_up(registration: Registration, attempt: Attempt, settling: Settling) -> None:
    """End an attempt whose page nobody was shown, unless somebody knows more of it by now."""
    changed(
        settling.registrations,
        registration.id,
        _without(attempt),
        acted(BY, Act.ATTEMPT, settling.now),
    )


def _without(attempt: Attempt) -> Callable[[Registration], Registration]:
    def decide(current: Registration) -> Registration:
        if attempt not in current.attempts:
            return current
        return with_attempt(current, replace(attempt, state=AttemptState.REFUSED))

    return decide
