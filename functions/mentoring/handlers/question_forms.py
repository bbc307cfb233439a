"""The forms of a questionnaire's pages: what each holds, and what of it is an answer."""

from dataclasses import dataclass
from typing import Any, Final, Generic

from mentoring.domain.drafts import Typed
from mentoring.domain.membership import Membership
from mentoring.handlers.requests import STEERING, Form, Request
from mentoring.usecases.opt_in_fields import AnyAnswers, Lists
from mentoring.usecases.questionnaires import Kept, Step
from mentoring.usecases.workbook_steps import TEXTS

VERSION: Final = "version"
KEEP: Final = "keep"
SWITCH: Final = "switch"

BOXES: Final = {
    "areas": ("areas", "areas"),
    "training": ("training", "training"),
    "ages": ("client_ages", "client-ages"),
    "topics": ("topics", "topics"),
}
"""Pages of boxes: the field's name and its vocabulary, unless a questionnaire has its own."""
WORDS: Final = frozenset({"background", "goals", "needs", *TEXTS})
"""Pages of one text."""
IDENTITY: Final = "identity"
LONGEST_VERSION: Final = 15  # digits: a questionnaire's first version is an instant in milliseconds


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the task list."""

    step: Step[Any]
    url: str
    state: str  # `open`, `skipped`, `started` or `done`


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its answer in words, what is said beside it, and where it is changed."""

    name: str
    lines: list[str]
    note: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Sheet(Generic[AnyAnswers]):
    """A member's questionnaire as it stands, and what a page that shows it is shown under."""

    kept: Kept[AnyAnswers]
    seen: str


def lists_of(request: Request) -> Lists:
    """Return what answers are checked against today."""
    content = request.services.content
    return Lists(
        vocabularies=content.vocabularies,
        documents=content.policy.documents,
        today=request.today,
        language=request.language,
    )


def typed_fields(form: Form) -> Typed:
    """Return what was answered in a form, without what only steers it."""
    return tuple((name, value) for name, value in form if name not in STEERING)


def member_of(request: Request) -> Membership:
    """Return the membership of who asks, on a route for active members."""
    assert request.visitor is not None  # noqa: S101 - the matrix lets nobody else in
    assert request.visitor.membership is not None  # noqa: S101 - nor anybody without a membership
    return request.visitor.membership


def seen_in(request: Request) -> str:
    """Return under which version a form was shown; the newest, where its member has chosen between two."""
    return request.form.get(KEEP) or request.form.get(VERSION)


def version_of(seen: str) -> int:
    """Return the version that a form carries; of one that was tampered with the oldest."""
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= LONGEST_VERSION else 0


def said(typed: Typed) -> list[tuple[str, str]]:
    """Return what was answered: an empty field says as much as an absent one, "not shared" as none."""
    unsaid = ("", "none")
    lines = ((name, value.strip().replace("\r\n", "\n")) for name, value in typed)
    return sorted((name, value) for name, value in lines if value not in unsaid)


def template_of(step: Step[Any]) -> str:
    """Return which template asks a question."""
    if step.group == IDENTITY:
        return IDENTITY
    return "boxes" if step.id in BOXES else "words" if step.id in WORDS else step.id
