"""A form that comes when its session is over: kept for its person, and given back on its own page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie

from mentoring.domain.sessions import is_form_of
from mentoring.handlers.answers import no_cookie, secret_cookie, see_other
from mentoring.handlers.authorisation import PERMITTED
from mentoring.handlers.problems import message_page, problem_page
from mentoring.handlers.requests import (
    FORM_TOKEN,
    KEPT_COOKIE,
    SESSION_COOKIE,
    Form,
    OtherSessionError,
    Request,
    UnreadableFormError,
    read_form,
)
from mentoring.handlers.typed_words import comes_from_us, said_in
from mentoring.usecases.kept_forms import FormTooLargeError, is_made_in, keep_form, take_form

LONG: Final = 100  # characters: shorter answers are quickly given again


def session_ended_page(request: Request, event: Mapping[str, Any], route_key: str) -> Response[str]:
    """Say that the session is over; what was typed is kept where the form's page can show it again."""
    try:
        form = read_form(event)
    except UnreadableFormError:
        return message_page(request, "session-ended", status=403)
    if not (_has_page(route_key) and _is_of_this_browser(request, form)):
        return _lost_page(request, form, route_key)
    try:
        cookie = _keep(request, form)
    except FormTooLargeError:
        texts = [value for _, value in form if len(value) > LONG]
        return message_page(request, "session-too-long", status=403, comes_back=True, said=texts)
    return message_page(request, "session-kept", status=403, cookies=[cookie], comes_back=True)


def other_session_page(request: Request, error: OtherSessionError, route_key: str) -> Response[str]:
    """Keep a form that another session made for whoever it was made for: it does nothing, and is not lost.

    Its own person gets it back at once, unsaved; anybody else who is signed in now reads nothing of it.
    """
    if not (_has_page(route_key) and comes_from_us(request)):
        return problem_page(request, error)
    known = replace(request, visitor=error.visitor)
    is_own = is_form_of(error.form.get(FORM_TOKEN), error.visitor.session.identity)
    try:
        cookie = _keep(known, error.form)
    except FormTooLargeError:
        said = said_in(known, error.form) if is_own else []
        return message_page(known, "other-session-too-long", status=403, comes_back=True, said=said)
    if is_own:
        return see_other(request.address, [cookie])
    return message_page(known, "other-session", status=403, cookies=[cookie])


def kept_form(request: Request, route_key: str) -> Form | None:
    """Return what this visitor typed on this page before their session ended; it is given back once."""
    secret = request.secret(KEPT_COOKIE)
    if secret is None or request.visitor is None or route_key.replace("GET ", "POST ", 1) not in PERMITTED:
        return None
    identity = request.visitor.session.identity
    fields = take_form(secret, identity, request.path, request.services.kept_forms, request.now)
    return None if fields is None else Form(fields)


def forget_kept(answer: Response[str]) -> Response[str]:
    """Let the browser forget the secret of a form that was given back, unless it waits once more."""
    if not any(cookie.name == KEPT_COOKIE for cookie in answer.cookies):
        answer.cookies.append(no_cookie(KEPT_COOKIE))
    return answer


def _lost_page(request: Request, form: Form, route_key: str) -> Response[str]:
    """Show what was typed: nothing proves whose it is, so this page is the only one that has it."""
    said = said_in(request, form) if comes_from_us(request) else []
    if not said:
        return message_page(request, "session-ended", status=403)
    return message_page(request, "session-lost", status=403, comes_back=_has_page(route_key), said=said)


def _has_page(route_key: str) -> bool:
    """Return whether a form's address has a page that can show it again."""
    return f"GET {route_key.partition(' ')[2]}" in PERMITTED


def _is_of_this_browser(request: Request, form: Form) -> bool:
    session_id = request.secret(SESSION_COOKIE)
    return session_id is not None and is_made_in(session_id, form.get(FORM_TOKEN), request.services.sessions)


def _keep(request: Request, form: Form) -> Cookie:
    """Keep a form, and return the cookie that leads back to it. Raises FormTooLargeError."""
    fields = tuple((name, value) for name, value in form if name != FORM_TOKEN)
    kept, policy = request.services.kept_forms, request.policy
    secret = keep_form(form.get(FORM_TOKEN), request.path, fields, kept, policy, request.now)
    return secret_cookie(KEPT_COOKIE, secret, policy.kept_form_minutes * 60)
