"""Forms: what is shown in them, what is wrong with it in words, and the page that says both.

How any function shows a form (its template extends `forms/page.html`, its fields are `forms/fields.html`):

    return form_page(request, "listing/pause.html", typed=Form([("returns_on-year", "2027")]))

and how it answers what cannot be taken, everything typed still there:

    except FormError as refused:  # usecases/typed_fields.py
        return form_page(request, "listing/pause.html", typed=request.form, errors=refused.by_field,
                         section="listing")

The sentence for a code is `<section>.error.<field>.<code>` in content/strings, else `forms.error.<code>`. A
route that has a GET with the same address keeps what was typed over a session's end (`routing`): its GET
shows `request.kept or <what is stored>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.content.wording import MissingStringError
from mentoring.handlers.answers import HEADERS, page
from mentoring.handlers.requests import Form, Request
from mentoring.pages.addresses import TWIN, twin_of
from mentoring.usecases.import_report import FieldError

FORM: Final = "form"
"""The form's id: the language switch in the header belongs to it, so that it saves first."""
SWITCH: Final = "switch"
"""The field that the language switch sends."""
NOTHING_WRONG: Final[Mapping[str, FieldError]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownForm:
    """A form as its page shows it. `wrong` says by field, in the page's order, what could not be taken."""

    token: str
    action: str
    typed: Form = field(repr=False)  # may hold identity answers
    wrong: Mapping[str, str]
    is_kept: bool  # typed before a session ended

    def value(self, name: str) -> str:
        """Return what stands in a field; of a repeated one the first."""
        return next(iter(self.typed.all(name)), "")

    def values(self, name: str) -> tuple[str, ...]:
        """Return what stands in a list of fields, such as the boxes that are ticked."""
        return self.typed.all(name)


def form_page(
    request: Request,
    template: str,
    *,
    typed: Form,
    errors: Mapping[str, FieldError] = NOTHING_WRONG,
    section: str = "forms",
    action: str | None = None,
    status: int | None = None,
    switches: bool = False,
    back_url: str = "",
    **shown: Any,
) -> Response[str]:
    """Return a page with a form; with `errors`, in their order, it says what to mend and answers 422.

    Its template may also use `section`, and `choices("areas")`: a list of the vocabulary as items of radios
    or checkboxes.
    `switches`: the language switch sends the form, for a function that saves on the field `switch`.
    """
    if switches:
        shown["switches_form"] = FORM
    return page(
        request,
        template,
        status=status or (422 if errors else 200),
        section=section,
        form=_shown_form(request, typed, error_texts(request, errors, section), action),
        choices=lambda name: _choices(request, name),
        back_url=back_url,
        **shown,
    )


def switched(request: Request) -> Response[str] | None:
    """Return the way to a form's twin with everything typed, where the language switch sent it.

    For a form that is not saved before it is whole: the browser sends it once more, to the other language.
    None where it has arrived, or another button sent it.
    """
    if request.form.get(SWITCH) != TWIN[request.language]:
        return None
    return Response(status_code=307, body="", headers={**HEADERS, "Location": twin_of(request.path)})


def _shown_form(request: Request, typed: Form, wrong: Mapping[str, str], action: str | None) -> ShownForm:
    visitor = request.visitor
    assert visitor is not None  # noqa: S101 - forms are for people who are signed in
    return ShownForm(
        token=visitor.session.form_token,
        action=action or request.path,
        typed=typed,
        wrong=wrong,
        is_kept=typed is request.kept,
    )


def _choices(request: Request, name: str) -> list[dict[str, str]]:
    terms = Wording(request.services.content, request.language).vocabulary(name)
    return [{"value": term.id, "text": term.labels[request.language]} for term in terms]


def error_texts(request: Request, errors: Mapping[str, FieldError], section: str) -> dict[str, str]:
    """Return the sentence for each field's error, in the page's language."""
    wording = Wording(request.services.content, request.language)
    return {name: _sentence(wording, section, name, error) for name, error in errors.items()}


def _sentence(wording: Wording, section: str, name: str, error: FieldError) -> str:
    facts = {
        fact: wording.percent(value) if isinstance(value, Decimal) else value
        for fact, value in error.facts.items()
    }
    for key in (f"{section}.error.{name}.{error.code}", f"forms.error.{error.code}"):
        try:
            return wording.t(key, **facts)
        except MissingStringError:
            continue
    return wording.t("forms.error.other")
