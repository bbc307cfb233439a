"""A person settles money that differs: looked into, with the reason in words, once (STF-5, invariant 10)."""

from datetime import datetime
from typing import Protocol

from mentoring.domain.audit import SITE, AuditLine, Change
from mentoring.domain.differences import Difference, Settlement
from mentoring.domain.registrations import StoredRegistration


class Differences(Protocol):
    """Where differences are kept, beside the registrations."""

    def get(self, registration_id: str) -> StoredRegistration | None:
        """Return a registration; None where there is none."""

    def settle_difference(self, name: str, settlement: Settlement, change: Change) -> None:
        """Store who settled a difference. Raises DifferenceSettledError where somebody has."""


def settle_difference(
    difference: Difference, words: str, subject: str, differences: Differences, now: datetime
) -> None:
    """Note that somebody of the staff has settled a difference, and why.

    It stays on file as it was found; found again unchanged it is no open one. Raises DifferenceSettledError.
    """
    stored = differences.get(difference.registration_id)
    settlement = Settlement(by=f"staff:{subject}", at=now, words=words)
    line = AuditLine(
        actor=settlement.by,
        action="registration-settle-difference",
        member_id=stored.registration.member_id if stored else SITE,
        occurrence=difference.name,
        at=now,
        changes={"difference": (difference.code, "settled")},
    )
    differences.settle_difference(difference.name, settlement, Change(line))
