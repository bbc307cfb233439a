"""Who may use which route: declared here, enforced by `routing`, and nowhere else."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from mentoring.domain.sessions import IssuerKind, Visitor


class Actor(StrEnum):
    """What somebody can be at a route; one visitor is several."""

    ANYONE = "anyone"
    MEMBER = "member"  # signed in, active or lapsed
    ACTIVE_MEMBER = "active-member"
    STAFF = "staff"  # signed in as staff, with or without a role
    COORDINATOR = "coordinator"  # STF-9, as the two below
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"
    PROVIDER = "provider"  # of payments, by its signature: nobody who signs in


OF_MEMBERS: Final = frozenset({Actor.MEMBER, Actor.ACTIVE_MEMBER})
EVERYBODY: Final = frozenset({Actor.ANYONE})
OF_BUILDS: Final = frozenset({Actor.COORDINATOR, Actor.ADMINISTRATOR})  # STF-4
OF_MONEY: Final = frozenset({Actor.FINANCE, Actor.ADMINISTRATOR})  # STF-5
OF_MATCHING: Final = frozenset({Actor.COORDINATOR, Actor.ADMINISTRATOR})  # MOD-4, STF-9
WITH_MONEY: Final = OF_MONEY | {Actor.COORDINATOR}  # who sees it, takes requests in and proposes
OF_CONCERNS: Final = frozenset({Actor.COORDINATOR, Actor.ADMINISTRATOR})  # DIR-21

OF_ELIGIBILITY: Final = frozenset({Actor.COORDINATOR, Actor.ADMINISTRATOR})  # ELI-7

PERMITTED: Final[Mapping[str, frozenset[Actor]]] = {
    "GET /{lang}/account/sign-in": EVERYBODY,
    "GET /{lang}/account/signed-in": EVERYBODY,
    "GET /{lang}/staff/sign-in": EVERYBODY,
    "GET /{lang}/staff/signed-in": EVERYBODY,
    "POST /{lang}/account/sign-out": EVERYBODY,  # without a session there is nothing to end
    "GET /{lang}/account/": frozenset({Actor.MEMBER, Actor.STAFF}),
    "GET /{lang}/account/emails/": frozenset({Actor.MEMBER}),  # MOD-26
    "GET /{lang}/account/resources/": frozenset({Actor.ACTIVE_MEMBER}),  # ELI-6
    "GET /{lang}/account/resources/{name}/": frozenset({Actor.ACTIVE_MEMBER}),
    "POST /{lang}/account/resources/{name}/": frozenset({Actor.ACTIVE_MEMBER}),
    "GET /{lang}/account/resources/{name}/{file}": frozenset({Actor.ACTIVE_MEMBER}),
    "GET /{lang}/staff/": OF_BUILDS,  # leads to the builds while there is nothing else
    "GET /{lang}/staff/builds/": OF_BUILDS,
    "GET /{lang}/staff/builds/{name}/": OF_BUILDS,
    "POST /{lang}/staff/builds/start": OF_BUILDS,
    "POST /{lang}/staff/builds/approve": OF_BUILDS,
    "POST /{lang}/staff/builds/roll-back": OF_BUILDS,
    "GET /{lang}/staff/addresses/": OF_BUILDS,  # MOD-26
    "GET /{lang}/account/mentor/": frozenset({Actor.ACTIVE_MEMBER}),  # ELI-3: every active category
    "GET /{lang}/account/mentor/{step}": frozenset({Actor.ACTIVE_MEMBER}),
    "POST /{lang}/account/mentor/{step}": frozenset({Actor.ACTIVE_MEMBER}),
    "GET /{lang}/account/mentee/": frozenset({Actor.ACTIVE_MEMBER}),  # DIR-15: who may ask a mentor
    "GET /{lang}/account/mentee/{step}": frozenset({Actor.ACTIVE_MEMBER}),
    "POST /{lang}/account/mentee/{step}": frozenset({Actor.ACTIVE_MEMBER}),
    "GET /{lang}/account/listing/": frozenset({Actor.MEMBER}),  # who lapsed may always withdraw
    "GET /{lang}/account/listing/{act}": frozenset({Actor.MEMBER}),
    "POST /{lang}/account/listing/{act}": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/mentors.json": frozenset({Actor.ACTIVE_MEMBER}),  # DIR-11: signed-in members only
    "GET /{lang}/account/mentors/": frozenset({Actor.ACTIVE_MEMBER}),
    "GET /{lang}/account/mentors/{slug}/": frozenset({Actor.ACTIVE_MEMBER}),
    "GET /{lang}/account/data/": frozenset({Actor.MEMBER}),  # SAF-1: a lapsed member's data are theirs
    "GET /{lang}/account/data/{file}": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/erase": frozenset({Actor.MEMBER}),
    "POST /{lang}/account/erase": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/ask/{slug}/": frozenset({Actor.ACTIVE_MEMBER}),  # ELI-3: every active category
    "POST /{lang}/account/ask/{slug}/": frozenset({Actor.ACTIVE_MEMBER}),
    "GET /{lang}/account/mentoring/": frozenset({Actor.MEMBER}),  # who lapsed may always decline or end
    "POST /{lang}/account/mentoring/still-available": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/mentoring/{request}/": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/mentoring/{request}/{act}": frozenset({Actor.MEMBER}),
    "POST /{lang}/account/mentoring/{request}/{act}": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/facilitated/": frozenset({Actor.MEMBER}),  # ELI-4 decides what is there
    "GET /{lang}/account/facilitated/deadline.ics": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/facilitated/register/{step}": frozenset({Actor.ACTIVE_MEMBER}),
    "POST /{lang}/account/facilitated/register/{step}": frozenset({Actor.ACTIVE_MEMBER}),
    "POST /{lang}/account/facilitated/withdraw": frozenset({Actor.MEMBER}),
    "POST /{lang}/account/facilitated/pay": frozenset({Actor.MEMBER}),  # ELI-8 is asked once more
    "GET /{lang}/account/facilitated/paid": frozenset({Actor.MEMBER}),  # who lapsed has paid all the same
    "GET /{lang}/account/facilitated/cancel": frozenset({Actor.MEMBER}),  # and may cancel
    "POST /{lang}/account/facilitated/cancel": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/facilitated/workbook/": frozenset({Actor.MEMBER}),  # what was paid for is owed
    "GET /{lang}/account/facilitated/workbook/{step}": frozenset({Actor.MEMBER}),
    "POST /{lang}/account/facilitated/workbook/{step}": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/purchases/": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/purchases/{paper}/": frozenset({Actor.MEMBER}),
    "POST /{lang}/account/purchases/{paper}/send": frozenset({Actor.MEMBER}),
    "GET /{lang}/account/purchases/{file}": frozenset({Actor.MEMBER}),
    "GET /{lang}/staff/concerns/": OF_CONCERNS,
    "GET /{lang}/staff/concerns/{concern}/": OF_CONCERNS,
    "POST /{lang}/staff/concerns/{concern}/": OF_CONCERNS,
    "GET /{lang}/staff/eligibility/": OF_ELIGIBILITY,
    "GET /{lang}/staff/eligibility/{member}/": OF_ELIGIBILITY,
    "GET /{lang}/staff/eligibility/{member}/decide": OF_ELIGIBILITY,
    "POST /{lang}/staff/eligibility/{member}/decide": OF_ELIGIBILITY,
    "POST /{lang}/staff/eligibility/{member}/end": OF_ELIGIBILITY,
    "GET /{lang}/staff/refunds/": WITH_MONEY,
    "GET /{lang}/staff/refunds/{registration}/": WITH_MONEY,
    "GET /{lang}/staff/refunds/{registration}/log": WITH_MONEY,
    "POST /{lang}/staff/refunds/{registration}/log": WITH_MONEY,
    "GET /{lang}/staff/refunds/{registration}/propose": WITH_MONEY,
    "POST /{lang}/staff/refunds/{registration}/propose": WITH_MONEY,
    "POST /{lang}/staff/refunds/{registration}/decide": OF_MONEY,
    "POST /{lang}/staff/refunds/{registration}/repeat": OF_MONEY,
    "GET /{lang}/staff/finance/": OF_MONEY,
    "GET /{lang}/staff/finance/{file}": OF_MONEY,
    "GET /{lang}/staff/differences/{difference}/": WITH_MONEY,
    "POST /{lang}/staff/differences/{difference}/": OF_MONEY,
    "GET /{lang}/staff/workbooks/{registration}/": OF_MATCHING,
    "GET /{lang}/staff/workbooks/{registration}/file": OF_MATCHING,
    "GET /{lang}/staff/workbooks/{registration}/log": OF_MATCHING,
    "POST /{lang}/staff/workbooks/{registration}/log": OF_MATCHING,
    "POST /hooks/stripe": frozenset({Actor.PROVIDER}),
    "$default": EVERYBODY,  # not found
}


STAFF_PAGES: Final[Mapping[str, str]] = {
    "refunds": "refunds",
    "finance": "finance",
    "eligibility": "eligibility.staff",
    "builds": "builds",
    "addresses": "addresses",
    "concerns": "concern",
}
"""Where staff begin: the address under staff/, and the section of content/strings that tells of it."""


class ForbiddenError(Exception):
    """Somebody who is signed in may not use a route."""


class LapsedError(Exception):
    """A member may not use a route while their membership does not count (ELI-8)."""


class NotSignedInError(Exception):
    """A route is for people who are signed in."""

    def __init__(self, kind: IssuerKind) -> None:
        super().__init__(f"sign in with the {kind} issuer")
        self.kind = kind


def actors(visitor: Visitor | None, today: date) -> frozenset[Actor]:
    """Return everything that a visitor is on this day."""
    if visitor is None:
        return EVERYBODY
    if visitor.session.identity.kind is IssuerKind.STAFF:
        return EVERYBODY | {Actor.STAFF} | {Actor(role) for role in visitor.roles}
    active = {Actor.ACTIVE_MEMBER} if visitor.is_active_member(today) else frozenset[Actor]()
    return EVERYBODY | {Actor.MEMBER} | active


def staff_pages(visitor: Visitor | None, today: date) -> dict[str, str]:
    """Return those of the staff's pages that a visitor may use."""
    mine = actors(visitor, today)
    return {
        address: section
        for address, section in STAFF_PAGES.items()
        if PERMITTED[f"GET /{{lang}}/staff/{address}/"] & mine
    }


def authorise(route_key: str, visitor: Visitor | None, today: date) -> None:
    """Raise NotSignedInError, LapsedError or ForbiddenError for a visitor who may not use a route."""
    permitted = PERMITTED[route_key]
    if permitted & actors(visitor, today):
        return
    if visitor is None:
        raise NotSignedInError(IssuerKind.MEMBERS if permitted & OF_MEMBERS else IssuerKind.STAFF)
    if Actor.ACTIVE_MEMBER in permitted and visitor.session.identity.kind is IssuerKind.MEMBERS:
        raise LapsedError
    raise ForbiddenError
