"""Staff look up what a member may do and decide otherwise for a while (ELI-7): no finance."""

import re
from collections.abc import Iterable
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.eligibility import OFFERED, Override, StaleOverridesError, last_word, ruling_for
from mentoring.domain.membership import Membership
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.forms import NOTHING_WRONG, form_page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import member_of, visitor_of
from mentoring.handlers.requests import Form, Request, UnreadableFormError
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url
from mentoring.usecases.decide_eligibility import ABOUT, Deciding, typed_override
from mentoring.usecases.field_checks import MEMBER_ID
from mentoring.usecases.typed_fields import FormError

HOME: Final = "staff/eligibility"
NUMBER: Final = re.compile(r"[0-9]{1,5}")
SEEN: Final = "seen"  # which version of what was decided the page showed
DONE: Final = frozenset({"decided", "ended", "refused"})

logger = Logger(service="eligibility")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/staff/eligibility/")
def search(request: Request) -> Response[str]:
    """Ask for a member's number, and lead to whom it is."""
    member_id = request.query.get("member", "").strip()
    if _known(request, member_id):
        return see_other(_url(request, member_id))
    return page(request, "staff/eligibility.html", member_id=member_id)


@routes.on("GET /{lang}/staff/eligibility/{member}/")
def member_page(request: Request) -> Response[str]:
    """Show what a member may do and why, and all that staff decided. Raises UnknownAddressError."""
    membership, done = _member(request), request.query.get("done", "")
    overrides = request.services.overrides.of(membership.member_id)
    rulings = [
        (programme, role, ruling_for(membership, programme, role, request.today, overrides))
        for programme, role in OFFERED
    ]
    return page(
        request,
        "staff/eligibility-member.html",
        membership=membership,
        is_active=membership.is_active(request.today),
        rulings=rulings,
        decisions=[(number, each, _is_last(each, overrides)) for number, each in enumerate(overrides)],
        form_token=visitor_of(request).session.form_token,
        done=done if done in DONE else "",
    )


@routes.on("GET /{lang}/staff/eligibility/{member}/decide")
def ask(request: Request) -> Response[str]:
    """Ask what a member may do, until when and why. Raises UnknownAddressError."""
    membership = _member(request)
    version = request.services.overrides.get(membership.member_id).version
    return _decide_page(request, membership, request.kept or Form([(SEEN, str(version))]))


@routes.on("POST /{lang}/staff/eligibility/{member}/decide")
def decide(request: Request) -> Response[str]:
    """Note what is decided, unless somebody else decided something meanwhile."""
    membership = _member(request)
    member_id, subject = membership.member_id, member_of(request)
    try:
        wanted = typed_override(request.form, member_id, subject, request.now)
    except FormError as refused:
        return _decide_page(request, membership, request.form, refused)
    try:
        _deciding(request, member_id).decide(wanted, _number(request, SEEN))
    except StaleOverridesError:
        return see_other(_url(request, member_id, "refused"))
    logger.info("eligibility decided", member_id=member_id, staff=subject)
    return see_other(_url(request, member_id, "decided"))


@routes.on("POST /{lang}/staff/eligibility/{member}/end")
def end(request: Request) -> Response[str]:
    """End what was decided."""
    member_id = _member(request).member_id
    try:
        _deciding(request, member_id).end(_number(request, "number"))
    except StaleOverridesError:
        return see_other(_url(request, member_id, "refused"))
    logger.info("eligibility ended", member_id=member_id, staff=member_of(request))
    return see_other(_url(request, member_id, "ended"))


def _decide_page(
    request: Request, membership: Membership, typed: Form, refused: FormError | None = None
) -> Response[str]:
    return form_page(
        request,
        "staff/eligibility-decide.html",
        typed=typed,
        errors=refused.by_field if refused else NOTHING_WRONG,
        section="eligibility",
        back_url=_url(request, membership.member_id),
        membership=membership,
        about=ABOUT,
    )


def _is_last(override: Override, overrides: Iterable[Override]) -> bool:
    return override == last_word(override.member_id, override.programme, override.role, overrides)


def _deciding(request: Request, member_id: str) -> Deciding:
    return Deciding(
        overrides=request.services.overrides,
        member_id=member_id,
        subject=member_of(request),
        now=request.now,
    )


def _number(request: Request, name: str) -> int:
    text = request.form.get(name)
    if not NUMBER.fullmatch(text):
        raise UnreadableFormError
    return int(text)


def _member(request: Request) -> Membership:
    found = _known(request, request.parameters["member"])
    if found is None:
        raise UnknownAddressError
    return found


def _known(request: Request, member_id: str) -> Membership | None:
    return request.services.memberships.get(member_id) if MEMBER_ID.fullmatch(member_id) else None


def _url(request: Request, member_id: str, done: str = "") -> str:
    return page_url(request.language, f"{HOME}/{member_id}") + (f"?done={done}" if done else "")
