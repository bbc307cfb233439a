"""The functions, and the template's routes that lead each request to one of them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infrastructure.local.clock import Clock
from infrastructure.local.environments import functions_of
from infrastructure.local.events import event_for, path_of, response_from
from infrastructure.local.function_process import Function, FunctionError
from infrastructure.local.headers import Behaviour, behaviour_for, behaviours
from infrastructure.local.scheduler import Job
from infrastructure.local.state import State
from infrastructure.local.template import resources

# API Gateway's own words.
FAILED: Final = '{"message":"Internal Server Error"}'
NOT_FOUND: Final = '{"message":"Not Found"}'


@dataclass(frozen=True, slots=True)
class Route:
    """A route key, such as `GET /{lang}/account/`, and the logical name of the function behind it."""

    key: str
    function: str

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the path's parameters; None where the route is for other requests."""
        if self.key == "$default":
            return {}
        own_method, _, own_path = self.key.partition(" ")
        own, given = own_path.split("/"), path.split("/")
        if method != own_method or len(own) != len(given):
            return None
        pairs = list(zip(own, given, strict=True))
        if any(part != name for name, part in pairs if not name.startswith("{")):
            return None
        parameters = {name.strip("{}"): part for name, part in pairs if name.startswith("{")}
        return parameters if all(parameters.values()) else None


def routes(template: Mapping[str, Any]) -> list[Route]:
    """Return the template's routes; `$default`, which takes whatever is left, is the last."""
    integrations = resources(template, "AWS::ApiGatewayV2::Integration")
    found = []
    for route in resources(template, "AWS::ApiGatewayV2::Route").values():
        name = route["Target"]["Fn::Sub"].removeprefix("integrations/${").removesuffix("}")
        function = integrations[name]["IntegrationUri"]["Fn::GetAtt"].removesuffix(".Arn")
        found.append(Route(route["RouteKey"], function))
    return sorted(found, key=lambda route: route.key == "$default")


class Functions:
    """Every function in a process of its own; answers what the distribution leads to the API."""

    def __init__(
        self,
        template: Mapping[str, Any],
        environments: Mapping[str, Mapping[str, str]],
        state: State,
        site_url: str,
    ) -> None:
        """Take the environment of each function, by logical name."""
        self._behaviours = behaviours(template)
        self._routes = routes(template)
        self._clock = Clock(state.root / "clock.json")
        self._site_url = site_url
        self._declared = functions_of(template)
        self._functions = {
            name: Function(template, name, environments[name], state) for name in self._declared
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """End every function's process."""
        for function in self._functions.values():
            function.stop()

    def invoke(self, name: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a function's answer to an event. Raises FunctionError."""
        return self._functions[name].invoke(event)

    def jobs(self) -> dict[str, Job]:
        """Return what a schedule runs, by handler."""
        return {properties["Handler"]: self._job(name) for name, properties in self._declared.items()}

    def take(self, request: Request) -> bool:
        """Return whether the distribution leads this request to the API."""
        return self._behaviour(request).origin == "api"

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises RequestEntityTooLarge for more than a function takes."""
        if request.host != urlsplit(self._site_url).netloc:
            # An issuer leads back to the site's own address, where a cookie of another name would be missed.
            return redirect(f"{self._site_url}{request.environ['REQUEST_URI']}", 308)
        try:
            response = self._invoke(request)
        except FunctionError as error:
            sys.stderr.write(f"{error}\n")
            response = _json(500, FAILED)
        response.headers.update(self._behaviour(request).headers)
        return response

    def _job(self, name: str) -> Job:
        def run(_due: datetime, event: Mapping[str, Any]) -> None:
            self.invoke(name, event)

        return run

    def _invoke(self, request: Request) -> Response:
        path = path_of(request)
        for route in self._routes:
            parameters = route.match(request.method, path)
            if parameters is not None:
                event = event_for(request, route.key, parameters, self._clock.now())
                return response_from(self.invoke(route.function, event))
        return _json(404, NOT_FOUND)

    def _behaviour(self, request: Request) -> Behaviour:
        return behaviour_for(request.environ["REQUEST_URI"].partition("?")[0], self._behaviours)


def _json(status: int, text: str) -> Response:
    return Response(text, status, content_type="application/json")
