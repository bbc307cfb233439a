"""Workbooks for staff: what was handed in, logged for whoever reads it; one that came by e-mail (MOD-4)."""

import re
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.domain.registration_errors import RegistrationMovedError, RegistrationRefusedError
from mentoring.domain.registrations import Registration
from mentoring.domain.workbook_files import FileRefusedError
from mentoring.domain.workbooks import KeptWorkbook, WorkbookFile
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.forms import NOTHING_WRONG, form_page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import member_of
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.till import registrations
from mentoring.handlers.workbook_pages import answer_rows
from mentoring.handlers.workbook_part import (
    FILE,
    attachment,
    file_error,
    files,
    logger,
    megabytes,
    tidy_now,
    workbooks,
)
from mentoring.pages.addresses import page_url
from mentoring.usecases.fill_workbook import stored_file
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.received_at import typed_received_at
from mentoring.usecases.send_workbook import Sending, read_line
from mentoring.usecases.typed_fields import FormError

HOME: Final = "staff/workbooks"
REGISTRATION_ID: Final = re.compile(r"[0-9a-f]{32}")
SEEN: Final = "seen"
DONE: Final = frozenset({"log", "refused"})


def workbook_page(request: Request) -> Response[str]:
    """Show how a workbook came, and what it says. Raises UnknownAddressError."""
    registration, kept = _found(request)
    done = request.query.get("done", "")
    if kept and kept.answers:
        _note(request, registration, "form")
    return page(
        request,
        "staff/workbook.html",
        registration=registration,
        kept=kept,
        rows=answer_rows(request, kept.answers) if kept and kept.answers else [],
        section="workbook",
        done=done if done in DONE else "",
    )


def file(request: Request) -> Response[Any]:
    """Give a workbook that is a file. Raises UnknownAddressError."""
    registration, kept = _found(request)
    given = attachment(request, registration.member_id, kept.file if kept else None)
    _note(request, registration, "file")
    return given


def log_page(request: Request) -> Response[str]:
    """Ask when a workbook was received that came by e-mail. Raises UnknownAddressError."""
    registration, _ = _found(request)
    return _form(request, registration, request.kept or Form([(SEEN, str(len(registration.workbooks)))]))


def log(request: Request) -> Response[str]:
    """Note a workbook by the instant at which it was received, with its file where there is one."""
    registration, _ = _found(request)
    before = workbooks().of(registration.member_id)
    try:
        received_at = typed_received_at(request.form, request.now)
        if received_at < registration.opened_at:
            raise FormError({"received": FieldError("before-registration")})
        _sending(request, registration).log(
            member_of(request), received_at, _stored_file(request, registration)
        )
    except FormError as refused:
        return _form(request, registration, request.form, refused)
    except RegistrationRefusedError as refused:
        if refused.reason != "older-file":
            return see_other(_url(request, registration, "refused"))
        wrong = FormError({FILE: FieldError(refused.reason)})
        return _form(request, registration, request.form, wrong)
    except RegistrationMovedError:
        return see_other(_url(request, registration, "refused"))
    tidy_now(registration.member_id, before)
    logger.info("workbook logged", registration_id=registration.id, staff=member_of(request))
    return see_other(_url(request, registration, "log"))


def _stored_file(request: Request, registration: Registration) -> WorkbookFile | None:
    sent, policy = request.form.file(FILE), request.services.content.policy.facilitated_on(request.today)
    if sent is None:
        return None
    try:
        return stored_file(registration.member_id, sent.name, sent.content, files(), policy, request.now)
    except FileRefusedError as refused:
        raise FormError({FILE: file_error(refused.fault, policy.workbook_limits)}) from None


def _sending(request: Request, registration: Registration) -> Sending:
    seen = request.form.get(SEEN)
    is_number = seen.isascii() and seen.isdigit() and len(seen) < 6
    return Sending(
        workbooks=workbooks(),
        registrations=registrations(),
        registration=registration,
        seen=int(seen) if is_number else 0,
        now=request.now,
    )


def _found(request: Request) -> tuple[Registration, KeptWorkbook | None]:
    registration_id = request.parameters["registration"]
    is_one = REGISTRATION_ID.fullmatch(registration_id)
    stored = registrations().get(registration_id) if is_one else None
    if stored is None:
        raise UnknownAddressError
    registration = stored.registration
    return registration, workbooks().of(registration.member_id).of(registration.id)


def _note(request: Request, registration: Registration, what: str) -> None:
    workbooks().note(read_line(registration, member_of(request), what, request.now))


def _form(
    request: Request, registration: Registration, typed: Form, refused: FormError | None = None
) -> Response[str]:
    limits = request.services.content.policy.facilitated_on(request.today).workbook_limits
    return form_page(
        request,
        "staff/workbook-log.html",
        typed=typed,
        errors=refused.by_field if refused else NOTHING_WRONG,
        section="received",
        back_url=_url(request, registration),
        registration=registration,
        most=megabytes(limits),
        largest=limits.size,
    )


def _url(request: Request, registration: Registration, done: str = "") -> str:
    return page_url(request.language, f"{HOME}/{registration.id}") + (f"?done={done}" if done else "")
