"""What comes with every active membership: guides and workbooks (DIR-10, ELI-6)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from mentoring.handlers.answers import page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.pages.resources import ResourceLibrary

routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/resources/")
def listed(request: Request) -> Response[str]:
    """List the resources."""
    resources = _library(request).all(request.language, request.today)
    return page(request, "resources/list.html", resources=resources)


@routes.on("GET /{lang}/account/resources/{name}/")
def shown(request: Request) -> Response[str]:
    """Show one resource. Raises UnknownAddressError for a name that there is not."""
    name = request.parameters["name"]
    resource = _library(request).find(name, request.language, request.today)
    if resource is None:
        raise UnknownAddressError
    return page(request, "resources/page.html", page=resource)


def _library(request: Request) -> ResourceLibrary:
    return ResourceLibrary(request.services.content_folder, request.services.pages)
