"""Getting ready for mentorship: what a mentee, and what a mentor, watches and works through (MOD-1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from mentoring.domain.eligibility import Role


class Kind(StrEnum):
    """What a resource is."""

    WEBINAR = "webinar"
    WORKBOOK = "workbook"


class Progress(StrEnum):
    """How far a member is with one of them, by their own word."""

    NOT_STARTED = "not-started"
    WATCHED = "watched"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. Its name is that of its resource; members' rows hold it, so it never means another."""

    name: str
    role: Role
    kind: Kind

    def progress(self, finished: Collection[str]) -> Progress:
        """Return how far a member is who marked these names as finished."""
        if self.name not in finished:
            return Progress.NOT_STARTED
        return Progress.WATCHED if self.kind is Kind.WEBINAR else Progress.DONE


TASKS: Final = (
    Task("introduction-to-mentorship", Role.MENTEE, Kind.WEBINAR),
    Task("developing-goals", Role.MENTEE, Kind.WEBINAR),
    Task("mentee-workbook", Role.MENTEE, Kind.WORKBOOK),
    Task("preparation-for-mentors", Role.MENTOR, Kind.WEBINAR),
    Task("mentor-workbook", Role.MENTOR, Kind.WORKBOOK),
)
BY_NAME: Final = {task.name: task for task in TASKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a member marked as finished, and when they last marked anything (UTC)."""

    finished: frozenset[str]
    saved_at: datetime
