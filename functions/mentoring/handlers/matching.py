"""What the pages of asking and answering work with: stores, whose request it is, who may be asked."""

import os
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from mentoring.domain.errors import MembershipLapsedError
from mentoring.domain.listing import Listing, Withheld, members_listing
from mentoring.domain.match_requests import StoredRequest
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.request_states import Side
from mentoring.domain.sessions import Visitor
from mentoring.domain.slugs import is_slug
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Request
from mentoring.pages.addresses import page_url
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.concerns import ConcernStore
from mentoring.storage.introductions import IntroductionStore
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.mentee_profiles import MenteeProfileStore
from mentoring.usecases.ask_mentor import Asking
from mentoring.usecases.change_listing import ListingActs
from mentoring.usecases.match_requests import MatchActs
from mentoring.usecases.opt_in_fields import Lists

REQUEST_ID: Final = re.compile(r"[0-9a-f]{32}")
HOME: Final = "account/mentoring"
TO: Final = "to"  # what comes next where a mentor is asked: `check` (also by Enter), `write`, `send`
CHECK: Final = "check"


@dataclass(frozen=True, slots=True)
class Matching:
    """The stores besides the services of all."""

    requests: MatchRequestStore
    mentees: MenteeProfileStore
    introductions: IntroductionStore
    concerns: ConcernStore


@dataclass(frozen=True, slots=True)
class Mentor:
    """Somebody whom members may see at this moment."""

    member_id: str
    listing: Listing


def matching() -> Matching:
    """Return the stores of this function. Raises SettingsError."""
    return _connected(StorageSettings.from_environment(os.environ))


@cache
def _connected(storage: StorageSettings) -> Matching:
    client = dynamodb(storage)
    return Matching(
        MatchRequestStore(client, storage),
        MenteeProfileStore(client, storage),
        IntroductionStore(client, storage),
        ConcernStore(client, storage),
    )


def visitor_of(request: Request) -> Visitor:
    """Return who asks."""
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return request.visitor


def member_of(request: Request) -> str:
    """Return the id of the member who asks."""
    return visitor_of(request).session.identity.subject


def policy_of(request: Request) -> DirectoryPolicy:
    """Return the directory's numbers of today."""
    return request.services.content.policy.directory_on(request.today)


def wording_version(request: Request) -> str:
    """Return the version of the words under which somebody consents today."""
    return request.services.content.policy.documents[0].current(request.today)


def lists_of(request: Request) -> Lists:
    """Return what a questionnaire is checked against today."""
    content = request.services.content
    return Lists(
        vocabularies=content.vocabularies,
        documents=content.policy.documents,
        today=request.today,
        language=request.language,
    )


def require_active(request: Request) -> None:
    """Raise MembershipLapsedError for a member whose membership does not count (ELI-8)."""
    if not visitor_of(request).is_active_member(request.today):
        raise MembershipLapsedError(member_of(request))


def asking(request: Request) -> Asking:
    """Return what this member may do about a mentor."""
    made = request.services
    return Asking(
        requests=matching().requests,
        profiles=made.profiles,
        memberships=made.memberships,
        documents=made.content.policy.documents,
        policy=policy_of(request),
        member_id=member_of(request),
        now=request.now,
    )


def match_acts(request: Request) -> MatchActs:
    """Return what this member may do about their requests."""
    return MatchActs(
        requests=matching().requests,
        profiles=request.services.profiles,
        memberships=request.services.memberships,
        policy=policy_of(request),
        member_id=member_of(request),
        now=request.now,
    )


def listing_acts(request: Request) -> ListingActs:
    """Return what this member may do about their own listing."""
    return ListingActs(
        profiles=request.services.profiles,
        member_id=member_of(request),
        is_active=visitor_of(request).is_active_member(request.today),
        wording_version=wording_version(request),
        language=request.language,
        now=request.now,
    )


def own_request(request: Request) -> tuple[StoredRequest, Side]:
    """Return the request that the address names, and which side is this member's.

    Raises UnknownAddressError, NoSuchRequestError: they answer alike (SAF-2).
    """
    request_id = request.parameters["request"]
    if not REQUEST_ID.fullmatch(request_id):
        raise UnknownAddressError
    return match_acts(request).find(request_id)


def find_mentor(request: Request, slug: str) -> Mentor | None:
    """Return who has an address, as members may see them now; None for the others, whatever the reason."""
    made = request.services
    member_id = made.profiles.owner_of(slug) if is_slug(slug) else None
    stored = made.profiles.get(member_id) if member_id else None
    if member_id is None or stored is None:
        return None
    documents = made.content.policy.documents
    shown = members_listing(stored.profile, made.memberships.get(member_id), documents, request.today)
    return None if isinstance(shown, Withheld) else Mentor(member_id, shown.listing)


def request_url(request: Request, request_id: str, act: str = "") -> str:
    """Return the address of a request's page, or of one of its acts."""
    return f"{page_url(request.language, f'{HOME}/{request_id}')}{act}"
