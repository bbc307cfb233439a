"""Asking a mentor: an introduction, what is shared, a last look, and only then it is sent (DIR-15)."""

from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.errors import RequestRefusedError
from mentoring.domain.exam_words import speaks_of_exam
from mentoring.domain.match_requests import MatchRequest, SharingConsent
from mentoring.domain.mentee_profiles import StoredMenteeProfile, questions_of, shown_identity
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import Side
from mentoring.handlers.answers import page, see_other
from mentoring.handlers.forms import SWITCH, form_page, switched
from mentoring.handlers.matching import (
    CHECK,
    TO,
    Mentor,
    asking,
    find_mentor,
    lists_of,
    matching,
    member_of,
    policy_of,
    request_url,
)
from mentoring.handlers.request_words import question_rows, standing_words
from mentoring.handlers.requests import Form, Request
from mentoring.pages.addresses import page_url
from mentoring.usecases.ask_mentor import Asked
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.match_request_fields import LONGEST_INTRODUCTION, typed_introduction
from mentoring.usecases.mentee_profile import missing_steps
from mentoring.usecases.mentee_steps import STEPS
from mentoring.usecases.typed_fields import FormError

CHANGE: Final = "change"  # the page of the questionnaire that is to be changed
VERSION: Final = "version"
CONSENT: Final = "consent"
YES: Final = "yes"
AGREED_TO: Final = ("request.check.consent", "request.check.consent_hint")
"""The words by which a mentee lets a mentor read the questionnaire."""

logger = Logger(service="match-requests")


def begin(request: Request) -> Response[str]:
    """Ask for the introduction, or say why this mentor cannot be asked."""
    mentor = find_mentor(request, request.parameters["slug"])
    if mentor is None:
        return gone_page(request)
    typed = request.kept or Form()
    if refusal := asking(request).why_not(mentor.member_id):
        return _refused(request, mentor, refusal, typed.get("introduction"))
    questionnaire = _questionnaire(request)
    if missing_steps(questionnaire.profile, lists_of(request)):
        if introduction := typed.get("introduction"):
            _keep(request, mentor, introduction)
        return _to_questionnaire(request)
    if request.kept is None and request.query.get(TO) == CHECK:
        return _last_look(request, mentor, questionnaire)
    return _write_page(request, mentor, request.kept or _kept(request, mentor))


def go_on(request: Request) -> Response[str]:
    """Take the introduction, show everything once more, and send what was looked at."""
    mentor = find_mentor(request, request.parameters["slug"])
    if mentor is None:
        return gone_page(request)
    if elsewhere := switched(request):
        return elsewhere
    if request.form.get(TO) == "write" or _arrived(request, "write"):
        return _write_page(request, mentor, request.form)
    try:
        introduction = typed_introduction(request.form)
    except FormError as refused:
        return _write_page(request, mentor, request.form, refused)
    questionnaire, change = _questionnaire(request), request.form.get(CHANGE)
    step = change if change in STEPS else ""
    is_elsewhere = step or missing_steps(questionnaire.profile, lists_of(request))
    if request.form.get(TO) == "send" and not is_elsewhere:
        return _send(request, mentor, introduction, questionnaire)
    _keep(request, mentor, introduction)
    if is_elsewhere:
        return _to_questionnaire(request, step)
    # A page that can be fetched again, for whoever comes back to it once all is sent.
    return see_other(f"{page_url(request.language, f'account/ask/{mentor.listing.slug}')}?{TO}={CHECK}")


def _last_look(request: Request, mentor: Mentor, questionnaire: StoredMenteeProfile) -> Response[str]:
    """Show everything before it is sent; without an introduction, ask for it."""
    kept = _kept(request, mentor)
    try:
        return _check_page(request, mentor, typed_introduction(kept), questionnaire)
    except FormError:
        return _write_page(request, mentor, kept)


def gone_page(request: Request) -> Response[str]:
    """Say that nobody can be asked here, alike for whoever left and for whoever never was.

    What somebody wrote to them is shown, for nothing came of it.
    """
    introduction = (request.kept or request.form).get("introduction")
    return page(request, "request/gone.html", status=404, introduction=introduction)


