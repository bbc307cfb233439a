"""Answers of the questionnaire in words, for the pages where they are checked and compared."""

from collections.abc import Callable
from typing import Any, Final

from mentoring.content import Wording
from mentoring.domain.drafts import Answers
from mentoring.domain.profile import IDENTITY_FIELDS, Audience
from mentoring.usecases.opt_in_fields import LANGUAGES, Lists, OwnAnswers
from mentoring.usecases.questionnaires import Step

Lines = list[str]

DOCUMENT_PAGES: Final = {
    "terms-of-use": "site.pages.terms",
    "confidentiality": "site.pages.confidentiality",
    "rules-of-engagement": "site.pages.rules",
}
"""The page of each document: its address is its id, its title this key's text."""


def answer_lines(step_id: str, answers: Answers, wording: Wording, lists: Lists) -> Lines:
    """Return the answer to one page, a line each thing; empty where there is none."""
    if step_id in IDENTITY_FIELDS:
        return identity_lines(step_id, answers, wording)
    return _LINES[step_id](answers, wording, lists)


def identity_lines(name: str, answers: OwnAnswers, wording: Wording) -> Lines:
    """Return what was answered to a question about identity."""
    return [wording.label(name, value) for value in answers.identity.get(name, ())]


def meeting_lines(answers: OwnAnswers, wording: Wording) -> Lines:
    """Return how and how often somebody would like to meet."""
    often: Lines = [wording.label("frequency", answers.frequency)] if answers.frequency else []
    return [*(wording.label("formats", term_id) for term_id in answers.formats), *often]


def text_lines(text: str) -> Lines:
    """Return the lines of a text that say something."""
    return [line for line in text.splitlines() if line.strip()]


def _labels(vocabulary: str, name: str) -> Callable[[Answers, Wording, Lists], Lines]:
    def lines(answers: Answers, wording: Wording, _: Lists) -> Lines:
        return [wording.label(vocabulary, term_id) for term_id in getattr(answers, name)]

    return lines


def _experience(answers: Answers, wording: Wording, _: Lists) -> Lines:
    years = answers.years_of_experience
    return [] if years is None else [wording.years_words(years)]


def _place(answers: Answers, wording: Wording, _: Lists) -> Lines:
    province = [wording.label("provinces", answers.province)] if answers.province else []
    return [*([answers.city] if answers.city else []), *province]


def _meeting(answers: Answers, wording: Wording, _: Lists) -> Lines:
    return meeting_lines(answers, wording)


def _biography(answers: Answers, _: Wording, __: Lists) -> Lines:
    return [line for language in LANGUAGES for line in text_lines(answers.bio.get(language, ""))]


def _availability(answers: Answers, wording: Wording, _: Lists) -> Lines:
    if answers.is_available is None:
        return []
    if answers.is_available:
        return [wording.t("mentor.availability.available")]
    paused = wording.t("mentor.availability.paused")
    if answers.returns_on is None:
        return [paused]
    return [paused, wording.t("mentor.paused.returns", date=wording.date_words(answers.returns_on))]


def _listing(answers: Answers, wording: Wording, _: Lists) -> Lines:
    if answers.listing is Audience.NONE:
        return []
    said = [wording.t(f"opt_in.listing.{answers.listing}")]
    if answers.listing is Audience.PUBLIC:
        found = "found" if answers.wants_search_engines else "not_found"
        said.append(wording.t(f"opt_in.listing.{found}"))
    return said


def _documents(answers: Answers, wording: Wording, lists: Lists) -> Lines:
    return [
        wording.t("opt_in.documents.agreed", name=wording.t(DOCUMENT_PAGES[document.id]), version=version)
        for document in lists.documents
        if (version := answers.agreed.get(document.id, "")) == document.current(lists.today)
    ]


_LINES: Final[dict[str, Callable[[Answers, Wording, Lists], Lines]]] = {
    "experience": _experience,
    "areas": _labels("areas", "areas"),
    "training": _labels("training", "training"),
    "ages": _labels("client-ages", "client_ages"),
    "place": _place,
    "languages": _labels("languages", "languages"),
    "topics": _labels("topics", "topics"),
    "meeting": _meeting,
    "biography": _biography,
    "availability": _availability,
    "listing": _listing,
    "documents": _documents,
}


def capacity_line(answers: Answers, wording: Wording) -> str:
    """Return how many mentees at most, in words (DIR-9)."""
    if answers.capacity is None:
        return wording.t("opt_in.capacity.none")
    return wording.t("opt_in.capacity.some", count=answers.capacity)


def nothing_line(step: Step[Any], wording: Wording) -> str:
    """Return what stands in the place of an answer; of an optional question that nothing is missing."""
    return wording.t(f"opt_in.check.{'skipped' if step.is_optional else 'nothing'}")


def share_line(name: str, answers: Answers, wording: Wording) -> str:
    """Return who sees an identity answer (DIR-4)."""
    return wording.t(f"opt_in.identity.shared.{answers.share_of(name)}")
