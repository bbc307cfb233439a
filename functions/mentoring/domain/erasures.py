"""What is left of an erasure (SAF-1): that it happened, when, and which address is never given again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.business_days import day_of
from mentoring.domain.events import DraftErased, Event, ProfileErased

ERASE: Final = "erase"
BACKUPS_LAST: Final = timedelta(days=35)
"""How far back DynamoDB's point-in-time recovery reaches: a restore could bring the profile back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure. The slug is empty where nobody was a mentor, and once nothing holds it any more."""

    member_id: str
    slug: str
    at: datetime  # UTC
    is_finished: bool  # the history went as well
    is_closed: bool = False  # nothing is left to do; that it happened stays, against files from before

    def may_be_closed(self, now: datetime) -> bool:
        """Return whether no backup holds what was erased any more."""
        return self.is_finished and now - self.at > BACKUPS_LAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What there is of a member to erase, whether it can be read or not."""

    member_id: str
    version: int = 0  # of the profile; 0 for none
    slug: str = ""  # its address
    shown: frozenset[str] = frozenset()  # what of it somebody may see
    opted_in_on: date | None = None  # the association's day; None where the profile cannot be read
    began_at: datetime | None = None  # UTC: the oldest of the consents and agreements on file
    draft_version: int = 0  # of the questionnaire under way; 0 for none
    draft_saved_at: datetime | None = None  # UTC
    mentee_version: int = 0  # of what they tell the mentors they ask; 0 for nothing
    mentee_saved_at: datetime | None = None  # UTC
    workbook_saved_at: datetime | None = None  # UTC: the oldest of what is held of a workbook; None for none
    prepared_at: datetime | None = None  # UTC: when they last marked a webinar or a workbook; None for never

    def is_profile_from_before(self, at: datetime) -> bool:
        """Return whether there is a profile that began until an instant, whatever was edited in it since."""
        if self.version and self.opted_in_on and self.opted_in_on != day_of(at):
            return self.opted_in_on < day_of(at)
        return self.version > 0 and (self.began_at is None or self.began_at <= at)

    def is_draft_from_before(self, at: datetime) -> bool:
        """Return whether there is a questionnaire that nobody has saved since an instant."""
        return self.draft_version > 0 and (self.draft_saved_at is None or self.draft_saved_at <= at)

    def is_mentee_from_before(self, at: datetime) -> bool:
        """Return whether they tell mentors something, and have not saved it since an instant."""
        return self.mentee_version > 0 and (self.mentee_saved_at is None or self.mentee_saved_at <= at)

    def is_preparation_from_before(self, at: datetime) -> bool:
        """Return whether they marked what they are done with, and nothing of it since an instant."""
        return self.prepared_at is not None and self.prepared_at <= at

    def is_workbook_from_before(self, at: datetime) -> bool:
        """Return whether there is a workbook, handed in or not, that is no newer than an instant."""
        return self.workbook_saved_at is not None and self.workbook_saved_at <= at

    def is_from_before(self, at: datetime) -> bool:
        """Return whether anything of it is."""
        return (
            self.is_profile_from_before(at)
            or self.is_draft_from_before(at)
            or self.is_mentee_from_before(at)
            or self.is_workbook_from_before(at)
            or self.is_preparation_from_before(at)
        )


def told_again(member_id: str, at: datetime, now: datetime) -> Event:
    """Return what tells of an erasure once more: what a restore brought back must end with it again."""
    return DraftErased(member_id=member_id, occurrence=f"{at.isoformat()}+{now.isoformat()}", at=at)


def erasure_change(held: Held, at: datetime) -> Change:
    """Return what commits with an erasure: the line that it happened, and what it tells of a mentor."""
    occurrence, member_id = at.isoformat(), held.member_id  # versions begin anew when the member comes back
    event: Event = DraftErased(member_id=member_id, occurrence=occurrence, at=at)
    if held.version:
        event = ProfileErased(member_id=member_id, occurrence=occurrence, at=at, slug=held.slug)
    line = AuditLine(
        actor=f"member:{member_id}",
        action=ERASE,
        member_id=member_id,
        occurrence=occurrence,
        at=at,
        changes={},
    )
    return Change(line, (event,))
