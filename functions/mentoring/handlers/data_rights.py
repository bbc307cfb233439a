"""What is held about a member: to read, to take away, to erase (SAF-1)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.erasures import BACKUPS_LAST
from mentoring.domain.events import Channel
from mentoring.domain.registration_traces import Trace, trace_of
from mentoring.domain.sessions import Visitor
from mentoring.handlers.answers import HEADERS, page, see_other
from mentoring.handlers.forms import form_page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.settling import journal_now, part_now, settle_now
from mentoring.handlers.till import registrations
from mentoring.handlers.workbook_part import remove_now
from mentoring.pages.addresses import page_url
from mentoring.usecases.data_rights import as_csv, as_json, copy_of, erase
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.part_ways import ERASED

logger = Logger(service="data-rights")
routes = Routes()

CONFIRM: Final = "confirm"
YES: Final = "yes"
COUNTED: Final = ("requests", "registrations", "workbooks", "exceptions", "concerns", "consents", "acts")
ERASABLE: Final = ("profile", "draft", "mentee_profile", "introductions", "preparation")
FILES: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bytes]]]] = {
    "my-data.json": ("application/json", as_json),
    "my-data.csv": ("text/csv; charset=utf-8", as_csv),
}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/data/")
def home(request: Request) -> Response[str]:
    """Show what is held, why, for how long, and who can correct it."""
    copy, policy = _copy(request), request.services.content.policy
    held = {name: len(copy[name]) for name in COUNTED}
    # What also went to the edge or to a build is in the copy; as emails it would be counted twice.
    held["messages"] = sum(each["channel"] == Channel.MAIL for each in copy["messages"])
    held |= {name: int(bool(copy[name])) for name in ("membership", *ERASABLE)}
    held |= {"identity": _identity_answers(copy), "session": 1}
    directory = policy.directory_on(request.today)
    return page(
        request,
        "data/home.html",
        held=held,
        files=list(FILES),
        sections=list(copy),
        may_erase=_has_something(request),
        kept_for={  # days; months for a questionnaire that is used again
            "messages": policy.outbox_on(request.today).kept_days,
            "draft": directory.draft_days,
            "introductions": directory.draft_days,
            "workbooks": policy.facilitated_on(request.today).workbook_draft_days,
            "mentee_profile": directory.mentee_profile_months,
        },
    )


@routes.on("GET /{lang}/account/data/{file}")
def download(request: Request) -> Response[str]:
    """Give a member their copy as a file."""
    if request.parameters["file"] not in FILES:
        raise UnknownAddressError
    content_type, written = FILES[request.parameters["file"]]
    suffix = request.parameters["file"].rpartition(".")[2]
    name = Wording(request.services.content, request.language).t("data_rights.file_name")
    logger.info("copy taken", member_id=_member_id(request), format=suffix)
    return Response(
        status_code=200,
        content_type=content_type,
        body=written(_copy(request)).decode(),
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}.{suffix}"'},
    )


@routes.on("GET /{lang}/account/erase")
def ask(request: Request) -> Response[str]:
    """Say what an erasure takes and what it leaves; once it is done, be its receipt."""
    if _has_something(request):
        return _question(request, request.kept or Form())
    last = next(iter(request.services.erasures.of(_member_id(request))), None)
    return page(request, "data/erased.html", erasure=last, days=BACKUPS_LAST.days, traces=_traces(request))


@routes.on("POST /{lang}/account/erase")
def take(request: Request) -> Response[str]:
    """Erase what was confirmed to be erased, and lead to the receipt."""
    if request.form.get(CONFIRM) != YES and _has_something(request):
        return _question(request, request.form, {CONFIRM: FieldError("missing")})
    erasure = erase(_member_id(request), request.services.erasures, request.now)
    if erasure:
        logger.info("erased", member_id=erasure.member_id, finished=erasure.is_finished)
        if erasure.slug:
            settle_now(erasure.slug, erasure.member_id)  # first: nobody sees the page from here on
        part_now(ERASED, erasure.member_id, erasure.at)
        journal_now(erasure.member_id)
        remove_now(erasure.member_id, erasure.at)
    return see_other(_here(request, "erase"))


def _question(request: Request, typed: Form, errors: Mapping[str, FieldError] | None = None) -> Response[str]:
    return form_page(
        request,
        "data/erase.html",
        typed=typed,
        errors=errors or {},
        section="data_rights",
        back_url=f"{_here(request, 'data')}/",
        days=BACKUPS_LAST.days,
        traces=_traces(request),
    )


def _traces(request: Request) -> list[Trace]:
    """Return what becomes of the member's registrations that are not over."""
    found = registrations().of(_member_id(request), lambda _: None)
    return list(dict.fromkeys(trace for each in found if (trace := trace_of(each.registration))))


def _copy(request: Request) -> dict[str, Any]:
    visitor = _visitor(request)
    return copy_of(_member_id(request), request.services.holdings, visitor.session.started_at, request.now)


def _identity_answers(copy: Mapping[str, Any]) -> int:
    """Return how many questions about identity were answered, of a mentor and of who asks mentors."""
    asked = (copy["mentee_profile"] or {}).get("answers", {})
    return sum(len(answers.get("identity", {})) for answers in (copy["profile"] or {}, asked))


def _has_something(request: Request) -> bool:
    return request.services.erasures.held(_member_id(request)) is not None


def _member_id(request: Request) -> str:
    return _visitor(request).session.identity.subject


def _visitor(request: Request) -> Visitor:
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return request.visitor


def _here(request: Request, name: str) -> str:
    return f"{page_url(request.language, 'account')}{name}"
