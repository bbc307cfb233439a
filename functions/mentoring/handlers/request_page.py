"""The page of one request, as each of its two people sees it (DIR-16 to DIR-19)."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.mentee_profiles import MenteeProfile, shown_identity
from mentoring.domain.profile import IDENTITY_FIELDS
from mentoring.domain.request_states import TOGETHER, UNANSWERED, Act, Side
from mentoring.handlers.answers import calendar_file, page
from mentoring.handlers.matching import (
    asking,
    find_mentor,
    matching,
    note_unreadable,
    request_url,
    visitor_of,
)
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.request_words import entries, name_of, question_rows, status_of
from mentoring.handlers.requests import Request
from mentoring.handlers.suggesting import suggested_after
from mentoring.pages.addresses import page_url
from mentoring.pages.calendar import request_calendar

DONE: Final = (*(str(act) for act in Act), "concern", "decline-pause")
"""After what a page may say that it was done."""
ASKED_AGAIN: Final = ("withdrawn", "dropped", "ended", "ended-by-other")
"""How a request ended whose mentor may be asked anew: they neither said no nor let it go by."""


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
        **(_ways_on(request, shown) if side is Side.MENTEE else _room(request, shown)),
        done=done if done in DONE else "",
        **about(request, shown, side),
    )


def _ways_on(request: Request, shown: MatchRequest) -> dict[str, Any]:
    """Return where a mentee goes on from a request that is over: whom they could ask, or ask again."""
    return {
        "is_over": not shown.is_open,
        "again_url": _again_url(request, shown),
        "suggested": suggested_after(request, shown),
    }


def _again_url(request: Request, shown: MatchRequest) -> str:
    """Return where a mentee can ask the same mentor once more; empty where they cannot."""
    may_ask = visitor_of(request).is_active_member(request.today)
    if not may_ask or status_of(shown, Side.MENTEE) not in ASKED_AGAIN:
        return ""
    mentor = find_mentor(request, shown.slug)
    if mentor is None or asking(request).why_not(mentor.member_id):
        return ""
    return page_url(request.language, f"account/ask/{shown.slug}")


def _room(request: Request, shown: MatchRequest) -> dict[str, Any]:
    """Return whether a mentor who could accept has as many mentees as their own limit allows (DIR-9)."""
    stored = request.services.profiles.get(shown.mentor_id) if shown.state in UNANSWERED else None
    load = matching().requests.load_of(shown.mentor_id)
    return {"is_full": stored is not None and load.is_full(stored.profile.capacity)}


def about(request: Request, shown: MatchRequest, side: Side) -> dict[str, Any]:
    """Return what every page of a request says: whose it is, how it stands, by when somebody answers."""
    made = request.services
    other = shown.person(side.other)
    membership = made.memberships.get_many([other], note_unreadable).get(other)
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


def calendar_answer(request: Request, shown: MatchRequest, side: Side) -> Response[str]:
    """Return the last day to answer, as letters carry it (MOD-29). Raises UnknownAddressError."""
    if shown.state not in UNANSWERED:
        raise UnknownAddressError
    wording = Wording(request.services.content, request.language)
    url = f"{request.services.site_url}{request_url(request, shown.id)}"
    return calendar_file(request_calendar(wording, shown, side, url))


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
