"""What of a member's requests counts against a limit (DIR-9, DIR-19)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What of a member's requests counts against a limit, kept beside the requests and written with them.

    `missed` are those that they let expire as a mentor, one after the other; `answer_by` is the last day on
    which they may say that they still take on mentees.
    """

    asked: frozenset[str] = frozenset()  # ids of unanswered requests they sent (DIR-19)
    mentees: frozenset[str] = frozenset()  # ids of relationships in which they are the mentor (DIR-9)
    missed: frozenset[str] = frozenset()
    answer_by: date | None = None

    def is_full(self, capacity: int | None) -> bool:
        """Return whether a mentor has as many mentees as they want; None is no limit (DIR-9)."""
        return capacity is not None and len(self.mentees) >= capacity
