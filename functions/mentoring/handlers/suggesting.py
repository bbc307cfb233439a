"""Which other mentors are suggested to a mentee once a request, or what came of it, is over (DIR-19)."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from aws_lambda_powertools import Logger

from mentoring.domain.listing import Listing
from mentoring.domain.match_requests import MatchRequest, Questions
from mentoring.domain.mentee_profiles import questions_of
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import RequestState
from mentoring.domain.suggestions import Candidate, Common, in_common
from mentoring.gateway_settings import ObjectsSettings
from mentoring.gateways.errors import ObjectsDownError
from mentoring.gateways.objects import Objects, objects
from mentoring.handlers.matching import (
    asking,
    find_mentor,
    matching,
    member_of,
    note_unreadable,
    policy_of,
    visitor_of,
)
from mentoring.handlers.requests import Request
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.released_mentors import ReleasedMentors
from mentoring.storage.releases import ReleaseStore
from mentoring.usecases.suggest_mentors import Suggesting

IN_VAIN: Final = (RequestState.EXPIRED, RequestState.DECLINED, RequestState.CLOSED)

logger = Logger(service="match-requests")


@dataclass(frozen=True, slots=True)
class Suggested:
    """A mentor, with the reason why."""

    listing: Listing
    common: Common


def accepting(releases: ReleaseStore, files: Objects) -> list[Candidate]:
    """Return who takes on mentees in the release that is shown. Raises ObjectsDownError."""
    pointer = releases.pointer()
    return ReleasedMentors(files.read).accepting(pointer.release) if pointer else []


def suggested_after(request: Request, ended: MatchRequest) -> list[Suggested]:
    """Return mentors whom this mentee can ask now, after a request that is over; else none.

    Named by what is on file at this moment. Whoever lapsed can ask nobody and is shown nobody
    (invariant 18).
    """
    if ended.is_open or not visitor_of(request).is_active_member(request.today):
        return []
    questions = questions_of(matching().mentees.open(member_of(request)).profile)
    try:
        slugs = _suggesting(request).for_member(ended, questions)
    except ObjectsDownError:
        logger.exception("no suggestions")  # the page has more to say than these
        return []
    found = (find_mentor(request, slug) for slug in slugs)
    return [_suggested(mentor.listing, questions) for mentor in found if mentor]


def latest_in_vain(asked: Sequence[MatchRequest]) -> MatchRequest | None:
    """Return a mentee's last request that came to nothing, unless they have asked somebody since."""
    ended = [(each.closed_at, each) for each in asked if each.state in IN_VAIN and each.closed_at]
    if not ended:
        return None
    closed_at, last = max(ended, key=lambda pair: pair[0])
    return None if any(each.sent_at > closed_at for each in asked) else last


def _suggested(listing: Listing, questions: Questions) -> Suggested:
    offered = Candidate(
        slug=listing.slug, topics=listing.topics, areas=listing.areas, languages=listing.languages
    )
    return Suggested(listing, in_common(questions, offered))


def _suggesting(request: Request) -> Suggesting:
    def why_not(_member_id: str, mentor_id: str) -> Refusal | None:
        return asking(request).why_not(mentor_id)

    def released() -> list[Candidate]:
        return accepting(*_released())

    profiles, requests = request.services.profiles, matching().requests
    return Suggesting(released, profiles, requests, why_not, policy_of(request), note_unreadable)


def _released() -> tuple[ReleaseStore, Objects]:
    return _connected(
        StorageSettings.from_environment(os.environ), ObjectsSettings.from_environment(os.environ)
    )


@cache
def _connected(storage: StorageSettings, place: ObjectsSettings) -> tuple[ReleaseStore, Objects]:
    return ReleaseStore(dynamodb(storage), storage.releases_table), objects(place)
