"""Whose address takes no letters, for coordinators and administrators: by member number and day (MOD-26)."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.handlers.answers import page
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.usecases.mark_addresses import see_marks

logger = Logger(service="addresses")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/staff/addresses/")
def listed(request: Request) -> Response[str]:
    """Show the marks, the oldest first, and no address."""

    def note(member_id: str) -> None:
        logger.error("unreadable record", member_id=member_id)

    marks = see_marks(request.services.address_marks, request.services.memberships, note)
    return page(request, "staff/addresses.html", marks=marks)
