"""Paying on Stripe's page, coming back from it, and what was paid and given back (MOD-3, MOD-24, SAF-5)."""

import re
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.cancelling import meter
from mentoring.domain.paper_letters import last_letter
from mentoring.domain.payments import PaymentRefusedError, PaymentsDownError, PaymentUnclearError
from mentoring.domain.receipts import Paper, papers
from mentoring.domain.registration_errors import RegistrationMovedError, RegistrationRefusedError
from mentoring.domain.registrations import Registration
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import (
    PURCHASES,
    current_of,
    home_url,
    member_of,
    own_papers,
    own_registrations,
    paying,
    taken_in,
    visitor_of,
)
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.till import registrations
from mentoring.pages.addresses import page_url
from mentoring.pages.receipts import paper_words
from mentoring.usecases.send_paper import send_paper

SESSION: Final = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]{1,200}")
SEEN: Final = "seen"  # the last letter with a paper, when its page was shown
DONE: Final = frozenset({"sent", "limit"})

logger = Logger(service="payments")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("POST /{lang}/account/facilitated/pay")
def pay(request: Request) -> Response[str]:
    """Lead to the page to pay on; to where one stands, where nothing is to be paid any more.

    Raises PaymentsDownError, PaymentRefusedError, PaymentUnclearError: no page was opened. Of one that was,
    nobody knows meanwhile whether it is paid, and the way leads to where that is said.
    """
    current = current_of(own_registrations(request))
    if current is None:
        return see_other(home_url(request))
    try:
        address = paying(request).pay(current.id, request.language)
    except RegistrationMovedError:
        return see_other(home_url(request, done="moved"))
    except RegistrationRefusedError as refused:
        is_differing = refused.reason == "payment-differs"
        return see_other(home_url(request, done="differs") if is_differing else home_url(request))
    except (PaymentsDownError, PaymentUnclearError):
        if not (current.attempt and current.attempt.session):
            raise
        return see_other(home_url(request, done="unanswered"))
    logger.info("led to pay", registration_id=current.id, member_id=current.member_id)
    return see_other(address or home_url(request))


@routes.on("GET /{lang}/account/facilitated/paid")
def paid(request: Request) -> Response[str]:
    """Take in what became of a payment, however often this is looked at. Raises UnknownAddressError."""
    session = request.query.get("session", "")
    if not SESSION.fullmatch(session):
        raise UnknownAddressError
    try:
        is_known = taken_in(request, session)
    except PaymentRefusedError:
        raise UnknownAddressError from None
    registration = _paid_on(request, session)
    return page(
        request,
        "facilitated/paid.html",
        registration=registration,
        is_known=is_known,
        meter=meter(registration, request.services.content.policy, request.now),
        form_token=visitor_of(request).session.form_token,
    )


@routes.on("GET /{lang}/account/purchases/")
def purchases(request: Request) -> Response[str]:
    """List the member's receipts and credit notes."""
    return page(request, "facilitated/purchases.html", papers=own_papers(request))


@routes.on("GET /{lang}/account/purchases/{paper}/")
def paper(request: Request) -> Response[str]:
    """Show one of them, to be printed. Raises UnknownAddressError."""
    registration, found = _own_paper(request)
    membership, done = visitor_of(request).membership, request.query.get("done", "")
    if membership is None:
        raise UnknownAddressError
    return page(
        request,
        "facilitated/paper.html",
        paper=found,
        halves=paper_words(found, membership.name, request.services.content, request.language),
        seen=last_letter(registration, found.name),
        done=done if done in DONE else "",
        form_token=visitor_of(request).session.form_token,
    )


@routes.on("POST /{lang}/account/purchases/{paper}/send")
def send(request: Request) -> Response[str]:
    """Send one of them by e-mail, to the address on file. Raises UnknownAddressError."""
    registration, found = _own_paper(request)
    seen, policy = request.form.get(SEEN), request.services.content.policy
    try:
        send_paper(
            registration.id, member_of(request), found.name, seen, registrations(), policy, request.now
        )
    except RegistrationRefusedError:
        done = "limit"
    else:
        done = "sent"
        logger.info("paper sent", registration_id=registration.id, paper=found.name)
    return see_other(f"{page_url(request.language, PURCHASES)}{found.name}/?done={done}")


def _own_paper(request: Request) -> tuple[Registration, Paper]:
    """Return one of the member's papers, with its registration. Raises UnknownAddressError."""
    for each in own_registrations(request):
        for found in papers(each):
            if found.name == request.parameters["paper"]:
                return each, found
    raise UnknownAddressError


def _paid_on(request: Request, session: str) -> Registration:
    """Return the member's registration that a page to pay on was for. Raises UnknownAddressError."""
    for each in own_registrations(request):
        if session in {attempt.session for attempt in each.attempts}:
            return each
    logger.warning("not theirs", member_id=member_of(request))
    raise UnknownAddressError
