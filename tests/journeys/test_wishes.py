"""What somebody wishes of a mentor: it ranks the directory, says why, and leaves the browser to nobody."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mentoring.content import Content, Wording
from tests.journeys.journey import LANGUAGES, assert_readable, count, results

HEADING = '[data-part="heading"]'
CARDS = '[data-part="cards"] [data-slug]'
CHIPS = '[data-part="chips"] button'
FITS = '[data-part="cards"] [data-part="fit"]'
WISHES = '[data-part="wish-list"] button'
KEPT = '[data-part="wish-count"]'
ADD = '[data-part="wish-form"] button'
SUMMARY = ".wishes > summary"
WISHED = (("lang", "fr"), ("area", "mental-health"), ("area", "school-based-practice"), ("place", "near-QC"))


def open_directory(page: Page, language: str = "en", query: str = "") -> None:
    page.goto(f"/{language}/mentors/{query}")
    page.locator("form[data-filters]:not([hidden])").wait_for(state="attached")


def wish(page: Page, facet: str, value: str, *, must: bool = False) -> None:
    """Add a wish as somebody does: open the panel, choose what it is about, say it, add it by key."""
    if page.locator(".wishes").get_attribute("open") is None:
        page.locator(SUMMARY).press("Enter")
    wishes = page.locator(WISHES).count()
    page.select_option("#wish-about", facet)
    page.select_option("#wish-what", value)
    page.locator("#wish-must").set_checked(must)
    page.locator(ADD).press("Enter")
    expect(page.locator(WISHES)).to_have_count(wishes + 1)


def met(page: Page) -> list[int]:
    """How many of the four wishes each mentor of the page meets, as their cards say."""
    results(page)
    texts = page.locator(CARDS).evaluate_all(
        "cards => cards.map((card) => card.querySelector('[data-part=fit]')?.textContent ?? '')"
    )
    numbers = [re.findall(r"\d+", text) for text in texts]
    return [int(found[0]) if found else 4 * bool(text) for text, found in zip(texts, numbers, strict=True)]


def counts(page: Page, facet: str) -> dict[str, int]:
    """What the filters say of each value."""
    found: dict[str, str] = page.locator(f"input[name={facet}]").evaluate_all(
        """boxes => Object.fromEntries(boxes.map((box) => [box.value,
        box.closest("[data-option]").querySelector("[data-count] [aria-hidden]").textContent]))"""
    )
    return {value: int(re.sub(r"\D", "", text)) for value, text in found.items()}


def sort_links(page: Page) -> Locator:
    return page.locator('[data-part="sorting"] a:visible')


@pytest.mark.parametrize("language", LANGUAGES)
def test_wishes_rank_and_hide_nobody(page: Page, content: Content, language: str) -> None:
    """DIR-13: on a phone, by key: whoever meets more comes first, each card says why, nobody is hidden."""
    t = Wording(content, language).t
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    page.set_viewport_size({"width": 320, "height": 800})
    open_directory(page, language)
    everybody = count(page)
    expect(sort_links(page)).to_have_count(3)
    for facet, value in WISHED:
        wish(page, facet, value)
        expect(page.locator(ADD)).to_be_focused()
        added = page.locator(f"{WISHES} bdi").last.inner_text()
        expect(page.locator("[data-spoken]:not(:empty)")).to_contain_text([added])
    assert_readable(page, 320, 1280)
    assert count(page) == everybody
    assert page.url.endswith(f"/{language}/mentors/")
    best = met(page)
    assert best == sorted(best, reverse=True)
    assert best[0] > 1
    assert t("wishes.reason.lang", values="")[:6] in page.locator(FITS).first.inner_text()
    expect(sort_links(page)).to_have_count(4)
    expect(sort_links(page).first).to_have_attribute("aria-current", "true")

    page.reload()
    expect(page.locator(KEPT)).to_have_text("4")
    assert met(page) == best
    sort_links(page).nth(2).click()  # by name: the wishes stay, and go on saying why
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.locator("[data-spoken]:not(:empty)")).to_contain_text([t("directory.sorts.name")])
    assert met(page) != best
    page.go_back()
    expect(sort_links(page).first).to_have_attribute("aria-current", "true")
    assert met(page) == best
    page.locator("[data-language-switch]").first.click()
    expect(page.locator("html")).not_to_have_attribute("lang", language)
    expect(page.locator(KEPT)).to_have_text("4")
    expect(page.locator(FITS).first).to_be_visible()
    assert met(page) == best

    sort_links(page).nth(2).click()  # taking a wish back leaves the order that was chosen
    expect(page.locator(HEADING)).to_be_focused()
    page.locator(SUMMARY).press("Enter")
    page.locator(WISHES).first.press("Enter")
    expect(page.locator(WISHES)).to_have_count(3)
    expect(page.locator(WISHES).first).to_be_focused()
    results(page)
    assert page.url.endswith("?sort=name")
    page.locator('[data-part="wish-forget"]').press("Enter")
    expect(page.locator(SUMMARY)).to_be_focused()
    expect(page.locator(FITS)).to_have_count(0)
    assert page.evaluate("JSON.parse(localStorage.getItem('wishes') ?? '[]')") == []
    assert not [each for each in sent if "near-QC" in each or "school-based" in each]


def test_a_wish_that_must_be_met_hides_the_others(page: Page) -> None:
    """DIR-13: "must have" shows whom the same filter shows and stands among the filters; it is a way out."""
    open_directory(page)
    everybody = count(page)
    languages, provinces = counts(page, "lang"), counts(page, "province")
    rare = min((number, each) for each, number in languages.items() if number)[1]
    wish(page, "lang", rare, must=True)
    expect(page.locator(HEADING)).to_have_text(re.compile(rf"^{languages[rare]}\b"))
    expect(page.locator(CHIPS)).to_have_count(1)
    without = next(each for each, number in counts(page, "province").items() if number == 0 < provinces[each])
    open_directory(page, query=f"?province={without}")
    assert count(page) == 0
    assert_readable(page)
    way = page.locator('[data-part="ways"] a').filter(has_text="must have")
    assert way.inner_text().count(":") == 1
    expect(page.locator(CHIPS)).to_have_count(2)  # a link shows the must-have beside what it asked for itself
    way.click()
    expect(page.locator(HEADING)).to_be_focused()
    assert count(page) == provinces[without]
    expect(page.locator(KEPT)).to_have_text("1")
    assert page.url.endswith(f"?province={without}")
    for must, said in ((True, "Wish changed"), (True, "You have this wish already")):
        page.locator(".wishes:not([open]) > summary").evaluate_all("all => all.map((each) => each.click())")
        page.select_option("#wish-about", "lang")
        page.select_option("#wish-what", rare)
        page.locator("#wish-must").set_checked(must)
        page.locator(ADD).press("Enter")
        expect(page.locator("[data-spoken]:not(:empty)")).to_contain_text([said])
    page.locator(CHIPS).first.press("Enter")
    expect(page.locator(HEADING)).to_have_text(re.compile(rf"^{languages[rare]}\b"))
    page.locator(CHIPS).press("Enter")
    expect(page.locator("[data-spoken]:not(:empty)")).to_contain_text(["stays among your wishes"])
    assert count(page) == everybody
    expect(page.locator(KEPT)).to_have_text("1")
