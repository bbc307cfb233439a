"""Mentors somebody wants to look at again, side by side: kept in the browser, shared as public addresses."""

import re
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.journeys.journey import LANGUAGES, OVERFLOW, assert_readable

COMPARE = "/{}/mentors/compare/"
CARDS = '[data-part="cards"] [data-slug]'
TOGGLES = '[data-part="shortlist-toggle"]'
HEADING = '[data-part="heading"]'
NAMES = "thead th"
REMOVE = '[data-fact="shortlist"] button'
LEAVE = '[data-fact="leave"] button'


def open_directory(page: Page, language: str, query: str = "") -> None:
    page.goto(f"/{language}/mentors/{query}")
    page.locator("form[data-filters]:not([hidden])").wait_for(state="attached")


def slugs(page: Page, number: int) -> list[str]:
    """The first mentors of the directory, as their cards name them."""
    found = page.locator(CARDS).evaluate_all("cards => cards.map((card) => card.dataset.slug)")
    return cast(list[str], found)[:number]


@pytest.fixture
def mentors(page: Page) -> list[str]:
    """Three mentors of the directory."""
    open_directory(page, "en")
    return slugs(page, 3)


def compare(page: Page, mentors: list[str], language: str = "en") -> None:
    page.goto(f"{COMPARE.format(language)}?mentors={','.join(mentors)}")
    page.locator(f"{HEADING}:not([hidden])").wait_for()
    expect(page.locator(NAMES)).to_have_count(len(mentors))


def link(page: Page) -> Locator:
    """The way to the shortlist."""
    return page.locator('[data-part="shortlist"] a')


def kept(page: Page) -> list[str]:
    """Whose addresses this browser's shortlist holds."""
    return cast(list[str], page.evaluate("JSON.parse(localStorage.getItem('shortlist') ?? '[]')"))