def _send(
    request: Request, mentor: Mentor, introduction: str, questionnaire: StoredMenteeProfile
) -> Response[str]:
    """Send what the member has looked at; where it has changed since, they look again."""
    if request.form.get(VERSION) != str(questionnaire.version):
        return _check_page(request, mentor, introduction, questionnaire, has_changed=True)
    if request.form.get(CONSENT) != YES:
        missing = {CONSENT: FieldError("not-given")}
        return _check_page(request, mentor, introduction, questionnaire, missing)
    consent = SharingConsent(
        given_at=request.now,
        wording_version=Wording(request.services.content, request.language).version(*AGREED_TO),
        language=request.language,
    )
    asked = Asked(
        mentor_id=mentor.member_id,
        introduction=introduction,
        mentee=questionnaire,
        consent=consent,
    )
    try:
        sent = asking(request).send(asked).request
    except RequestRefusedError as refused:
        if refused.reason == Refusal.CHANGED:  # at this very moment, by another window
            anew = _questionnaire(request)
            return _check_page(request, mentor, introduction, anew, has_changed=True)
        return _refused(request, mentor, Refusal(refused.reason), introduction)
    logger.info("asked", request_id=sent.id, member_id=sent.mentee_id)
    return see_other(request_url(request, sent.id, "sent"))


def _write_page(
    request: Request, mentor: Mentor, typed: Form, refused: FormError | None = None
) -> Response[str]:
    return form_page(
        request,
        "request/ask.html",
        typed=typed,
        errors=refused.by_field if refused else {},
        section="request",
        switches=True,
        back_url=page_url(request.language, f"account/mentors/{mentor.listing.slug}"),
        mentor=mentor.listing,
        longest=LONGEST_INTRODUCTION,
        kept_days=policy_of(request).draft_days,
    )


def _check_page(
    request: Request,
    mentor: Mentor,
    introduction: str,
    questionnaire: StoredMenteeProfile,
    errors: dict[str, FieldError] | None = None,
    *,
    has_changed: bool = False,
) -> Response[str]:
    """Show what the mentor will read, to be sent as it stands."""
    profile, wording = questionnaire.profile, Wording(request.services.content, request.language)
    questions = questions_of(profile)
    texts = (introduction, questions.background, questions.goals, questions.needs)
    return form_page(
        request,
        "request/check.html",
        typed=Form([("introduction", introduction), (VERSION, str(questionnaire.version))]),
        errors=errors or {},
        section="request",
        status=409 if has_changed else None,
        switches=True,
        mentor=mentor.listing,
        rows=question_rows(questions, wording),
        identity=shown_identity(questions, profile),
        is_about_exam=speaks_of_exam(*texts),
        has_changed=has_changed,
    )


def _refused(request: Request, mentor: Mentor, refusal: Refusal, introduction: str = "") -> Response[str]:
    """Say in words why this mentor cannot be asked now, and what one can do instead."""
    if refusal is Refusal.NOT_LISTED:
        return gone_page(request)
    policy = policy_of(request)
    pair = matching().requests.between(member_of(request), mentor.member_id)
    wait = pair.wait(policy, request.today)
    found = _request(pair.open_id) if pair.open_id and refusal is Refusal.ALREADY_OPEN else None
    return page(
        request,
        "request/refused.html",
        status=409 if introduction else 200,
        mentor=mentor.listing,
        refusal=str(refusal),
        open_url=request_url(request, found.id) if found else "",
        stands=_stands(request, found, mentor) if found else "",
        most=policy.requests_per_mentor if refusal is Refusal.TOO_OFTEN else policy.open_requests,
        again_on=wait[1] if wait else None,
        days=policy.days_before_asking_again,
        introduction=introduction,
    )


def _request(request_id: str) -> MatchRequest | None:
    """Return the request of these two that is not over; None where it ended at this moment."""
    stored = matching().requests.get(request_id)
    return stored.request if stored else None


def _stands(request: Request, found: MatchRequest, mentor: Mentor) -> str:
    wording = Wording(request.services.content, request.language)
    return standing_words(found, Side.MENTEE, mentor.listing.name, wording)


def _arrived(request: Request, stage: str) -> bool:
    """Return whether the language switch brought a form from this stage to its other language."""
    return request.form.get(SWITCH) == request.language and request.form.get("stage") == stage


def _questionnaire(request: Request) -> StoredMenteeProfile:
    return matching().mentees.open(member_of(request))


def _to_questionnaire(request: Request, step: str = "") -> Response[str]:
    """Lead to the questionnaire, or to one page of it, and back here."""
    return see_other(f"{page_url(request.language, 'account/mentee')}{step}?ask={request.parameters['slug']}")


def _keep(request: Request, mentor: Mentor, introduction: str) -> None:
    """Keep an introduction until it is sent, or the policy's days are over (SAF-1)."""
    pair, term = (member_of(request), mentor.member_id), policy_of(request).draft_term(request.now)
    matching().introductions.keep(*pair, mentor.listing.slug, introduction, term)


def _kept(request: Request, mentor: Mentor) -> Form:
    """Return what this member wrote to this mentor and has not sent, in whichever language."""
    text = matching().introductions.of(member_of(request), mentor.member_id, request.now)
    return Form([("introduction", text)] if text else [])
