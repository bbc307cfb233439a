"""What one has answered, under who would see it: checked, previewed by audience, published (DIR-6)."""

from dataclasses import replace
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.drafts import Answers
from mentoring.domain.listing import Listing, MembersListing, Withheld, members_listing, public_listing
from mentoring.domain.membership import Membership
from mentoring.domain.profile import IDENTITY_FIELDS, Audience, Profile, StoredProfile
from mentoring.handlers.answers import page
from mentoring.handlers.forms import form_page
from mentoring.handlers.opt_in_pages import OPT_IN, seen_text
from mentoring.handlers.opt_in_words import answer_lines, capacity_line, share_line
from mentoring.handlers.question_forms import VERSION, Row, lists_of
from mentoring.handlers.requests import Form, Request
from mentoring.pages.addresses import page_url
from mentoring.usecases.opt_in import Opened
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.opt_in_profile import agreed_to_all, composed_profile
from mentoring.usecases.opt_in_steps import STEPS, missing_steps

VIEWS: Final = ("public", "members", "staff")
SHOWN: Final = tuple(step.id for step in STEPS.values() if step.group in ("practice", "mentoring"))


def check_page(
    request: Request, opened: Opened, member: Membership, *, has_changed: bool = False
) -> Response[str]:
    """Show every answer under who would see it, and publish from there."""
    lists, draft = lists_of(request), opened.stored.draft
    return form_page(
        request,
        "opt-in/check.html",
        typed=Form([(VERSION, seen_text(opened.seen))]),
        status=409 if has_changed else 200,
        section=OPT_IN.section,
        has_changed=has_changed,
        member=member,
        is_listed=opened.is_listed,
        has_draft=opened.stored.version > 0,
        missing=[
            (step.id, OPT_IN.url(request, step.id, comes_back=True)) for step in missing_steps(draft, lists)
        ],
        audiences=_audiences(request, draft.answers, lists),
        listing=draft.answers.listing,
        back_url=OPT_IN.url(request),
        preview_url=OPT_IN.url(request, "preview"),
    )


def preview_page(request: Request, opened: Opened, member: Membership) -> Response[str] | None:
    """Show the listing as an audience would see it; None where answers for it are still missing.

    Decided by the rules of the build, over the profile that publishing would save.
    """
    lists, view = lists_of(request), request.query.get("as", VIEWS[0])
    view = {"member": "members"}.get(view, view)
    missing = {step.id for step in missing_steps(opened.stored.draft, lists)} - {"documents"}
    if missing:
        return None
    before = opened.published.profile if opened.published else None
    composed = composed_profile(opened.stored.draft, before, lists.documents, request.language, request.now)
    profile = agreed_to_all(composed, lists.documents, request.now)
    if not profile.slug:  # a listing that was never published has no page: its card leads to the directory
        profile = replace(profile, slug="#")
    return page(
        request,
        "opt-in/preview.html",
        view=view if view in VIEWS else VIEWS[0],
        views=[(each, f"{request.path}?as={each}") for each in VIEWS],
        check_url=OPT_IN.url(request, OPT_IN.check),
        member=member,
        **_seen_by(view, profile, member, request),
    )


def done_page(request: Request, published: StoredProfile) -> Response[str]:
    """Say that it is published, and what happens next."""
    return page(
        request,
        "opt-in/done.html",
        profile=published.profile,
        listing_url=page_url(request.language, "account/listing"),
    )


def _seen_by(view: str, profile: Profile, member: Membership, request: Request) -> dict[str, Any]:
    """Return what an audience sees: a listing or why there is none, and the identity answers shown to it."""
    documents, today = request.services.content.policy.documents, request.today
    seen: Listing | MembersListing | Withheld
    if view == "public" or view not in VIEWS:
        seen = public_listing(profile, member, documents, today)
    else:
        seen = members_listing(profile, member, documents, today)
    if isinstance(seen, Withheld):
        return {"withheld": seen, "listing": None, "identity": {}, "profile": None}
    listing = seen.listing if isinstance(seen, MembersListing) else seen
    identity = seen.identity if isinstance(seen, MembersListing) else {}
    # Staff see the record as it is kept, with what is shared with nobody.
    kept = profile if view == "staff" else None
    return {"withheld": None, "listing": listing, "identity": identity, "profile": kept}


def _audiences(request: Request, answers: Answers, lists: Lists) -> list[tuple[str, list[Row]]]:
    """Return the groups of the check page with their rows: who sees what (DIR-4)."""
    wording = Wording(request.services.content, request.language)

    def said(step_id: str) -> Row:
        return OPT_IN.row(request, step_id, answer_lines(step_id, answers, wording, lists))

    def identity(name: str) -> Row:
        lines = answer_lines(name, answers, wording, lists)
        return OPT_IN.row(request, name, lines, share_line(name, answers, wording) if lines else "")

    shared = [name for name in IDENTITY_FIELDS if answers.identity.get(name) and _is_shared(name, answers)]
    shown, members = [said(step_id) for step_id in SHOWN], [identity(name) for name in shared]
    private = [identity(name) for name in IDENTITY_FIELDS if name not in shared]
    capacity = OPT_IN.row(request, "availability", [capacity_line(answers, wording)], name="capacity")
    own = [*private, capacity, said("listing"), said("documents")]
    if answers.listing is Audience.MEMBERS:
        return [("public", []), ("members", [*shown, *members]), ("private", own)]
    return [("public", shown), ("members", members), ("private", own)]


def _is_shared(name: str, answers: Answers) -> bool:
    return answers.share_of(name) is Audience.MEMBERS
