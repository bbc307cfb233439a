"""The questionnaire of those who ask mentors: how its pages are shown, and its answers kept (DIR-15)."""

from typing import Any, Final
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.drafts import Typed
from mentoring.domain.mentee_profiles import (
    MenteeAnswers,
    MenteeProfile,
    StoredMenteeProfile,
    shared_identity,
)
from mentoring.domain.profile import IDENTITY_FIELDS, Audience
from mentoring.domain.slugs import is_slug
from mentoring.handlers.answers import page
from mentoring.handlers.matching import CHECK, TO, find_mentor
from mentoring.handlers.opt_in_words import identity_lines, meeting_lines, text_lines
from mentoring.handlers.question_forms import IDENTITY, WORDS, Row, Sheet, lists_of, member_of, version_of
from mentoring.handlers.questionnaires import Questionnaire
from mentoring.handlers.requests import Request
from mentoring.pages.addresses import page_url
from mentoring.usecases.mentee_profile import Answering, missing_steps
from mentoring.usecases.mentee_steps import STEPS, Step
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.questionnaires import AnswerChangedError

START: Final = "start"
FILTERS: Final = (("area", "areas"), ("lang", "languages"), ("topic", "topics"))
"""What the directory filters by, in the order of its addresses (`site/theme/static/js/query.mjs`)."""
WISHES: Final = (*FILTERS, ("format", "formats"))
"""What can be wished of a mentor, by the facets of the directory (`site/theme/static/js/wishes.mjs`)."""


class Mentee(Questionnaire[MenteeAnswers]):
    """The Mentee Profile Questionnaire: each page is saved by itself."""

    home = "account/mentee"
    section = "mentee"
    check = "review"
    audience = Audience.MENTORS
    steps = STEPS

    def sheet(self, request: Request) -> Sheet[MenteeAnswers]:
        """Return the questionnaire of who asks."""
        return _sheet(stored_of(request))

    def changed_sheet(self, changed: AnswerChangedError) -> Sheet[MenteeAnswers]:
        """Return the questionnaire in which a page was answered elsewhere."""
        return _sheet(changed.opened)

    def save(self, request: Request, step: Step, seen: str) -> None:
        """Keep what a form answers."""
        _answering(request).save(step, request.form, version_of(seen))

    def save_unfinished(self, request: Request, step: Step, typed: Typed, seen: str) -> bool:
        """Keep what was typed as it was typed; False where all of it was erased since."""
        return _answering(request).save_unfinished(step, typed, version_of(seen))

    def lines(self, step_id: str, answers: MenteeAnswers, wording: Wording, lists: Lists) -> list[str]:  # noqa: ARG002
        """Return everything that one page asks, in words."""
        if step_id in WORDS:
            return text_lines(getattr(answers, step_id))
        if step_id == "meeting":
            return meeting_lines(answers, wording)
        if STEPS[step_id].group == IDENTITY:
            lines = identity_lines(step_id, answers, wording)
            return [*lines, _share_line(step_id, answers, wording)] if lines else []
        return [wording.label(step_id, term_id) for term_id in getattr(answers, step_id)]

    def carried(self, request: Request) -> dict[str, str]:
        """Return the mentor who is to be asked, and whether one goes through the questions in order."""
        slug = asked_slug(request)
        if not slug:
            return {}
        in_order = request.query.get("from") == START or "step" not in request.parameters
        return {"ask": slug, "from": START} if in_order else {"ask": slug}

    def purpose(self, request: Request) -> str:
        """Return whom somebody is about to ask."""
        mentor = find_mentor(request, asked_slug(request))
        wording = Wording(request.services.content, request.language)
        return wording.t("mentee.asking", name=mentor.listing.name) if mentor else ""

    def after(self, request: Request, step: Step) -> str:
        """Return the address that follows; who changed one page for a request goes back to it."""
        in_order = self.carried(request).keys() != {"ask"} or self.comes_back(request)
        if in_order or missing_steps(stored_of(request).profile, lists_of(request)):
            return super().after(request, step)
        return f"{ask_url(request)}?{TO}={CHECK}"


MENTEE: Final = Mentee()


def stored_of(request: Request) -> StoredMenteeProfile:
    """Return the questionnaire of who asks."""
    return request.services.mentees.open(member_of(request).member_id)


