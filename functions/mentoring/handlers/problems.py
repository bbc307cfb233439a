"""Every error that a function may meet, as a page that says what to do: mapped here, once."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie

from mentoring.domain.errors import (
    MembershipLapsedError,
    NotStaffError,
    RecordUnreadableError,
    SignInRefusedError,
)
from mentoring.domain.payments import PaymentRefusedError, PaymentsDownError, PaymentUnclearError
from mentoring.domain.registration_errors import StaleRegistrationError
from mentoring.domain.sessions import IssuerKind
from mentoring.gateways.errors import IdentityProviderDownError, TokenRefusedError
from mentoring.handlers.answers import page
from mentoring.handlers.authorisation import ForbiddenError, LapsedError
from mentoring.handlers.requests import (
    SESSION_COOKIE,
    ForgedFormError,
    LargeFormError,
    OtherSessionError,
    Request,
    UnreadableFormError,
)
from mentoring.handlers.services import SECTIONS, sign_in_path
from mentoring.handlers.typed_words import said_in
from mentoring.pages.addresses import page_url
from mentoring.usecases.change_registration import NoSuchRegistrationError
from mentoring.usecases.field_checks import LONGEST_BIO
from mentoring.usecases.match_requests import NoSuchRequestError

logger = Logger(service="pages")


class UnknownAddressError(Exception):
    """No page has this address."""


# error: (status, message under `sign_in.message`)
_PAGES: Final[Mapping[type[Exception], tuple[int, str]]] = {
    SignInRefusedError: (400, "refused"),
    TokenRefusedError: (400, "refused"),
    IdentityProviderDownError: (503, "down"),
    NotStaffError: (403, "not-staff"),
    ForgedFormError: (403, "form"),
    UnreadableFormError: (400, "form"),
    OtherSessionError: (403, "form"),
    LargeFormError: (413, "form-too-large"),
    ForbiddenError: (403, "forbidden"),
    LapsedError: (403, "lapsed"),
    MembershipLapsedError: (403, "lapsed"),
    UnknownAddressError: (404, "not-found"),
    RecordUnreadableError: (500, "unreadable"),
    NoSuchRequestError: (404, "not-found"),
    NoSuchRegistrationError: (404, "not-found"),
    PaymentRefusedError: (503, "payments"),
    PaymentsDownError: (503, "payments"),
    PaymentUnclearError: (503, "payments"),
    StaleRegistrationError: (503, "payments"),
}
# Some refusals deserve their own words; the others would only tell an intruder what to mend.
_REASONS: Final = {
    "cancelled": "cancelled",
    "too-late": "expired",
    "unknown-state": "expired",
    "no-second-factor": "second-factor",
}
SIGNED_OUT: Final = frozenset(
    {"session-ended", "session-kept", "session-lost", "session-too-long", "signed-out"}
)
KNOWN: Final = tuple(_PAGES)


def problem_page(request: Request, error: Exception) -> Response[str]:
    """Return the page for an error; one that is not known here is logged as a fault of ours.

    It has whatever its form says, where this was read and found to be of the visitor's own session.
    """
    status, message = _PAGES.get(type(error), (500, "unexpected"))
    if isinstance(error, SignInRefusedError):
        message = _REASONS.get(error.reason, message)
    if status == 500:
        logger.exception("unexpected")
    elif status != 404:
        logger.warning("refused", error=type(error).__name__, reason=str(error))
    return message_page(request, message, status, said=said_in(request, request.kept or request.form))


def message_page(
    request: Request,
    message: str,
    status: int = 200,
    cookies: Sequence[Cookie] = (),
    *,
    comes_back: bool = False,
    said: Sequence[str] = (),
) -> Response[str]:
    """Return a page with a message and the way on. It has no address: its language switch leads home.

    `comes_back`: whoever signs in from here comes back to the page that was asked for. `said`: what was
    typed and is nowhere else.
    """
    kind = (
        IssuerKind.STAFF
        if request.path[3:].startswith(f"/{SECTIONS[IssuerKind.STAFF]}/")
        else IssuerKind.MEMBERS
    )
    is_over = message in SIGNED_OUT
    return page(
        request,
        "message.html",
        # Of a request that went wrong the visitor may not be known yet.
        is_member=request.is_member and not is_over,
        signed_in=not is_over and request.secret(SESSION_COOKIE) is not None,
        path=page_url(request.language),
        status=status,
        message=message,
        again_url=request.address,
        most=LONGEST_BIO,
        sign_in_url=sign_in_path(request.language, kind, request.address if comes_back else ""),
        said=said,
        kept_minutes=request.policy.kept_form_minutes,
        cookies=cookies,
    )
