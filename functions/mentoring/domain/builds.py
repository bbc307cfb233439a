"""The site's builds: who may publish, what is shown, what was asked for, how each one ended."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

SCHEDULE: Final = "system:schedule"
"""Who asks for the nightly build."""


def is_staff(by: str) -> bool:
    """Return whether somebody of the staff asked."""
    return by.startswith("staff:")


class Outcome(StrEnum):
    """How a build, or a roll-back, ended."""

    RELEASED = "released"
    UNCHANGED = "unchanged"  # the tree is the one that is shown already
    REFUSED = "refused"
    ROLLED_BACK = "rolled-back"
    MISSING = "missing"  # the release to go back to was no longer kept


class Wish(StrEnum):
    """What can be asked for."""

    BUILD = "build"
    ROLL_BACK = "roll-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Leave to publish. A higher fence is a newer build."""

    fence: int
    started_at: datetime  # UTC
    expires_at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What is shown, and the fence of whoever decided that."""

    release: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A complete tree that was shown once. Two releases with one content hash hold the same bytes."""

    name: str
    fence: int
    content_hash: str
    built_on: date
    published_at: datetime  # UTC
    mentors: int
    pages: int


def fence_of(release: str) -> int:
    """Return the fence of the build that made a release, the last part of its name; 0 where it tells none."""
    fence = release.rpartition("-")[2]
    return int(fence) if fence.isdecimal() else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """A wish that waits. However often it was asked, it is served once; `turn` says up to which asking."""

    wish: Wish
    turn: int
    asked_at: datetime  # UTC, the last time
    by: str  # `staff:<subject>` or `system:<what>`, the last one
    release: str = ""  # of a roll-back: which one to show again
    approved: str = ""  # of a build: the report of the refused one whose fall a person approved
    is_by_staff: bool = False  # staff asked as well, since they last rolled back: a build then ends that


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a build ended, as it says itself."""

    at: datetime  # UTC
    outcome: Outcome
    report: str  # the name that its report is kept under; none for a roll-back
    release: str  # the one shown afterwards; none before the first
    mentors: int = 0
    is_fall: bool = False  # refused by the safety brake, so that a person may approve it


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """A build or a roll-back that was let in. Without an ending it runs, or it stopped without a report."""

    fence: int
    by: str
    started_at: datetime  # UTC
    ending: Ending | None = None


def state_of(record: BuildRecord, running: Build | None, released: Set[int]) -> str:
    """Return how a build stands: its outcome, `running`, or `stopped` for one that died without a report.

    `released` are the fences of the kept releases: a build that died once its release was shown did release.
    """
    if record.ending:
        return record.ending.outcome
    if running and running.fence == record.fence:
        return "running"
    return Outcome.RELEASED if record.fence in released else "stopped"
