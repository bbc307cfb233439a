"""The pages of a mentee's workbook: where it stands, its questions, its answers, its file (MOD-4, MOD-7)."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.drafts import Typed
from mentoring.domain.profile import Audience
from mentoring.domain.registrations import Source
from mentoring.domain.workbook_files import FileKind
from mentoring.domain.workbooks import StoredWorkbookDraft, WorkbookAnswers
from mentoring.handlers.answers import calendar_file, page
from mentoring.handlers.forms import form_page
from mentoring.handlers.opt_in_words import text_lines
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.question_forms import Row, Sheet, lists_of, version_of
from mentoring.handlers.questionnaires import Questionnaire
from mentoring.handlers.registered import home_url, member_of
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.workbook_part import FILE, Desk, desk_of, megabytes, selection_by, workbooks
from mentoring.pages.calendar import deadline_calendar
from mentoring.usecases.fill_workbook import Filling
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.questionnaires import AnswerChangedError
from mentoring.usecases.workbook_steps import STEPS, TEXTS, Step, missing_steps

HOME: Final = "account/facilitated/workbook"
SHOWN: Final = "shown"  # what the confirm page said would come of it
SEND: Final = {"send": Source.FORM, "send-file": Source.UPLOAD}
"""The page that hands in each of the two."""


class Workbook(Questionnaire[WorkbookAnswers]):
    """The on-line form: each page is saved by itself."""

    home = HOME
    section = "workbook"
    check = "check"
    audience = Audience.NONE
    steps = STEPS
    boxes = {"topics": ("facilitated_topics", "facilitated-topics")}  # noqa: RUF012 - never changed

    def sheet(self, request: Request) -> Sheet[WorkbookAnswers]:
        """Return the workbook of who asks."""
        return _sheet(filling(request).opened()[0])

    def changed_sheet(self, changed: AnswerChangedError) -> Sheet[WorkbookAnswers]:
        """Return the workbook in which a page was answered elsewhere."""
        return _sheet(changed.opened)

    def save(self, request: Request, step: Step, seen: str) -> None:
        """Keep what a form answers."""
        filling(request).save(step, request.form, version_of(seen))

    def save_unfinished(self, request: Request, step: Step, typed: Typed, seen: str) -> bool:
        """Keep what was typed as it was typed; False where all of it was erased since."""
        return filling(request).save_unfinished(step, typed, version_of(seen))

    def lines(self, step_id: str, answers: WorkbookAnswers, wording: Wording, lists: Lists) -> list[str]:  # noqa: ARG002
        """Return everything that one page asks, in words."""
        if step_id in TEXTS:
            return text_lines(getattr(answers, step_id))
        return [wording.label("facilitated-topics", topic) for topic in answers.facilitated_topics]


WORKBOOK: Final = Workbook()


def filling(request: Request) -> Filling:
    """Return who fills in their workbook. Only for whom `desk_of` has one."""
    desk = desk_of(request)
    return Filling(
        lists=lists_of(request),
        now=request.now,
        workbooks=workbooks(),
        member_id=member_of(request),
        registration_id=desk.registration_id if desk else "",
        policy=request.services.content.policy.facilitated_on(request.today),
    )


def start_page(request: Request, desk: Desk, done: str) -> Response[str]:
    """Say what the two ways are, how far the workbook is, and what was handed in."""
    missing = missing_steps(desk.stored.draft, lists_of(request))
    has_answers = bool(desk.stored.draft.answered or desk.stored.draft.unfinished)
    return page(
        request,
        "workbook/start.html",
        path=WORKBOOK.url(request),
        section=WORKBOOK.section,
        desk=desk,
        state="whole" if not missing else "begun" if has_answers else "new",
        groups=WORKBOOK.tasks(request, _sheet(desk.stored)),
        on_url=WORKBOOK.url(request, missing[0] if missing else WORKBOOK.check),
        here=WORKBOOK.url(request),
        back_url=home_url(request),
        selection_by=selection_by(request, desk.registration),
        done=done,
    )


def deadline_file(request: Request, desk: Desk) -> Response[str]:
    """Return by which day profiles follow, for calendars (MOD-29). Raises UnknownAddressError."""
    day = selection_by(request, desk.registration)
    if day is None:
        raise UnknownAddressError
    title = Wording(request.services.content, request.language).t("workbook.received.last")
    url = f"{request.services.site_url}{WORKBOOK.url(request)}"
    uid = f"selection-{desk.registration_id}"
    return calendar_file(deadline_calendar(title, day, url, uid, request.language))


def check_page(request: Request, desk: Desk) -> Response[str]:
    """Show every answer, with the way to change each."""
    draft, lists = desk.stored.draft, lists_of(request)
    return page(
        request,
        "workbook/check.html",
        path=WORKBOOK.url(request, WORKBOOK.check),
        section=WORKBOOK.section,
        rows=answer_rows(request, draft.answers),
        missing=[
            (name, WORKBOOK.url(request, name, comes_back=True)) for name in missing_steps(draft, lists)
        ],
        desk=desk,
        here=WORKBOOK.url(request),
    )


def received_page(request: Request, desk: Desk, answers: WorkbookAnswers) -> Response[str]:
    """Show what was written on line and handed in."""
    rows = answer_rows(request, answers)
    return page(
        request,
        "workbook/received.html",
        section=WORKBOOK.section,
        rows=rows,
        desk=desk,
        here=WORKBOOK.url(request),
    )


def answer_rows(request: Request, answers: WorkbookAnswers) -> list[Row]:
    """Return the questions with their answers in words."""
    wording, lists = Wording(request.services.content, request.language), lists_of(request)
    return [WORKBOOK.row(request, name, WORKBOOK.lines(name, answers, wording, lists)) for name in STEPS]


def upload_page(
    request: Request, error: FieldError | None = None, status: int | None = None
) -> Response[str]:
    """Ask for a file."""
    limits = request.services.content.policy.facilitated_on(request.today).workbook_limits
    return form_page(
        request,
        "workbook/upload.html",
        typed=Form(),
        errors={FILE: error} if error else {},
        section=WORKBOOK.section,
        status=status,
        back_url=WORKBOOK.url(request),
        most=megabytes(limits),
        largest=limits.size,
        kinds=",".join(f".{kind}" for kind in FileKind),
    )


def file_page(request: Request, desk: Desk) -> Response[str]:
    """Show a file as it was taken, before it is handed in."""
    return page(
        request,
        "workbook/file.html",
        desk=desk,
        file=desk.stored.draft.file,
        here=WORKBOOK.url(request),
    )


def confirm_page(request: Request, desk: Desk, name: str, *, has_changed: bool = False) -> Response[str]:
    """Say what handing in does at this moment, above the one button that does it (MOD-5)."""
    before = WORKBOOK.url(request, FILE if SEND[name] is Source.UPLOAD else WORKBOOK.check)
    return form_page(
        request,
        "workbook/send.html",
        typed=Form([(SHOWN, desk.effect)]),
        section=WORKBOOK.section,
        status=409 if has_changed else None,
        switches=True,
        back_url=before,
        desk=desk,
        source=SEND[name],
        has_changed=has_changed,
    )


def _sheet(stored: StoredWorkbookDraft) -> Sheet[WorkbookAnswers]:
    return Sheet(stored.draft, str(stored.version))
