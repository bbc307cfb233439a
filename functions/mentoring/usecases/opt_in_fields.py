"""Each question of the questionnaire: read from a form, and shown as a form again (DIR-2 to DIR-5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar

from mentoring.domain.drafts import Answers
from mentoring.domain.mentee_profiles import MenteeAnswers
from mentoring.domain.policy import Document
from mentoring.domain.profile import Audience
from mentoring.domain.telephone_numbers import has_telephone_number
from mentoring.domain.vocabulary import Vocabulary
from mentoring.domain.workbooks import WorkbookAnswers
from mentoring.usecases import field_checks as check
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.mentor_lines import LARGEST_CAPACITY, MOST_YEARS
from mentoring.usecases.typed_fields import (
    Mistakes,
    Typed,
    day_fields,
    typed_choice,
    typed_number,
    typed_return_day,
    typed_term,
    typed_terms,
    typed_text,
)

AnyAnswers = TypeVar("AnyAnswers", Answers, MenteeAnswers, WorkbookAnswers)
OwnAnswers = TypeVar("OwnAnswers", Answers, MenteeAnswers)  # that also say who somebody is, and how they meet
Pairs = list[tuple[str, str]]

LANGUAGES: Final = ("en", "fr")
YES: Final = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What answers are checked against."""

    vocabularies: Mapping[str, Vocabulary]
    documents: tuple[Document, ...]
    today: date
    language: str


def read_experience(answers: Answers, typed: Typed, _: Lists) -> Answers:
    """Years of practice, in digits."""
    mistakes = Mistakes()
    years = mistakes.note("years_of_experience", typed_number, typed, "years_of_experience", 0, MOST_YEARS)
    mistakes.raise_any()
    return replace(answers, years_of_experience=years)


def show_experience(answers: Answers, _: Lists) -> Pairs:
    """As it was typed."""
    years = answers.years_of_experience
    return [] if years is None else [("years_of_experience", str(years))]


def read_several(answers: AnyAnswers, typed: Typed, lists: Lists, *, name: str, least: int) -> AnyAnswers:
    """Boxes of one list."""
    mistakes = Mistakes()
    vocabulary = lists.vocabularies[name.replace("_", "-")]
    chosen = mistakes.note(name, typed_terms, typed, name, vocabulary, least)
    mistakes.raise_any()
    changed: dict[str, Any] = {name: chosen}
    return replace(answers, **changed)


def show_several(answers: AnyAnswers, _: Lists, *, name: str) -> Pairs:
    """Each box that is ticked."""
    return [(name, term_id) for term_id in getattr(answers, name)]


def read_place(answers: Answers, typed: Typed, lists: Lists) -> Answers:
    """Province or territory, or outside Canada; a city where one wants to name it."""
    mistakes = Mistakes()
    provinces = lists.vocabularies["provinces"]
    province = mistakes.note("province", typed_term, typed, "province", provinces)
    city = mistakes.note("city", shown_text, typed, "city", check.LONGEST_NAME)
    mistakes.raise_any()
    return replace(answers, province=province, city=city)


def show_place(answers: Answers, _: Lists) -> Pairs:
    """Both fields."""
    return [("province", answers.province), ("city", answers.city)]


def read_meeting(answers: OwnAnswers, typed: Typed, lists: Lists) -> OwnAnswers:
    """How and how often to meet."""
    mistakes = Mistakes()
    formats, often = lists.vocabularies["formats"], lists.vocabularies["frequency"]
    ways = mistakes.note("formats", typed_terms, typed, "formats", formats, 1)
    frequency = mistakes.note("frequency", typed_term, typed, "frequency", often)
    mistakes.raise_any()
    return replace(answers, formats=ways, frequency=frequency)


def show_meeting(answers: OwnAnswers, _: Lists) -> Pairs:
    """Boxes and the one choice."""
    chosen: Pairs = [("frequency", answers.frequency)] if answers.frequency else []
    return [*(("formats", term_id) for term_id in answers.formats), *chosen]


