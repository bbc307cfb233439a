"""The questionnaire of those who want to be mentors: how its pages are shown, and its answers kept."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.drafts import Answers, DraftTerm, Typed
from mentoring.domain.profile import Audience
from mentoring.handlers.answers import page
from mentoring.handlers.opt_in_words import answer_lines, capacity_line, share_line
from mentoring.handlers.question_forms import IDENTITY, Sheet, lists_of, member_of
from mentoring.handlers.questionnaires import Questionnaire
from mentoring.handlers.requests import Request
from mentoring.usecases import opt_in
from mentoring.usecases.opt_in import Opened, Seen
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.opt_in_steps import STEPS, Step, missing_steps
from mentoring.usecases.questionnaires import AnswerChangedError


class OptIn(Questionnaire[Answers]):
    """ "I want to be a mentor": answers wait in a draft until they are published."""

    home = "account/mentor"
    section = "opt_in"
    check = "check"
    audience = Audience.MEMBERS
    steps = STEPS

    def sheet(self, request: Request) -> Sheet[Answers]:
        """Return the draft of who asks."""
        return _sheet(opened_by(request))

    def changed_sheet(self, changed: AnswerChangedError) -> Sheet[Answers]:
        """Return the draft in which a page was answered elsewhere."""
        return _sheet(changed.opened)

    def save(self, request: Request, step: Step, seen: str) -> None:
        """Keep what a form answers."""
        made, member = request.services, member_of(request)
        versions, term = seen_from(seen), _term(request)
        opt_in.save_answer(member, step, request.form, versions, made.drafts, lists_of(request), term)

    def save_unfinished(self, request: Request, step: Step, typed: Typed, seen: str) -> bool:  # noqa: ARG002
        """Keep what was typed as it was typed."""
        made, member = request.services, member_of(request)
        opt_in.save_unfinished(member, step, typed, made.drafts, lists_of(request), _term(request))
        return True

    def lines(self, step_id: str, answers: Answers, wording: Wording, lists: Lists) -> list[str]:
        """Return everything that one page asks, in words."""
        lines = answer_lines(step_id, answers, wording, lists)
        if step_id == "availability":
            return [*lines, capacity_line(answers, wording)]
        if STEPS[step_id].group == IDENTITY and lines:
            return [*lines, share_line(step_id, answers, wording)]
        return lines


OPT_IN: Final = OptIn()


def opened_by(request: Request) -> Opened:
    """Return the draft of who asks, over their listing as it is now."""
    return opt_in.open_draft(member_of(request).member_id, request.services.drafts, request.now)


def seen_text(seen: Seen) -> str:
    """Return the versions under which a page is shown, as its form carries them."""
    return f"{seen.based_on}.{seen.version}"


def seen_from(text: str) -> Seen:
    """Return the versions that a form carries; of one that was tampered with the oldest."""
    based_on, _, version = text.partition(".")
    if not (based_on.isdecimal() and version.isdecimal() and len(text) <= 20):
        return Seen(0, 0)
    return Seen(int(based_on), int(version))


def start_page(request: Request, opened: Opened) -> Response[str]:
    """Show what the questionnaire is, what of it is done, and the way on."""
    draft = opened.stored.draft
    missing = next(missing_steps(draft, lists_of(request)), None)
    is_new = not draft.answered and not draft.unfinished
    state = "listed" if opened.is_listed else "left" if opened.published and is_new else "resumed"
    if is_new and opened.published is None:
        state = "new"
    return page(
        request,
        "opt-in/start.html",
        state=state,
        has_draft=opened.stored.version > 0,
        section=OPT_IN.section,
        groups=OPT_IN.tasks(request, _sheet(opened)),
        on_url=OPT_IN.url(request, missing.id if missing and state != "listed" else OPT_IN.check),
        check_url=OPT_IN.url(request, OPT_IN.check),
        draft_days=request.services.content.policy.directory_on(request.today).draft_days,
    )


def _sheet(opened: Opened) -> Sheet[Answers]:
    return Sheet(opened.stored.draft, seen_text(opened.seen))


def _term(request: Request) -> DraftTerm:
    return request.services.content.policy.directory_on(request.today).draft_term(request.now)
