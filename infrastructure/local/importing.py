"""Imports members and mentors from files of this machine, and keeps a report beside the state."""

import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from mentoring.content import Content, Wording
from mentoring.domain.business_days import day_of
from mentoring.handlers.import_wording import as_text, held_text, kept_report, lapses_allowed
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.standings import StandingStore
from mentoring.usecases.import_members import import_members
from mentoring.usecases.import_mentors import MentorImport
from mentoring.usecases.import_report import FileReport, RefusedError
from mentoring.usecases.tell_lapses import Told, tell_lapses

BAR_WIDTH: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of each file, in the order they were read."""

    files: tuple[tuple[Path, FileReport], ...]
    started_at: datetime  # UTC
    seconds: float
    kept_at: Path  # the report in JSON, in both languages
    told: Told
    lapse_percent: Decimal

    @property
    def is_refused(self) -> bool:
        """Return whether a file was refused whole."""
        return any(report.refused for _, report in self.files)

    @property
    def exit_status(self) -> int:
        """Return 0 when all was done, bad rows reported; 1 for lapses held; 2 when a file was refused."""
        return 2 if self.is_refused else min(len(self.told.held), 1)

    def text(self, wording: Wording) -> str:
        """Return the report as lines for a terminal, in one language."""
        files = [as_text(path.name, report, wording) for path, report in self.files]
        took = wording.t("import.took", count=round(self.seconds), path=str(self.kept_at))
        held = [held_text(self.told, self.lapse_percent, wording)] if self.told.held else []
        return "\n".join([*files, *held, took]) + "\n"


def run_import(
    settings: StorageSettings,
    members: Path | None,
    mentors: Path | None,
    now: datetime,
    content: Content,
    state: Path,
    *,
    allow_lapses: Path | None = None,
) -> ImportReport:
    """Import the files that are named, members first; return the report, also kept in STATE/imports/.

    `now` is the instant (UTC) by which memberships count and consents are dated. Mentors whose membership
    lapsed or was renewed since they were last seen are told, as the nightly import tells them (ELI-8);
    `allow_lapses` is the report whose lapses somebody saw and lets through.
    Raises NoSuchLapsesError.
    """
    began = time.monotonic()
    policy = content.policy.publishing_on(day_of(now))
    allowed = _allowed(allow_lapses)
    importers = _members_import(settings, content, now, allowed), _mentors_import(settings, content, now)
    files = _read_files(members, mentors, *importers)
    client = dynamodb(settings)
    stores = (
        ProfileStore(client, settings),
        MembershipStore(client, settings),
        StandingStore(client, settings),
    )
    told = tell_lapses(*stores, policy, now, allowed)
    report = ImportReport(
        files=files,
        started_at=now,
        seconds=time.monotonic() - began,
        told=told,
        lapse_percent=policy.largest_lapse_percent,
        kept_at=state / "imports" / f"{now:%Y-%m-%dT%H-%M-%S-%fZ}.json",
    )
    _keep(report, content)
    return report


def _keep(report: ImportReport, content: Content) -> None:
    named = [(path.name, file_report) for path, file_report in report.files]
    written = kept_report(named, report.started_at, report.seconds, content, report.told.held)
    report.kept_at.parent.mkdir(parents=True, exist_ok=True)
    report.kept_at.write_bytes(written)


Importer = Callable[[BinaryIO, Callable[[], None]], FileReport]


def _members_import(
    settings: StorageSettings, content: Content, now: datetime, allowed: Collection[str]
) -> Importer:
    store = MembershipStore(dynamodb(settings), settings)
    today = day_of(now)
    policy = content.policy.publishing_on(today)
    return lambda source, progress: import_members(
        source, store, content.vocabularies, policy, today, progress, allowed
    )


def _mentors_import(settings: StorageSettings, content: Content, now: datetime) -> Importer:
    client = dynamodb(settings)
    return MentorImport(
        memberships=MembershipStore(client, settings),
        profiles=ProfileStore(client, settings),
        erasures=ErasureStore(client, settings),
        vocabularies=content.vocabularies,
        documents=content.policy.documents,
        now=now,
    ).run


def _allowed(report: Path | None) -> frozenset[str]:
    if report is None:
        return frozenset()
    return lapses_allowed(report.read_bytes() if report.is_file() else None)


def _read_files(
    members: Path | None, mentors: Path | None, members_import: Importer, mentors_import: Importer
) -> tuple[tuple[Path, FileReport], ...]:
    files: list[tuple[Path, FileReport]] = []
    if members:
        files.append((members, _read(members, "members", members_import)))
    if mentors and any(report.refused for _, report in files):
        files.append((mentors, FileReport("mentors", refused=RefusedError("after-members"))))
    elif mentors:
        files.append((mentors, _read(mentors, "mentors", mentors_import)))
    return tuple(files)


def _read(path: Path, kind: str, importer: Importer) -> FileReport:
    try:
        source = path.open("rb")
    except OSError:
        return FileReport(kind, refused=RefusedError("unreadable"))
    with source:
        return importer(source, progress_bar(source, path.stat().st_size, sys.stderr))


def progress_bar(source: BinaryIO, size: int, terminal: TextIO) -> Callable[[], None]:
    """Return what draws how much of a file of `size` bytes was read; it draws on a terminal alone."""
    if not terminal.isatty():
        return lambda: None

    def draw() -> None:
        share = source.tell() / max(size, 1)
        bar = "#" * round(share * BAR_WIDTH)
        terminal.write(f"\r[{bar:<{BAR_WIDTH}}] {share:4.0%}" + ("\n" if share >= 1 else ""))
        terminal.flush()

    return draw