def read_biography(answers: Answers, typed: Typed, lists: Lists) -> Answers:
    """A text in one language or both; e-mail addresses have no place in it."""
    mistakes = Mistakes()
    bio = {}
    for language in LANGUAGES:
        name = f"bio_{language}"
        bio[language] = mistakes.note(name, shown_text, typed, name, check.LONGEST_BIO, may_break=True)
    if not mistakes.by_field and not any(bio.values()):
        mistakes.by_field[f"bio_{lists.language}"] = FieldError("missing")
    mistakes.raise_any()
    return replace(answers, bio={language: text for language, text in bio.items() if text})


def show_biography(answers: Answers, _: Lists) -> Pairs:
    """Both languages."""
    return [(f"bio_{language}", answers.bio.get(language, "")) for language in LANGUAGES]


def read_availability(answers: Answers, typed: Typed, lists: Lists) -> Answers:
    """Taking on mentees now or not, back from when, and how many at most (DIR-7, DIR-9)."""
    mistakes = Mistakes()
    now = mistakes.note("availability", typed_choice, typed, "availability", ("available", "paused"))
    returns_on = None
    if now == "paused":
        returns_on = mistakes.note("returns_on", typed_return_day, typed, "returns_on", lists.today)
    capacity = mistakes.note("capacity", typed_number, typed, "capacity", 1, LARGEST_CAPACITY, may_miss=True)
    mistakes.raise_any()
    return replace(answers, is_available=now == "available", returns_on=returns_on, capacity=capacity)


def show_availability(answers: Answers, _: Lists) -> Pairs:
    """Choice, day and number."""
    chosen: dict[bool | None, Pairs] = {
        None: [],
        True: [("availability", "available")],
        False: [("availability", "paused")],
    }
    capacity = [] if answers.capacity is None else [("capacity", str(answers.capacity))]
    return [
        *chosen[answers.is_available],
        *day_fields("returns_on", answers.returns_on),
        *capacity,
    ]


def read_listing(answers: Answers, typed: Typed, _: Lists) -> Answers:
    """Who sees the listing (DIR-4), and whether search engines may."""
    mistakes = Mistakes()
    chosen = mistakes.note("listing", typed_choice, typed, "listing", (Audience.PUBLIC, Audience.MEMBERS))
    engines = mistakes.note("search_engines", _ticked, typed, "search_engines", YES)
    mistakes.raise_any()
    audience = Audience(chosen)
    # What only members see, no search engine can find.
    return replace(answers, listing=audience, wants_search_engines=engines and audience is Audience.PUBLIC)


def show_listing(answers: Answers, _: Lists) -> Pairs:
    """Choice and box."""
    chosen = [] if answers.listing is Audience.NONE else [("listing", str(answers.listing))]
    return [*chosen, *([("search_engines", YES)] if answers.wants_search_engines else [])]


def read_documents(answers: Answers, typed: Typed, lists: Lists) -> Answers:
    """Each document agreed to in the version in force: the box says which version stood beside it (DIR-5)."""
    mistakes = Mistakes()
    for document in lists.documents:
        mistakes.note(
            f"agree_{document.id}", _check_agreed, typed, document.id, document.current(lists.today)
        )
    mistakes.raise_any()
    agreed = {document.id: document.current(lists.today) for document in lists.documents}
    return replace(answers, agreed=agreed, agreed_in=lists.language)


def show_documents(answers: Answers, lists: Lists) -> Pairs:
    """A box for each document whose version in force was agreed to."""
    return [
        (f"agree_{document.id}", document.current(lists.today))
        for document in lists.documents
        if answers.agreed.get(document.id) == document.current(lists.today)
    ]


def shown_text(typed: Typed, name: str, longest: int, *, may_break: bool = False) -> str:
    """Return a text that others will read: without an e-mail address or a telephone number."""
    text = check.without_address(typed_text(typed, name, longest, may_break=may_break))
    if has_telephone_number(text):
        raise FieldError("phone-in-text")
    return text


def _check_agreed(typed: Typed, document: str, current: str) -> None:
    versions = typed.all(f"agree_{document}")
    if not versions:
        raise FieldError("not-agreed")
    if any(version != current for version in versions):
        raise FieldError("document-changed")


def _ticked(typed: Typed, name: str, value: str) -> bool:
    values = typed.all(name)
    if any(each != value for each in values):
        raise FieldError("unknown-choice")
    return bool(values)
