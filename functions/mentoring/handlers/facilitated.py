"""Mentorship On Demand for a member: where I stand, registering, taking it back (ELI-4, MOD-2, MOD-5)."""

from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.cancelling import meter
from mentoring.domain.eligibility import Outcome
from mentoring.domain.payments import PaymentRefusedError, PaymentsDownError, PaymentUnclearError
from mentoring.domain.registration_errors import RegistrationMovedError, RegistrationRefusedError
from mentoring.domain.registration_states import AttemptState, RegistrationState
from mentoring.domain.registrations import Registration, Terms, price, refunds_told
from mentoring.handlers.answers import calendar_file, page, see_other
from mentoring.handlers.forms import NOTHING_WRONG, SWITCH, form_page, switched
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import (
    current_of,
    home_url,
    member_of,
    own_registrations,
    paying,
    registering,
    taken_in,
    visitor_of,
)
from mentoring.handlers.registering_steps import (
    CHECK,
    READERS,
    Said,
    read_step,
    said_before,
    terms_version,
)
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.workbook_part import Desk, selection_by, workbooks
from mentoring.pages.calendar import moment_calendar
from mentoring.usecases.typed_fields import FormError

TOTAL: Final = "total"  # what the last look showed, in cents
SAYABLE: Final = {
    "registered": {RegistrationState.OPEN},
    "corrected": {RegistrationState.OPEN},
    "left": {RegistrationState.OPEN},
    "unanswered": {RegistrationState.OPEN},
    "withdrawn": {RegistrationState.WITHDRAWN},
    "cancelled": {RegistrationState.CANCELLED},
    "moved": set(RegistrationState),
    "differs": set(RegistrationState),
}
"""What may be said of an act, and where the registration must stand for it: an address may be old."""

logger = Logger(service="facilitated")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/facilitated/")
def home(request: Request) -> Response[str]:
    """Show whether a member may take part, or how far their registration has come."""
    is_unclear = _is_unclear(request)
    found = own_registrations(request)
    latest = current_of(found) or next(iter(found), None)
    policy = request.services.content.policy
    now = meter(latest, policy, request.now) if latest else None
    desk = Desk(latest, workbooks().of(member_of(request)), now)
    return page(
        request,
        "facilitated/home.html",
        membership=visitor_of(request).membership,
        ruling=registering(request).ruling(),
        once_active=registering(request).once_active(),
        registration=latest,
        price=price(latest.place, policy, request.today) if latest and latest.is_current else None,
        meter=desk.meter,
        refunds_told=refunds_told(latest) if latest else (),
        selection_by=selection_by(request, latest),
        is_erased=desk.is_erased,
        has_draft=desk.held.draft.version > 0,
        has_purchases=any(each.purchase for each in found),
        form_token=visitor_of(request).session.form_token,
        is_unclear=is_unclear,
        done="" if is_unclear else _sayable(latest, request.query.get("done", "")),
    )


@routes.on("GET /{lang}/account/facilitated/deadline.ics")
def deadline(request: Request) -> Response[str]:
    """Return until when cancelling gives money back, for calendars (MOD-29). Raises UnknownAddressError."""
    current = current_of(own_registrations(request))
    now = meter(current, request.services.content.policy, request.now) if current else None
    if current is None or now is None or now.until is None:
        raise UnknownAddressError
    title = Wording(request.services.content, request.language).t("facilitated.meter.last")
    url = f"{request.services.site_url}{home_url(request)}"
    return calendar_file(moment_calendar(title, now.until, url, f"refund-{current.id}", request.language))


@routes.on("GET /{lang}/account/facilitated/register/{step}")
def ask(request: Request) -> Response[str]:
    """Ask one question, or show everything with its price. Raises UnknownAddressError."""
    step = _step(request)
    current = current_of(own_registrations(request))
    if elsewhere := _not_now(request, current):
        return elsewhere
    said = said_before(request, current)
    if step == CHECK and said.step != CHECK:
        return see_other(_step_url(request, said.step, said))
    return _step_page(request, step, said, request.kept or Form(said.pairs))


