"""A mentor who let requests expire says that they still take on mentees (DIR-19)."""

from datetime import date, datetime
from typing import Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.request_loads import Load


class Requests(Protocol):
    """Where it stands what a mentor let go by."""

    def load_of(self, member_id: str) -> Load:
        """Return what of a member's requests counts against a limit."""

    def settle_availability(self, mentor_id: str, answer_by: date, change: Change) -> bool:
        """Note that nobody waits any more for a mentor to say by this day that they take on mentees."""


def confirm_availability(mentor_id: str, requests: Requests, now: datetime) -> bool:
    """Note that a mentor says that they still take on mentees; False where nobody asked, or they said so."""
    answer_by = requests.load_of(mentor_id).answer_by
    if answer_by is None:
        return False
    line = AuditLine(
        actor=f"member:{mentor_id}",
        action="confirm-availability",
        member_id=mentor_id,
        occurrence=answer_by.isoformat(),
        at=now,
        changes={},
    )
    return requests.settle_availability(mentor_id, answer_by, Change(line))
