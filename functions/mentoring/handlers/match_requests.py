"""Asking a mentor, answering, working together, parting: the pages of both sides (DIR-15 to DIR-19)."""

from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.errors import RequestMovedError, RequestRefusedError
from mentoring.domain.match_requests import StoredRequest, moved
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import Act, Side
from mentoring.handlers import asking, mentoring_home
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.forms import NOTHING_WRONG, SWITCH, form_page, switched
from mentoring.handlers.matching import (
    HOME,
    match_acts,
    matching,
    member_of,
    own_request,
    policy_of,
    request_url,
    require_active,
)
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.request_forms import CONCERN, FORMS, STAGE, WORDS, ActForm, reason_chosen, reworded
from mentoring.handlers.request_page import about, calendar_answer, request_page
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url
from mentoring.pages.calendar import FILE_NAME
from mentoring.usecases.match_request_fields import LONGEST_MESSAGE
from mentoring.usecases.request_deadlines import confirm_availability
from mentoring.usecases.typed_fields import FormError

WRITTEN: Final = ("introduction", "text", "words", "availabilities", "goals")
"""Fields that somebody wrote in their own words, shown again where nothing comes of their form."""

logger = Logger(service="match-requests")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/ask/{slug}/")
def begin(request: Request) -> Response[str]:
    """Show the page where a mentor is asked, or why they cannot be."""
    return asking.begin(request)


@routes.on("POST /{lang}/account/ask/{slug}/")
def go_on(request: Request) -> Response[str]:
    """Take what a mentor is asked, show it once more, send it."""
    return asking.go_on(request)


@routes.on("GET /{lang}/account/mentoring/")
def home(request: Request) -> Response[str]:
    """Show a member everything under way, on both sides."""
    return mentoring_home.home_page(request)


@routes.on("POST /{lang}/account/mentoring/still-available")
def still_available(request: Request) -> Response[str]:
    """Take a mentor's word that they still take on mentees."""
    confirm_availability(member_of(request), matching().requests, request.now)
    return see_other(f"{page_url(request.language, HOME)}?done=still-available")


@routes.on("GET /{lang}/account/mentoring/{request}/")
def shown(request: Request) -> Response[str]:
    """Show one request. Raises UnknownAddressError, NoSuchRequestError."""
    stored, side = own_request(request)
    return request_page(request, stored.request, side)


@routes.on("GET /{lang}/account/mentoring/{request}/{act}")
def ask(request: Request) -> Response[str]:
    """Show the form of one act, which says what it does; or that a request was sent; or its last day."""
    stored, side = own_request(request)
    name = request.parameters["act"]
    if name == "sent" and side is Side.MENTEE:
        return page(request, "request/sent.html", **about(request, stored.request, side))
    if name == FILE_NAME:
        return calendar_answer(request, stored.request, side)
    form = _form(name)
    if name in list(Act) and Act(name) not in stored.request.possible(side):
        if request.kept:
            return _moved_page(request, request.kept)
        return see_other(request_url(request, stored.request.id))
    if form.wants_membership:
        require_active(request)
    typed = request.kept or Form(form.fields(stored.request))
    return _act_page(request, stored, side, typed)


@routes.on("POST /{lang}/account/mentoring/{request}/{act}")
def take(request: Request) -> Response[str]:
    """Do one act, and lead to where its effect shows."""
    stored, side = own_request(request)
    form, name = _form(request.parameters["act"]), request.parameters["act"]
    if elsewhere := switched(request):
        return elsewhere
    if SWITCH in request.form:
        return _act_page(request, stored, side, reworded(request))
    if form.wants_membership:
        require_active(request)
    try:
        if name == Act.DECLINE and request.form.get(STAGE) != WORDS:
            moved(stored.request, Act.DECLINE, side)
            return _act_page(request, stored, side, Form(reason_chosen(request)))
        form.take(request, stored, side)
    except FormError as refused:
        return _act_page(request, stored, side, request.form, refused)
    except RequestMovedError:
        return _moved_page(request, request.form)
    except RequestRefusedError as refused:
        return _act_page(request, stored, side, request.form, refusal=Refusal(refused.reason))
    logger.info("acted", act=name, request_id=stored.request.id, member_id=member_of(request))
    paused = name == Act.DECLINE and request.form.get("pause") == "yes"
    return see_other(f"{request_url(request, stored.request.id)}?done={name}{'-pause' if paused else ''}")


def _form(name: str) -> ActForm:
    if name == "concern":
        return CONCERN
    if name not in list(Act) or Act(name) not in FORMS:
        raise UnknownAddressError
    return FORMS[Act(name)]


def _act_page(
    request: Request,
    stored: StoredRequest,
    side: Side,
    typed: Form,
    refused: FormError | None = None,
    refusal: Refusal | None = None,
) -> Response[str]:
    """Show an act's form; `refusal`: why it cannot be done now, everything typed still there."""
    name = request.parameters["act"]
    return form_page(
        request,
        f"request/acts/{_template(name, typed)}.html",
        typed=typed,
        errors=refused.by_field if refused else NOTHING_WRONG,
        section="request",
        status=409 if refusal else None,
        switches=True,
        back_url=request_url(request, stored.request.id),
        act=name,
        refusal=str(refusal) if refusal else "",
        longest=LONGEST_MESSAGE,
        longest_months=policy_of(request).longest_months,
        **about(request, stored.request, side),
    )


def _template(name: str, typed: Form) -> str:
    if name == Act.DECLINE and typed.get(STAGE) != WORDS:
        return "reason"
    return "propose" if name == Act.ACCEPT else name


def _moved_page(request: Request, typed: Form) -> Response[str]:
    """Say what happened meanwhile; what was written is shown, for nothing came of it."""
    stored, side = match_acts(request).find(request.parameters["request"])
    written = [value for name, value in typed if name in WRITTEN and value]
    return page(
        request,
        "request/moved.html",
        status=409,
        written=written,
        **about(request, stored.request, side),
    )
