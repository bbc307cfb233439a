"""Reads the optional identity questions: each has its own choice of who may see the answers (DIR-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from mentoring.domain.profile import IDENTITY_FIELDS, PREFER_NOT, Audience
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases import field_checks as check
from mentoring.usecases.import_report import FieldError

MOST_ANSWERS: Final = 10


@dataclass(frozen=True, slots=True)
class IdentityAnswer:
    """What was answered to one question, and who may see it. Never empty: no answer is no entry."""

    values: tuple[str, ...] = field(repr=False)
    share: Audience


def identity_answers(value: Any, vocabularies: Mapping[str, Vocabulary]) -> dict[str, IdentityAnswer]:
    """Return the questions that were answered; "prefer not to answer" equals blank (DIR-3)."""
    if not isinstance(value, dict):
        raise FieldError("not-an-object")
    if unknown := len(value.keys() - set(IDENTITY_FIELDS)):
        raise FieldError("unknown-keys", count=unknown)
    answers = {
        name: check.nested(name, partial(_answer, vocabulary=vocabularies[name]), value.get(name))
        for name in IDENTITY_FIELDS
    }
    return {name: answer for name, answer in answers.items() if answer.values}


def _answer(value: Any, vocabulary: Vocabulary) -> IdentityAnswer:
    if value is None:
        return IdentityAnswer((), Audience.NONE)
    if not isinstance(value, dict):
        raise FieldError("not-an-object")
    if unknown := len(value.keys() - {"value", "share"}):
        raise FieldError("unknown-keys", count=unknown)
    return IdentityAnswer(
        check.nested("value", partial(_values, vocabulary=vocabulary), value.get("value")),
        check.nested("share", _share, value.get("share")),
    )


def _share(value: Any) -> Audience:
    """Not shared is the default (DIR-4)."""
    return Audience.NONE if value is None else Audience(check.choice(value, ("none", "members")))


def _values(value: Any, vocabulary: Vocabulary) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise FieldError("not-a-list")
    if len(value) > MOST_ANSWERS:
        raise FieldError("too-many", limit=MOST_ANSWERS)
    texts = [check.nested("", partial(check.clean_text, longest=check.LONGEST_NAME), each) for each in value]
    given = [text for text in texts if text and not _is_prefer_not(text, vocabulary)]
    term = partial(check.term, vocabulary=vocabulary)
    return tuple(dict.fromkeys(check.nested("", term, text) for text in given))


def _is_prefer_not(text: str, vocabulary: Vocabulary) -> bool:
    if text == PREFER_NOT:
        return True
    term = vocabulary.terms.get(PREFER_NOT)
    return term is not None and text.casefold() in {label.casefold() for label in term.labels.values()}
