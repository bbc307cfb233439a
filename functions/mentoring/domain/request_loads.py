"""What of a member's requests counts against a limit, or against a mentor who lets them go by."""

from dataclasses import dataclass, replace
from datetime import date

from mentoring.domain.profile import StoredProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What of a member's requests counts against a limit, kept beside the requests and written with them.

    `missed` are those that they let expire as a mentor, one after the other, under the version `missed_under`
    of their profile; `answer_by` is the last day on which they may say that they still take on mentees.
    """

    asked: frozenset[str] = frozenset()  # ids of unanswered requests they sent (DIR-19)
    mentees: frozenset[str] = frozenset()  # ids of relationships in which they are the mentor (DIR-9)
    missed: frozenset[str] = frozenset()
    missed_under: int = 0
    answer_by: date | None = None

    def under(self, version: int) -> "Load":
        """Return what counts under this version of a mentor's profile.

        Whoever has changed it since is there: nothing that they let go by before counts any more.
        """
        if version == self.missed_under:
            return self
        return replace(self, missed=frozenset(), missed_under=version, answer_by=None)

    def is_full(self, capacity: int | None) -> bool:
        """Return whether a mentor has as many mentees as they want; None is no limit (DIR-9)."""
        return capacity is not None and len(self.mentees) >= capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """That a mentor let one more request expire: what counts from now on, and what that was decided on."""

    mentor: StoredProfile
    before: Load
    after: Load
