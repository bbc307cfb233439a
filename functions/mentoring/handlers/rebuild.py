"""The site's builds, for coordinators and administrators: what is shown, what changed, what to do (STF-4)."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.errors import (
    RefusalOutdatedError,
    ReleaseHoldsWithdrawnError,
    ReleaseMissingError,
    ReleaseShownError,
)
from mentoring.gateway_settings import BuildsSettings, ObjectsSettings
from mentoring.gateways.builds import Builds, builds
from mentoring.gateways.errors import BuildsAsleepError
from mentoring.gateways.objects import Objects, objects
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases import rebuild

PATH = "staff/builds"

logger = Logger(service="rebuild")
routes = Routes()


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """What this function works with besides the services of all."""

    releases: ReleaseStore
    reports: Objects
    withdrawals: WithdrawalStore
    builds: Builds


@cache
def rebuilding() -> Rebuilding:
    """Return this function's own stores and gateways. Raises SettingsError."""
    storage = StorageSettings.from_environment(os.environ)
    return Rebuilding(
        ReleaseStore(dynamodb(storage), storage.releases_table, storage.audit_table),
        objects(ObjectsSettings.from_environment(os.environ)),
        WithdrawalStore(dynamodb(storage), storage.withdrawals_table),
        builds(BuildsSettings.from_environment(os.environ)),
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/staff/")
def entered(request: Request) -> Response[str]:
    """Lead whoever types the short address to the builds."""
    return see_other(page_url(request.language, PATH))


@routes.on("GET /{lang}/staff/builds/")
def listed(request: Request) -> Response[str]:
    """Show how the builds stand."""
    overview = rebuild.overview(rebuilding().releases, request.now)
    return page(request, "staff/builds.html", overview=overview, **_form(request))


@routes.on("GET /{lang}/staff/builds/{name}/")
def shown(request: Request) -> Response[str]:
    """Show one build, and what may be done about it. Raises UnknownAddressError."""
    work = rebuilding()
    name = request.parameters["name"]
    build = rebuild.find_build(name, work.releases, work.reports, work.withdrawals, request.now)
    if build is None:
        raise UnknownAddressError
    return page(request, "staff/build.html", build=build, **_form(request))


@routes.on("POST /{lang}/staff/builds/start")
def started(request: Request) -> Response[str]:
    """Ask for a build."""
    rebuild.ask_for_build(rebuilding().releases, _subject(request), request.now)
    return _asked(request)


@routes.on("POST /{lang}/staff/builds/approve")
def approved(request: Request) -> Response[str]:
    """Let a build lose the mentors whom the brake kept."""
    name = request.form.get("build")
    try:
        rebuild.approve_fall(name, rebuilding().releases, _subject(request), request.now)
    except RefusalOutdatedError:
        return _conflict(request, "outdated")
    return _asked(request)


@routes.on("POST /{lang}/staff/builds/roll-back")
def rolled_back(request: Request) -> Response[str]:
    """Ask for a kept release to be shown again."""
    name = request.form.get("release")
    try:
        work = rebuilding()
        rebuild.ask_for_roll_back(
            name, work.releases, work.reports, work.withdrawals, _subject(request), request.now
        )
    except ReleaseMissingError:
        return _conflict(request, "missing")
    except ReleaseShownError:
        return _conflict(request, "shown")
    except ReleaseHoldsWithdrawnError:
        return _conflict(request, "withdrawn")
    return _asked(request)


def _asked(request: Request) -> Response[str]:
    """Wake the build and lead back to the list, which shows what waits. One that sleeps on loses nothing."""
    try:
        rebuilding().builds.wake()
    except BuildsAsleepError as error:
        logger.warning("asleep", error=error.what)
    logger.info("asked", path=request.path.rpartition("/")[2], subject=_subject(request))
    return see_other(page_url(request.language, PATH))


def _conflict(request: Request, reason: str) -> Response[str]:
    """Return the page for somebody who decided on what is no longer so. It has no address of its own."""
    path = page_url(request.language, PATH)
    return page(request, "staff/conflict.html", path=path, status=409, reason=reason)


def _subject(request: Request) -> str:
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return request.visitor.session.identity.subject


def _form(request: Request) -> dict[str, Any]:
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return {
        "form_token": request.visitor.session.form_token,
        "builds_url": page_url(request.language, PATH),
        "longest_list": rebuild.LONGEST_LIST,
    }
