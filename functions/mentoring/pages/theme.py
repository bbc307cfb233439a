"""The theme's Jinja environment and the names that every template and every page body may use."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2.utils import missing

from mentoring.content import Content, Wording
from mentoring.domain.eligibility import Programme, Role, Ruling, ruling
from mentoring.domain.membership import Category, Profession
from mentoring.domain.money import charge, refund
from mentoring.pages.addresses import TWIN, page_url


class Absent(StrictUndefined):
    """An undefined name is an error; a key that a mapping does not have is empty.

    The govuk macros take their optional parameters as a mapping and test for `params.classes`; some ask
    whether they have a `caller`.
    """

    def __new__(
        cls, hint: str | None = None, obj: Any = missing, name: str | None = None, *_: Any, **__: Any
    ) -> Any:
        if isinstance(obj, Mapping) or (obj is missing and name == "caller"):
            return ChainableUndefined(hint, obj)
        return super().__new__(cls)


def environment(theme: Path, *more: Path) -> Environment:
    """Return the one environment of a run: escaping on, undefined names fatal, templates compiled once.

    `more` are folders of templates beside the theme's.
    """
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader([theme / "templates", *more]), macros]),
        autoescape=True,
        undefined=Absent,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    # The govuk macros were JavaScript once, and still say these by name.
    made.globals.update(undefined=ChainableUndefined(name="undefined"), null=None, kept=_made)
    return made


def _made(macro: Callable[..., str], *given: Any) -> str:
    """Return what a macro makes of what it is given; the nightly build keeps it for whoever has the same."""
    return macro(*given)


def asset_address(theme: Path) -> str:
    """Return the address of the folder of the theme's static files: it changes with any of them."""
    static = theme / "static"
    content = hashlib.sha256()
    for file in sorted(path for path in static.rglob("*") if path.is_file()):
        content.update(f"{file.relative_to(static).as_posix()}\0{file.stat().st_size}\0".encode())
        content.update(file.read_bytes())
    return f"/assets/{content.hexdigest()[:12]}/"


def names(content: Content, language: str, *, site_url: str, assets: str, today: date) -> dict[str, Any]:
    """Return what every template of a language may use; a page adds its own paths (`page_names`)."""
    wording = Wording(content, language)
    policy = content.policy
    facilitated = policy.facilitated_on(today)

    def eligibility(category_id: str, profession_id: str, programme: str, role: str) -> Ruling:
        return ruling(Category(category_id), Profession(profession_id), Programme(programme), Role(role))

    return {
        "lang": language,
        "other_lang": TWIN[language],
        "t": wording.t,
        "label": wording.label,
        "vocabulary": wording.vocabulary,
        "date_words": wording.date_words,
        "time_words": wording.time_words,
        "years_words": wording.years_words,
        "moment_words": wording.moment_words,
        "month_words": wording.month_words,
        "number": wording.number,
        "money": wording.money,
        "percent": wording.percent,
        "url": lambda path: page_url(language, path),
        "asset": lambda path: f"{assets}{path}",
        "site_url": site_url,
        "facilitated": facilitated,
        "directory_policy": policy.directory_on(today),
        "association": policy.association,
        "documents": policy.documents,
        "today": today,
        "tax_rates": lambda place: policy.tax_rates(place, today),
        "charge": lambda place: charge(facilitated.fee_cents, policy.tax_rates(place, today)),
        "refunded": lambda place: refund(
            charge(facilitated.fee_cents, policy.tax_rates(place, today)), facilitated.refund_percent
        ),
        "eligibility": eligibility,
        # Of a page that is the same for everybody nobody knows.
        "signed_in": None,
        "is_member": None,  # and not of the staff
    }


def page_names(site_url: str, path: str, twin: str) -> dict[str, str]:
    """Return the names that differ from page to page: its own address and its twin's."""
    return {
        "page_path": path,
        "twin_path": twin,
        "page_url": f"{site_url}{path}",
        "twin_url": f"{site_url}{twin}",
    }