def asked_slug(request: Request) -> str:
    """Return the address of the mentor whom this visit is about; empty for none."""
    slug = request.query.get("ask", "")
    return slug if is_slug(slug) else ""


def ask_url(request: Request) -> str:
    """Return where the mentor is asked whom this visit is about; empty for none."""
    slug = asked_slug(request)
    return page_url(request.language, f"account/ask/{slug}") if slug else ""


def directory_url(language: str, answers: MenteeAnswers) -> str:
    """Return the directory filtered by what somebody wishes; nothing of their identity is in it."""
    query = [(name, term_id) for name, each in FILTERS for term_id in getattr(answers, each)]
    return page_url(language, "mentors") + (f"?{urlencode(query)}" if query else "")


def wishes_of(answers: MenteeAnswers) -> list[dict[str, object]]:
    """Return what somebody told as wishes, for their browser to keep; nothing of their identity."""
    return [
        {"facet": facet, "id": term_id, "must": False}
        for facet, name in WISHES
        for term_id in getattr(answers, name)
    ]


def start_page(request: Request) -> Response[str]:
    """Show what the questionnaire is for, what of it is done, and the way on."""
    stored = stored_of(request)
    missing = missing_steps(stored.profile, lists_of(request))
    state = "whole" if not missing else "begun" if stored.version else "new"
    return page(
        request,
        "mentee/start.html",
        path=MENTEE.url(request),
        section=MENTEE.section,
        state=state,
        groups=MENTEE.tasks(request, _sheet(stored)),
        on_url=MENTEE.url(request, missing[0] if missing else MENTEE.check),
        **_ways_on(request, stored.profile),
    )


def review_page(request: Request) -> Response[str]:
    """Show every answer under who would see it."""
    stored, lists = stored_of(request), lists_of(request)
    return page(
        request,
        "mentee/review.html",
        path=MENTEE.url(request, MENTEE.check),
        section=MENTEE.section,
        readers=_readers(request, stored.profile, lists),
        missing=_links(request, missing_steps(stored.profile, lists)),
        home_url=MENTEE.url(request),
        done_url=MENTEE.url(request, "done"),
        **_ways_on(request, stored.profile),
    )


def done_page(request: Request) -> Response[str]:
    """Say that the questionnaire is saved, and what one can do with it."""
    return page(
        request,
        "mentee/done.html",
        path=MENTEE.url(request, "done"),
        home_url=MENTEE.url(request),
        **_ways_on(request, stored_of(request).profile),
    )


def _ways_on(request: Request, profile: MenteeProfile) -> dict[str, Any]:
    return {
        "ask_url": ask_url(request),
        "purpose": MENTEE.purpose(request),
        "review_url": MENTEE.url(request, MENTEE.check),
        "mentors_url": directory_url(request.language, profile.answers),
        "wishes": wishes_of(profile.answers),
    }


def _links(request: Request, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, MENTEE.url(request, name, comes_back=True)) for name in names]


def _readers(request: Request, profile: MenteeProfile, lists: Lists) -> list[tuple[str, list[Row]]]:
    """Return the groups of the review page with their rows: who sees what (DIR-4, DIR-15)."""
    wording, shared = Wording(request.services.content, request.language), shared_identity(profile)

    def row(name: str) -> Row:
        return MENTEE.row(request, name, MENTEE.lines(name, profile.answers, wording, lists))

    told = [name for name in STEPS if name not in IDENTITY_FIELDS or name in shared]
    return [
        ("mentors", [row(name) for name in told]),
        ("nobody", [row(name) for name in STEPS if name not in told]),
    ]


def _share_line(name: str, answers: MenteeAnswers, wording: Wording) -> str:
    return wording.t(f"mentee.identity.shared.{answers.share_of(name)}")


def _sheet(stored: StoredMenteeProfile) -> Sheet[MenteeAnswers]:
    return Sheet(stored.profile, str(stored.version))


def _answering(request: Request) -> Answering:
    return Answering(
        profiles=request.services.mentees,
        member=member_of(request),
        lists=lists_of(request),
        policy=request.services.content.policy.directory_on(request.today),
        now=request.now,
    )
