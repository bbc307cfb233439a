"""Receipts and credit notes as PDF, typeset when asked for, from the stored lines (MOD-24)."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.handlers.answers import HEADERS
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import own_papers, visitor_of
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.pages.receipts import CONTENT_TYPE, paper_pdf, paper_words

SUFFIX: Final = ".pdf"

routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/purchases/{file}")
def printed(request: Request) -> Response[Any]:
    """Return one of the member's own papers as a file. Raises UnknownAddressError."""
    name = request.parameters["file"].removesuffix(SUFFIX)
    found = next((each for each in own_papers(request) if each.name == name), None)
    membership = visitor_of(request).membership
    if found is None or membership is None or not request.path.endswith(SUFFIX):
        raise UnknownAddressError
    halves = paper_words(found, membership.name, request.services.content, request.language)
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}{SUFFIX}"'}
    return Response(
        status_code=200,
        content_type=CONTENT_TYPE,
        body=paper_pdf(found, halves),
        headers=headers,
    )