@routes.on("POST /{lang}/account/facilitated/register/{step}")
def take(request: Request) -> Response[str]:
    """Take one answer and lead to the next question; after the last look, register."""
    step = _step(request)
    current = current_of(own_registrations(request))
    if elsewhere := switched(request) or _not_now(request, current):
        return elsewhere
    said = said_before(request, current)
    if SWITCH in request.form:
        return _step_page(request, step, said, request.form)
    if step == CHECK:
        return _register(request, current, said)
    try:
        after = read_step(request, step, said)
    except FormError as refused:
        return _step_page(request, step, said, request.form, refused)
    return see_other(_step_url(request, after.step, after))


@routes.on("POST /{lang}/account/facilitated/withdraw")
def withdraw(request: Request) -> Response[str]:
    """Take a registration back that nothing was paid for."""
    current = current_of(own_registrations(request))
    if current is None:
        return see_other(home_url(request))
    try:
        paying(request).withdraw(current.id)
    except RegistrationMovedError:
        return see_other(home_url(request, done="moved"))
    except (PaymentsDownError, PaymentUnclearError):
        return see_other(home_url(request, done="unanswered"))
    logger.info("withdrawn", registration_id=current.id, member_id=current.member_id)
    return see_other(home_url(request, done="withdrawn"))


def _is_unclear(request: Request) -> bool:
    """Return whether a page was opened to pay on, and nobody can say now whether it is paid (SAF-5)."""
    current = current_of(own_registrations(request))
    attempt = current.attempt if current else None
    if attempt is None or attempt.session is None or attempt.state is not AttemptState.OPENED:
        return False
    try:
        return not taken_in(request, attempt.session)
    except PaymentRefusedError:
        return False  # whoever presses the button reads so


def _sayable(registration: Registration | None, done: str) -> str:
    """Return what was done, where that is still how things stand."""
    if registration is None or registration.state not in SAYABLE.get(done, ()):
        return ""
    attempt = registration.attempt
    is_confirming = attempt is not None and attempt.state is AttemptState.CONFIRMING
    return "" if done == "left" and is_confirming else done


def _register(request: Request, current: Registration | None, said: Said) -> Response[str]:
    """Register what was looked at, or correct what is on file; with another price they look again."""
    if said.step != CHECK:
        return see_other(_step_url(request, said.step, said))
    if request.form.get(TOTAL) != _total(request, said):
        return _step_page(request, CHECK, said, request.form, status=409)
    try:
        if current:
            paying(request).correct(current.id, said.languages, said.place)
        else:
            terms = Terms(version=said.agreed, agreed_at=request.now, language=request.language)
            current = registering(request).open(said.languages, said.place, terms).registration
            logger.info("registered", registration_id=current.id, member_id=member_of(request))
            return see_other(home_url(request, done="registered"))
    except (RegistrationMovedError, RegistrationRefusedError):
        return see_other(home_url(request, done="moved"))
    except (PaymentsDownError, PaymentUnclearError):
        return see_other(home_url(request, done="unanswered"))
    return see_other(home_url(request, done="corrected"))


def _step(request: Request) -> str:
    step = request.parameters["step"]
    if step not in READERS and step != CHECK:
        raise UnknownAddressError
    return step


def _not_now(request: Request, current: Registration | None) -> Response[str] | None:
    """Return the way to where it says why, for whoever cannot register or has paid."""
    ruling = registering(request).ruling()
    is_eligible = ruling is not None and ruling.outcome is Outcome.ELIGIBLE
    is_open = current is None or current.state is RegistrationState.OPEN
    return None if is_eligible and is_open else see_other(home_url(request))


def _step_url(request: Request, step: str, said: Said) -> str:
    return home_url(request, f"register/{step}") + (f"?{said.query}" if said.query else "")


def _total(request: Request, said: Said) -> str:
    return str(price(said.place, request.services.content.policy, request.today).total_cents)


def _step_page(
    request: Request,
    step: str,
    said: Said,
    typed: Form,
    refused: FormError | None = None,
    status: int | None = None,
) -> Response[str]:
    policy = request.services.content.policy
    return form_page(
        request,
        f"facilitated/{step}.html",
        typed=typed,
        errors=refused.by_field if refused else NOTHING_WRONG,
        section="facilitated",
        status=status,
        switches=True,
        back_url=_back_url(request, step, said),
        said=said,
        said_query=said.query,
        price=price(said.place, policy, request.today) if said.place else None,
        version=terms_version(request),
        has_changed=status is not None,
    )


def _back_url(request: Request, step: str, said: Said) -> str:
    steps = [*READERS, CHECK]
    place = steps.index(step)
    return _step_url(request, steps[place - 1], said) if place else home_url(request)
