""" "I want to be a mentor": the questionnaire, page by page, and its publishing (DIR-1 to DIR-6)."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.handlers.answers import see_other
from mentoring.handlers.opt_in_check import check_page, done_page, preview_page
from mentoring.handlers.opt_in_pages import OPT_IN, opened_by, seen_from, start_page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.question_forms import VERSION, lists_of, member_of
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.settling import settle_now
from mentoring.usecases import opt_in
from mentoring.usecases.opt_in import DraftChangedError, IncompleteDraftError
from mentoring.usecases.opt_in_steps import STEPS

logger = Logger(service="opt-in")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/mentor/")
def start(request: Request) -> Response[str]:
    """Show where the questionnaire stands."""
    return start_page(request, opened_by(request))


@routes.on("GET /{lang}/account/mentor/{step}")
def ask(request: Request) -> Response[str]:
    """Ask a question, or show what was answered."""
    name = request.parameters["step"]
    if name in STEPS:
        return OPT_IN.ask(request, STEPS[name])
    opened, member = opened_by(request), member_of(request)
    if name == OPT_IN.check:
        return check_page(request, opened, member)
    if name == "preview":
        return preview_page(request, opened, member) or see_other(OPT_IN.url(request, OPT_IN.check))
    if name == "done":
        if opened.published and opened.is_listed:
            return done_page(request, opened.published)
        return see_other(OPT_IN.url(request))
    raise UnknownAddressError


@routes.on("POST /{lang}/account/mentor/{step}")
def answer(request: Request) -> Response[str]:
    """Take an answer, or publish them all."""
    name = request.parameters["step"]
    if name == OPT_IN.check:
        return _publish(request)
    if name not in STEPS:
        raise UnknownAddressError
    return OPT_IN.take(request, STEPS[name])


def _publish(request: Request) -> Response[str]:
    made, member = request.services, member_of(request)
    try:
        published = opt_in.publish(
            member.member_id,
            seen_from(request.form.get(VERSION)),
            made.memberships,
            made.drafts,
            made.profiles,
            lists_of(request),
            request.now,
        )
    except IncompleteDraftError:
        return see_other(OPT_IN.url(request, OPT_IN.check))
    except DraftChangedError:
        return check_page(request, opened_by(request), member, has_changed=True)
    logger.info("published", member_id=member.member_id)
    settle_now(published.profile.slug, member.member_id)
    return see_other(OPT_IN.url(request, "done"))
