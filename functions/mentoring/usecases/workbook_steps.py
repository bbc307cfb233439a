"""The on-line workbook as a table: its pages in their order, one question each (MOD-7)."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from mentoring.domain.workbooks import WorkbookAnswers, WorkbookDraft
from mentoring.usecases import field_checks as check
from mentoring.usecases import questionnaires
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.opt_in_fields import Lists, Pairs
from mentoring.usecases.questionnaires import several
from mentoring.usecases.typed_fields import Mistakes, Typed, typed_text

Step = questionnaires.Step[WorkbookAnswers]


def read_words(answers: WorkbookAnswers, typed: Typed, _: Lists, *, name: str) -> WorkbookAnswers:
    """A text for staff, and later for the mentor whom its member shows it to."""
    mistakes = Mistakes()
    text = mistakes.note(name, typed_text, typed, name, check.LONGEST_BIO, may_break=True)
    if text == "":
        mistakes.by_field[name] = FieldError("missing")
    mistakes.raise_any()
    changed: dict[str, Any] = {name: text}
    return replace(answers, **changed)


def show_words(answers: WorkbookAnswers, _: Lists, *, name: str) -> Pairs:
    """As it was typed."""
    return [(name, getattr(answers, name))]


def missing_steps(draft: WorkbookDraft, lists: Lists) -> tuple[str, ...]:
    """Return the pages without which the form cannot be handed in; none: it is whole."""
    return tuple(step.id for step in STEPS.values() if step.is_missing(draft, lists))


def _words(name: str) -> Step:
    return Step(name, "form", partial(read_words, name=name), partial(show_words, name=name))


TEXTS: Final = ("strengths", "growth", "goals", "interests", "area", "values")
_ALL: Final[tuple[Step, ...]] = (
    *map(_words, TEXTS),
    several("topics", "facilitated_topics", "form", least=1),  # MOD-30
)
STEPS: Final = {step.id: step for step in _ALL}
