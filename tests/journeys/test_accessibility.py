"""Every kind of page, in both languages, wide and narrow: no accessibility violation, nothing cut off."""

from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.journey import LANGUAGES, OVERFLOW, assert_readable

LENGTHEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const words = text.data.trim();
    if (words && !text.parentElement.closest("script, template")) {
      text.data += " " + "wörd ".repeat(Math.ceil(words.length * 0.4 / 5)).trim();
    }
  }
}"""
# WCAG 1.4.12, as a reader's own style sheet would set it.
SPACE_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""

WIDTHS = (320, 1280)
PAGES = {
    "home": "/{lang}/",
    "directory": "/{lang}/mentors/",
    "filtered": "/{lang}/mentors/?area=mental-health&province=ON",
    "empty": "/{lang}/mentors/?area=oncology&province=NU&lang=de",
    "area": "/{lang}/mentors/area/mental-health/",
    "province": "/{lang}/mentors/province/QC/",
    "language": "/{lang}/mentors/language/fr/",
    "find-a-mentor": "/{lang}/find-a-mentor/",
    "mentorship-on-demand": "/{lang}/mentorship-on-demand/",
    "become-a-mentor": "/{lang}/become-a-mentor/",
    "eligibility": "/{lang}/eligibility/",
    "questions": "/{lang}/questions/",
    "resources": "/{lang}/resources/",
    "cancel-and-refund": "/{lang}/cancel-and-refund/",
    "no-emails": "/{lang}/no-emails/",
    "receipts": "/{lang}/receipts/",
    "terms-of-use": "/{lang}/terms-of-use/",
    "confidentiality": "/{lang}/confidentiality/",
    "rules-of-engagement": "/{lang}/rules-of-engagement/",
    "privacy": "/{lang}/privacy/",
    "accessibility": "/{lang}/accessibility/",
    "contact": "/{lang}/contact/",
    "missing": "/{lang}/nowhere/",
}


def open_page(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    if "/mentors/?" in path or path.endswith("/mentors/"):
        page.locator("form[data-filters]:not([hidden])").wait_for(state="attached")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_is_accessible_and_fits(page: Page, path: str) -> None:
    """MOD-27: in both languages and both widths axe finds nothing, and nothing scrolls sideways."""
    for language, width in product(LANGUAGES, WIDTHS):
        open_page(page, path.format(lang=language), width)
        assert_readable(page, width)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mentor_pages_are_accessible_and_fit(page: Page, language: str) -> None:
    """DIR-7: a mentor's page is accessible, for one who takes mentees and for one who has paused."""
    for width, colour in product(WIDTHS, ("green", "grey")):  # available, paused
        open_page(page, f"/{language}/mentors/?paused=1", width)
        card = page.locator(".card").filter(has=page.locator(f".govuk-tag--{colour}")).first
        card.get_by_role("link").first.click()
        page.wait_for_url("**/mentors/*/")
        assert_readable(page, width)


def test_the_choice_of_language_is_accessible(page: Page) -> None:
    """MOD-27: the first page offers both languages, each named in its own."""
    for width in WIDTHS:
        open_page(page, "/", width)
        assert_readable(page, width)
    page.get_by_role("link", name="Français").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize("path", ["/en/", "/fr/mentors/", "/fr/mentorship-on-demand/", "/en/eligibility/"])
def test_longer_words_do_not_break_the_layout(page: Page, path: str) -> None:
    """MOD-27: with every text two fifths longer nothing scrolls sideways at 320 px."""
    open_page(page, path, 320)
    page.evaluate(LENGTHEN)
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("path", ["/fr/", "/fr/mentors/?area=mental-health", "/en/eligibility/"])
def test_wider_spacing_cuts_nothing_off(page: Page, path: str) -> None:
    """MOD-27: with the spacing that some readers need nothing scrolls sideways at 320 px."""
    open_page(page, path, 320)
    page.evaluate(SPACE_OUT)
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("path", ["/en/", "/fr/mentors/", "/en/questions/"])
def test_the_skip_link_is_first_and_leads_to_the_content(page: Page, path: str) -> None:
    """MOD-27: the first Tab reaches the skip link; following it moves past the navigation."""
    page.goto(path)
    page.keyboard.press("Tab")
    skip = page.evaluate("() => document.activeElement.getAttribute('href')")
    assert skip == "#main-content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !document.activeElement.closest('header')")


@pytest.mark.parametrize("path", ["/en/", "/fr/mentorship-on-demand/"])
def test_print_leaves_the_navigation_out(page: Page, path: str) -> None:
    """MOD-24: what is printed is the content, without navigation."""
    page.goto(path)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["eligibility", "mentorship-on-demand", "cancel-and-refund", "privacy"])
def test_no_table_hides_a_column_on_a_narrow_screen(page: Page, path: str, language: str) -> None:
    """ELI-9, MOD-3: at 320 px every cell of every table is in sight, with the name of its column."""
    open_page(page, f"/{language}/{path}/", 320)
    boxes = page.locator(".wide-table")
    hidden = boxes.evaluate_all("(boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth).length")
    assert hidden == 0
    assert page.locator(".wide-table td:not([data-label])").count() == 0
