"""Money that differs from what was asked for: what was found, and who settled it and why (STF-5, STF-9)."""

from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.differences import Difference, DifferenceSettledError
from mentoring.handlers.answers import see_other
from mentoring.handlers.authorisation import OF_MONEY, actors
from mentoring.handlers.forms import NOTHING_WRONG, form_page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import member_of, visitor_of
from mentoring.handlers.requests import Form, Request
from mentoring.handlers.till import registrations
from mentoring.pages.addresses import page_url
from mentoring.usecases.refund_fields import typed_settlement
from mentoring.usecases.settle_difference import settle_difference
from mentoring.usecases.typed_fields import FormError

HOME: Final = "staff/refunds"

logger = Logger(service="refunds")


def difference_page(request: Request) -> Response[str]:
    """Show one difference, and ask why nothing remains to be done. Raises UnknownAddressError."""
    return _page(request, _difference(request), request.kept or Form())


def settle(request: Request) -> Response[str]:
    """Settle it, with the reason. Raises UnknownAddressError."""
    found = _difference(request)
    try:
        words = typed_settlement(request.form)
    except FormError as refused:
        return _page(request, found, request.form, refused)
    try:
        settle_difference(found, words, member_of(request), registrations(), request.now)
    except DifferenceSettledError:
        return see_other(request.path)  # which says by whom
    logger.info("difference settled", about=found.found.about, staff=member_of(request))
    return see_other(f"{page_url(request.language, HOME)}?done=settle")


def _difference(request: Request) -> Difference:
    for each in registrations().differences():
        if each.name == request.parameters["difference"]:
            return each
    raise UnknownAddressError


def _page(
    request: Request, difference: Difference, typed: Form, refused: FormError | None = None
) -> Response[str]:
    return form_page(
        request,
        "staff/difference.html",
        typed=typed,
        errors=refused.by_field if refused else NOTHING_WRONG,
        section="refunds",
        back_url=page_url(request.language, HOME),
        difference=difference,
        may_settle=bool(OF_MONEY & actors(visitor_of(request), request.today)),
        is_known=registrations().get(difference.registration_id) is not None,
    )
