"""Signs members and staff in and out."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.errors import SignInRefusedError
from mentoring.domain.sessions import IssuerKind, is_return_path
from mentoring.handlers.answers import hint_cookie, no_cookie, secret_cookie, see_other
from mentoring.handlers.problems import message_page
from mentoring.handlers.requests import SESSION_COOKIE, SIGN_IN_COOKIE, Request
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url
from mentoring.usecases import sign_in, visits

logger = Logger(service="sign-in")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/sign-in")
def leave_as_member(request: Request) -> Response[str]:
    """Send a member to the members' issuer."""
    return _leave(request, IssuerKind.MEMBERS)


@routes.on("GET /{lang}/staff/sign-in")
def leave_as_staff(request: Request) -> Response[str]:
    """Send somebody of the staff to the staff issuer."""
    return _leave(request, IssuerKind.STAFF)


@routes.on("GET /{lang}/account/signed-in")
def arrive_as_member(request: Request) -> Response[str]:
    """Take a member back from the members' issuer."""
    return _arrive(request, IssuerKind.MEMBERS)


@routes.on("GET /{lang}/staff/signed-in")
def arrive_as_staff(request: Request) -> Response[str]:
    """Take somebody of the staff back from the staff issuer."""
    return _arrive(request, IssuerKind.STAFF)


@routes.on("POST /{lang}/account/sign-out")
def sign_out(request: Request) -> Response[str]:
    """End the session of this browser, or every session of this person."""
    made = request.services
    session_id = request.secret(SESSION_COOKIE)
    if request.visitor and session_id:
        session = request.visitor.session
        everywhere = request.form.get("everywhere") == "yes"
        if everywhere:
            visits.sign_out_everywhere(session_id, session, made.sessions, request.policy, request.now)
        else:
            visits.sign_out(session_id, made.sessions)
        logger.info("signed out", kind=session.identity.kind, everywhere=everywhere)
    return message_page(
        request, "signed-out", cookies=[no_cookie(SESSION_COOKIE), hint_cookie(is_signed_in=False)]
    )


def _leave(request: Request, kind: IssuerKind) -> Response[str]:
    wanted = request.query.get("return", "")
    departure = sign_in.start_sign_in(
        request.services.issuers[kind],
        request.services.sessions,
        request.policy,
        request.now,
        return_path=wanted if is_return_path(wanted) else page_url(request.language, "account"),
        language=request.language,
        browser_secret=request.secret(SIGN_IN_COOKIE),
    )
    seconds = request.policy.minutes_to_sign_in * 60
    cookie = secret_cookie(SIGN_IN_COOKIE, departure.browser_secret, seconds)
    return see_other(departure.url, [cookie])


def _arrive(request: Request, kind: IssuerKind) -> Response[str]:
    made = request.services
    issuer = made.issuers[kind]
    state, code, browser_secret = _brought_back(request, issuer.issuer)
    arrival = sign_in.finish_sign_in(
        issuer,
        made.sessions,
        made.staff,
        request.policy,
        request.now,
        state=state,
        code=code,
        browser_secret=browser_secret,
        replaced_session=request.secret(SESSION_COOKIE),
    )
    logger.info("signed in", kind=kind, subject=arrival.identity.subject)
    # Of staff the directory shows no more than to anybody.
    hint = hint_cookie(is_signed_in=kind is IssuerKind.MEMBERS)
    return see_other(arrival.return_path, [secret_cookie(SESSION_COOKIE, arrival.session_id), hint])


def _brought_back(request: Request, issuer: str) -> tuple[str, str, str]:
    """Return state, code and the browser's secret. Raises SignInRefusedError."""
    query = request.query
    if "error" in query:
        raise SignInRefusedError("cancelled" if query["error"] == "access_denied" else "issuer-error")
    if query.get("iss", issuer) != issuer:  # RFC 9207: another issuer's answer
        raise SignInRefusedError("iss")
    state, code = query.get("state"), query.get("code")
    browser_secret = request.secret(SIGN_IN_COOKIE)
    if not state or not code:
        raise SignInRefusedError("incomplete")
    if browser_secret is None:
        raise SignInRefusedError("unknown-state")
    return state, code, browser_secret
