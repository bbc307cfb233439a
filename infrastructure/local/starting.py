"""The first start: sample members, and the first release."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from build.nightly import target_of
from build.problems import BuildRefusedError
from build.release import show_current
from infrastructure.local.importing import run_import
from infrastructure.local.jobs import CONTENT, build_settings, build_site, releases_of
from infrastructure.local.sample_members import write_sample
from infrastructure.local.state import State
from mentoring.content import load_content
from mentoring.domain.business_days import day_of
from mentoring.pages.theme import asset_address
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb

SAMPLE_MEMBERS: Final = 600
SAMPLE_MENTORS: Final = 240
SEED: Final = 7  # the same people on every machine


class SampleRefusedError(Exception):
    """The sample members were not imported."""

    def __init__(self, report: Path) -> None:
        super().__init__(f"the sample members were refused: {report} says why")


def prepare(state: State, storage: StorageSettings, now: datetime) -> None:
    """Give the state members where it has none, and a release where it has none of this theme.

    Raises BuildRefusedError when there is nothing to show.
    """
    if _wants_sample(state, storage):
        _import_sample(state, storage, now)
    settings = build_settings(storage, state)
    show_current(releases_of(storage), target_of(settings))
    # The functions' pages ask for the theme's files by hash: before a build of this theme there are none.
    theme = state.site / asset_address(settings.theme_folder).strip("/")
    if not state.current.exists() or not theme.is_dir():
        sys.stderr.write("Building the site ...\n")
        report = build_site(state, storage, now, resume=True)
        if report.problems and not state.current.exists():
            raise BuildRefusedError(report.problems)
        sys.stderr.writelines(f"{problem}\n" for problem in report.problems)


def _wants_sample(state: State, storage: StorageSettings) -> bool:
    """Whoever imported members of their own gets no others; a sample that was cut off is imported again."""
    if state.sample.exists():
        return not (state.sample / "imported").exists()
    first = dynamodb(storage).scan(TableName=storage.memberships_table, Limit=1, ConsistentRead=True)
    return not first["Items"]


def _import_sample(state: State, storage: StorageSettings, now: datetime) -> None:
    sys.stderr.write(f"Importing {SAMPLE_MEMBERS} sample members ...\n")
    state.sample.mkdir(parents=True, exist_ok=True)
    today = day_of(now)
    members, mentors = write_sample(state.sample, SAMPLE_MEMBERS, SAMPLE_MENTORS, SEED, today)
    report = run_import(storage, members, mentors, now, load_content(CONTENT), state.root)
    if report.is_refused:
        raise SampleRefusedError(report.kept_at)
    (state.sample / "imported").touch()
