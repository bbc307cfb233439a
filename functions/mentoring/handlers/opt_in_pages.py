"""The pages of the questionnaire: what each of them shows of a draft."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.drafts import Answers, Draft, Typed
from mentoring.handlers.answers import page
from mentoring.handlers.forms import NOTHING_WRONG, form_page
from mentoring.handlers.opt_in_words import (
    DOCUMENT_PAGES,
    answer_lines,
    capacity_line,
    nothing_line,
    share_line,
)
from mentoring.handlers.requests import STEERING, Form, Request
from mentoring.pages.addresses import page_url
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.opt_in import Opened, Seen
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.opt_in_steps import STEPS, Step, is_done, missing_steps

CHECK: Final = "check"
VERSION: Final = "version"
KEEP: Final = "keep"
SWITCH: Final = "switch"

BOXES: Final = {
    "areas": ("areas", "areas"),
    "training": ("training", "training"),
    "ages": ("client_ages", "client-ages"),
    "topics": ("topics", "topics"),
}
"""Pages of boxes: the field's name and its vocabulary."""
FIRST_LANGUAGES: Final = ("en", "fr", "ase", "fcs")
GROUPS: Final = ("practice", "mentoring", "identity", "sharing")


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the task list."""

    step: Step
    url: str
    state: str  # `open`, `skipped`, `started` or `done`


def step_url(request: Request, name: str) -> str:
    """Return the address of a page of the questionnaire, in the language of this one."""
    return f"{page_url(request.language, 'account/mentor')}{name}"


def lists_of(request: Request) -> Lists:
    """Return what answers are checked against today."""
    content = request.services.content
    return Lists(
        vocabularies=content.vocabularies,
        documents=content.policy.documents,
        today=request.today,
        language=request.language,
    )


def seen_text(seen: Seen) -> str:
    """Return the versions under which a page is shown, as its form carries them."""
    return f"{seen.based_on}.{seen.version}"


def typed_fields(form: Form) -> Typed:
    """Return what was answered in a form, without what only steers it."""
    return tuple((name, value) for name, value in form if name not in STEERING)


def start_page(request: Request, opened: Opened) -> Response[str]:
    """Show what the questionnaire is, what of it is done, and the way on."""
    lists, draft = lists_of(request), opened.stored.draft
    missing = next(missing_steps(draft, lists), None)
    is_new = not draft.answered and not draft.unfinished
    state = "listed" if opened.is_listed else "left" if opened.published and is_new else "resumed"
    if is_new and opened.published is None:
        state = "new"
    return page(
        request,
        "opt-in/start.html",
        state=state,
        has_draft=opened.stored.version > 0,
        groups=_tasks(request, opened, lists),
        on_url=step_url(request, missing.id if missing and state != "listed" else CHECK),
        check_url=step_url(request, CHECK),
        draft_days=request.services.content.policy.directory_on(request.today).draft_days,
    )


def question_page(
    request: Request, step: Step, typed: Form, errors: dict[str, FieldError] | None = None
) -> Response[str]:
    """Ask one question; `typed` holds what its fields show, and the version that it is shown under."""
    order = list(STEPS)
    number = order.index(step.id)
    is_last, back_to_check = number + 1 == len(order), bool(from_check(request))
    before = CHECK if back_to_check else order[number - 1] if number else ""
    after = CHECK if back_to_check or is_last else order[number + 1]
    name, vocabulary = BOXES.get(step.id, (step.id, step.id))
    return form_page(
        request,
        f"opt-in/questions/{_template(step)}.html",
        typed=typed,
        errors=errors or NOTHING_WRONG,
        section="opt_in",
        action=request.path + from_check(request),
        switches=True,
        step=step,
        name=name,
        vocabulary_name=vocabulary,
        lists=lists_of(request),
        languages=_languages(request),
        number=number + 1,
        count=len(order),
        back_url=step_url(request, before),
        skip_url=step_url(request, after),
        document_pages=DOCUMENT_PAGES,
    )


def conflict_page(request: Request, step: Step, opened: Opened, mine: Answers) -> Response[str]:
    """Show what was answered here and what elsewhere, and let the member choose; nothing is lost."""
    lists, wording = lists_of(request), Wording(request.services.content, request.language)
    saved = opened.stored.draft.answers
    return form_page(
        request,
        "opt-in/conflict.html",
        typed=request.form,
        status=409,
        action=request.path + from_check(request),
        switches=True,
        step=step,
        sent=typed_fields(request.form),
        keep=seen_text(opened.seen),
        mine=_whole(step, mine, wording, lists),
        saved=_whole(step, saved, wording, lists),
        saved_url=step_url(request, step.id) + from_check(request),
    )


def from_check(request: Request) -> str:
    """Return what an address carries of a question that leads back to the check page."""
    return f"?from={CHECK}" if request.query.get("from") == CHECK else ""


def _languages(request: Request) -> list[dict[str, str]]:
    """Return the languages as boxes: official and sign languages first, the others by name."""
    terms = request.services.content.vocabularies["languages"].terms
    first = [terms[term_id] for term_id in FIRST_LANGUAGES]
    others = sorted(
        (term for term in terms.values() if term not in first),
        key=lambda term: unicodedata.normalize("NFKD", term.labels[request.language]).casefold(),
    )
    return [{"value": term.id, "text": term.labels[request.language]} for term in (*first, *others)]


def _template(step: Step) -> str:
    if step.group == "identity":
        return "identity"
    return "boxes" if step.id in BOXES else step.id


def _tasks(request: Request, opened: Opened, lists: Lists) -> dict[str, list[Task]]:
    tasks: dict[str, list[Task]] = {group: [] for group in GROUPS}
    for step in STEPS.values():
        tasks[step.group].append(
            Task(step, step_url(request, step.id), _state(step, opened.stored.draft, lists))
        )
    return tasks


def _state(step: Step, draft: Draft, lists: Lists) -> str:
    if step.id in draft.unfinished:
        return "started"
    if is_done(step, draft, lists):
        return "done"
    return "skipped" if step.is_optional else "open"


def _whole(step: Step, answers: Answers, wording: Wording, lists: Lists) -> list[str]:
    """Return everything that one page asks, in words."""
    lines = answer_lines(step.id, answers, wording, lists)
    if step.id == "availability":
        lines = [*lines, capacity_line(answers, wording)]
    if step.group == "identity" and lines:
        lines = [*lines, share_line(step.id, answers, wording)]
    return lines or [nothing_line(step, wording)]
