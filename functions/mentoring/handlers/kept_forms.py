"""A form that comes when its session is over: kept for its person, and given back on its own page."""

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie

from mentoring.content import Wording
from mentoring.domain.profile import Audience
from mentoring.handlers.answers import no_cookie, secret_cookie
from mentoring.handlers.authorisation import PERMITTED
from mentoring.handlers.problems import message_page
from mentoring.handlers.requests import (
    FORM_TOKEN,
    KEPT_COOKIE,
    SESSION_COOKIE,
    STEERING,
    Form,
    Request,
    UnreadableFormError,
    read_form,
)
from mentoring.usecases.kept_forms import FormTooLargeError, keep_form, take_form

LONG: Final = 100  # characters: shorter answers are quickly given again


def session_ended_page(request: Request, event: Mapping[str, Any], route_key: str) -> Response[str]:
    """Say that the session is over; what was typed is kept where the form's page can show it again."""
    try:
        is_ours = f"GET {route_key.partition(' ')[2]}" in PERMITTED
        secret = _keep(request, read_form(event)) if is_ours else None
    except UnreadableFormError:
        secret = None
    except FormTooLargeError:
        texts = [value for _, value in read_form(event) if len(value) > LONG]
        return message_page(request, "session-too-long", status=403, comes_back=True, said=texts)
    if secret is None:
        return _lost_page(request, event, route_key)
    cookie = _cookie(request, secret)
    return message_page(request, "session-kept", status=403, cookies=[cookie], comes_back=True)


def _lost_page(request: Request, event: Mapping[str, Any], route_key: str) -> Response[str]:
    """Show what was typed: nothing proves whose it is, so this page is the only one that has it."""
    said = _said(request, event)
    if not said:
        return message_page(request, "session-ended", status=403)
    has_page = f"GET {route_key.partition(' ')[2]}" in PERMITTED
    return message_page(request, "session-lost", status=403, comes_back=has_page, said=said)


def _said(request: Request, event: Mapping[str, Any]) -> list[str]:
    """Return what a form of ours says, in words where a list has them."""
    if request.headers.get("origin") != request.services.site_url:  # nobody else puts words on a page of ours
        return []
    try:
        form = read_form(event)
    except UnreadableFormError:
        return []
    wording = Wording(request.services.content, request.language)
    answers = ((name.replace("_", "-"), value) for name, value in form if name not in STEERING and value)
    return [_word(wording, name, value) for name, value in answers]


def _word(wording: Wording, name: str, value: str) -> str:
    if value in set(Audience):
        return wording.t(f"listing.audience.{value}")
    try:
        return wording.label(name, value)
    except KeyError:
        return value


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


def _cookie(request: Request, secret: str) -> Cookie:
    return secret_cookie(KEPT_COOKIE, secret, request.policy.kept_form_minutes * 60)


def _keep(request: Request, form: Form) -> str | None:
    session_id = request.secret(SESSION_COOKIE)
    if session_id is None:
        return None
    made = request.services
    return keep_form(
        session_id,
        form.get(FORM_TOKEN),
        request.path,
        tuple((name, value) for name, value in form if name != FORM_TOKEN),
        made.sessions,
        made.kept_forms,
        request.policy,
        request.now,
    )
