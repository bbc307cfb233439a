"""The Mentee Profile Questionnaire as a table: its pages in their order, one question each (DIR-15)."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from mentoring.domain.mentee_profiles import MenteeAnswers
from mentoring.domain.profile import Audience
from mentoring.usecases import field_checks as check
from mentoring.usecases import opt_in_fields as fields
from mentoring.usecases import questionnaires
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.opt_in_fields import Lists, Pairs
from mentoring.usecases.questionnaires import identity_steps, several
from mentoring.usecases.typed_fields import Mistakes, Typed

Step = questionnaires.Step[MenteeAnswers]


def read_words(
    answers: MenteeAnswers, typed: Typed, _: Lists, *, name: str, is_optional: bool
) -> MenteeAnswers:
    """A text that mentors read: e-mail addresses and telephone numbers have no place in it."""
    mistakes = Mistakes()
    text = mistakes.note(name, fields.shown_text, typed, name, check.LONGEST_BIO, may_break=True)
    if text == "" and not is_optional:
        mistakes.by_field[name] = FieldError("missing")
    mistakes.raise_any()
    changed: dict[str, Any] = {name: text}
    return replace(answers, **changed)


def show_words(answers: MenteeAnswers, _: Lists, *, name: str) -> Pairs:
    """As it was typed."""
    return [(name, getattr(answers, name))]


def _words(name: str, group: str, *, is_optional: bool = False) -> Step:
    read = partial(read_words, name=name, is_optional=is_optional)
    return Step(name, group, read, partial(show_words, name=name), is_optional=is_optional)


_IDENTITY: Final[tuple[Step, ...]] = identity_steps(Audience.MENTORS)
_ALL: Final[tuple[Step, ...]] = (
    _words("background", "self"),
    _words("goals", "wishes"),
    several("topics", "topics", "wishes", least=1),
    _words("needs", "wishes", is_optional=True),
    several("areas", "areas", "wishes"),
    several("languages", "languages", "meeting", least=1),
    Step("meeting", "meeting", fields.read_meeting, fields.show_meeting),
    *_IDENTITY,
)
STEPS: Final = {step.id: step for step in _ALL}
