"""A member registers for Mentorship On Demand (MOD-2), if eligibility lets them (ELI-4, ELI-7)."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.business_days import day_of
from mentoring.domain.eligibility import Outcome, Override, Programme, Role, Ruling, ruling, ruling_for
from mentoring.domain.registration_errors import RegistrationRefusedError
from mentoring.domain.registration_states import RegistrationState
from mentoring.domain.registrations import Registration, StoredRegistration, Terms
from mentoring.usecases.stores import OneMembership

ID_BYTES: Final = 16  # 128 random bits: an address that nobody guesses


class Registrations(Protocol):
    """Where registrations are kept."""

    def current_of(self, member_id: str) -> StoredRegistration | None:
        """Return the registration that a member has now."""

    def open(self, registration: Registration, change: Change) -> StoredRegistration:
        """Store a new registration. Raises RegistrationRefusedError where the member has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registering:
    """One member who wants to take part."""

    registrations: Registrations
    memberships: OneMembership
    overrides: Iterable[Override]  # the staff's word on this member (ELI-7)
    member_id: str
    now: datetime

    def ruling(self) -> Ruling | None:
        """Return what the table says of this member, with the reason that the page shows (ELI-2).

        None for somebody the association does not know.
        """
        membership = self.memberships.get(self.member_id)
        if membership is None:
            return None
        today = day_of(self.now)
        return ruling_for(membership, Programme.FACILITATED, Role.MENTEE, today, self.overrides)

    def once_active(self) -> Ruling | None:
        """Return what the table says of this member's category, were the membership active (ELI-8)."""
        known = self.memberships.get(self.member_id)
        return ruling(known.category, known.profession, Programme.FACILITATED, Role.MENTEE) if known else None

    def open(self, languages: tuple[str, ...], place: str, terms: Terms) -> StoredRegistration:
        """Register. Whoever sends the same twice has registered once.

        Raises RegistrationRefusedError: who is not eligible, or has a registration that says otherwise.
        """
        require_eligible(self.ruling())
        registration = Registration(
            id=secrets.token_hex(ID_BYTES),
            member_id=self.member_id,
            state=RegistrationState.OPEN,
            opened_at=self.now,
            languages=languages,
            place=place,
            terms=terms,
        )
        try:
            return self.registrations.open(registration, Change(self._line(registration)))
        except RegistrationRefusedError as refused:
            if same := self._same(registration):  # by the other click of two
                return same
            raise refused from None

    def _same(self, wanted: Registration) -> StoredRegistration | None:
        stored = self.registrations.current_of(self.member_id)
        if stored is None:
            return None
        found = stored.registration
        is_same = (found.languages, found.place) == (wanted.languages, wanted.place)
        return stored if is_same and found.state is RegistrationState.OPEN else None

    def _line(self, registration: Registration) -> AuditLine:
        return AuditLine(
            actor=f"member:{self.member_id}",
            action="registration-open",
            member_id=self.member_id,
            occurrence=f"{registration.id}.1",
            at=self.now,
            changes={"state": ("", registration.state)},
        )


def require_eligible(ruling: Ruling | None) -> None:
    """Let an eligible member through (ELI-8). Raises RegistrationRefusedError with the table's reason."""
    if ruling is None or ruling.outcome is not Outcome.ELIGIBLE:
        raise RegistrationRefusedError(ruling.reason if ruling else "no-member")
