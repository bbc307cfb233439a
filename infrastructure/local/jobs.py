"""The site's build on this machine, in the place of the cloud's function."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from build.nightly import run_nightly
from build.report import Report
from infrastructure.local.state import State
from infrastructure.local.template import load_template, resources
from mentoring.domain.business_days import day_of
from mentoring.settings import BuildSettings, StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import ReleaseStore

ROOT: Final = Path(__file__).parents[2]
CONTENT: Final = ROOT / "content"


def build_settings(storage: StorageSettings, state: State) -> BuildSettings:
    """Return what the site-build function finds in its environment, for this machine."""
    return BuildSettings(
        storage=storage,
        content_folder=CONTENT,
        theme_folder=ROOT / "site/theme",
        site_url=state.site_url(),
        target=state.site,
    )


def build_site(
    state: State, storage: StorageSettings, now: datetime, *, allow_fall: bool = False, resume: bool = False
) -> Report:
    """Run the nightly build of a state folder. Raises StateBusyError while another process builds.

    Raises SiteRolledBackError as well, but for `resume`: a person's word, or another theme's first start.
    """
    with state.held_for("building"):
        # Whoever still has a lease was killed: alive, it would hold the state.
        releases_of(storage).let_go()
        report = run_nightly(build_settings(storage, state), now, allow_fall, resume=resume)
        forget_reports(state.reports, day_of(now))
        return report


def forget_reports(folder: Path, today: date) -> None:
    """Remove reports as the bucket's lifecycle does: they name who came and went (SAF-1)."""
    bucket = resources(load_template(), "AWS::S3::Bucket")["SiteBucket"]
    rules = bucket["LifecycleConfiguration"]["Rules"]
    days = next(rule["ExpirationInDays"] for rule in rules if rule.get("Prefix") == "reports/")
    oldest = f"{today - timedelta(days=days):%Y%m%d}"
    for file in folder.glob("[0-9]*"):  # a report's name begins with the day it was built for
        if file.name[:8] < oldest:
            file.unlink()


def releases_of(storage: StorageSettings) -> ReleaseStore:
    """Return the releases table."""
    return ReleaseStore(dynamodb(storage), storage.releases_table)
