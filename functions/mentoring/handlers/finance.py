"""The months' money for finance: sums on a page, every event as a file (STF-5, STF-9)."""

import re
from datetime import date
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.business_days import day_of, months_after
from mentoring.domain.finance import by_kind, by_tax, months
from mentoring.handlers.answers import HEADERS, page
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.registered import member_of
from mentoring.handlers.requests import Request
from mentoring.handlers.till import registrations
from mentoring.usecases.month_sheet import month_sheet

FILE: Final = re.compile(r"(\d{4}-\d{2})\.csv")

logger = Logger(service="refunds")


def month_page(request: Request) -> Response[str]:
    """Show what a month came to; the one under way, where none is asked for. Raises UnknownAddressError."""
    month = _month(request, request.query.get("month", f"{request.today:%Y-%m}"))
    end = months_after(month, 1)
    lines = registrations().ledger(f"{month:%Y-%m}")
    entries = [line.entry for line in lines]
    different = [each for each in registrations().differences() if month <= day_of(each.noted_at) < end]
    return page(
        request,
        "staff/finance.html",
        month=month,
        months=months(request.services.content.policy, request.today),
        kinds=by_kind(entries),
        taxes=by_tax(entries),
        late=sum(day_of(line.noted_at) >= end for line in lines),
        is_under_way=request.today < end,
        differences=different,
    )


def month_file(request: Request) -> Response[Any]:
    """Give a month's events as a file. Raises UnknownAddressError."""
    named = FILE.fullmatch(request.parameters["file"])
    if named is None:
        raise UnknownAddressError
    month = f"{_month(request, named[1]):%Y-%m}"
    logger.info("month taken", month=month, staff=member_of(request))
    made = month_sheet(registrations().ledger(month), request.services.content.policy)
    disposition = f'attachment; filename="mentorship-on-demand-{month}.csv"'
    return Response(
        status_code=200,
        content_type="text/csv; charset=utf-8",
        body=made.decode(),
        headers={**HEADERS, "Content-Disposition": disposition},
    )


def _month(request: Request, name: str) -> date:
    for each in months(request.services.content.policy, request.today):
        if f"{each:%Y-%m}" == name:
            return each
    raise UnknownAddressError
