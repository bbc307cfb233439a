"""The site's builds, for the staff who look after them: see, ask for one, approve, go back (STF-4)."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from mentoring.domain.audit import SITE, AuditLine
from mentoring.domain.builds import (
    Build,
    BuildRecord,
    BuildRequest,
    Outcome,
    Pointer,
    Release,
    Wish,
    state_of,
)
from mentoring.domain.errors import (
    RefusalOutdatedError,
    ReleaseHoldsWithdrawnError,
    ReleaseMissingError,
    ReleaseShownError,
)
from mentoring.domain.withdrawals import Withdrawal, check_shows_nobody_withdrawn

LISTED: Final = 15  # builds on the page
LONGEST_LIST: Final = 100  # names of a kind on a build's page
FOUND: Final = 500  # builds that have a page of their own: weeks of them


class Releases(Protocol):
    """Where builds, releases and what was asked for are kept."""

    def request_build(self, at: datetime, by: str, line: AuditLine | None = None) -> None:
        """Ask for a build that begins later than now."""

    def approve_fall(
        self, refused: BuildRecord, at: datetime, by: str, line: AuditLine | None = None
    ) -> None:
        """Ask for a build that may lose the mentors whom the brake kept. Raises RefusalOutdatedError."""

    def request_roll_back(self, name: str, at: datetime, by: str, line: AuditLine | None = None) -> None:
        """Ask for a kept release to be shown again. Raises ReleaseMissingError."""

    def requests(self) -> list[BuildRequest]:
        """Return what waits to be served."""

    def running(self, now: datetime) -> Build | None:
        """Return the build that holds the site."""

    def builds(self, most: int) -> list[BuildRecord]:
        """Return the latest builds and roll-backs, the newest first."""

    def pointer(self) -> Pointer | None:
        """Return what is shown."""

    def history(self) -> list[Release]:
        """Return every kept release, the newest first."""


class Reports(Protocol):
    """Where the builds' reports are."""

    def read(self, key: str) -> bytes | None:
        """Return what an object holds; None where there is none."""


class Withdrawals(Protocol):
    """What must no longer be shown."""

    def all(self) -> Iterable[Withdrawal]:
        """Return everything that must not be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One build of the list. `report` names its page, where it has one."""

    record: BuildRecord
    state: str
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How the site's builds stand."""

    shown: Release | None
    is_rolled_back: bool  # a person put an older release in the newest one's place
    running: Build | None
    running_for: timedelta
    waiting: Mapping[str, BuildRequest]  # by kind of wish
    builds: Sequence[Entry]  # the newest first
    releases: Sequence[Release]  # the newest first

    @property
    def is_served(self) -> bool:
        """Return whether what waits is served soon: after a roll-back, only what staff asked for is."""
        return any(not self.is_rolled_back or each.is_by_staff for each in self.waiting.values())

    @property
    def approvable(self) -> BuildRecord | None:
        """Return the last build where the brake refused it and nothing has happened since."""
        last = self.builds[0].record if self.builds else None
        is_stopped = last is not None and last.ending is not None and last.ending.is_fall
        return last if is_stopped and not self.running and Wish.BUILD not in self.waiting else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPage:
    """One build with its report, as its JSON has it; None where it left none."""

    name: str
    entry: Entry | None  # None for a release whose build is no longer listed
    release: Release | None  # where the build's release is kept
    report: Mapping[str, Any] | None
    may_show: bool
    shows_leaver: bool  # a release that can no longer be shown: somebody in it has left since
    may_approve: bool


def overview(releases: Releases, now: datetime) -> Overview:
    """Return what is shown, what runs, what waits and what was."""
    pointer, kept, running = releases.pointer(), releases.history(), releases.running(now)
    shown = next((each for each in kept if pointer and each.name == pointer.release), None)
    fences = {each.fence for each in kept}
    return Overview(
        shown=shown,
        is_rolled_back=bool(shown and shown.name != kept[0].name),
        running=running,
        running_for=now - running.started_at if running else timedelta(),
        waiting={each.wish: each for each in releases.requests()},
        builds=[_entry(each, running, kept, fences) for each in releases.builds(LISTED)],
        releases=kept,
    )


