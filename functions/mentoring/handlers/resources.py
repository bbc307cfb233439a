"""What comes with a membership: webinars, workbooks, guides, and one's way through them (MOD-1, ELI-6)."""

import os
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.domain.eligibility import Role
from mentoring.domain.preparation import BY_NAME, TASKS, Kind
from mentoring.domain.sessions import Session
from mentoring.gateway_settings import RecordingsSettings
from mentoring.gateways.recordings import Recordings, recordings
from mentoring.handlers.answers import HEADERS, page, see_other
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import LANGUAGES, page_url
from mentoring.pages.resources import SECTION, Resource, ResourceLibrary
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.preparations import PreparationStore

routes = Routes()

RECORDING: Final = "recording.mp4"
CAPTIONS: Final = re.compile(r"captions\.([a-z]{2})\.vtt")
FINISHED: Final = "finished"
YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class ResourcesPart:
    """What this function works with besides the services of all."""

    preparations: PreparationStore
    recordings: Recordings


def resources_part() -> ResourcesPart:
    """Return this function's own store and gateway. Raises SettingsError."""
    return _connected(
        StorageSettings.from_environment(os.environ), RecordingsSettings.from_environment(os.environ)
    )


@cache
def _connected(storage: StorageSettings, place: RecordingsSettings) -> ResourcesPart:
    return ResourcesPart(PreparationStore(dynamodb(storage), storage), recordings(place))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/resources/")
def listed(request: Request) -> Response[str]:
    """List what to watch and to work through, how far the member is with it, and what there is to read."""
    resources = {each.name: each for each in _library(request).all(request.language, request.today)}
    finished = _finished(request)
    steps = {
        role: [
            (resources[task.name], task.kind, task.progress(finished)) for task in TASKS if task.role is role
        ]
        for role in (Role.MENTEE, Role.MENTOR)
    }
    others = [each for name, each in resources.items() if name not in BY_NAME]
    return page(request, "resources/list.html", steps=steps, others=others)


@routes.on("GET /{lang}/account/resources/{name}/")
def shown(request: Request) -> Response[str]:
    """Show one resource. Raises UnknownAddressError for a name that there is not."""
    resource = _resource(request)
    task = BY_NAME.get(resource.name)
    if task is None:
        return page(request, "resources/page.html", page=resource)
    known: dict[str, Any] = {
        "page": resource,
        "kind": task.kind,
        "progress": task.progress(_finished(request)),
        "form_token": _session(request).form_token,
    }
    if task.kind is Kind.WORKBOOK:
        return page(request, "resources/workbook.html", **known)
    has_recording = resources_part().recordings.holds(task.name, request.language)
    # One's own language first: it is the one that is switched on.
    languages = sorted(LANGUAGES, key=lambda language: language != request.language)
    return page(request, "resources/webinar.html", has_recording=has_recording, captions=languages, **known)


@routes.on("POST /{lang}/account/resources/{name}/")
def marked(request: Request) -> Response[str]:
    """Note that the member is done with it, or is not after all, and lead back to the list."""
    name = request.parameters["name"]
    if name not in BY_NAME:
        raise UnknownAddressError
    is_finished = request.form.get(FINISHED) == YES
    resources_part().preparations.mark(_member_id(request), name, request.now, is_finished=is_finished)
    return see_other(page_url(request.language, SECTION))


@routes.on("GET /{lang}/account/resources/{name}/{file}")
def fetched(request: Request) -> Response[str]:
    """Lead a player to a webinar's recording, or give it captions. Raises UnknownAddressError."""
    name, file = request.parameters["name"], request.parameters["file"]
    task = BY_NAME.get(name)
    if task is None or task.kind is not Kind.WEBINAR:
        raise UnknownAddressError
    if file == RECORDING:
        return _recording(name, request.language)
    asked = CAPTIONS.fullmatch(file)
    text = _library(request).captions(name, request.language, asked[1]) if asked else None
    if text is None:
        raise UnknownAddressError
    return Response(200, "text/vtt; charset=utf-8", text, dict(HEADERS))


def _recording(name: str, language: str) -> Response[str]:
    held = resources_part().recordings
    if not held.holds(name, language):
        raise UnknownAddressError
    return see_other(held.link(name, language))


def _resource(request: Request) -> Resource:
    found = _library(request).find(request.parameters["name"], request.language, request.today)
    if found is None:
        raise UnknownAddressError
    return found


def _finished(request: Request) -> frozenset[str]:
    prepared = resources_part().preparations.of(_member_id(request))
    return prepared.finished if prepared else frozenset()


def _library(request: Request) -> ResourceLibrary:
    return ResourceLibrary(request.services.content_folder, request.services.pages)


def _member_id(request: Request) -> str:
    return _session(request).identity.subject


def _session(request: Request) -> Session:
    visitor = request.visitor
    assert visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return visitor.session
