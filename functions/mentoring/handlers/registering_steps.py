"""The questions before a registration, one a page; what was said so far travels in the address (MOD-2).

Nothing of it is anybody's identity: languages, a province, a version of the terms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from mentoring.domain.registrations import Registration
from mentoring.handlers.requests import Request
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.typed_fields import FormError, typed_term, typed_terms

LANGUAGES: Final = "languages"
PLACE: Final = "place"
AGREED: Final = "agreed"
CHECK: Final = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said of themselves so far; empty where they have not."""

    languages: tuple[str, ...] = ()
    place: str = ""
    agreed: str = ""  # the version of the terms

    @property
    def step(self) -> str:
        """Return the first step that is missing, or the last look."""
        missing = {LANGUAGES: not self.languages, PLACE: not self.place, "terms": not self.agreed}
        return next((name for name, is_missing in missing.items() if is_missing), CHECK)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return it as fields of a form."""
        given = [(LANGUAGES, each) for each in self.languages]
        return [*given, (PLACE, self.place), (AGREED, self.agreed)]

    @property
    def query(self) -> str:
        """Return it as the end of an address."""
        spoken = ",".join(self.languages)
        said = {LANGUAGES: spoken, PLACE: self.place, AGREED: self.agreed}
        return urlencode({name: value for name, value in said.items() if value}, safe=",")


def terms_version(request: Request) -> str:
    """Return the version of the terms that is agreed to today."""
    return request.services.content.policy.documents[0].current(request.today)


def said_before(request: Request, current: Registration | None) -> Said:
    """Return what the address or a form carries, else what is on file; whatever is no answer is left out."""
    is_sent = any(name in request.form for name in (LANGUAGES, PLACE, AGREED))
    carried = request.form if is_sent else request.kept
    if carried is not None:
        languages, place, agreed = carried.all(LANGUAGES), carried.get(PLACE), carried.get(AGREED)
    elif {LANGUAGES, PLACE, AGREED} & request.query.keys():
        said = request.query
        languages = tuple(said.get(LANGUAGES, "").split(","))
        place, agreed = said.get(PLACE, ""), said.get(AGREED, "")
    elif current:
        return Said(languages=current.languages, place=current.place, agreed=terms_version(request))
    else:
        return Said()
    lists = request.services.content.vocabularies
    return Said(
        languages=tuple(term for term in lists["languages"].terms if term in languages),
        place=place if place in lists["provinces"].terms else "",
        agreed=agreed if agreed == terms_version(request) else "",
    )


def _languages(request: Request, said: Said) -> Said:
    terms = request.services.content.vocabularies["languages"]
    return replace(said, languages=typed_terms(request.form, LANGUAGES, terms, 1))


def _place(request: Request, said: Said) -> Said:
    terms = request.services.content.vocabularies["provinces"]
    return replace(said, place=typed_term(request.form, PLACE, terms))


def _terms(_: Request, said: Said) -> Said:
    if not said.agreed:
        raise FieldError("missing")
    return said


READERS: Final[Mapping[str, tuple[str, Callable[[Request, Said], Said]]]] = {
    LANGUAGES: (LANGUAGES, _languages),
    PLACE: (PLACE, _place),
    "terms": (AGREED, _terms),
}
"""The field of each question, and who reads it."""


def read_step(request: Request, name: str, said: Said) -> Said:
    """Return what is said once a step's form is taken in. Raises FormError."""
    field, read = READERS[name]
    try:
        return read(request, said)
    except FieldError as wrong:
        raise FormError({field: wrong}) from None
