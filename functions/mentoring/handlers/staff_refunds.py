"""Refunds for staff: what was paid and why it goes back; exceptions by two people (STF-5, STF-9, MOD-6)."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.business_days import day_of
from mentoring.domain.cancelling import meter, verdict_on
from mentoring.domain.receipts import receipt_name
from mentoring.domain.refunds import FAILURES
from mentoring.domain.registration_errors import (
    RefundMovedError,
    RefundTooLargeError,
    RegistrationMovedError,
    RegistrationRefusedError,
)
from mentoring.domain.registration_states import RefundState
from mentoring.domain.registrations import Registration, open_cases
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.authorisation import OF_MATCHING, OF_MONEY, actors
from mentoring.handlers.forms import NOTHING_WRONG, form_page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import member_of, visitor_of
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.till import registrations
from mentoring.pages.addresses import page_url
from mentoring.usecases.field_checks import MEMBER_ID
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.received_at import typed_received_at
from mentoring.usecases.refund_fields import typed_exception
from mentoring.usecases.refunds import Refunding
from mentoring.usecases.typed_fields import FormError

HOME: Final = "staff/refunds"
REGISTRATION_ID: Final = re.compile(r"[0-9a-f]{32}")
SHOWN: Final = "shown"
REFUSED: Final = (RegistrationMovedError, RegistrationRefusedError, RefundMovedError, RefundTooLargeError)
DONE: Final = frozenset({"log", "propose", "approve", "decline", "repeat", "refused"})

logger = Logger(service="refunds")


def list_page(request: Request) -> Response[str]:
    """Show one member's registrations, or those paid lately, and the differences that a person settles."""
    member_id = request.query.get("member", "").strip()
    found = _of_member(member_id) if member_id else list(_lately(request))
    differences, done = registrations().differences(), request.query.get("done", "")
    return page(
        request,
        "staff/refunds.html",
        registrations=found,
        cases={each.id for each in found if open_cases(each)},
        undecided={each.id for each in found if any(it.state is RefundState.PROPOSED for it in each.refunds)},
        member_id=member_id,
        differences=[each for each in differences if each.settlement is None],
        settled=[each for each in reversed(differences) if each.settlement],
        done=done if done == "settle" else "",
    )


def registration_page(request: Request) -> Response[str]:
    """Show one registration with its money, and what may be done. Raises UnknownAddressError."""
    found, done = _registration(request), request.query.get("done", "")
    policy = request.services.content.policy
    membership = request.services.memberships.get_many([found.member_id], _note).get(found.member_id)
    mine = actors(visitor_of(request), request.today)
    return page(
        request,
        "staff/refund.html",
        registration=found,
        name=membership.name if membership else "",
        meter=meter(found, policy, request.now),
        cases={each.id for each in open_cases(found)},
        left={each.payment_intent: found.left_of(each).total_cents for each in found.purchases},
        disputed={each.payment_intent for each in found.purchases if found.is_disputed(each.payment_intent)},
        failures=FAILURES,
        receipt_name=receipt_name,
        me=_actor(request),
        may_decide=bool(OF_MONEY & mine),
        sees_workbooks=bool(OF_MATCHING & mine),
        form_token=visitor_of(request).session.form_token,
        done=done if done in DONE else "",
    )


def log_page(request: Request) -> Response[str]:
    """Ask when a request was received that came in writing. Raises UnknownAddressError."""
    return _form(request, "log", _registration(request), request.kept or Form())


def log(request: Request) -> Response[str]:
    """Show what the rule says of that instant; with that confirmed, cancel."""
    found = _registration(request)
    try:
        received_at = typed_received_at(request.form, request.now)
        purchase = found.purchase
        if purchase is None or received_at < purchase.paid_at:
            raise FormError({"received": FieldError("before-purchase")})
    except FormError as refused:
        return _form(request, "log", found, request.form, refused)
    said = verdict_on(found, purchase, received_at, request.services.content.policy)
    if request.form.get(SHOWN) != f"{said}:{received_at.isoformat()}":
        fields = [each for each in request.form if each[0] != SHOWN]
        typed = Form([*fields, (SHOWN, f"{said}:{received_at.isoformat()}")])
        before = meter(found, request.services.content.policy, received_at)
        return _form(request, "log", found, typed, ruled=before, received_at=received_at)
    return _done(request, "log", lambda: _refunding(request).cancel(found.id, received_at))


