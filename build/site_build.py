"""One build: read, select, render, index, check, release, in one direction.

The same snapshot and day give the same bytes.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Final

import boto3

from build.checks.fall import check_fall
from build.checks.tree import check_tree
from build.listings import Selection, read_selection
from build.problems import BuildRefusedError, Problem, SiteRolledBackError
from build.release import prune, publish, show_current
from build.report import Report, gone_slugs, withheld_counts, write_report
from build.targets import (
    BucketTarget,
    FolderTarget,
    IncompleteReleaseError,
    Manifest,
    Target,
    Trees,
)
from build.targets.bucket import CALLS, EdgeStore
from build.tree import make_tree
from build.unchanged import Shown
from mentoring.content import Content, ContentError, load_content
from mentoring.domain.builds import SCHEDULE, Build, BuildRequest, Outcome, Wish
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import PolicyNotInForceError
from mentoring.domain.withdrawals import is_awaited, withdrawn_file
from mentoring.settings import BuildSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import BuildOvertakenError, ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore

OVERTAKEN: Final = "overtaken"  # the kind of a problem


def run_nightly(
    settings: BuildSettings,
    now: datetime,
    allow_fall: bool = False,
    by: str = SCHEDULE,
    *,
    resume: bool = False,
) -> Report:
    """Build the site as of this instant (UTC) and release it; return what happened, also when it was refused.

    Whatever builds are asked for until it begins are served by it. `allow_fall` is a person's word that the
    directory may shrink this much, `resume` that a release which staff put back has served its time, as
    their asking for a build since is.
    Raises BuildRunningError, SiteRolledBackError.
    """
    began = monotonic()
    client = dynamodb(settings.storage)
    releases = ReleaseStore(client, settings.storage.releases_table)
    target = target_of(settings)
    show_current(releases, target)
    _is_rolled_back(releases, resume=resume)  # such a night is no build at all
    build = releases.begin(now, by)
    ending, request = None, None
    try:
        # Who rolls back from here on has a higher fence: this build can no longer publish.
        is_rolled_back = _is_rolled_back(releases, resume=resume)
        # Before the snapshot: whoever asks from here on may have changed something that it misses.
        request = next(iter(_builds_asked(releases)), None)
        target.sweep(build.fence, [release.name for release in releases.history()])
        site = _SiteBuild(
            settings=settings,
            releases=releases,
            target=target,
            build=build,
            began=began,
            approved=request.approved if request else "",
            is_rolled_back=is_rolled_back,
        )
        report = site.run(allow_fall=allow_fall)
        _write_live(settings, releases, target)
        ending = report.ending(site.now)
        if any(problem.kind == OVERTAKEN for problem in report.problems):
            request = None  # what somebody asked for is not what is shown
        return report
    finally:
        releases.finish(build, ending, request)


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
    approved: str  # the report of the refused build whose gone mentors a person let go
    is_rolled_back: bool

    @property
    def now(self) -> datetime:
        # By this machine's own seconds: the given clock stands still.
        return self.build.started_at + timedelta(seconds=monotonic() - self.began)

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
            report.problems = [Problem("/", OVERTAKEN)]
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
            self._brake(report, selection, previous, policy.largest_fall_percent)
        shown = self._shown(report.release, previous)
        expected = make_tree(self.settings, content, selection, work, self.today, report.step, shown)
        trees = expected.trees
        with report.step("check"):
            checked = check_tree(expected)
            refuse(checked.problems)
        with report.step("release"):
            self.target.keep_assets(expected.tree)
            answers = expected.answers.values()
            manifest = Manifest.of(
                trees,
                selection.listings,
                selection.members_only,
                files=checked.files,
                inputs={path: made for answer in answers for path, made in answer.inputs.items()},
            )
            report.count(selection, previous, manifest)
            is_same = previous is not None and previous.content_hash == manifest.content_hash
            # After a roll-back the same bytes become the newest release, and the nights go on.
            is_wanted = self.is_rolled_back or self._is_awaited(report.release)
            if is_same and not is_wanted:
                report.outcome = Outcome.UNCHANGED
                return
            self._release(report, trees, manifest, is_follower=previous is not None)
            prune(self.releases, self.target, policy.kept_releases)

    def _shown(self, release: str, manifest: Manifest | None) -> Shown | None:
        folder = self.target.public_files(release) if manifest else None
        return Shown(folder=folder, inputs=manifest.inputs) if manifest and folder else None

    def _is_awaited(self, shown: str) -> bool:
        """Return whether a new release, be it the same, shows what was given again since this one."""
        withdrawals = WithdrawalStore(
            dynamodb(self.settings.storage), self.settings.storage.withdrawals_table
        )
        return is_awaited(withdrawals.all(), shown, self.build.fence)

    def _brake(self, report: Report, selection: Selection, previous: Manifest, most: Decimal) -> None:
        approved = self.target.read_report(f"{self.approved}.json") if self.approved else None
        problems = check_fall(selection, previous, most, gone_slugs(approved))
        report.approved = self.approved
        if problems:
            # Who would go, and why, for whoever is asked to approve it.
            would_show = Manifest.of_mentors(selection.listings, selection.members_only)
            report.count(selection, previous, would_show)
        refuse(problems)

    def _read(self, content: Content) -> Selection:
        profiles = ProfileStore.connect(self.settings.storage)
        memberships = MembershipStore.connect(self.settings.storage)
        return read_selection(profiles, memberships, content, self.today)

    def _release(self, report: Report, trees: Trees, manifest: Manifest, *, is_follower: bool) -> None:
        release = publish(
            self.releases,
            self.target,
            self.build,
            trees,
            manifest,
            previous=report.release if is_follower else None,
            built_on=self.today,
            now=self.now,
        )
        report.outcome, report.release = Outcome.RELEASED, release.name


def _is_rolled_back(releases: ReleaseStore, *, resume: bool) -> bool:
    is_rolled_back = releases.is_rolled_back()
    if is_rolled_back and not (resume or any(each.is_by_staff for each in _builds_asked(releases))):
        raise SiteRolledBackError
    return is_rolled_back


def _builds_asked(releases: ReleaseStore) -> list[BuildRequest]:
    return [each for each in releases.requests() if each.wish is Wish.BUILD]


def _write_live(settings: BuildSettings, releases: ReleaseStore, target: Target) -> None:
    """Name who is withdrawn beside the releases: the pages just shown may be older than a withdrawal."""
    withdrawals = WithdrawalStore(dynamodb(settings.storage), settings.storage.withdrawals_table)

    def live() -> bytes:
        pointer = releases.pointer()
        return withdrawn_file(withdrawals.all(), releases.kept_since(), pointer.release if pointer else "")

    target.write_live(live)


def refuse(problems: Sequence[Problem]) -> None:
    """Raise BuildRefusedError where there are problems."""
    if problems:
        raise BuildRefusedError(problems)
