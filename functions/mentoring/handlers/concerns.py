"""What members want staff to know: for coordinators and administrators, and for nobody else (DIR-21)."""

import os
import re
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.concerns import Concern
from mentoring.domain.sessions import Visitor
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.concerns import ConcernStore
from mentoring.usecases.concerns import take_care

CONCERN_ID: Final = re.compile(r"[0-9a-f]{32}")
PATH: Final = "staff/concerns"

logger = Logger(service="concerns")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


def concerns() -> ConcernStore:
    """Return this function's own store. Raises SettingsError."""
    return _connected(StorageSettings.from_environment(os.environ))


@cache
def _connected(storage: StorageSettings) -> ConcernStore:
    return ConcernStore(dynamodb(storage), storage)


@routes.on("GET /{lang}/staff/concerns/")
def listed(request: Request) -> Response[str]:
    """List the concerns, the newest first."""

    def note(concern_id: str) -> None:
        logger.error("unreadable concern", concern_id=concern_id)

    found = concerns().all(note)
    return page(request, "staff/concerns.html", concerns=found, names=_names(request, *found))


@routes.on("GET /{lang}/staff/concerns/{concern}/")
def shown(request: Request) -> Response[str]:
    """Show one concern. Raises UnknownAddressError."""
    concern = _concern(request)
    return page(
        request,
        "staff/concern.html",
        concern=concern,
        names=_names(request, concern),
        form_token=_visitor(request).session.form_token,
    )


@routes.on("POST /{lang}/staff/concerns/{concern}/")
def taken(request: Request) -> Response[str]:
    """Note that somebody takes care of a concern. Raises UnknownAddressError."""
    concern = _concern(request)
    take_care(concern, _visitor(request).session.identity.subject, concerns(), request.now)
    return see_other(page_url(request.language, f"{PATH}/{concern.id}"))


def _concern(request: Request) -> Concern:
    concern_id = request.parameters["concern"]
    concern = concerns().get(concern_id) if CONCERN_ID.fullmatch(concern_id) else None
    if concern is None:
        raise UnknownAddressError
    return concern


def _names(request: Request, *found: Concern) -> dict[str, str]:
    """Return the names of everybody concerned, by member id, as far as they are known."""
    ids = {member_id for each in found for member_id in (each.reporter_id, each.about_id) if member_id}
    known = request.services.memberships.get_many(
        ids, lambda member_id: logger.error("unreadable record", member_id=member_id)
    )
    return {member_id: membership.name for member_id, membership in known.items()}


def _visitor(request: Request) -> Visitor:
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return request.visitor
