"""A mentee's workbook: filled in on line or uploaded, looked at, handed in, replaced (MOD-4, MOD-5, MOD-7).

`staff_workbooks.py` has the staff's part.
"""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.domain.errors import StaleRequestError
from mentoring.domain.registration_errors import RegistrationMovedError
from mentoring.domain.registration_states import RegistrationState
from mentoring.domain.registrations import Registration, Source
from mentoring.domain.workbook_files import FileRefusedError
from mentoring.handlers import staff_workbooks
from mentoring.handlers.answers import see_other
from mentoring.handlers.forms import SWITCH, switched
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.question_forms import lists_of
from mentoring.handlers.registered import home_url, member_of
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.till import registrations
from mentoring.handlers.workbook_pages import (
    SEND,
    SHOWN,
    WORKBOOK,
    check_page,
    confirm_page,
    deadline_file,
    file_page,
    filling,
    received_page,
    start_page,
    upload_page,
)
from mentoring.handlers.workbook_part import (
    FILE,
    Desk,
    attachment,
    desk_of,
    file_error,
    files,
    logger,
    tidy_now,
    workbooks,
)
from mentoring.pages.calendar import FILE_NAME
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.send_workbook import Sending
from mentoring.usecases.workbook_steps import STEPS, missing_steps

UPLOAD: Final = "upload"
DOWNLOAD: Final = "download"
RECEIVED: Final = "received"
SENT: Final = "sent"
TAKEN: Final = frozenset({RegistrationState.PAID, RegistrationState.HANDED_IN})

routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/facilitated/workbook/")
def start(request: Request) -> Response[str]:
    """Show the two ways, and where the workbook stands."""
    desk = desk_of(request)
    if desk is None:
        return see_other(home_url(request))
    done = request.query.get("done", "")
    return start_page(request, desk, done if done == SENT else "")


@routes.on("GET /{lang}/account/facilitated/workbook/{step}")
def ask(request: Request) -> Response[Any]:
    """Ask a question, show what is there, or give it back as a file. Raises UnknownAddressError."""
    name, desk = request.parameters["step"], desk_of(request)
    if desk is None:
        return see_other(home_url(request))
    if name in STEPS:
        return WORKBOOK.ask(request, STEPS[name])
    if name == WORKBOOK.check:
        return check_page(request, desk)
    if name == FILE_NAME:
        return deadline_file(request, desk)
    if name in SEND:
        return confirm_page(request, desk, name) if _may_send(request, desk, name) else _back(request)
    return _of_file(request, desk, name)


@routes.on("POST /{lang}/account/facilitated/workbook/{step}")
def take(request: Request) -> Response[str]:
    """Keep an answer or a file, or hand in what was looked at. Raises UnknownAddressError."""
    name, desk = request.parameters["step"], desk_of(request)
    if desk is None:
        return see_other(home_url(request))
    if name in STEPS:
        return WORKBOOK.take(request, STEPS[name])
    if name == UPLOAD:
        return _upload(request, desk)
    if name in SEND:
        return switched(request) or _send(request, desk, name)
    raise UnknownAddressError


def _of_file(request: Request, desk: Desk, name: str) -> Response[Any]:
    member_id, file = member_of(request), desk.stored.draft.file
    if name == UPLOAD:
        # A file is not kept over the end of a session.
        again = FieldError("again") if request.kept else None
        return upload_page(request, again, status=200 if again else None)
    if name == FILE and file:
        return file_page(request, desk)
    if name == DOWNLOAD:
        return attachment(request, member_id, file)
    if name == RECEIVED and desk.kept:
        answers = desk.kept.answers
        return (
            received_page(request, desk, answers)
            if answers
            else attachment(request, member_id, desk.kept.file)
        )
    raise UnknownAddressError


def _upload(request: Request, desk: Desk) -> Response[str]:
    sent, policy = request.form.file(FILE), request.services.content.policy.facilitated_on(request.today)
    if sent is None:
        return upload_page(request, FieldError("missing"))
    try:
        filling(request).take_file(sent.name, sent.content, files())
    except FileRefusedError as refused:
        return upload_page(request, file_error(refused.fault, policy.workbook_limits))
    tidy_now(member_of(request), desk.held)
    return see_other(WORKBOOK.url(request, FILE))


def _send(request: Request, desk: Desk, name: str) -> Response[str]:
    """Hand in, if it does what was shown; else show what it does by now."""
    if not _may_send(request, desk, name):
        return _back(request)
    if SWITCH in request.form:
        return confirm_page(request, desk, name)
    if request.form.get(SHOWN) != desk.effect:
        return confirm_page(request, desk, name, has_changed=True)
    assert desk.registration is not None  # noqa: S101 - without one nothing may be sent
    try:
        _hand_in(request, desk, desk.registration, SEND[name])
    except (RegistrationMovedError, StaleRequestError):
        return _back(request)
    tidy_now(member_of(request), desk.held)
    logger.info("handed in", registration_id=desk.registration_id, source=str(SEND[name]))
    return _back(request, done=SENT)


def _hand_in(request: Request, desk: Desk, registration: Registration, source: Source) -> None:
    sending = Sending(
        workbooks=workbooks(),
        registrations=registrations(),
        registration=registration,
        seen=len(registration.workbooks),
        now=request.now,
    )
    (sending.upload if source is Source.UPLOAD else sending.form)(desk.held.draft)


def _may_send(request: Request, desk: Desk, name: str) -> bool:
    """Return whether there is something whole to hand in, and it is paid for (MOD-4)."""
    draft = desk.held.draft.draft
    if desk.registration is None or desk.registration.state not in TAKEN or not desk.held.draft.version:
        return False
    if SEND[name] is Source.UPLOAD:
        return draft.file is not None
    return not missing_steps(draft, lists_of(request))


def _back(request: Request, **said: str) -> Response[str]:
    return see_other(WORKBOOK.url(request) + "".join(f"?{name}={value}" for name, value in said.items()))


routes.on("GET /{lang}/staff/workbooks/{registration}/")(staff_workbooks.workbook_page)
routes.on("GET /{lang}/staff/workbooks/{registration}/file")(staff_workbooks.file)
routes.on("GET /{lang}/staff/workbooks/{registration}/log")(staff_workbooks.log_page)
routes.on("POST /{lang}/staff/workbooks/{registration}/log")(staff_workbooks.log)