def propose_page(request: Request) -> Response[str]:
    """Ask for an exception's amount and reason. Raises UnknownAddressError."""
    found = _registration(request)
    return _form(request, "propose", found, request.kept or Form([("seen", str(len(found.refunds)))]))


def propose(request: Request) -> Response[str]:
    """Propose an exception, for somebody else to decide."""
    found = _registration(request)
    purchase = found.purchase
    if purchase is None:
        return see_other(_url(request, found, "refused"))
    try:
        cents, words = typed_exception(request.form, found.left_of(purchase).total_cents)
    except FormError as refused:
        return _form(request, "propose", found, request.form, refused)
    seen = request.form.get("seen")
    is_number = seen.isascii() and seen.isdigit() and len(seen) < 6
    return _done(
        request,
        "propose",
        lambda: _refunding(request).propose(
            found.id, purchase.payment_intent, cents, words, int(seen) if is_number else 0
        ),
    )


def decide(request: Request) -> Response[str]:
    """Approve or decline somebody else's exception."""
    found, is_approved = _registration(request), request.form.get("to") == "approve"
    refund_id = _refund_id(request, found)
    return _done(
        request,
        "approve" if is_approved else "decline",
        lambda: _refunding(request).decide(found.id, refund_id, is_approved=is_approved),
    )


def repeat(request: Request) -> Response[str]:
    """Give back anew what failed."""
    found = _registration(request)
    refund_id = _refund_id(request, found)
    return _done(request, "repeat", lambda: _refunding(request).repeat(found.id, refund_id))


def _done(request: Request, act: str, do: Callable[[], object]) -> Response[str]:
    found = _registration(request)
    try:
        do()
    except REFUSED as refused:
        logger.warning("refused", act=act, registration_id=found.id, reason=str(refused))
        return see_other(_url(request, found, "refused"))
    logger.info("refund act", act=act, registration_id=found.id, staff=member_of(request))
    return see_other(_url(request, found, act))


def _of_member(typed: str) -> list[Registration]:
    """Return the registrations of a member, whose number is also found in small letters."""
    known = MEMBER_ID.fullmatch(typed)
    tried = dict.fromkeys((typed, typed.upper())) if known else ()
    found = ([each.registration for each in registrations().of(member_id)] for member_id in tried)
    return next(filter(None, found), [])


def _lately(request: Request) -> Iterator[Registration]:
    """Yield what money moved for in this month of the association and the last, the newest first."""
    store, today = registrations(), day_of(request.now)
    months = (f"{today:%Y-%m}", f"{today.replace(day=1) - timedelta(days=1):%Y-%m}")
    entries = [line.entry for month in months for line in reversed(store.ledger(month))]
    for registration_id in dict.fromkeys(entry.registration_id for entry in entries):
        if stored := store.get(registration_id):
            yield stored.registration


def _registration(request: Request) -> Registration:
    registration_id = request.parameters["registration"]
    is_one = REGISTRATION_ID.fullmatch(registration_id)
    stored = registrations().get(registration_id) if is_one else None
    if stored is None:
        raise UnknownAddressError
    return stored.registration


def _refund_id(request: Request, found: Registration) -> str:
    refund = found.refund(request.form.get("refund"))
    if refund is None:
        raise UnknownAddressError
    return refund.id


def _actor(request: Request) -> str:
    return f"staff:{member_of(request)}"


def _refunding(request: Request) -> Refunding:
    return Refunding(
        registrations=registrations(),
        policy=request.services.content.policy,
        actor=_actor(request),
        now=request.now,
    )


def _form(
    request: Request,
    name: str,
    found: Registration,
    typed: Form,
    refused: FormError | None = None,
    **shown: Any,
) -> Response[str]:
    known: dict[str, Any] = {"ruled": None, "received_at": None}
    purchase = found.purchase
    return form_page(
        request,
        f"staff/refund-{name}.html",
        typed=typed,
        errors=refused.by_field if refused else NOTHING_WRONG,
        section="received" if name == "log" else "refunds",
        back_url=_url(request, found),
        registration=found,
        left=found.left_of(purchase).total_cents if purchase else 0,
        **known | shown,
    )


def _url(request: Request, found: Registration, done: str = "") -> str:
    return page_url(request.language, f"{HOME}/{found.id}") + (f"?done={done}" if done else "")


def _note(member_id: str) -> None:
    logger.error("unreadable record", member_id=member_id)
