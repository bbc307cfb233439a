"""From an event to an answer: language, visitor, permission, form, then the route's own function."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from mentoring.domain.sessions import Visitor
from mentoring.handlers import clock
from mentoring.handlers.answers import see_other
from mentoring.handlers.authorisation import EVERYBODY, PERMITTED, NotSignedInError, authorise
from mentoring.handlers.kept_forms import forget_kept, kept_form, other_session_page, session_ended_page
from mentoring.handlers.problems import UnknownAddressError, problem_page
from mentoring.handlers.requests import (
    SESSION_COOKIE,
    Form,
    OtherSessionError,
    Request,
    check_form_size,
    check_form_token,
    check_origin,
    read_cookies,
    read_form,
    read_query,
)
from mentoring.handlers.services import services, sign_in_path
from mentoring.pages.addresses import LANGUAGES
from mentoring.usecases.visits import read_visitor

Answer = Callable[[Request], Response[str]]


class Routes:
    """The routes of one function. A route that the matrix does not know stops the function at its start."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._app = APIGatewayHttpResolver()
        self._app.not_found(lambda _: self._answer("$default", _nowhere))

    def on(self, route_key: str) -> Callable[[Answer], Answer]:
        """Return a decorator that lets a function answer a route, written as the template writes it."""
        if route_key not in PERMITTED:
            raise LookupError(f"authorisation.PERMITTED does not say who may use '{route_key}'")
        method, _, path = route_key.partition(" ")

        def register(answer: Answer) -> Answer:
            rule = path.replace("{", "<").replace("}", ">")
            self._app.route(rule, method=method)(lambda **parts: self._answer(route_key, answer, parts))
            self.keys.append(route_key)
            return answer

        return register

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Return the answer to an event of the HTTP API, payload format 2.0."""
        return self._app.resolve(event, context)

    def _answer(
        self, route_key: str, answer: Answer, parts: Mapping[str, str] = MappingProxyType({})
    ) -> Response[str]:
        event = self._app.current_event.raw_event
        request = _unread(event)
        try:
            return _answered(replace(request, parameters=parts), event, route_key, answer)
        except Exception as error:  # noqa: BLE001 - the last place that can still answer with a page
            return problem_page(request, error)


def _answered(request: Request, event: Mapping[str, Any], route_key: str, answer: Answer) -> Response[str]:
    """Return the route's own answer; to whoever is not signed in, the way there."""
    try:
        admitted = _admitted(request, event, route_key)
    except NotSignedInError as error:
        if route_key.startswith("POST "):
            return session_ended_page(request, event, route_key)
        return see_other(sign_in_path(request.language, error.kind, request.address))
    except OtherSessionError as error:
        return other_session_page(request, error, route_key)
    try:
        check_form_size(event)
        return answer(admitted) if admitted.kept is None else forget_kept(answer(admitted))
    except Exception as error:  # noqa: BLE001 - the last place that knows what was typed
        return problem_page(admitted, error)


def _unread(event: Mapping[str, Any]) -> Request:
    """Return what an event says of itself, nothing of it believed yet."""
    path = event["rawPath"]
    return Request(
        services=services(),
        path=path,
        query_text=event.get("rawQueryString", ""),
        language=path[1:3] if path[1:3] in LANGUAGES else LANGUAGES[0],
        query={},
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        cookies=read_cookies(event),
        form=Form(),
        now=clock.now(),
        visitor=None,
    )


def _admitted(request: Request, event: Mapping[str, Any], route_key: str) -> Request:
    """Return the request with its visitor, where the route is theirs to use; raise what is in the way."""
    if request.path.split("/")[1] not in LANGUAGES:
        raise UnknownAddressError
    is_form = route_key.startswith("POST ")
    if is_form:
        check_origin(request.headers, request.services.site_url)
    visitor = _visitor(request) if is_form or PERMITTED[route_key] != EVERYBODY else None
    authorise(route_key, visitor, request.today)
    form = read_form(event) if is_form else Form()
    if is_form and visitor:
        check_form_token(form, visitor)
    admitted = replace(request, query=read_query(event), form=form, visitor=visitor)
    return admitted if is_form else replace(admitted, kept=kept_form(admitted, route_key))


def _visitor(request: Request) -> Visitor | None:
    session_id = request.secret(SESSION_COOKIE)
    if session_id is None:
        return None
    made = request.services
    return read_visitor(session_id, made.sessions, made.people, request.policy, request.now)


def _nowhere(_: Request) -> Response[str]:
    raise UnknownAddressError
