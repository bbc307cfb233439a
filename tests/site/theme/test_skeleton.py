"""What every page has, whatever it shows."""

from collections.abc import Callable, Iterator

import pytest
from justhtml import JustHTML

from mentoring.pages.addresses import TWIN, twin_of

SITE = "https://mentors.example"

Pages = Callable[[str], dict[str, JustHTML]]

pytestmark = pytest.mark.parametrize("language", ["en", "fr"])


def each(pages: dict[str, JustHTML], selector: str) -> Iterator[tuple[str, list[dict[str, str | None]]]]:
    for path, page in pages.items():
        yield path, [dict(found.attrs or {}) for found in page.query(selector)]


def test_one_heading_and_every_landmark(every_page: Pages, language: str) -> None:
    """MOD-27: a page has one h1, a header, a main part, a footer, and a name for each navigation."""
    for path, page in every_page(language).items():
        for landmark in ("h1", "body > header", "main", "footer"):
            assert len(page.query(landmark)) == 1, (path, landmark)
        for navigation in page.query("nav"):
            assert {"aria-label", "aria-labelledby"} & (navigation.attrs or {}).keys(), path


def test_the_skip_link_is_first_and_leads_to_the_main_part(every_page: Pages, language: str) -> None:
    """MOD-27: the first link goes past the navigation, to a part that takes the focus."""
    for path, links in each(every_page(language), "body a"):
        assert links[0]["class"] == "govuk-skip-link", path
        assert links[0]["href"] == "#main-content"
    for path, mains in each(every_page(language), "main"):
        assert mains[0]["id"] == "main-content", path
        assert mains[0]["tabindex"] == "-1"


def test_a_page_says_its_language(every_page: Pages, language: str) -> None:
    """MOD-27: the page's language is on its root element."""
    for path, roots in each(every_page(language), "html"):
        assert roots[0]["lang"] == language, path


def test_the_language_switch_leads_to_the_twin(every_page: Pages, language: str) -> None:
    """MOD-27: one link leads to the same page in the other language and is marked as that language."""
    for path, switches in each(every_page(language), "[data-language-switch]"):
        assert [switch["href"] for switch in switches] == [twin_of(path)]
        assert switches[0]["lang"] == switches[0]["hreflang"] == TWIN[language]


def test_a_page_leads_to_signing_in_and_back(every_page: Pages, language: str) -> None:
    """UX task 8: the header has a way to sign in that comes back, and ways to account and mentoring."""
    for path, links in each(every_page(language), ".site-header__account"):
        back = f"/{language}/" if path.endswith("404.html") else path
        assert [link["href"] for link in links] == [
            f"/{language}/account/sign-in?return={back}",
            f"/{language}/account/mentoring/",
            f"/{language}/account/",
        ]
        assert [link["data-signed-in"] for link in links] == ["no", "yes", "yes"]
        assert ["hidden" in link for link in links] == [False, True, True]


def test_a_page_names_its_address_and_its_twins(every_page: Pages, language: str) -> None:
    """MOD-27: canonical, both languages and a default are named in full; the home page's is the choice."""
    for path, links in each(every_page(language), "head link[rel=alternate]"):
        default = f"{SITE}/" if path == f"/{language}/" else f"{SITE}/en/{path[4:]}"
        assert {link["hreflang"]: link["href"] for link in links} == {
            language: f"{SITE}{path}",
            TWIN[language]: f"{SITE}{twin_of(path)}",
            "x-default": default,
        }
    for path, links in each(every_page(language), "link[rel=canonical]"):
        assert [link["href"] for link in links] == [f"{SITE}{path}"]


def test_a_page_may_be_shared(every_page: Pages, language: str) -> None:
    """MOD-27: a shared link carries the page's own title and address, and its other language."""
    for path, page in every_page(language).items():
        told = {
            (tag.attrs or {})["property"]: (tag.attrs or {})["content"] for tag in page.query("[property]")
        }
        assert told["og:title"] == page.query("title")[0].to_text(), path
        assert told["og:url"] == f"{SITE}{path}"
        assert told["og:locale"] == f"{language}_CA"
        assert told["og:locale:alternate"] == f"{TWIN[language]}_CA"


def test_nothing_is_fetched_from_elsewhere(every_page: Pages, language: str) -> None:
    """SAF-2: style, script, picture and form stay on this origin, and no style or script is inline."""
    for path, page in every_page(language).items():
        fetched = page.query("[src]") + page.query("head link[rel=stylesheet]") + page.query("link[rel=icon]")
        for element in [*fetched, *page.query("form")]:
            attributes = element.attrs or {}
            address = attributes.get("src") or attributes.get("href") or attributes.get("action") or ""
            assert address.startswith("/"), (path, address)
            assert not address.startswith("//")
        assert not page.query("[style]"), path
        assert not page.query("style")
        assert all(
            "src" in (script.attrs or {}) for script in page.query("script:not([type='application/json'])")
        )


def test_pages_below_the_home_page_have_a_breadcrumb(every_page: Pages, language: str) -> None:
    """MOD-27: the breadcrumb starts at the home page and ends at this page."""
    for path, page in every_page(language).items():
        if path in (f"/{language}/", f"/{language}/404.html"):
            continue
        links = [(link.attrs or {})["href"] for link in page.query(".govuk-breadcrumbs a")]
        assert links[0] == f"/{language}/", path
        assert len(page.query(".govuk-breadcrumbs [aria-current=page]")) == 1


def test_the_navigation_marks_where_one_is(every_page: Pages, language: str) -> None:
    """MOD-27: the entry of this page is marked as current, and the entry of a page above it as well."""
    pages = every_page(language)
    current = {
        path: [tag.attrs for tag in page.query(".site-nav [aria-current]")] for path, page in pages.items()
    }
    assert [(tag or {})["aria-current"] for tag in current[f"/{language}/mentors/"]] == ["page"]
    assert [(tag or {})["aria-current"] for tag in current[f"/{language}/mentors/marie-eve-tremblay/"]] == [
        "true"
    ]
    assert current[f"/{language}/"] == []
