"""What a member tells the mentors that they ask: the questionnaire, page by page (DIR-15, DIR-3, DIR-4)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from mentoring.handlers.answers import see_other
from mentoring.handlers.mentee_pages import MENTEE, done_page, review_page, start_page, stored_of
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.question_forms import lists_of
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.usecases.mentee_profile import missing_steps
from mentoring.usecases.mentee_steps import STEPS

routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/mentee/")
def start(request: Request) -> Response[str]:
    """Show where the questionnaire stands."""
    return start_page(request)


@routes.on("GET /{lang}/account/mentee/{step}")
def ask(request: Request) -> Response[str]:
    """Ask a question, or show what was answered."""
    name = request.parameters["step"]
    if name in STEPS:
        return MENTEE.ask(request, STEPS[name])
    if name == MENTEE.check:
        return review_page(request)
    if name == "done":
        if missing_steps(stored_of(request).profile, lists_of(request)):
            return see_other(MENTEE.url(request, MENTEE.check))
        return done_page(request)
    raise UnknownAddressError


@routes.on("POST /{lang}/account/mentee/{step}")
def answer(request: Request) -> Response[str]:
    """Take an answer."""
    name = request.parameters["step"]
    if name not in STEPS:
        raise UnknownAddressError
    return MENTEE.take(request, STEPS[name])
