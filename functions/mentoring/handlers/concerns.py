"""What members want staff to know: for coordinators and administrators, and for nobody else (DIR-21)."""

import os
import re
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.audit import AuditLine
from mentoring.domain.concerns import Concern
from mentoring.domain.membership import Membership
from mentoring.domain.sessions import Visitor
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.forms import NOTHING_WRONG, form_page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Form, Request, UnreadableFormError
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.concerns import ConcernStore
from mentoring.usecases.concerns import Caring, facts_of
from mentoring.usecases.match_request_fields import typed_note
from mentoring.usecases.typed_fields import FormError

CONCERN_ID: Final = re.compile(r"[0-9a-f]{32}")
PATH: Final = "staff/concerns"
ACT: Final = "act"  # which button was pressed
TAKE: Final = "take"
NOTE: Final = "note"
CLOSE: Final = "close"

logger = Logger(service="concerns")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


def concerns() -> ConcernStore:
    """Return this function's own store. Raises SettingsError."""
    return _connected(StorageSettings.from_environment(os.environ))


def acts_log() -> AuditStore:
    """Return the log of acts, to be read. Raises SettingsError."""
    return _log(StorageSettings.from_environment(os.environ))


@cache
def _connected(storage: StorageSettings) -> ConcernStore:
    return ConcernStore(dynamodb(storage), storage)


@cache
def _log(storage: StorageSettings) -> AuditStore:
    return AuditStore(dynamodb(storage), storage.audit_table)


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
    return _concern_page(request, _concern(request), request.kept or Form())


@routes.on("POST /{lang}/staff/concerns/{concern}/")
def cared_for(request: Request) -> Response[str]:
    """Take care of a concern, note something about it, or close it. Raises UnknownAddressError."""
    concern, act = _concern(request), request.form.get(ACT)
    try:
        note = typed_note(request.form, may_miss=act == TAKE)
    except FormError as refused:
        return _concern_page(request, concern, request.form, refused)
    caring = _caring(request)
    acts = {TAKE: caring.take, NOTE: caring.note, CLOSE: caring.close}
    if act not in acts:
        raise UnreadableFormError
    acts[act](concern, note)
    return see_other(page_url(request.language, f"{PATH}/{concern.id}"))


def _concern_page(
    request: Request, concern: Concern, typed: Form, refused: FormError | None = None
) -> Response[str]:
    people = {member_id for member_id in (concern.reporter_id, concern.about_id) if member_id}
    known = _known(request, people)
    reporter = known.get(concern.reporter_id)
    return form_page(
        request,
        "staff/concern.html",
        typed=typed,
        errors=refused.by_field if refused else NOTHING_WRONG,
        section="concern",
        concern=concern,
        names={member_id: membership.name for member_id, membership in known.items()},
        email=reporter.email if reporter else "",
        facts=[_fact(line) for line in facts_of(concern, chain(*map(acts_log().lines_of, people)))],
    )


def _fact(line: AuditLine) -> tuple[datetime, str, str]:
    """Return when, what, and which member did it; nobody where the clock did."""
    kind, _, member_id = line.actor.partition(":")
    return line.at, line.action.removeprefix("request-"), member_id if kind == "member" else ""


def _caring(request: Request) -> Caring:
    visitor = _visitor(request)
    assert visitor.staff is not None  # noqa: S101 - the matrix lets nobody else in
    subject = visitor.session.identity.subject
    return Caring(concerns=concerns(), subject=subject, name=visitor.staff.name, now=request.now)


def _concern(request: Request) -> Concern:
    concern_id = request.parameters["concern"]
    concern = concerns().get(concern_id) if CONCERN_ID.fullmatch(concern_id) else None
    if concern is None:
        raise UnknownAddressError
    return concern


def _names(request: Request, *found: Concern) -> dict[str, str]:
    """Return the names of everybody concerned, by member id, as far as they are known."""
    ids = {member_id for each in found for member_id in (each.reporter_id, each.about_id) if member_id}
    return {member_id: membership.name for member_id, membership in _known(request, ids).items()}


def _known(request: Request, ids: set[str]) -> dict[str, Membership]:
    return request.services.memberships.get_many(
        ids, lambda member_id: logger.error("unreadable record", member_id=member_id)
    )


def _visitor(request: Request) -> Visitor:
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return request.visitor
