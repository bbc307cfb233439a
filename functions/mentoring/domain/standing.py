"""Whether a mentor's membership counts, as the mentor was last told (ELI-8)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.events import Event, MembershipLapsed, MembershipRenewed
from mentoring.domain.membership import Membership

SYSTEM: Final = "system:member-import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a mentor knows of their membership, and since which day."""

    member_id: str
    is_active: bool
    since: date


def standing_on(member_id: str, membership: Membership | None, today: date) -> Standing:
    """Return a mentor's standing of this day; who is not on file has no membership that counts."""
    is_active = membership is not None and membership.is_active(today)
    return Standing(member_id=member_id, is_active=is_active, since=today)


def standing_change(before: Standing, after: Standing, at: datetime) -> Change:
    """Return what commits with a standing that changed: its event, one a day, and its audit line."""
    told: dict[str, str] = {"member_id": after.member_id, "occurrence": after.since.isoformat()}
    event: Event = MembershipRenewed(at=at, **told) if after.is_active else MembershipLapsed(at=at, **told)
    line = AuditLine(
        actor=SYSTEM,
        action="membership-renewed" if after.is_active else "membership-lapsed",
        at=at,
        changes={"standing": (_word(before), _word(after))},
        **told,
    )
    return Change(line, (event,))


def _word(standing: Standing) -> str:
    return "active" if standing.is_active else "lapsed"
