"""Everything that a member has under way, as mentee and as mentor (DIR-19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.business_days import day_of
from mentoring.domain.loads import Load
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.profile import StoredProfile
from mentoring.domain.request_states import TOGETHER, UNANSWERED, Side
from mentoring.handlers.answers import page
from mentoring.handlers.matching import asking, matching, member_of, policy_of, request_url, visitor_of
from mentoring.handlers.request_words import name_of, status_of
from mentoring.handlers.requests import Request
from mentoring.handlers.suggesting import latest_in_vain, suggested_after

DONE: Final = ("still-available",)

logger = Logger(service="match-requests")


@dataclass(frozen=True, slots=True)
class Line:
    """One request on the page; its words are `request.status.<side>.<status>`."""

    url: str
    name: str
    side: Side
    status: str
    is_theirs_to_act: bool
    answer_by: date | None
    since: date


def home_page(request: Request) -> Response[str]:
    """Show what waits for whom, whom one works with, and what is over."""
    asked, received = _of(request, Side.MENTEE), _of(request, Side.MENTOR)
    load = matching().requests.load_of(member_of(request))
    profile = _profile(request)
    in_vain = latest_in_vain(asked)
    done = request.query.get("done", "")
    return page(
        request,
        "request/mentoring.html",
        suggested=suggested_after(request, in_vain) if in_vain else [],
        asked=_lines(request, [each for each in asked if each.state in UNANSWERED], Side.MENTEE),
        mentors=_lines(request, [each for each in asked if each.state in TOGETHER], Side.MENTEE),
        # The one who has waited longest comes first.
        inbox=_lines(request, [each for each in received[::-1] if each.state in UNANSWERED], Side.MENTOR),
        mentees=_lines(request, [each for each in received if each.state in TOGETHER], Side.MENTOR),
        past=[
            *_lines(request, [each for each in asked if not each.is_open], Side.MENTEE),
            *_lines(request, [each for each in received if not each.is_open], Side.MENTOR),
        ],
        left=_left(request, load),
        is_active=visitor_of(request).is_active_member(request.today),
        load=load,
        profile=profile.profile if profile else None,
        closed=str(asking(request).closed(member_of(request), profile) or "") if profile else "",
        version=profile.version if profile else 0,
        form_token=visitor_of(request).session.form_token,
        done=done if done in DONE else "",
    )


def turns_of(request: Request) -> int:
    """Return in how many of their requests and relationships it is this member's turn."""
    sides = (Side.MENTEE, Side.MENTOR)
    return sum(each.acts_next is side for side in sides for each in _of(request, side))


def _left(request: Request, load: Load) -> int:
    """Return how many mentors may still be asked."""
    return max(0, policy_of(request).open_requests - len(load.asked))


def _of(request: Request, side: Side) -> list[MatchRequest]:
    """Return a member's requests, the newest first; a damaged one is noted and stops no other."""

    def note(request_id: str) -> None:
        logger.error("unreadable request", request_id=request_id)

    stored = matching().requests.of(member_of(request), side, note)
    return [each.request for each in stored]


def _lines(request: Request, shown: Sequence[MatchRequest], side: Side) -> list[Line]:
    others = {each.person(side.other) for each in shown}
    memberships = request.services.memberships.get_many(others, _unreadable)
    there = request.services.profiles.get_many(others, _unreadable) if side is Side.MENTEE else {}

    former = Wording(request.services.content, request.language).t("request.former_member")

    def line(each: MatchRequest) -> Line:
        other = each.person(side.other)
        return Line(
            url=request_url(request, each.id),
            name=name_of(each, side.other, memberships.get(other), is_there=other in there) or former,
            side=side,
            status=status_of(each, side),
            is_theirs_to_act=each.acts_next is side,
            answer_by=each.answer_by if each.state in UNANSWERED else None,
            since=day_of(each.closed_at or each.accepted_at or each.sent_at),
        )

    return [line(each) for each in shown]


def _unreadable(member_id: str) -> None:
    logger.error("unreadable record", member_id=member_id)


def _profile(request: Request) -> StoredProfile | None:
    stored = request.services.profiles.get(member_of(request))
    return stored if stored and not stored.profile.opted_out_on else None
