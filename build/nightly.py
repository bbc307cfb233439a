"""The nightly build: `python -m build.nightly`, and the site-build Lambda's entry."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from build.problems import SiteRolledBackError
from build.release import roll_back
from build.requests import has_seconds, serve_requests, wake
from build.site_build import refuse, run_nightly, target_of
from mentoring.settings import BuildSettings, SettingsError
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import BuildRunningError, ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore

__all__ = ["handler", "main", "run_nightly", "target_of"]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Build for the schedule, or only for those who asked (`{"requests": true}`); then serve what waits.

    `{"allow_fall": true}` lets the schedule's build lose any number of mentors, `{"roll_back": "NAME"}` shows
    a kept release again instead; then `{"resume": true}` builds anew, or staff's asking, and nothing else.
    Raises BuildRefusedError when a build released nothing, SiteRolledBackError when none was due, so that
    the function's alarm rings.
    """
    return answer(event, context, BuildSettings.from_environment(os.environ), _now)


def answer(
    event: dict[str, Any], context: Any, settings: BuildSettings, now: Callable[[], datetime]
) -> dict[str, Any]:
    """Do what an event asks for, with these settings; see `handler`."""
    client = dynamodb(settings.storage)
    store = ReleaseStore(client, settings.storage.releases_table)
    if name := event.get("roll_back"):
        withdrawals = WithdrawalStore(client, settings.storage.withdrawals_table).all()
        pointer = roll_back(store, target_of(settings), name, now(), "system:invocation", withdrawals)
        return {"outcome": "rolled-back", "release": pointer.release}
    reports, rolled_back = [], None
    if event.get("requests") is not True:
        allow_fall, resume = event.get("allow_fall") is True, event.get("resume") is True
        try:
            reports.append(run_nightly(settings, now(), allow_fall, resume=resume))
        except SiteRolledBackError as error:
            rolled_back = error
    reports += serve_requests(settings, now, has_seconds(context))
    if store.running(now()) is None and store.waiting_request():
        wake(context.function_name)
    refuse([problem for report in reports for problem in report.problems])
    if rolled_back and store.is_rolled_back():
        raise rolled_back  # each night anew: somebody has to end it
    return {
        "outcomes": [report.outcome for report in reports],
        "reports": [report.name for report in reports],
    }


def main() -> int:
    """Build with the settings of the environment; return the exit status."""
    try:
        settings = BuildSettings.from_environment(os.environ)
        report = run_nightly(settings, _now(), allow_fall="--allow-fall" in sys.argv[1:], resume=True)
    except (SettingsError, BuildRunningError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{report.outcome} {report.release}: {report.mentors} mentors, {report.pages} pages\n")
    for problem in report.problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if report.problems else 0


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
