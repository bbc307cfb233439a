"""What an erasure leaves of a registration (SAF-1): what is paid goes on, and tax law keeps it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from mentoring.domain.registration_states import RegistrationState
from mentoring.domain.registrations import Registration


class Trace(StrEnum):
    """What becomes of a registration that an erasure meets; `data_rights.registration.<value>` says it."""

    GOES = "goes"  # nothing was paid, and nothing can be
    WAITS = "waits"  # a page to pay on is open, or the bank is asked
    STAYS = "stays"  # it is paid: an erasure cancels nothing
    WORKBOOK = "workbook"  # the same, with what its workbook says gone
    REFUND = "refund"  # money is on its way back, and arrives


def trace_of(registration: Registration) -> Trace | None:
    """Return what a member is told of a registration before an erasure; None where nothing is at stake."""
    if registration.unsettled:
        return Trace.REFUND
    if not registration.is_current:
        return None
    if registration.purchases:
        return Trace.WORKBOOK if registration.workbooks else Trace.STAYS
    return Trace.WAITS if registration.attempt else Trace.GOES


def unregistered(registration: Registration, at: datetime) -> Registration:
    """Return what is left of a registration. Repeated it takes nothing more.

    One that is paid goes on as it is; once it is over, the languages go. Of one that nothing was paid for it
    stays that there was one, with its attempts to pay: money that comes late finds it, and goes back.
    """
    if registration.attempt or (registration.purchases and registration.is_current):
        return registration
    if registration.purchases:
        return replace(registration, languages=())
    return replace(
        registration,
        state=RegistrationState.WITHDRAWN,
        languages=(),
        place="",
        closed_at=registration.closed_at or at,
    )


def is_left(registrations: Iterable[Registration], at: datetime) -> bool:
    """Return whether an erasure would take something of these."""
    return any(unregistered(each, at) != each for each in registrations)
