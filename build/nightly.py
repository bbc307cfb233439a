"""The nightly build: `python -m build.nightly`, and the site-build Lambda's entry.

Read, select, render, index, check, release: one direction. The same snapshot and day give the same bytes.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import boto3

from build.checks import check_tree
from build.checks.fall import check_fall
from build.listings import Selection, read_selection
from build.problems import BuildRefusedError, Problem
from build.release import prune, publish, roll_back, show_current
from build.report import Outcome, Report, withheld_counts, write_report
from build.targets import BucketTarget, FolderTarget, IncompleteReleaseError, Manifest, Target
from build.targets.bucket import CALLS, EdgeStore
from build.tree import make_tree
from mentoring.content import Content, ContentError, load_content
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import PolicyNotInForceError
from mentoring.settings import BuildSettings, SettingsError
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import Build, BuildOvertakenError, BuildRunningError, ReleaseStore


def run_nightly(settings: BuildSettings, now: datetime, allow_fall: bool = False) -> Report:
    """Build the site as of this instant (UTC) and release it; return what happened, also when it was refused.

    `allow_fall` is a person's word that the directory may shrink this much. Raises BuildRunningError.
    """
    client = dynamodb(settings.storage)
    releases = ReleaseStore(client, settings.storage.releases_table)
    target = target_of(settings)
    show_current(releases, target)
    build = releases.begin(now)
    try:
        target.sweep(build.fence, [release.name for release in releases.history()])
        site = _SiteBuild(settings=settings, releases=releases, target=target, build=build, began=monotonic())
        return site.run(allow_fall=allow_fall)
    finally:
        releases.finish(build)


def target_of(settings: BuildSettings) -> Target:
    """Return where the settings release to: a folder, or a bucket behind the CDN."""
    if isinstance(settings.target, Path):
        return FolderTarget(settings.target)
    edge = None
    if settings.edge_store_arn:
        edge = EdgeStore(boto3.client("cloudfront-keyvaluestore"), settings.edge_store_arn)
    return BucketTarget(boto3.client("s3", config=CALLS), settings.target, edge)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SiteBuild:
    settings: BuildSettings
    releases: ReleaseStore
    target: Target
    build: Build
    began: float  # monotonic seconds

    @property
    def today(self) -> date:
        return day_of(self.build.started_at)

    def run(self, *, allow_fall: bool) -> Report:
        report = Report(fence=self.build.fence, built_on=self.today, started_at=self.build.started_at)
        work = self.target.workspace(self.build.fence)
        content = None
        try:
            content = load_content(self.settings.content_folder)
            self._run(report, content, work, allow_fall=allow_fall)
        except ContentError as error:
            report.problems = [Problem("content", "content", problem) for problem in error.problems]
        except BuildRefusedError as error:
            report.problems = error.problems
        except IncompleteReleaseError as error:
            report.problems = [Problem(error.path, "incomplete")]
        except PolicyNotInForceError as error:
            content = None  # its numbers are asked for by the report's page as well
            report.problems = [Problem("content/policy.toml", "content", str(error))]
        except BuildOvertakenError:
            report.problems = [Problem("/", "overtaken")]
        finally:
            shutil.rmtree(work, ignore_errors=True)
        write_report(report, self.target, self.settings, content)
        return report

    def _run(self, report: Report, content: Content, work: Path, *, allow_fall: bool) -> None:
        pointer = self.releases.pointer()
        report.release = pointer.release if pointer else ""
        previous = self.target.manifest(report.release) if report.release else None
        policy = content.policy.publishing_on(self.today)
        with report.step("read"):
            selection = self._read(content)
        report.withheld, report.unreadable = withheld_counts(selection), selection.unreadable
        if previous and not allow_fall:
            _refuse(check_fall(selection, previous, policy.largest_fall_percent))
        expected = make_tree(self.settings, content, selection, work, self.today, report.step)
        tree = expected.tree
        with report.step("check"):
            _refuse(check_tree(expected))
        with report.step("release"):
            manifest = Manifest.of(tree, selection.listings)
            report.count(selection, previous, manifest)
            if previous and previous.content_hash == manifest.content_hash:
                report.outcome = Outcome.UNCHANGED
                return
            self._release(report, tree, manifest, is_follower=previous is not None)
            prune(self.releases, self.target, policy.kept_releases)

    def _read(self, content: Content) -> Selection:
        profiles = ProfileStore.connect(self.settings.storage)
        memberships = MembershipStore.connect(self.settings.storage)
        return read_selection(profiles, memberships, content, self.today)

    def _release(self, report: Report, tree: Path, manifest: Manifest, *, is_follower: bool) -> None:
        release = publish(
            self.releases,
            self.target,
            self.build,
            tree,
            manifest,
            previous=report.release if is_follower else None,
            built_on=self.today,
            # The lease is measured by this machine's own seconds: the given clock stands still.
            now=self.build.started_at + timedelta(seconds=monotonic() - self.began),
        )
        report.outcome, report.release = Outcome.RELEASED, release.name


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise BuildRefusedError(problems)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Build for the schedule or for a staff member's click (`{"allow_fall": true}`).

    `{"roll_back": "NAME"}` shows a kept release again instead. Raises BuildRefusedError when nothing was
    released, so that the function's alarm rings.
    """
    settings = BuildSettings.from_environment(os.environ)
    if name := event.get("roll_back"):
        store = ReleaseStore(dynamodb(settings.storage), settings.storage.releases_table)
        return {"outcome": "rolled-back", "release": roll_back(store, target_of(settings), name).release}
    report = run_nightly(settings, datetime.now(UTC), allow_fall=event.get("allow_fall") is True)
    _refuse(list(report.problems))
    return {"outcome": report.outcome, "release": report.release, "report": report.name}


def main() -> int:
    """Build with the settings of the environment; return the exit status."""
    try:
        settings = BuildSettings.from_environment(os.environ)
        report = run_nightly(settings, datetime.now(UTC), allow_fall="--allow-fall" in sys.argv[1:])
    except (SettingsError, BuildRunningError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{report.outcome} {report.release}: {report.mentors} mentors, {report.pages} pages\n")
    for problem in report.problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
