"""What somebody wants the programme's staff to know of a person, or of the programme (DIR-21)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from mentoring.domain.errors import DomainError


class ConcernKnownError(DomainError):
    """This concern was reported, or taken care of, already."""

    def __init__(self, concern_id: str) -> None:
        super().__init__(f"concern {concern_id} is known")
        self.concern_id = concern_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody of the staff wrote about a concern, for the others of the staff."""

    by: str  # their name
    at: datetime  # UTC
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One report. It stands beside the request that it came from, and leaves no trace there.

    `about_id` is the other person's member id; empty where the concern is about nobody. Of staff it holds
    names, so that a page can show them when somebody is staff no more; the log has who they are.
    """

    id: str
    reporter_id: str
    about_id: str
    request_id: str
    at: datetime  # UTC
    text: str = field(repr=False)
    seen_at: datetime | None = None  # UTC, when somebody of the staff said that they take care of it
    taken_by: str = ""
    closed_at: datetime | None = None  # UTC
    closed_by: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def is_open(self) -> bool:
        """Return whether nobody of the staff has said that they take care of it."""
        return self.seen_at is None and self.closed_at is None

    @property
    def standing(self) -> str:
        """Return how it stands: `open`, `seen` or `closed`."""
        return "open" if self.is_open else "closed" if self.closed_at else "seen"


def taken(concern: Concern, by: str, now: datetime) -> Concern:
    """Return a concern that somebody takes care of; whoever was first stays so."""
    return replace(concern, seen_at=now, taken_by=by) if concern.is_open else concern


def noted(concern: Concern, by: str, text: str, now: datetime) -> Concern:
    """Return a concern with one more note; none where nothing was written, or the same just before."""
    last = concern.notes[-1] if concern.notes else None
    if not text or (last and (last.by, last.text) == (by, text)):
        return concern
    return replace(concern, notes=(*concern.notes, Note(by=by, at=now, text=text)))


def closed(concern: Concern, by: str, now: datetime) -> Concern:
    """Return a concern of which staff are done; whoever was first stays so."""
    return concern if concern.closed_at else replace(concern, closed_at=now, closed_by=by)
