"""A workbook is handed in, or logged by staff with the instant at which it was received (MOD-4)."""

from dataclasses import replace
from datetime import datetime

from mentoring.domain.registration_errors import RegistrationMovedError, RegistrationRefusedError
from mentoring.domain.registration_states import Act
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
    Raises NoSuchRegistrationError; RegistrationMovedError, also where another one came meanwhile.
    """

    def decide(registration: Registration) -> Registration:
        if registration.member_id != member_id:
            raise NoSuchRegistrationError
        workbook = Workbook(received_at=now, noted_at=now, source=source, by=f"member:{member_id}")
        return _handed_in_once(registration, workbook, seen)

    line = acted(f"member:{member_id}", "hand-in", now)
    return changed(registrations, registration_id, decide, line)


def log_workbook(
    registration_id: str,
    subject: str,
    received_at: datetime,
    seen: int,
    registrations: Registrations,
    now: datetime,
    *,
    has_file: bool = False,
) -> StoredRegistration:
    """Note a workbook that came by e-mail, by the instant at which it was received.

    Raises RegistrationRefusedError for an instant before the registration, or to come, or with a file that
    would take the place of a newer workbook; RegistrationMovedError as above.
    """

    def decide(registration: Registration) -> Registration:
        if not registration.opened_at <= received_at <= now:
            raise RegistrationRefusedError("instant")
        if has_file and any(each.received_at > received_at for each in registration.workbooks):
            raise RegistrationRefusedError("older-file")
        by = f"staff:{subject}"
        logged = Workbook(received_at=received_at, noted_at=now, source=Source.EMAIL, by=by)
        return _handed_in_once(registration, logged, seen)

    return changed(registrations, registration_id, decide, acted(f"staff:{subject}", "hand-in", now))


def _handed_in_once(registration: Registration, workbook: Workbook, seen: int) -> Registration:
    """Return a registration with a workbook; as it is, where this very one came since `seen`."""
    since = registration.workbooks[seen:]
    if any(_is_repeated(each, workbook) for each in since):
        return registration
    if since:
        raise RegistrationMovedError(registration.id, registration.state, Act.HAND_IN)
    return handed_in(registration, workbook)


def _is_repeated(noted: Workbook, workbook: Workbook) -> bool:
    # A member's own is received when it is sent, so that sent again it is a moment later.
    received_at = noted.received_at if workbook.source is not Source.EMAIL else workbook.received_at
    return replace(workbook, received_at=received_at, noted_at=noted.noted_at) == noted
