"""A questionnaire over HTTP: its questions, what is typed, the language switch, two answers that meet.

A module describes its questionnaire once, as a `Questionnaire`, and lets it answer both routes of a page.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Generic
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.drafts import Typed
from mentoring.domain.profile import Audience
from mentoring.handlers.answers import see_other
from mentoring.handlers.forms import FORM, NOTHING_WRONG, form_page
from mentoring.handlers.opt_in_words import DOCUMENT_PAGES, nothing_line
from mentoring.handlers.question_forms import (
    BOXES,
    IDENTITY,
    SWITCH,
    VERSION,
    Row,
    Sheet,
    Task,
    lists_of,
    said,
    seen_in,
    template_of,
    typed_fields,
)
from mentoring.handlers.requests import Form, Request
from mentoring.pages.addresses import TWIN, page_url, twin_of
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.opt_in_fields import AnyAnswers, Lists
from mentoring.usecases.questionnaires import AnswerChangedError, Step, UnfinishedTooLargeError, next_step
from mentoring.usecases.typed_fields import FormError


class Questionnaire(ABC, Generic[AnyAnswers]):
    """One questionnaire: where it is, what it asks, and how its answers are kept."""

    home: ClassVar[str]  # its address, as `page_url` takes it
    section: ClassVar[str]  # of content/strings
    check: ClassVar[str]  # the page where all answers are checked
    audience: ClassVar[Audience]  # with whom an answer about identity may be shared
    steps: ClassVar[Mapping[str, Any]]
    boxes: ClassVar[Mapping[str, tuple[str, str]]] = BOXES

    @abstractmethod
    def sheet(self, request: Request) -> Sheet[AnyAnswers]:
        """Return the questionnaire of who asks."""

    @abstractmethod
    def changed_sheet(self, changed: AnswerChangedError) -> Sheet[AnyAnswers]:
        """Return the questionnaire in which a page was answered elsewhere."""

    @abstractmethod
    def save(self, request: Request, step: Step[AnyAnswers], seen: str) -> None:
        """Keep what a form answers. Raises FormError, AnswerChangedError."""

    @abstractmethod
    def save_unfinished(self, request: Request, step: Step[AnyAnswers], typed: Typed, seen: str) -> bool:
        """Keep what was typed as it was typed; False where it must not be. Raises UnfinishedTooLargeError."""

    @abstractmethod
    def lines(self, step_id: str, answers: AnyAnswers, wording: Wording, lists: Lists) -> list[str]:
        """Return everything that one page asks, in words; empty where nothing was answered."""

    def carried(self, request: Request) -> dict[str, str]:  # noqa: ARG002 - some carry something
        """Return what every address of this visit carries."""
        return {}

    def purpose(self, request: Request) -> str:  # noqa: ARG002 - some have one
        """Return for what somebody answers, in words; empty where the questionnaire says it all."""
        return ""

    def url(self, request: Request, name: str = "", *, comes_back: bool = False) -> str:
        """Return the address of a page in the language of this one; `comes_back`: to the check page."""
        query = self.carried(request) | ({"from": self.check} if comes_back else {})
        path = f"{page_url(request.language, self.home)}{name}"
        return f"{path}?{urlencode(query)}" if query else path

    def after(self, request: Request, step: Step[AnyAnswers]) -> str:
        """Return the address that follows a page once it is answered."""
        following = None if self.comes_back(request) else next_step(step, self.steps.values())
        return self.url(request, following.id if following else self.check)

    def comes_back(self, request: Request) -> bool:
        """Return whether a question was asked from the check page, and leads back there."""
        return request.query.get("from") == self.check

    def ask(self, request: Request, step: Step[AnyAnswers]) -> Response[str]:
        """Ask a question, or show what was answered; whom the check page sent is told what is missing."""
        shown = request.kept or self._shown(request, step)
        sheet = self.sheet(request)
        is_left = self.comes_back(request) and request.kept is None and step.id in sheet.kept.unfinished
        errors = _wrong(step, sheet, shown, lists_of(request)) if is_left else NOTHING_WRONG
        return self.question_page(request, step, shown, errors, status=200)

    def take(self, request: Request, step: Step[AnyAnswers]) -> Response[str]:
        """Take an answer and lead to the next question, or to the same one in the other language."""
        if request.form.get(SWITCH) == TWIN[request.language]:
            return self._switch(request, step)
        try:
            self.save(request, step, seen_in(request))
        except FormError as refused:
            return self.question_page(request, step, request.form, refused.by_field)
        except AnswerChangedError as changed:
            return self._conflict_page(request, step, changed)
        return see_other(self.after(request, step))

    def question_page(
        self,
        request: Request,
        step: Step[AnyAnswers],
        typed: Form,
        errors: Mapping[str, FieldError] = NOTHING_WRONG,
        status: int | None = None,
    ) -> Response[str]:
        """Ask one question; `typed` holds what its fields show, and the version that it is shown under."""
        order = list(self.steps)
        number, comes_back = order.index(step.id), self.comes_back(request)
        before = self.check if comes_back else order[number - 1] if number else ""
        after = self.check if comes_back or step.id == order[-1] else order[number + 1]
        name, vocabulary = self.boxes.get(step.id, (step.id, step.id))
        return form_page(
            request,
            f"questions/{template_of(step)}.html",
            typed=typed,
            errors=errors,
            status=status,
            **self._shared(request, step),
            asks="opt_in" if step.group == IDENTITY else self.section,  # about oneself, all are asked alike
            name=name,
            vocabulary_name=vocabulary,
            lists=lists_of(request),
            audience=self.audience,
            number=number + 1,
            count=len(order),
            back_url=self.url(request, before),
            skip_url=self.url(request, after),
            document_pages=DOCUMENT_PAGES,
        )

    def tasks(self, request: Request, sheet: Sheet[AnyAnswers]) -> dict[str, list[Task]]:
        """Return the lines of the task list by their headings."""
        lists = lists_of(request)
        groups: dict[str, list[Task]] = {}
        for step in self.steps.values():
            state = "started" if step.id in sheet.kept.unfinished else _state(step, sheet, lists)
            groups.setdefault(step.group, []).append(Task(step, self.url(request, step.id), state))
        return groups

    def row(self, request: Request, step_id: str, lines: list[str], note: str = "", name: str = "") -> Row:
        """Return a line of the check page."""
        nothing = nothing_line(self.steps[step_id], Wording(request.services.content, request.language))
        return Row(name or step_id, lines or [nothing], note, self.url(request, step_id, comes_back=True))

    def _switch(self, request: Request, step: Step[AnyAnswers]) -> Response[str]:
        """Save what was typed, finished or not, and lead to the same page in the other language."""
        typed, seen = typed_fields(request.form), seen_in(request)
        try:
            if not self._is_untouched(request, step, typed):
                self.save(request, step, seen)
        except FormError as refused:
            # A page that is not kept is shown as it was sent: nothing is lost by staying in this language.
            try:
                is_kept = self.save_unfinished(request, step, typed, seen)
            except UnfinishedTooLargeError:
                too_much = {FORM: FieldError("too-much-unfinished"), **refused.by_field}
                return self.question_page(request, step, request.form, too_much)
            if not is_kept:
                return self.question_page(request, step, request.form, refused.by_field)
        except AnswerChangedError as changed:
            there = replace(request, path=twin_of(request.path), language=TWIN[request.language])
            return self._conflict_page(there, step, changed)
        return see_other(twin_of(self._here(request, step)))

    def _conflict_page(
        self, request: Request, step: Step[AnyAnswers], changed: AnswerChangedError
    ) -> Response[str]:
        """Show what was answered here and what elsewhere, and let the member choose; nothing is lost."""
        lists, wording = lists_of(request), Wording(request.services.content, request.language)
        sheet, nothing = self.changed_sheet(changed), [nothing_line(step, wording)]
        return form_page(
            request,
            "questions/conflict.html",
            typed=request.form,
            status=409,
            **self._shared(request, step),
            sent=typed_fields(request.form),
            keep=sheet.seen,
            mine=self.lines(step.id, changed.mine, wording, lists) or nothing,
            saved=self.lines(step.id, sheet.kept.answers, wording, lists) or nothing,
            saved_url=self._here(request, step),
        )

    def _shared(self, request: Request, step: Step[AnyAnswers]) -> dict[str, Any]:
        return {
            "action": self._here(request, step),
            "section": self.section,
            "purpose": self.purpose(request),
            "home": self.home,
            "home_url": self.url(request),
            "step": step,
            "switches": True,
        }

    def _here(self, request: Request, step: Step[AnyAnswers]) -> str:
        return self.url(request, step.id, comes_back=self.comes_back(request))

    def _shown(self, request: Request, step: Step[AnyAnswers]) -> Form:
        """Return what a question's fields show: what was left unfinished, else the answer so far."""
        sheet: Sheet[AnyAnswers] = self.sheet(request)
        answered: Typed = tuple(step.show(sheet.kept.answers, lists_of(request)))
        return Form([(VERSION, sheet.seen), *sheet.kept.unfinished.get(step.id, answered)])

    def _is_untouched(self, request: Request, step: Step[AnyAnswers], typed: Typed) -> bool:
        """Return whether a form holds what its page showed: then there is nothing to save on the way."""
        return said(typed) == said(typed_fields(self._shown(request, step)))


def _state(step: Step[AnyAnswers], sheet: Sheet[AnyAnswers], lists: Lists) -> str:
    if step.is_done(sheet.kept, lists):
        return "done"
    return "skipped" if step.is_optional else "open"


def _wrong(
    step: Step[AnyAnswers], sheet: Sheet[AnyAnswers], shown: Form, lists: Lists
) -> Mapping[str, FieldError]:
    try:
        step.read(sheet.kept.answers, shown, lists)
    except FormError as refused:
        return refused.by_field
    return NOTHING_WRONG
