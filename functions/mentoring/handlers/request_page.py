"""The page of one request, as each of its two people sees it (DIR-16 to DIR-19)."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.mentee_profiles import MenteeProfile, shown_identity
from mentoring.domain.profile import IDENTITY_FIELDS
from mentoring.domain.request_states import TOGETHER, UNANSWERED, Act, Side
from mentoring.handlers.answers import HEADERS, page
from mentoring.handlers.matching import matching, request_url
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.request_words import entries, name_of, question_rows, status_of
from mentoring.handlers.requests import Request
from mentoring.handlers.suggesting import suggested_after
from mentoring.pages.calendar import CONTENT_TYPE, FILE_NAME, deadline_calendar

DONE: Final = (*(str(act) for act in Act), "concern", "decline-pause")
"""After what a page may say that it was done."""


def request_page(request: Request, shown: MatchRequest, side: Side) -> Response[str]:
    """Show how a request stands, what was said, and what one of the two can do now."""
    done, shared = request.query.get("done", ""), _shared(shown)
    return page(
        request,
        "request/home.html",
        acts=[str(act) for act in shown.possible(side)],
        entries=entries(shown),
        rows=_rows(request, shown, shared),
        identity=_identity(shown, shared),
        suggested=suggested_after(request, shown) if side is Side.MENTEE else [],
        done=done if done in DONE else "",
        **about(request, shown, side),
    )


def about(request: Request, shown: MatchRequest, side: Side) -> dict[str, Any]:
    """Return what every page of a request says: whose it is, how it stands, by when somebody answers."""
    made = request.services
    other = shown.person(side.other)
    membership = made.memberships.get(other)
    name = name_of(shown, side.other, membership)
    wording = Wording(made.content, request.language)
    return {
        "match": shown,
        "side": side,
        "name": name or wording.t("request.former_member"),
        "standing": status_of(shown, side),
        "answer_by": shown.answer_by if shown.state in UNANSWERED else None,
        # Both see each other's address once the mentor has said yes, and for as long (DIR-17).
        "email": membership.email if membership and shown.state in TOGETHER else "",
        "here": request_url(request, shown.id),
    }


def calendar_answer(request: Request, shown: MatchRequest) -> Response[str]:
    """Return the last day to answer, as letters carry it (MOD-29). Raises UnknownAddressError."""
    if shown.state not in UNANSWERED:
        raise UnknownAddressError
    wording = Wording(request.services.content, request.language)
    url = f"{request.services.site_url}{request_url(request, shown.id)}"
    title = wording.t("letters.answer_deadline")
    made = deadline_calendar(title, shown.answer_by, url, f"request-{shown.id}", request.language)
    return Response(
        status_code=200,
        content_type=f"{CONTENT_TYPE}; charset=utf-8",
        body=made.decode(),
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )


def _shared(shown: MatchRequest) -> MenteeProfile | None:
    """Return the mentee's questionnaire as it is, for as long as it is the one that was sent (SAF-1)."""
    if shown.questions is None:
        return None
    stored = matching().mentees.open(shown.mentee_id)
    return stored.profile if stored.begun == shown.questionnaire else None


def _rows(request: Request, shown: MatchRequest, shared: MenteeProfile | None) -> list[Any]:
    if shown.questions is None or shared is None:
        return []
    return question_rows(shown.questions, Wording(request.services.content, request.language))


def _identity(shown: MatchRequest, shared: MenteeProfile | None) -> dict[str, tuple[str, ...]]:
    """Return the identity answers that may be read now, in their order: of an open request, live (DIR-4)."""
    if shown.questions is None or shared is None:
        return {}
    read = shown_identity(shown.questions, shared)
    return {name: read[name] for name in IDENTITY_FIELDS if name in read}
