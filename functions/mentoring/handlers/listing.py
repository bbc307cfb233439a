"""A mentor's own listing: how it stands, what may be done with it, the way out (DIR-4, DIR-7 to DIR-9)."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.domain.business_days import day_of
from mentoring.domain.errors import NoListingError, StaleProfileError
from mentoring.domain.listing import Withheld, changed_documents, members_listing
from mentoring.domain.profile import LISTING, Audience, Profile, StoredProfile
from mentoring.domain.sessions import Visitor
from mentoring.gateways.errors import ObjectsDownError
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.forms import NOTHING_WRONG, form_page
from mentoring.handlers.listing_acts import ACTS, VERSION, Act
from mentoring.handlers.problems import UnknownAddressError
from mentoring.handlers.requests import FORM_TOKEN, Form, Request
from mentoring.handlers.routing import Routes
from mentoring.handlers.settling import Settling, part_now, settle_now, settling
from mentoring.pages.addresses import page_url
from mentoring.storage.members_tree import MembersTree
from mentoring.usecases.change_listing import ListingActs, shareable
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.part_ways import LEFT
from mentoring.usecases.see_listing import has_public_page, release_without
from mentoring.usecases.typed_fields import FormError

logger = Logger(service="listing")
routes = Routes()

CHANGED: Final = FieldError("changed-meanwhile")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return routes.resolve(event, context)


@routes.on("GET /{lang}/account/listing/")
def home(request: Request) -> Response[str]:
    """Show how a member's listing stands, and the ways to change it."""
    stored = _stored(request)
    if stored is None:
        return page(request, "listing/none.html")
    profile = stored.profile
    if profile.opted_out_on:
        return page(request, "listing/gone.html", profile=profile)
    documents = request.services.content.policy.documents
    done = request.query.get("done", "")
    return page(
        request,
        "listing/home.html",
        profile=profile,
        state=_state(request, profile),
        changed_documents=changed_documents(profile, documents, request.today),
        has_public_page=_has_public_page(profile.slug),
        subjects=shareable(profile),
        decided_on=_decided_on(profile),
        form_token=_visitor(request).session.form_token,
        done=done if done in ACTS else "",
    )


@routes.on("GET /{lang}/account/listing/{act}")
def ask(request: Request) -> Response[str]:
    """Show the form of one act, or the receipt of the last one."""
    name = request.parameters["act"]
    if name == "left":
        return _receipt(request)
    act, stored = _act(name), _stored(request)
    if stored is None or stored.profile.opted_out_on or not act.has_page:
        return see_other(_home(request))
    typed = Form([(VERSION, str(stored.version)), *act.fields(stored.profile)])
    return _form(request, act, stored, request.kept or typed)


@routes.on("POST /{lang}/account/listing/{act}")
def take(request: Request) -> Response[str]:
    """Do one act, and lead to where its effect shows."""
    act, acts = _act(request.parameters["act"]), _acts(request)
    try:
        return _taken(request, act, acts)
    except NoListingError:
        return see_other(_home(request))


def _taken(request: Request, act: Act, acts: ListingActs) -> Response[str]:
    """Return what an act leads to. Raises NoListingError, also where a listing went meanwhile."""
    try:
        stored = act.take(request, acts)
    except FormError as refused:
        return _form(request, act, acts.stored(), request.form, errors=refused.by_field)
    except StaleProfileError:
        return _conflict(request, act, acts.stored())
    logger.info("listing changed", act=act.name, member_id=acts.member_id, version=stored.version)
    if act.hides:
        settle_now(stored.profile.slug, acts.member_id)
    if stored.profile.opted_out_on:
        part_now(LEFT, acts.member_id, request.now)
    return see_other(f"{_home(request)}{'left' if act.name == 'leave' else f'?done={act.name}'}")


def _act(name: str) -> Act:
    if name not in ACTS:
        raise UnknownAddressError
    return ACTS[name]


def _acts(request: Request) -> ListingActs:
    visitor = _visitor(request)
    return ListingActs(
        profiles=request.services.profiles,
        member_id=visitor.session.identity.subject,
        is_active=visitor.is_active_member(request.today),
        wording_version=request.services.content.policy.documents[0].current(request.today),
        language=request.language,
        now=request.now,
    )


def _form(
    request: Request,
    act: Act,
    stored: StoredProfile,
    typed: Form,
    errors: Mapping[str, FieldError] = NOTHING_WRONG,
    status: int | None = None,
) -> Response[str]:
    return form_page(
        request,
        f"listing/{act.name}.html",
        typed=typed,
        errors=errors,
        section="listing",
        status=status,
        back_url=_home(request),
        profile=stored.profile,
        subjects=shareable(stored.profile),
        decided_on=_decided_on(stored.profile),
    )


def _conflict(request: Request, act: Act, stored: StoredProfile) -> Response[str]:
    """Return the form with what was typed, to be sent once more over what was saved meanwhile."""
    typed = [(name, value) for name, value in request.form if name not in (VERSION, FORM_TOKEN)]
    anew = Form([(VERSION, str(stored.version)), *typed])
    return _form(request, act, stored, anew, errors={act.first: CHANGED}, status=409)


def _receipt(request: Request) -> Response[str]:
    stored = _stored(request)
    if stored is None or not stored.profile.opted_out_on:
        return see_other(_home(request))
    profile = stored.profile
    withdrawn = profile.consents.get(LISTING)
    is_known = withdrawn is not None and withdrawn.audience is Audience.NONE
    return page(
        request,
        "listing/left.html",
        profile=profile,
        left_at=withdrawn.given_at if withdrawn and is_known else None,
        release=_release_without(profile.slug),
    )


def _state(request: Request, profile: Profile) -> str:
    """Return who can see the listing, or why nobody can."""
    documents = request.services.content.policy.documents
    shown = members_listing(profile, _visitor(request).membership, documents, request.today)
    return str(shown) if isinstance(shown, Withheld) else str(profile.audience_of(LISTING))


def _decided_on(profile: Profile) -> dict[str, date]:
    """Return since which day each choice stands (DIR-4)."""
    return {subject: day_of(consent.given_at) for subject, consent in profile.consents.items()}


def _has_public_page(slug: str) -> bool:
    made = settling()
    try:
        return has_public_page(slug, made.withdrawals, made.releases, _trees(made))
    except ObjectsDownError as error:
        logger.warning("the release cannot be read", what=error.what)
        return False


def _release_without(slug: str) -> str | None:
    made = settling()
    try:
        return release_without(slug, made.releases, _trees(made))
    except ObjectsDownError as error:
        logger.warning("the release cannot be read", what=error.what)
        return None


@cache
def _trees(made: Settling) -> MembersTree:
    return MembersTree(made.objects.read)


def _stored(request: Request) -> StoredProfile | None:
    return request.services.profiles.get(_visitor(request).session.identity.subject)


def _visitor(request: Request) -> Visitor:
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    return request.visitor


def _home(request: Request) -> str:
    return page_url(request.language, "account/listing")
