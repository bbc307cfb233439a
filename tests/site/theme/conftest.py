"""The theme's pages, rendered as the nightly build renders them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment
from justhtml import JustHTML

from build.addresses import browse_links
from build.rendering import macro
from mentoring.content import Content, Wording
from mentoring.domain.listing import Listing
from mentoring.domain.membership import Profession
from mentoring.pages.addresses import twin_of
from mentoring.pages.theme import environment, names, page_names

TODAY = date(2026, 11, 21)
SITE = "https://mentors.example"

Rendered = Callable[..., JustHTML]


@pytest.fixture(scope="session")
def theme() -> Path:
    """The theme's folder."""
    return Path(__file__).parents[3] / "site" / "theme"


@pytest.fixture
def mentor() -> Listing:
    """A mentor with something in every field, in both languages."""
    return Listing(
        slug="marie-eve-tremblay",
        name="Marie-Ève Tremblay",
        profession=Profession.OT,
        years_of_experience=12,
        areas=("mental-health", "school-based-practice"),
        training=("msc-ot",),
        client_ages=("5-17",),
        languages=("fr", "en"),
        topics=("business-and-private-practice",),
        province="QC",
        city="Trois-Rivières",
        formats=("video", "phone"),
        frequency="biweekly",
        bio={"en": "Twelve years with schools.", "fr": "Douze ans en milieu scolaire."},
        is_available=True,
        returns_on=None,
        accepts_requests=True,
        wants_search_engines=True,
        listed_on=date(2026, 1, 3),
        confirmed_on=date(2026, 11, 1),
    )


@pytest.fixture
def mentors(mentor: Listing) -> list[Listing]:
    """Three mentors."""
    return [replace(mentor, slug=f"mentor-{number}") for number in range(3)]


@pytest.fixture
def jinja(theme: Path, content: Content) -> Callable[[str], Environment]:
    """Make the environment of a language."""

    def made(language: str) -> Environment:
        made = environment(theme)
        made.globals.update(names(content, language, site_url=SITE, assets="/assets/h/", today=TODAY))
        return made

    return made


@pytest.fixture
def html(jinja: Callable[[str], Environment], content: Content, mentors: list[Listing]) -> Callable[..., str]:
    """Render a template at an address, which tells the language: `html("home.html", "/en/", page=...)`."""

    def render(template: str, path: str, **shown: Any) -> str:
        language = "en" if path == "/" else path[1:3]
        browse = browse_links(mentors, Wording(content, language))
        twin = "/" if path == "/" else twin_of(path)
        given = {"browse": browse, "total": len(mentors)} | shown | page_names(SITE, path, twin)
        return jinja(language).get_template(template).render(given)

    return render


@pytest.fixture
def rendered(html: Callable[..., str]) -> Rendered:
    """Render as `html` does, parsed."""
    return lambda *given, **shown: JustHTML(html(*given, **shown), sanitize=False)


@pytest.fixture
def words() -> SimpleNamespace:
    """A page of staff's words, with more parts than fit one screen."""
    body = "".join(
        f'<h2 id="part-{number}">Part {number} &amp; more</h2><p>Words.</p>' for number in range(4)
    )
    return SimpleNamespace(title="Title", summary="Summary", content=body)


@pytest.fixture
def every_page(
    rendered: Rendered,
    jinja: Callable[[str], Environment],
    content: Content,
    mentor: Listing,
    mentors: list[Listing],
    words: SimpleNamespace,
) -> Callable[[str], dict[str, JustHTML]]:
    """Return every kind of page that extends the skeleton, by address, in one language."""

    def pages(language: str) -> dict[str, JustHTML]:
        area = f"/{language}/mentors/area/mental-health/"
        card, links = (
            macro(jinja(language), "card", "card"),
            macro(jinja(language), "browse-links", "browse_links"),
        )
        areas = browse_links(mentors, Wording(content, language))["area"]
        listed = {
            "facet": "area",
            "term_id": "mental-health",
            "term_label": "Mental health",
            "cards": [card(listing) for listing in mentors],
            "siblings": links(areas, "mental-health"),
            "page_number": 2,
            "page_count": 3,
            "found": 25,
            "paused": 1,
            "page_urls": [area, f"{area}2/", f"{area}3/"],
        }
        kinds: list[tuple[str, str, dict[str, Any]]] = [
            ("home.html", "", {"page": words}),
            ("page.html", "questions/", {"page": words}),
            ("not-found.html", "404.html", {"page": words}),
            ("directory.html", "mentors/", {"listings": mentors, "index_url": "/data/directory.json"}),
            ("compare.html", "mentors/compare/", {}),
            ("mentor.html", f"mentors/{mentor.slug}/", {"listing": mentor}),
            ("browse.html", "mentors/area/mental-health/2/", listed),
        ]
        return {
            f"/{language}/{path}": rendered(template, f"/{language}/{path}", **shown)
            for template, path, shown in kinds
        }

    return pages
