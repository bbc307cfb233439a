"""The optional identity questions: answers, own words, and under each who may see it (DIR-3, DIR-4)."""

import unicodedata
from dataclasses import replace
from typing import Final

from mentoring.domain.profile import PREFER_NOT, Audience
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases import field_checks as check
from mentoring.usecases.identity_answers import MOST_ANSWERS
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.opt_in_fields import Lists, OwnAnswers, Pairs
from mentoring.usecases.typed_fields import Mistakes, Typed, typed_choice, typed_terms

TYPED: Final = frozenset({"ethnicity"})  # a list too long to tick: it suggests, while one types


def read_identity(
    answers: OwnAnswers, typed: Typed, lists: Lists, *, name: str, audience: Audience
) -> OwnAnswers:
    """Boxes and own words, or neither: no answer, and "prefer not to answer", are blank (DIR-3).

    `audience` is who may see them, if the member says so.
    """
    mistakes = Mistakes()
    vocabulary = lists.vocabularies[name]
    ticked: tuple[str, ...] = ()
    if name not in TYPED:
        ticked = mistakes.note(name, typed_terms, typed, name, vocabulary) or ()
    own: tuple[str, ...] = ()
    if vocabulary.own_words:
        words = name if name in TYPED else f"{name}_own"
        own = mistakes.note(words, _own_words, typed.all(words), vocabulary) or ()
    share = mistakes.note(f"{name}_share", _share, typed, f"{name}_share", audience)
    answered = tuple(dict.fromkeys((*ticked, *own)))
    if PREFER_NOT in answered and len(answered) > 1:
        mistakes.by_field.setdefault(name, FieldError("prefer-not-besides"))
    mistakes.raise_any()
    values = () if PREFER_NOT in answered else answered
    identity = {**answers.identity, name: values}
    shares = {**answers.shares, name: share if values else Audience.NONE}
    return replace(answers, identity={key: given for key, given in identity.items() if given}, shares=shares)


def show_identity(answers: OwnAnswers, lists: Lists, *, name: str) -> Pairs:
    """What was ticked and typed, and the choice under it: not shared, unless it was chosen."""
    vocabulary = lists.vocabularies[name]
    values = answers.identity.get(name, ())
    shown: Pairs
    if name in TYPED:
        shown = [(name, vocabulary.label(value, lists.language)) for value in values]
    else:
        shown = [(name if value in vocabulary else f"{name}_own", value) for value in values]
    return [*shown, (f"{name}_share", str(answers.share_of(name)))]


def _own_words(typed: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    texts = [check.clean_text(text, check.LONGEST_NAME) for text in typed]
    given = [_as_term(check.without_address(text), vocabulary) for text in texts if text]
    if len(given) > MOST_ANSWERS:
        raise FieldError("too-many", limit=MOST_ANSWERS)
    return tuple(given)


def _as_term(text: str, vocabulary: Vocabulary) -> str:
    """Return the id of a term that was typed out, else the words as they are: they are never split."""
    for term in vocabulary.terms.values():
        if _folded(text) in {_folded(label) for label in term.labels.values()}:
            return term.id
    return text


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _share(typed: Typed, name: str, audience: Audience) -> Audience:
    if not typed.all(name):
        return Audience.NONE
    return Audience(typed_choice(typed, name, (Audience.NONE, audience)))
