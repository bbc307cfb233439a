""" "I want to be a mentor": the questionnaire, page by page, and its publishing (DIR-1 to DIR-6)."""

from dataclasses import replace
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.drafts import DraftTerm, Typed
from mentoring.domain.membership import Membership
from mentoring.handlers.answers import see_other
from mentoring.handlers.opt_in_check import check_page, done_page, preview_page
from mentoring.handlers.opt_in_pages import (
    CHECK,
    KEEP,
    SWITCH,
    VERSION,
    conflict_page,
    from_check,
    lists_of,
    question_page,
    seen_text,
    start_page,
    step_url,
    typed_fields,
)
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.settling import settle_now
from mentoring.pages.addresses import TWIN, page_url, twin_of
from mentoring.usecases import opt_in
from mentoring.usecases.opt_in import (
    AnswerChangedError,
    DraftChangedError,
    IncompleteDraftError,
    Opened,
    Seen,
)
from mentoring.usecases.opt_in_steps import STEPS, Step, next_step
from mentoring.usecases.typed_fields import FormError

LONGEST_UNFINISHED: Final = 30_000
"""Characters of a page that is kept unfinished: a draft is one record, and has many pages."""

logger = Logger(service="opt-in")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/mentor/")
def start(request: Request) -> Response[str]:
    """Show where the questionnaire stands."""
    return start_page(request, _opened(request))


@routes.on("GET /{lang}/account/mentor/{step}")
def ask(request: Request) -> Response[str]:
    """Ask a question, or show what was answered."""
    name, opened = request.parameters["step"], _opened(request)
    if name in STEPS:
        return question_page(request, STEPS[name], request.kept or _shown(request, STEPS[name], opened))
    if name == CHECK:
        return check_page(request, opened, _member(request))
    if name == "preview":
        return preview_page(request, opened, _member(request)) or see_other(step_url(request, CHECK))
    if name == "done":
        if opened.published and opened.is_listed:
            return done_page(request, opened.published)
        return see_other(page_url(request.language, "account/mentor"))
    raise UnknownAddressError


@routes.on("POST /{lang}/account/mentor/{step}")
def answer(request: Request) -> Response[str]:
    """Take an answer, or publish them all."""
    name = request.parameters["step"]
    if name == CHECK:
        return _publish(request)
    if name not in STEPS:
        raise UnknownAddressError
    if request.form.get(SWITCH) == TWIN[request.language]:
        return _switch(request, STEPS[name])
    return _save(request, STEPS[name])


def _save(request: Request, step: Step) -> Response[str]:
    try:
        _save_answer(request, step)
    except FormError as refused:
        return question_page(request, step, request.form, refused.by_field)
    except AnswerChangedError as changed:
        return conflict_page(request, step, changed.opened, changed.mine)
    following = None if from_check(request) else next_step(step)
    return see_other(step_url(request, following.id if following else CHECK))


def _switch(request: Request, step: Step) -> Response[str]:
    """Save what was typed, finished or not, and lead to the same page in the other language."""
    typed = typed_fields(request.form)
    try:
        if not _is_untouched(request, step, typed):
            _save_answer(request, step)
    except FormError as refused:
        if sum(len(name) + len(value) for name, value in typed) > LONGEST_UNFINISHED:
            return question_page(request, step, request.form, refused.by_field)
        made = request.services
        opt_in.save_unfinished(_member(request), step, typed, made.drafts, lists_of(request), _term(request))
    except AnswerChangedError as changed:
        there = replace(request, path=twin_of(request.path), language=TWIN[request.language])
        return conflict_page(there, step, changed.opened, changed.mine)
    return see_other(twin_of(request.path) + from_check(request))


def _publish(request: Request) -> Response[str]:
    made, member = request.services, _member(request)
    try:
        published = opt_in.publish(
            member.member_id,
            _seen(request.form.get(VERSION)),
            made.memberships,
            made.drafts,
            made.profiles,
            lists_of(request),
            request.now,
        )
    except IncompleteDraftError:
        return see_other(step_url(request, CHECK))
    except DraftChangedError:
        return check_page(request, _opened(request), member, has_changed=True)
    logger.info("published", member_id=member.member_id)
    settle_now(published.profile.slug, member.member_id)
    return see_other(step_url(request, "done"))


def _save_answer(request: Request, step: Step) -> None:
    seen = _seen(request.form.get(KEEP) or request.form.get(VERSION))
    opt_in.save_answer(
        _member(request),
        step,
        request.form,
        seen,
        request.services.drafts,
        lists_of(request),
        _term(request),
    )


def _shown(request: Request, step: Step, opened: Opened) -> Form:
    """Return what a question's fields show: what was left unfinished, else the answer so far."""
    draft = opened.stored.draft
    answered = step.show(draft.answers, lists_of(request))
    return Form([(VERSION, seen_text(opened.seen)), *draft.unfinished.get(step.id, answered)])


def _is_untouched(request: Request, step: Step, typed: Typed) -> bool:
    """Return whether a form holds what its page showed: then there is nothing to save on the way."""
    shown = typed_fields(_shown(request, step, _opened(request)))
    return _said(typed) == _said(shown)


def _said(typed: Typed) -> list[tuple[str, str]]:
    """Return what was answered: an empty field says as much as an absent one, "not shared" as none."""
    unsaid = ("", "none")
    lines = ((name, value.strip().replace("\r\n", "\n")) for name, value in typed)
    return sorted((name, value) for name, value in lines if value not in unsaid)


def _seen(text: str) -> Seen:
    """Return the versions that a form carries; of one that was tampered with the oldest."""
    based_on, _, version = text.partition(".")
    if not (based_on.isdecimal() and version.isdecimal() and len(text) <= 20):
        return Seen(0, 0)
    return Seen(int(based_on), int(version))


def _opened(request: Request) -> Opened:
    return opt_in.open_draft(_member(request).member_id, request.services.drafts, request.now)


def _term(request: Request) -> DraftTerm:
    return request.services.content.policy.directory_on(request.today).draft_term(request.now)


def _member(request: Request) -> Membership:
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    assert request.visitor.membership is not None  # noqa: S101 - nor anybody without a membership
    return request.visitor.membership
