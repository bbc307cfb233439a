"""Decides about a registration and commits what follows, anew for as long as somebody else is first."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.registration_errors import StaleNumberError, StaleRegistrationError
from mentoring.domain.registration_events import registration_events
from mentoring.domain.registrations import Registration, StoredRegistration

ATTEMPTS: Final = 60
"""How often an act is decided anew that met another one; each time, somebody else's was written."""


class Registrations(Protocol):
    """Where registrations are kept."""

    def get(self, registration_id: str) -> StoredRegistration | None:
        """Return a registration; None where there is none."""

    def save(
        self, registration: Registration, replacing: StoredRegistration, change: Change
    ) -> StoredRegistration:
        """Store a registration in the place of a version.

        Raises StaleRegistrationError, StaleNumberError.
        """


class NoSuchRegistrationError(Exception):
    """There is no such registration, or it is somebody else's: the two answer alike (SAF-2)."""


def changed(
    registrations: Registrations,
    registration_id: str,
    decide: Callable[[Registration], Registration],
    line: Callable[[StoredRegistration, Registration], AuditLine],
) -> StoredRegistration:
    """Save what is decided, with everything that it tells and its audit line (invariant 12).

    What is decided already changes nothing. Raises NoSuchRegistrationError, and what `decide` raises.
    """
    version = 0
    for _ in range(ATTEMPTS):
        stored = registrations.get(registration_id)
        if stored is None:
            raise NoSuchRegistrationError
        version = stored.version
        after = decide(stored.registration)
        if after == stored.registration:
            return stored
        said = line(stored, after)
        told = registration_events(stored.registration, after, said.at)
        try:
            return registrations.save(after, stored, Change(said, told))
        except (StaleRegistrationError, StaleNumberError):
            continue
    raise StaleRegistrationError(registration_id, version)


def acted(
    actor: str, action: str, now: datetime, because: str = ""
) -> Callable[[StoredRegistration, Registration], AuditLine]:
    """Return what writes the audit line of an act. `because`: the id of a notice (invariant 3)."""

    def line(stored: StoredRegistration, after: Registration) -> AuditLine:
        changes = {"state": (str(stored.registration.state), str(after.state))}
        return AuditLine(
            actor=actor,
            action=f"registration-{action}",
            member_id=after.member_id,
            occurrence=f"{after.id}.{stored.version + 1}",
            at=now,
            changes=changes | ({"notice": ("", because)} if because else {}),
        )

    return line
