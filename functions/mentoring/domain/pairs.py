"""What has been between a member and a mentor: nobody is asked over and over (DIR-19)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mentoring.domain.business_days import day_of
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The requests of a member to one mentor, as far as they count for the next one."""

    open_id: str | None = None
    asked_at: tuple[datetime, ...] = ()  # UTC, the oldest first; as many as the policy may ever count
    declined_at: datetime | None = None  # UTC, when the mentor last said no

    def wait(self, policy: DirectoryPolicy, today: date) -> tuple[Refusal, date] | None:
        """Return why the member cannot ask this mentor now, and from which day they can again."""
        days = timedelta(days=policy.days_before_asking_again)
        waits = []
        if self.declined_at:
            waits.append((day_of(self.declined_at) + days, Refusal.TOO_SOON))
        if len(self.asked_at) >= policy.requests_per_mentor:
            first = self.asked_at[-policy.requests_per_mentor]
            waits.append((day_of(first) + days, Refusal.TOO_OFTEN))
        again_on, refusal = max(waits, default=(today, Refusal.TOO_SOON))
        return (refusal, again_on) if again_on > today else None

    def with_request(self, request_id: str, at: datetime, policy: DirectoryPolicy) -> "Pair":
        """Return the pair once the member has asked again."""
        asked_at = (*self.asked_at, at)[-policy.requests_per_mentor :]
        return Pair(open_id=request_id, asked_at=asked_at, declined_at=self.declined_at)
