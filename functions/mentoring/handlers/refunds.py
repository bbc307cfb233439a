"""Cancelling: what it gives back now and until when, a last look, and then it is done (MOD-5, MOD-6).

`staff_refunds.py`, `staff_differences.py` and `finance.py` have the staff's part.
"""

from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.cancelling import meter
from mentoring.domain.refunds import Meter
from mentoring.domain.registration_errors import RegistrationMovedError
from mentoring.domain.registrations import Registration
from mentoring.handlers import finance, staff_differences, staff_refunds
from mentoring.handlers.answers import see_other
from mentoring.handlers.forms import SWITCH, form_page, switched
from mentoring.handlers.registered import current_of, home_url, member_of, own_registrations
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.till import registrations
from mentoring.usecases.refunds import Refunding

SHOWN: Final = "shown"  # what the page said would come of it

logger = Logger(service="refunds")
routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/facilitated/cancel")
def ask(request: Request) -> Response[str]:
    """Say what cancelling does at this moment, above the one button that does it."""
    found = _cancellable(request)
    return _confirm_page(request, *found) if found else see_other(home_url(request))


@routes.on("POST /{lang}/account/facilitated/cancel")
def cancel(request: Request) -> Response[str]:
    """Cancel, if it does what was shown; else show what it does by now."""
    found = _cancellable(request)
    if elsewhere := switched(request):
        return elsewhere
    if found is None:
        return see_other(home_url(request))
    registration, now = found
    if SWITCH in request.form:
        return _confirm_page(request, registration, now)
    if request.form.get(SHOWN) != _effect(now):
        return _confirm_page(request, registration, now, has_changed=True)
    refunding = Refunding(
        registrations=registrations(),
        policy=request.services.content.policy,
        actor=f"member:{member_of(request)}",
        now=request.now,
    )
    try:
        refunding.cancel(registration.id)
    except RegistrationMovedError:
        return see_other(home_url(request, done="moved"))
    logger.info("cancelled", registration_id=registration.id, member_id=registration.member_id)
    return see_other(home_url(request, done="cancelled"))


def _cancellable(request: Request) -> tuple[Registration, Meter] | None:
    """Return the member's paid registration, with what cancelling gives back now."""
    current = current_of(own_registrations(request))
    now = meter(current, request.services.content.policy, request.now) if current else None
    return (current, now) if current and now else None


def _effect(now: Meter) -> str:
    return f"{now.verdict}:{now.back.total_cents}"


def _confirm_page(
    request: Request, registration: Registration, now: Meter, *, has_changed: bool = False
) -> Response[str]:
    return form_page(
        request,
        "facilitated/cancel.html",
        typed=Form([(SHOWN, _effect(now))]),
        section="facilitated",
        status=409 if has_changed else None,
        switches=True,
        back_url=home_url(request),
        registration=registration,
        meter=now,
        has_changed=has_changed,
    )


routes.on("GET /{lang}/staff/refunds/")(staff_refunds.list_page)
routes.on("GET /{lang}/staff/finance/")(finance.month_page)
routes.on("GET /{lang}/staff/finance/{file}")(finance.month_file)
routes.on("GET /{lang}/staff/differences/{difference}/")(staff_differences.difference_page)
routes.on("POST /{lang}/staff/differences/{difference}/")(staff_differences.settle)
routes.on("GET /{lang}/staff/refunds/{registration}/")(staff_refunds.registration_page)
routes.on("GET /{lang}/staff/refunds/{registration}/log")(staff_refunds.log_page)
routes.on("POST /{lang}/staff/refunds/{registration}/log")(staff_refunds.log)
routes.on("GET /{lang}/staff/refunds/{registration}/propose")(staff_refunds.propose_page)
routes.on("POST /{lang}/staff/refunds/{registration}/propose")(staff_refunds.propose)
routes.on("POST /{lang}/staff/refunds/{registration}/decide")(staff_refunds.decide)
routes.on("POST /{lang}/staff/refunds/{registration}/repeat")(staff_refunds.repeat)
