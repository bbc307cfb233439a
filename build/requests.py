"""Serves what was asked of the site's builds, one after another, until nothing waits (STF-4).

Nothing is taken from anywhere: a request waits until the build that serves it has ended, and is noted as
served in one transaction with that end. So whoever dies here leaves it to the next.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import boto3

from build.problems import SiteRolledBackError
from build.release import roll_back, show_current
from build.report import Report
from build.site_build import run_nightly, target_of
from build.targets import Target
from mentoring.domain.builds import BuildRequest, Wish
from mentoring.domain.errors import ReleaseHoldsWithdrawnError, ReleaseMissingError
from mentoring.settings import BuildSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import (
    BuildOvertakenError,
    BuildRunningError,
    ReleaseStore,
    RequestServedError,
)
from mentoring.storage.withdrawals import WithdrawalStore

LONGEST_BUILD: Final = 300  # seconds; six times what 10,000 mentors take
WAKE: Final = b'{"requests": true}'


def serve_requests(
    settings: BuildSettings, now: Callable[[], datetime], has_time: Callable[[], bool] = lambda: True
) -> list[Report]:
    """Build, and roll back, for whoever asked; return the reports of the builds.

    While another build runs nothing is done: whoever runs it looks for what waits at its end. What a build
    dies of is raised, and its request waits on.
    """
    client = dynamodb(settings.storage)
    releases = ReleaseStore(client, settings.storage.releases_table)
    withdrawals = WithdrawalStore(client, settings.storage.withdrawals_table)
    target = target_of(settings)
    show_current(releases, target)  # whoever served last may have died before it was seen
    reports = []
    while has_time() and (request := releases.waiting_request()):
        try:
            if request.wish is Wish.BUILD:
                reports.append(run_nightly(settings, now(), by=request.by))
            else:
                _roll_back(request, releases, target, withdrawals, now())
        except BuildRunningError:
            break
        except (BuildOvertakenError, RequestServedError, SiteRolledBackError):
            continue  # somebody else was at it: see what waits now
    return reports


def has_seconds(context: Any) -> Callable[[], bool]:
    """Return what says whether a Lambda has the time for one more build."""
    if context is None:
        return lambda: True
    return lambda: context.get_remaining_time_in_millis() >= LONGEST_BUILD * 1000


def wake(function_name: str) -> None:
    """Call a site-build function for what still waits, without waiting for it."""
    boto3.client("lambda").invoke(FunctionName=function_name, InvocationType="Event", Payload=WAKE)


def _roll_back(
    request: BuildRequest,
    releases: ReleaseStore,
    target: Target,
    withdrawals: WithdrawalStore,
    now: datetime,
) -> None:
    try:
        roll_back(releases, target, request.release, now, request.by, withdrawals.all(), request)
    except (ReleaseMissingError, ReleaseHoldsWithdrawnError):
        releases.give_up(request, now)  # pruned, or somebody has left, since it was asked for
