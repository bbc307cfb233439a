"""Who I am, what I may use and why not, and where what is wrong is changed (ELI-2, MOD-26)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from mentoring.domain.business_days import day_of
from mentoring.domain.eligibility import OFFERED, ruling_for
from mentoring.domain.sessions import IssuerKind, Visitor
from mentoring.handlers.answers import page
from mentoring.handlers.mentoring_home import turns_of
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url

routes = Routes()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/")
def account(request: Request) -> Response[str]:
    """Show a member their membership and its rights, and somebody of the staff their roles."""
    visitor = request.visitor
    assert visitor is not None  # noqa: S101 - the matrix lets nobody else in
    kind = visitor.session.identity.kind
    return page(
        request,
        "account-staff.html" if kind is IssuerKind.STAFF else "account.html",
        visitor=visitor,
        form_token=visitor.session.form_token,
        sign_out_url=f"{page_url(request.language, 'account')}sign-out",
        **_of_member(request, visitor),
    )


@routes.on("GET /{lang}/account/emails/")
def emails(request: Request) -> Response[str]:
    """Show a member where we write to, what became of our last letters, and what to do (MOD-26)."""
    visitor = request.visitor
    assert visitor is not None  # noqa: S101 - the matrix lets nobody else in
    most = request.services.content.policy.outbox_on(request.today).shown_letters
    letters = request.services.letters.latest(visitor.session.identity.subject, most)
    return page(request, "account/emails.html", letters=letters, **_of_member(request, visitor))


def _of_member(request: Request, visitor: Visitor) -> dict[str, Any]:
    membership = visitor.membership
    if membership is None:
        return {"membership": None, "rights": [], "mark": None}
    overrides = request.services.overrides.of(membership.member_id)
    rights = [
        (programme, role, ruling_for(membership, programme, role, request.today, overrides))
        for programme, role in OFFERED
    ]
    mark = request.services.address_marks.of(membership.member_id)
    return {
        "membership": membership,
        "is_active": membership.is_active(request.today),
        "rights": rights,
        "mark": mark if mark and mark.is_about(membership.email) else None,
        "marked_on": day_of(mark.since) if mark else None,
        "turns": turns_of(request),
    }
