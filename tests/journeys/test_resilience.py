"""The directory on a bad day: a slow line, a script that never comes, an older browser, a second tab."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from build.search import fold

HEADING = '[data-part="heading"]'
FORM = "form[data-filters]"
NOBODY = "?area=oncology&province=NU&lang=de"
# What browsers learnt in 2023 and after: nothing of it may be needed.
FORGET = """
for (const name of ["toSorted", "toReversed", "toSpliced", "with"]) delete Array.prototype[name];
for (const owner of [Object, Map]) delete owner.groupBy;
delete Promise.withResolvers;
delete URL.canParse;
for (const name of ["union", "intersection", "difference", "isSubsetOf"]) delete Set.prototype[name];
"""
NOTE_CHANGES = """heading => {
  window.changes = [];
  const note = (records) => window.changes.push(...records.map(() => heading.textContent));
  new MutationObserver(note).observe(heading, { childList: true });
}"""


def opened(page: Page) -> None:
    page.locator(f"{FORM}:not([hidden])").wait_for(state="attached")


@pytest.fixture
def second_tab(page: Page, site_url: str) -> Iterator[Page]:
    """A profile that was opened from the list, in a tab of its own."""
    page.goto("/en/mentors/")
    opened(page)
    with page.context.expect_page() as opening:
        page.locator(".card a").nth(10).click(modifiers=["Control"])
    tab = opening.value
    tab.wait_for_url(re.compile(rf"^{re.escape(site_url)}/en/mentors/[^/]+/$"))
    yield tab
    tab.close()


@pytest.mark.parametrize(
    ("query", "place", "kept"),
    [
        ("", ".card a", True),  # the card stays, so nothing moves
        (NOBODY, ".card a", False),  # the card goes
        ("", "[data-without-script] summary", False),  # the links make room for the form
    ],
)
def test_a_late_index_loses_nobodys_place(page: Page, query: str, place: str, kept: bool) -> None:
    """Whoever is in the list before the filters have come keeps the focus, or finds it on the heading."""
    held: list[Route] = []
    page.route("**/data/*/manifest.json", lambda route: held.append(route))
    with page.expect_request("**/data/*/manifest.json"):
        page.goto(f"/en/mentors/{query}")
    before = page.locator(place).first
    before.focus()
    expect(page.locator('[data-part="loading"]')).to_be_visible()
    expect(page.locator('[data-part="static"]')).to_be_hidden()
    for route in held:  # one: what was preloaded is what is fetched
        route.continue_()
    opened(page)
    expect(before if kept else page.locator(HEADING)).to_be_focused()
    expect(page.locator('[data-part="loading"]')).to_be_hidden()
    expect(page.locator("[data-spoken]:not(:empty)")).to_have_count(1 if query else 0)


def test_whoever_goes_back_before_the_index_has_come_sees_what_the_address_says(page: Page) -> None:
    """The address is the only state, also where Back is pressed while the page is still fetching."""
    page.goto("/en/mentors/?area=oncology")
    opened(page)
    found = page.locator(HEADING).inner_text()
    page.evaluate("() => history.pushState(null, '', '?q=therapy')")
    held: list[Route] = []
    page.route("**/data/*/text/*", lambda route: held.append(route))
    with page.expect_request("**/data/*/text/*"):
        page.reload()
    page.go_back()
    for route in held:
        route.continue_()
    opened(page)
    expect(page.locator(HEADING)).to_have_text(found)
    expect(page.locator("#area-oncology")).to_be_checked()


def test_a_result_that_comes_late_replaces_none_that_was_asked_for_since(page: Page) -> None:
    """Of two Applies the second stands, whichever result comes first, and is all that is spoken."""
    page.goto("/en/mentors/")
    opened(page)
    held: list[Route] = []
    page.route("**/data/*/text/*", lambda route: held.append(route))
    apply = page.locator(f"{FORM} button[type=submit]").first
    page.locator(HEADING).evaluate(NOTE_CHANGES)
    page.locator("#filter-words").fill("therapy")
    with page.expect_request("**/data/*/text/*"):
        apply.click()
    page.locator("#filter-words").fill("")
    page.locator("#area-oncology").evaluate("box => { box.checked = true; }")
    apply.click()
    expect(page.locator(HEADING)).to_be_focused()
    found = page.locator(HEADING).inner_text()
    for route in held:
        route.continue_()
    page.go_back()  # to the words: once their result stands, the one that was late has been there
    expect(page.locator(HEADING)).not_to_have_text(found)
    assert page.evaluate("window.changes") == [found, page.locator(HEADING).inner_text()]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_card_that_does_not_come_leaves_the_search(page: Page, language: str) -> None:
    """A file that is missing at the start is told, with a way to try again; the form serves all the same."""
    page.route("**/data/*/cards/*", lambda route: route.abort())
    page.goto(f"/{language}/mentors/?lang=fr&page=2")
    opened(page)
    problem = page.locator('[data-part="problem"]')
    expect(problem).to_be_visible()
    expect(page.locator(".card:visible")).to_have_count(20)
    expect(page.locator("[data-without-script]:visible")).to_have_count(0)
    expect(page.locator("[data-spoken]:not(:empty)")).to_have_text(problem.locator("p").inner_text())
    page.unroute("**/data/*/cards/*")
    problem.get_by_role("button").click()
    expect(page.locator(HEADING)).to_be_focused()
    expect(problem).to_be_hidden()
    expect(page.locator("#lang-fr")).to_be_checked()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_script_that_does_not_come_is_told(page: Page, language: str) -> None:
    """When any of its scripts is missing, the page says so and keeps its list."""
    page.route("**/js/paging.mjs", lambda route: route.abort())
    page.goto(f"/{language}/mentors/?lang=fr")
    expect(page.locator('[data-part="problem"]')).to_be_visible()
    expect(page.locator("[data-spoken]:not(:empty)")).to_have_count(1)
    expect(page.locator(".directory__static:visible")).to_have_count(0)
    expect(page.locator(FORM)).to_be_hidden()
    expect(page.locator(".card").first).to_be_visible()


@pytest.mark.parametrize("query", ["", NOBODY])
def test_a_script_that_fails_leaves_the_list_of_the_server(page: Page, query: str) -> None:
    """A failure halfway shows no half of a form: the page is as it was served, and says so."""
    page.add_init_script("history.pushState = undefined; URLSearchParams.prototype.append = undefined;")
    page.add_init_script("Intl.ListFormat = Element.prototype.replaceChildren = undefined;")
    page.goto(f"/en/mentors/{query}")
    expect(page.locator('[data-part="problem"]')).to_be_visible()
    expect(page.locator(FORM)).to_be_hidden()
    expect(page.locator(".card:visible")).to_have_count(20)
    expect(page.locator("[data-without-script] summary").first).to_be_visible()


def test_an_older_browser_filters_and_sorts(page: Page) -> None:
    """Browsers of the last four years do: what they lack is not used."""
    page.add_init_script(FORGET)
    page.goto("/en/mentors/?sort=name")
    opened(page)
    names = [fold(name) for name in page.locator(".card__name").all_inner_texts()]
    assert names == sorted(names)
    page.goto(f"/en/mentors/{NOBODY}")
    opened(page)
    assert page.locator('[data-part="ways"] a').count() > 0


def test_a_second_tab_leaves_the_list_as_it_was(page: Page, second_tab: Page) -> None:
    """Task 4: only who leaves the list is brought back to a place in it."""
    assert second_tab.locator("h1").is_visible()
    page.evaluate("scrollTo(0, 0)")
    page.reload()
    opened(page)
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("scrollY") == 0


def test_the_way_back_leads_on_in_a_second_tab(second_tab: Page) -> None:
    """Task 4: where no list lies behind, "back to results" still leads to it."""
    second_tab.locator("[data-language-switch]").click()
    second_tab.wait_for_url("**/fr/mentors/*/")
    second_tab.go_back()
    second_tab.wait_for_url("**/en/mentors/*/")
    second_tab.locator("a[data-back-to-results]").click()
    second_tab.wait_for_url("**/en/mentors/")


def test_a_reload_forgets_what_was_not_applied(page: Page) -> None:
    """The address is the only state: ticks and words that were not applied are gone after a reload."""
    page.goto("/en/mentors/?area=oncology")
    opened(page)
    page.locator("#area-research").check()
    page.locator("#filter-words").fill("half a thou")
    page.reload()
    opened(page)
    expect(page.locator(f"{FORM} input:checked")).to_have_count(1)
    expect(page.locator("#area-oncology")).to_be_checked()
    expect(page.locator("#filter-words")).to_have_value("")


def test_signs_alone_are_no_filter(page: Page) -> None:
    """What filters nothing shows no chip that says it does."""
    page.goto("/en/mentors/?q=%F0%9F%98%80+%28%5B")
    opened(page)
    expect(page.locator('[data-part="chips"] button')).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "name"), [("en", r"^Mental health \d+ mentors?$"), ("fr", r"^Santé mentale \d+ profils?$")]
)
def test_a_filter_says_what_it_counts(page: Page, language: str, name: str) -> None:
    """MOD-27: the name of a box is its value and a number of mentors, not a bare number."""
    page.goto(f"/{language}/mentors/")
    opened(page)
    expect(page.get_by_role("checkbox", name=re.compile(name))).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_scripts_a_search_says_that_it_was_not_done(
    browser: Browser, site_url: str, language: str
) -> None:
    """Task 6: words that nothing can search are not left without an answer."""
    context: BrowserContext = browser.new_context(base_url=site_url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"/{language}/mentors/?q=oncology")
    expect(plain.locator("noscript p")).to_contain_text("JavaScript")
    context.close()