def find_build(
    name: str, releases: Releases, reports: Reports, withdrawals: Withdrawals, now: datetime
) -> BuildPage | None:
    """Return the build whose report or release has a name; None where there is none."""
    seen = overview(releases, now)
    release = next((each for each in seen.releases if each.name == name), None)
    fences = {each.fence for each in seen.releases}
    entries = (_entry(each, seen.running, seen.releases, fences) for each in releases.builds(FOUND))
    entry = next((each for each in entries if each.report == name), None)
    if entry is None and release is None:
        return None
    # Only names that the table knows come this far: nobody chooses which object is read.
    text = reports.read(f"reports/{name}.json")
    last = seen.approvable
    is_older = bool(release and seen.shown and release.name != seen.shown.name)
    shows_leaver = is_older and _shows_leaver(name, reports, withdrawals)
    return BuildPage(
        name=name,
        entry=entry,
        release=release,
        report=json.loads(text) if text else None,
        may_show=is_older and not shows_leaver,
        shows_leaver=shows_leaver,
        may_approve=bool(last and last.ending and last.ending.report == name),
    )


def ask_for_build(releases: Releases, subject: str, now: datetime) -> None:
    """Ask for a build that begins later than now, and log who did (STF-8)."""
    by = f"staff:{subject}"
    releases.request_build(now, by, _line(by, "request-build", now, {"build": ("", "requested")}))


def approve_fall(name: str, releases: Releases, subject: str, now: datetime) -> None:
    """Ask for a build that may lose the mentors whom the brake kept in the build with this report.

    Raises RefusalOutdatedError where that is not the last build any more, or was refused otherwise.
    """
    last = next(iter(releases.builds(1)), None)
    if last is None or last.ending is None or last.ending.report != name or not last.ending.is_fall:
        raise RefusalOutdatedError(name)
    by = f"staff:{subject}"
    releases.approve_fall(last, now, by, _line(by, "approve-fall", now, {"build": (name, "approved")}))


def ask_for_roll_back(
    name: str, releases: Releases, reports: Reports, withdrawals: Withdrawals, subject: str, now: datetime
) -> None:
    """Ask for a kept release to be shown again.

    Raises ReleaseMissingError, ReleaseShownError, ReleaseHoldsWithdrawnError.
    """
    pointer = releases.pointer()
    if pointer is None or name not in {release.name for release in releases.history()}:
        raise ReleaseMissingError(name)
    if pointer.release == name:
        raise ReleaseShownError(name)
    _check_shows_nobody_withdrawn(name, reports, withdrawals)
    by = f"staff:{subject}"
    change = {"release": (pointer.release, name)}
    releases.request_roll_back(name, now, by, _line(by, "request-roll-back", now, change))


def _shows_leaver(name: str, reports: Reports, withdrawals: Withdrawals) -> bool:
    try:
        _check_shows_nobody_withdrawn(name, reports, withdrawals)
    except ReleaseHoldsWithdrawnError:
        return True
    return False


def _check_shows_nobody_withdrawn(name: str, reports: Reports, withdrawals: Withdrawals) -> None:
    manifest = json.loads(reports.read(f"manifests/{name}.json") or b"{}")
    check_shows_nobody_withdrawn(name, manifest.get("mentors", {}), withdrawals.all())


def _entry(record: BuildRecord, running: Build | None, kept: Sequence[Release], fences: set[int]) -> Entry:
    state = state_of(record, running, fences)
    if record.ending:
        return Entry(record=record, state=state, report=record.ending.report)
    # It died between showing its release and saying so: the release's name is the report's.
    own = next((each.name for each in kept if each.fence == record.fence), "")
    return Entry(record=record, state=state, report=own if state == Outcome.RELEASED else "")


def _line(by: str, action: str, now: datetime, changes: Mapping[str, tuple[str, str]]) -> AuditLine:
    # Two clicks of one instant are two acts.
    occurrence = secrets.token_hex(8)
    return AuditLine(actor=by, action=action, member_id=SITE, occurrence=occurrence, at=now, changes=changes)
