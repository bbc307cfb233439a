"""What the pages of Mentorship On Demand work with: whose registration it is, who may register and pay."""

from typing import Final
from urllib.parse import urlencode

from aws_lambda_powertools import Logger

from mentoring.domain.payments import PaymentsDownError
from mentoring.domain.receipts import Paper, papers
from mentoring.domain.registrations import Registration
from mentoring.domain.sessions import Visitor
from mentoring.handlers.requests import Request
from mentoring.handlers.till import registrations, till
from mentoring.pages.addresses import page_url
from mentoring.usecases.pay import Paying, Places
from mentoring.usecases.register import Registering

HOME: Final = "account/facilitated"
PURCHASES: Final = "account/purchases"

logger = Logger(service="registered")


def visitor_of(request: Request) -> Visitor:
    """Return who asks."""
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return request.visitor


def member_of(request: Request) -> str:
    """Return the id of the member who asks."""
    return visitor_of(request).session.identity.subject


def home_url(request: Request, page: str = "", **said: str) -> str:
    """Return the address where one stands, or of a page under it."""
    query = f"?{urlencode(said)}" if said else ""
    return f"{page_url(request.language, HOME)}{page}{query}"


def own_registrations(request: Request) -> list[Registration]:
    """Return the member's registrations, the newest first."""
    return [each.registration for each in registrations().of(member_of(request))]


def current_of(found: list[Registration]) -> Registration | None:
    """Return the one that the member has now."""
    return next((each for each in found if each.is_current), None)


def taken_in(request: Request, session: str) -> bool:
    """Settle a payment; return whether the provider could be asked. Raises PaymentRefusedError."""
    try:
        till().settling(request.now).session(session)
    except PaymentsDownError as down:
        logger.warning("down", reason=down.reason)
        return False
    return True


def own_papers(request: Request) -> list[Paper]:
    """Return the member's receipts and credit notes, the newest first."""
    found = [paper for each in own_registrations(request) for paper in papers(each)]
    return sorted(found, key=lambda paper: paper.made_at, reverse=True)


def registering(request: Request) -> Registering:
    """Return what the rules say of this member, and their way in."""
    return Registering(
        registrations=registrations(),
        memberships=request.services.memberships,
        overrides=request.services.overrides.of(member_of(request)),
        member_id=member_of(request),
        now=request.now,
    )


def paying(request: Request) -> Paying:
    """Return this member in front of the price. Raises PaymentsDownError."""
    made, site = till(), request.services.site_url
    return Paying(
        registering=registering(request),
        settling=made.settling(request.now),
        provider=made.provider,
        places=Places(
            paid=lambda language, _: f"{site}{page_url(language, HOME)}paid?session={{CHECKOUT_SESSION_ID}}",
            left=lambda language, _: f"{site}{page_url(language, HOME)}?done=left",
        ),
        policy=request.services.content.policy,
    )
