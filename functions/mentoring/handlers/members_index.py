"""Mentors as signed-in members see them: what the directory loads besides, profiles, a list (DIR-11)."""

import os
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.profile import IDENTITY_FIELDS
from mentoring.domain.sessions import Session
from mentoring.domain.slugs import is_slug
from mentoring.gateway_settings import ObjectsSettings
from mentoring.gateways.objects import objects
from mentoring.handlers.answers import HEADERS, page, see_other
from mentoring.handlers.members_answer import MembersAnswers
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import Request
from mentoring.handlers.routing import Routes
from mentoring.pages.addresses import page_url
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.members_tree import MembersTree
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.see_mentors import see_index, see_mentor

logger = Logger(service="members-index")
routes = Routes()

NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class MembersPart:
    """What this function works with besides the services of all."""

    releases: ReleaseStore
    tree: MembersTree
    withdrawals: WithdrawalStore
    answers: MembersAnswers


def members_part() -> MembersPart:
    """Return this function's own stores. Raises SettingsError."""
    return _connected(
        StorageSettings.from_environment(os.environ), ObjectsSettings.from_environment(os.environ)
    )


@cache
def _connected(storage: StorageSettings, place: ObjectsSettings) -> MembersPart:
    client = dynamodb(storage)
    return MembersPart(
        ReleaseStore(client, storage.releases_table),
        MembersTree(objects(place).read),
        WithdrawalStore(client, storage.withdrawals_table),
        MembersAnswers(),
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/mentors.json")
def index(request: Request) -> Response[Any]:
    """Give the directory who is listed for members alone, and who shares which answers."""
    made = members_part()
    found, withdrawn = see_index(made.releases, made.tree, made.withdrawals)
    session = _session(request)
    # All of it in one answer: who reads it is noted, what they look for in it never reaches us.
    logger.info("index read", subject=session.identity.subject)
    answer = made.answers.answer(
        found, withdrawn, Wording(request.services.content, request.language), request.headers
    )
    answer.headers |= {**HEADERS, "Session-Mark": session.mark}
    return answer


@routes.on("GET /{lang}/account/mentors/")
def listed(request: Request) -> Response[Any]:
    """List the mentors whom members alone see, for browsers without scripts."""
    made = members_part()
    found, withdrawn = see_index(made.releases, made.tree, made.withdrawals)
    rows = found.without(withdrawn).rows
    size = request.services.content.policy.directory_on(request.today).shown_per_page
    here, pages = page_url(request.language, "account/mentors"), max(1, -(-len(rows) // size))
    asked = request.query.get("page", "1")
    number = min(int(asked), pages) if NUMBER.fullmatch(asked) else 1
    return page(
        request,
        "members/list.html",
        rows=rows[(number - 1) * size : number * size],
        page_number=number,
        page_urls=[here, *(f"{here}?page={each}" for each in range(2, pages + 1))],
    )


@routes.on("GET /{lang}/account/mentors/{slug}/")
def shown(request: Request) -> Response[Any]:
    """Show a mentor with what is shared with members. Raises UnknownAddressError, whatever the reason."""
    slug = request.parameters["slug"]
    if not is_slug(slug):
        raise UnknownAddressError
    made = members_part()
    seen = see_mentor(slug, made.releases, made.tree, made.withdrawals)
    if seen is None:
        raise UnknownAddressError
    if seen.profile is None:
        return see_other(page_url(request.language, f"mentors/{slug}"))
    identity = seen.profile.identity
    return page(
        request,
        "members/mentor.html",
        listing=seen.profile.listing,
        identity={name: identity[name] for name in IDENTITY_FIELDS if name in identity},
        is_public=seen.is_public,
    )


def _session(request: Request) -> Session:
    visitor = request.visitor
    assert visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return visitor.session
