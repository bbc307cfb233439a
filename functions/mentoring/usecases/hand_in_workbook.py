"""A workbook is handed in, or logged by staff with the instant at which it was received (MOD-4)."""

from datetime import datetime

from mentoring.domain.registration_errors import RegistrationRefusedError
from mentoring.domain.registrations import Registration, Source, StoredRegistration, Workbook, handed_in
from mentoring.usecases.change_registration import (
    NoSuchRegistrationError,
    Registrations,
    acted,
    changed,
)


def hand_in(
    registration_id: str,
    member_id: str,
    source: Source,
    seen: int,
    registrations: Registrations,
    now: datetime,
) -> StoredRegistration:
    """Note that a member's own workbook is here. It ends the right to a refund (MOD-6).

    `seen` is how many there were when the form was shown: sent twice, it is one more.
    Raises NoSuchRegistrationError, RegistrationMovedError.
    """

    def decide(registration: Registration) -> Registration:
        if registration.member_id != member_id:
            raise NoSuchRegistrationError
        if len(registration.workbooks) > seen:
            return registration
        by = f"member:{member_id}"
        return handed_in(registration, Workbook(received_at=now, noted_at=now, source=source, by=by))

    line = acted(f"member:{member_id}", "hand-in", now)
    return changed(registrations, registration_id, decide, line)


def log_workbook(
    registration_id: str,
    subject: str,
    received_at: datetime,
    seen: int,
    registrations: Registrations,
    now: datetime,
) -> StoredRegistration:
    """Note a workbook that came by e-mail, by the instant at which it was received.

    Raises RegistrationRefusedError for an instant before the registration, or to come;
    RegistrationMovedError.
    """

    def decide(registration: Registration) -> Registration:
        if len(registration.workbooks) > seen:
            return registration
        if not registration.opened_at <= received_at <= now:
            raise RegistrationRefusedError("instant")
        by = f"staff:{subject}"
        logged = Workbook(received_at=received_at, noted_at=now, source=Source.EMAIL, by=by)
        return handed_in(registration, logged)

    return changed(registrations, registration_id, decide, acted(f"staff:{subject}", "hand-in", now))
