"""What somebody wants the programme's staff to know of a person, or of the programme (DIR-21)."""

from dataclasses import dataclass, field
from datetime import datetime

from mentoring.domain.errors import DomainError


class ConcernKnownError(DomainError):
    """This concern was reported, or taken care of, already."""

    def __init__(self, concern_id: str) -> None:
        super().__init__(f"concern {concern_id} is known")
        self.concern_id = concern_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One report. It stands beside the request that it came from, and leaves no trace there.

    `about_id` is the other person's member id; empty where the concern is about nobody.
    """

    id: str
    reporter_id: str
    about_id: str
    request_id: str
    at: datetime  # UTC
    text: str = field(repr=False)
    seen_at: datetime | None = None  # UTC, when somebody of the staff said that they take care of it

    @property
    def is_open(self) -> bool:
        """Return whether nobody of the staff has said that they take care of it."""
        return self.seen_at is None
