"""What is left of an erasure (SAF-1): that it happened, when, and which address is never given again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.events import ProfileErased
from mentoring.domain.profile import Profile

ERASE: Final = "erase"
BACKUPS_LAST: Final = timedelta(days=35)
"""How far back DynamoDB's point-in-time recovery reaches: a restore could bring the profile back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure. The slug is empty where there was a draft alone, and once nothing holds it any more."""

    member_id: str
    slug: str
    at: datetime  # UTC
    is_finished: bool  # the history went as well
    is_closed: bool = False  # nothing is left to do; that it happened stays, against files from before

    def may_be_closed(self, now: datetime) -> bool:
        """Return whether no backup holds what was erased any more."""
        return self.is_finished and now - self.at > BACKUPS_LAST


def erasure_change(member_id: str, profile: Profile | None, at: datetime) -> Change:
    """Return what commits with an erasure: the line that it happened, and what it tells of a mentor."""
    occurrence = at.isoformat()  # versions begin anew when the member comes back
    line = AuditLine(
        actor=f"member:{member_id}",
        action=ERASE,
        member_id=member_id,
        occurrence=occurrence,
        at=at,
        changes={},
    )
    if profile is None:
        return Change(line)
    return Change(
        line, (ProfileErased(member_id=member_id, occurrence=occurrence, at=at, slug=profile.slug),)
    )
