"""What the functions around money work with: registrations, the payment provider, who takes in its word."""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from mentoring.gateway_settings import PaymentsSettings
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.registrations import RegistrationStore
from mentoring.usecases.refunds import GivingBack
from mentoring.usecases.settle_payment import Settling

if TYPE_CHECKING:
    from mentoring.gateways.payments import Payments


@dataclass(frozen=True, slots=True)
class Till:
    """Where registrations are, and who is asked about their money."""

    registrations: RegistrationStore
    provider: "Payments"

    def settling(self, now: datetime, because: str = "") -> Settling:
        """Return who takes in what the provider says. Raises PaymentsDownError."""
        return Settling(
            registrations=self.registrations,
            provider=self.provider,
            is_live=self.provider.is_live,
            now=now,
            because=because,
        )

    def giving(self, now: datetime) -> GivingBack:
        """Return who gives back what was decided. Raises PaymentsDownError."""
        return GivingBack(settling=self.settling(now), provider=self.provider)


def till() -> Till:
    """Return this function's till. Raises SettingsError."""
    return open_till(
        StorageSettings.from_environment(os.environ), PaymentsSettings.from_environment(os.environ)
    )


def registrations() -> RegistrationStore:
    """Return the registrations alone, for whoever asks the provider nothing. Raises SettingsError."""
    return _registrations(StorageSettings.from_environment(os.environ))


@cache
def open_till(storage: StorageSettings, payments: PaymentsSettings) -> Till:
    """Return the till of these settings."""
    # Stripe's library comes along: for those who ask it.
    from mentoring.gateways.payments import Payments

    return Till(_registrations(storage), Payments(payments))


@cache
def _registrations(storage: StorageSettings) -> RegistrationStore:
    return RegistrationStore(dynamodb(storage), storage)