def said(page: Page) -> list[str]:
    return [text for text in page.get_by_role("status").all_inner_texts() if text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_mentors_are_compared_on_a_phone(page: Page, language: str) -> None:
    """DIR-14, task 7: by keyboard, from cards of the server and of the script; nothing scrolls sideways."""
    page.set_viewport_size({"width": 320, "height": 700})
    open_directory(page, language)
    page.locator(TOGGLES).first.press("Enter")
    assert len(said(page)) == 1
    expect(page.locator('[data-part="shortlist-note"]:visible')).to_contain_text(said(page)[0])
    first = slugs(page, 1)
    open_directory(page, language, "?sort=name&page=2")
    chosen = first + slugs(page, 2)
    for place in (0, 1):
        page.locator(TOGGLES).nth(place).press("Space")
    page.reload()
    expect(link(page)).to_contain_text("(3)")
    page.locator("[data-language-switch]").first.click()
    expect(page.locator("html")).not_to_have_attribute("lang", language)
    expect(link(page)).to_contain_text("(3)")
    page.go_back()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(link(page)).to_contain_text("(3)")
    expect(link(page)).to_have_attribute("href", re.compile("mentors="))
    link(page).press("Enter")
    page.wait_for_url("**/mentors/compare/**")
    expect(page.locator(NAMES)).to_have_count(3)
    assert page.url.endswith(f"{COMPARE.format(language)}?mentors={','.join(chosen)}")
    assert page.locator(NAMES).evaluate_all("cells => cells.map((cell) => cell.dataset.slug)") == chosen
    assert_readable(page)
    rows = page.locator("tbody tr:visible").evaluate_all("rows => rows.map((row) => row.dataset.fact)")
    assert rows[:2] == ["ask", "shortlist"]
    names = page.locator(NAMES).all_inner_texts()
    areas = page.locator('[data-fact="areas"] td')
    before = areas.all_inner_texts()
    page.locator("[data-language-switch]").first.click()
    expect(areas).not_to_have_text(before)
    expect(page.locator(NAMES)).to_have_text(names)


def test_a_comparison_says_what_the_profiles_say(page: Page, mentors: list[str]) -> None:
    """DIR-14: each cell holds the words of the mentor's own page, and asking begins where it does there."""
    compare(page, mentors)
    assert_readable(page, 1280, 700)
    column: dict[str, Any] = page.locator(f'td[data-slug="{mentors[1]}"]').evaluate_all(
        """cells => Object.fromEntries(cells.map((cell) => [cell.closest("tr").dataset.fact,
        [...cell.querySelectorAll("li")].map((item) => item.textContent)]))"""
    )
    asking = page.locator(f'[data-fact="ask"] [data-slug="{mentors[1]}"] a').get_attribute("href")
    page.locator(f"{NAMES} a").nth(1).click()
    page.wait_for_url(f"**/mentors/{mentors[1]}/")
    expect(page.locator("aside [data-part=ask]")).to_have_attribute("href", asking or "")
    for fact in ("areas", "topics", "languages"):
        assert page.locator(f'[data-part="{fact}"] li').all_text_contents() == column[fact]
    page.locator(TOGGLES).click()
    expect(link(page)).to_contain_text("(1)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_shortlist_says_so(page: Page, language: str) -> None:
    """DIR-14: five at most; the sixth is refused in words, and taking one out makes room."""
    open_directory(page, language)
    for place in range(6):
        page.locator(TOGGLES).nth(place).click()
    expect(link(page)).to_contain_text("(5)")
    note = page.locator('[data-part="shortlist-note"]:visible')
    expect(note).to_have_count(1)
    expect(note.locator("a")).to_contain_text("(5)")
    assert said(page)[0] in note.inner_text()
    page.locator(TOGGLES).first.click()
    page.locator(TOGGLES).nth(5).click()
    expect(link(page)).to_contain_text("(5)")


def test_removing_moves_the_focus_to_the_neighbour_and_is_undone(page: Page, mentors: list[str]) -> None:
    """DIR-14: focus goes to the next mentor, then to the one before, then to the heading; one can undo it."""
    for place in range(3):
        page.locator(TOGGLES).nth(place).click()
    link(page).click()
    buttons = page.locator(REMOVE)
    expect(buttons).to_have_count(3)
    entries = page.evaluate("history.length")
    buttons.first.press("Enter")
    expect(buttons.first).to_be_focused()
    assert page.url.endswith(f"?mentors={','.join(mentors[1:])}")
    page.locator('[data-part="put-back"]').press("Enter")
    expect(buttons.first).to_be_focused()
    assert page.url.endswith(f"?mentors={','.join(mentors)}")
    assert sorted(kept(page)) == sorted(mentors)
    buttons.first.press("Enter")
    buttons.last.press("Enter")
    expect(buttons.first).to_be_focused()
    buttons.first.press("Enter")
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.locator('[data-part="state"]')).to_contain_text("Add to shortlist")
    assert kept(page) == []
    assert_readable(page, 320, 1280)
    assert page.evaluate("history.length") == entries
    page.go_back()
    expect(link(page)).to_contain_text("(0)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shared_link_compares_and_leaves_ones_own_shortlist(
    page: Page, mentors: list[str], language: str
) -> None:
    """DIR-14: a link's mentors leave the page without leaving one's list, and join it when one says so."""
    own = mentors[2]
    page.evaluate(f"localStorage.setItem('shortlist', '[\"{own}\"]')")
    compare(page, mentors, language)
    state = page.locator('[data-part="state"]')
    words = state.inner_text()
    names = page.locator(NAMES).all_inner_texts()
    assert_readable(page, 320, 1280)
    page.locator(LEAVE).nth(2).press("Enter")
    expect(page.locator(NAMES)).to_have_count(2)
    assert kept(page) == [own]
    assert names[2] in said(page)[0]
    page.locator(REMOVE).first.press("Enter")
    expect(link(page)).to_contain_text("(2)")
    assert kept(page) == [own, mentors[0]]
    assert page.url.endswith(f"?mentors={mentors[0]},{mentors[1]}")
    page.locator('[data-part="put-back"]').click()
    page.locator(REMOVE).nth(1).click()
    page.reload()
    expect(page.locator(NAMES)).to_have_count(3)
    expect(state).not_to_have_text(words)
    expect(page.locator(LEAVE)).to_have_count(0)


def test_an_address_with_too_many_mentors_says_so(
    browser: Browser, page: Page, site_url: str, mentors: list[str]
) -> None:
    """DIR-14: what is no address is left out; of more mentors than fit the first are compared."""
    seven = slugs(page, 7)
    stranger = browser.new_context(base_url=site_url).new_page()
    strange = f"..%2F..%2Fx,{mentors[0]},%3Cb%3E,{','.join(seven)}"
    stranger.goto(f"{COMPARE.format('fr')}?mentors={strange}")
    expect(stranger.locator(NAMES)).to_have_count(5)
    assert stranger.url.endswith(f"?mentors={','.join(seven[:5])}")
    assert "7" in stranger.locator('[data-part="notices"]').inner_text()
    assert "7" in said(stranger)[0]
    # Five columns as wide as their words, or what is asked above its answers.
    for width in (700, 960, 1280):
        stranger.set_viewport_size({"width": width, "height": 700})
        stranger.wait_for_function(
            '() => [...document.querySelectorAll("thead th")].every((cell) => cell.clientWidth >= 160)'
        )
    stranger.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_left_is_said_and_forgotten(page: Page, mentors: list[str], language: str) -> None:
    """DIR-8, DIR-14: whose page is gone is forgotten, which is said; whose did not come is named."""
    notices = page.locator('[data-part="notices"] p')
    page.evaluate(f"localStorage.setItem('shortlist', '[\"{mentors[0]}\",\"nobody-at-all\"]')")
    page.goto(COMPARE.format(language))
    expect(page.locator(NAMES)).to_have_count(1)
    expect(notices).to_have_count(1)
    assert notices.inner_text() in said(page)[0]
    mine = notices.inner_text()
    assert kept(page) == [mentors[0]]
    assert page.url.endswith(f"?mentors={mentors[0]}")
    page.goto(f"{COMPARE.format(language)}?mentors={mentors[1]},nobody-at-all")
    expect(page.locator(NAMES)).to_have_count(1)
    expect(notices).not_to_have_text([mine])

    def abort(route: Route) -> None:
        route.abort()

    page.route(f"**/mentors/{mentors[0]}/", abort)
    page.goto(COMPARE.format(language))
    expect(notices).to_contain_text([mentors[0]])
    assert mentors[0] in said(page)[0]
    assert kept(page) == [mentors[0]]

    def withdrawn(route: Route) -> None:
        route.fulfill(json=[mentors[0]])

    page.route("**/live/withdrawn.json", withdrawn)
    for address in (f"/{language}/mentors/", f"/{language}/mentors/province/ON/"):
        page.evaluate(f"localStorage.setItem('shortlist', '[\"{mentors[0]}\"]')")
        page.goto(address)
        expect(link(page)).to_contain_text("(0)")
        left = page.locator('[data-part="shortlist-left"]')
        expect(left).to_be_visible()
        assert left.inner_text() in said(page)
    page.reload()
    expect(link(page)).to_contain_text("(0)")
    expect(left).to_be_hidden()


def test_the_way_back_keeps_the_filters(page: Page) -> None:
    """DIR-14: from the comparison one comes back to the results as they were."""
    open_directory(page, "en", "?province=ON")
    page.locator(TOGGLES).first.click()
    link(page).click()
    expect(page.locator(NAMES)).to_have_count(1)
    page.locator(REMOVE).click()
    page.locator("a[data-back-to-results]").click()
    expect(page).to_have_url(re.compile(r"/en/mentors/\?province=ON$"))
    expect(link(page)).to_contain_text("(0)")


@pytest.mark.parametrize("context_options", [False], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_no_button_does_nothing(page: Page, language: str) -> None:
    """DIR-14: without JavaScript there are no buttons, and the page to compare says what to do."""
    page.goto(f"/{language}/mentors/")
    assert page.locator(TOGGLES).count() == 0
    assert not link(page).is_visible()
    page.goto(f"/{language}/")
    assert "JavaScript" in page.get_by_role("search").inner_text()
    page.goto(COMPARE.format(language))
    assert "JavaScript" in page.locator("[data-without-script]").inner_text()
    assert page.locator(f'main a[href="/{language}/mentors/"]').last.is_visible()
    assert page.evaluate(OVERFLOW) <= 0


def test_a_comparison_is_printed_without_its_buttons(page: Page, mentors: list[str]) -> None:
    """DIR-14: on paper there is the table, and nothing to press."""
    compare(page, mentors)
    page.emulate_media(media="print")
    assert page.locator("table").is_visible()
    assert not page.locator(REMOVE).first.is_visible()
    assert not re.search("http", page.locator("table").inner_text())
