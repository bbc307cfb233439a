"""Each morning: requests that nobody answered are reminded of, or end; mentors who stay silent are paused.

Workbooks that nobody went on with go, and files that nothing names.
"""

import os
from datetime import datetime
from itertools import chain
from typing import Any

from aws_lambda_powertools import Logger

from mentoring.content import load_content
from mentoring.domain.business_days import day_of
from mentoring.domain.refusals import Refusal
from mentoring.domain.suggestions import Candidate
from mentoring.gateway_settings import DeadlinesSettings
from mentoring.gateways.objects import objects
from mentoring.gateways.workbooks import workbook_files
from mentoring.handlers import clock
from mentoring.handlers.suggesting import accepting
from mentoring.storage.client import dynamodb
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.mentee_profiles import MenteeProfileStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.workbooks import WorkbookStore
from mentoring.usecases.ask_mentor import Asking
from mentoring.usecases.request_deadlines import Done, Sweep
from mentoring.usecases.suggest_mentors import Suggesting
from mentoring.usecases.sweep_workbooks import WorkbookSweep

logger = Logger(service="deadlines")


class SweepIncompleteError(Exception):
    """Something that was due was not done; each was logged, and the next sweep tries again."""


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Sweep for the schedule. Raises SweepIncompleteError, after everything else was done."""
    return run(DeadlinesSettings.from_environment(os.environ), clock.now())


def run(settings: DeadlinesSettings, now: datetime) -> dict[str, Any]:
    """Do what is due as of this instant (UTC); return how often what was done.

    Raises SweepIncompleteError, SettingsError, ContentError.
    """
    counts: dict[str, Any] = {done.value: 0 for done in Done}
    failures = 0
    for name, done in chain(sweep_of(settings, now).run(), workbooks_of(settings, now).run()):
        if isinstance(done, Exception):
            failures += 1
            logger.error("failed", due=name, exc_info=done)
        else:
            counts[done] += 1
    logger.info("swept", **counts, failures=failures)
    if failures:
        raise SweepIncompleteError(f"{failures} of what was due failed")
    return counts


def workbooks_of(settings: DeadlinesSettings, now: datetime) -> WorkbookSweep:
    """Return one run over workbooks and their files."""
    store = WorkbookStore(dynamodb(settings.storage), settings.storage)
    return WorkbookSweep(store, workbook_files(settings.workbooks), now)


def sweep_of(settings: DeadlinesSettings, now: datetime) -> Sweep:
    """Return one run over the database of these settings. Raises ContentError."""
    policy = load_content(settings.content_folder).policy
    directory = policy.directory_on(day_of(now))
    client = dynamodb(settings.storage)
    requests, profiles = MatchRequestStore(client, settings.storage), ProfileStore(client, settings.storage)
    unreadable = set[str]()

    def why_not(member_id: str, mentor_id: str) -> Refusal | None:
        return Asking(
            requests=requests,
            profiles=profiles,
            memberships=MembershipStore(client, settings.storage),
            documents=policy.documents,
            policy=directory,
            member_id=member_id,
            now=now,
        ).why_not(mentor_id)

    def released() -> list[Candidate]:
        return accepting(ReleaseStore(client, settings.storage.releases_table), objects(settings.objects))

    suggesting = Suggesting(released, profiles, requests, why_not, directory, unreadable.add)
    return Sweep(
        requests=requests,
        profiles=profiles,
        questionnaires=MenteeProfileStore(client, settings.storage),
        suggest=suggesting.for_request,
        policy=directory,
        now=now,
        unreadable=unreadable,
    )
