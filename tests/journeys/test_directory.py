"""The directory in a real browser: what a newcomer does with it, by keyboard, with Back, and without scripts.

Nothing here knows the sample members by name: queries are made of what the site's own index holds.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.journey import count, mentors_of, results

HEADING = '[data-part="heading"]'
CARDS = '[data-part="cards"] [data-slug]'
CHIPS = '[data-part="chips"] button'
FORM = "form[data-filters]"
LANGUAGES = ("en", "fr")
# Without the button that scripts alone can serve.
READ_CARDS = """cards => cards.map((shown) => {
  const card = shown.cloneNode(true);
  card.querySelector("[data-shortlist]")?.remove();
  return [card.dataset.slug, card.outerHTML.replace(/\\s+/g, " ")];
})"""
# The cards of other lists, which stand one heading higher there than in the directory.
CARDS_IN_PAGES = f"""pages => Object.fromEntries(pages.flatMap((text) => {{
  const list = new DOMParser().parseFromString(text.replace(/(<[/]?)h2/g, "$1h3"), "text/html");
  return ({READ_CARDS})([...list.querySelectorAll("article[data-slug]")]);
}}))"""


@pytest.fixture
def rows(state: Path) -> list[dict[str, Any]]:
    """The mentors of the index who take on new mentees."""
    return [row for row in mentors_of(state) if row["available"]]


@pytest.fixture
def query(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Wishes that several mentors meet, and not all: French, with the most frequent area among them."""
    areas = Counter(area for row in rows if "fr" in row["lang"] for area in row["area"])
    return {"area": areas.most_common(1)[0][0], "lang": "fr"}


@pytest.fixture
def impossible(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Two wishes that nobody meets together, though each is met by somebody."""
    pairs = {(area, row["province"]) for row in rows for area in row["area"]}
    areas, provinces = ({pair[place] for pair in pairs} for place in (0, 1))
    area, province = next(
        (area, province)
        for area in sorted(areas)
        for province in sorted(provinces)
        if (area, province) not in pairs
    )
    return {"area": area, "province": province}


def visit(page: Page, language: str = "en", query: dict[str, str] | None = None) -> None:
    page.goto(f"/{language}/mentors/" + (f"?{urlencode(query)}" if query else ""))
    page.locator(f"{FORM}:not([hidden])").wait_for(state="attached")


def slugs(page: Page) -> list[str]:
    results(page)
    found = page.locator(CARDS).evaluate_all("cards => cards.map((card) => card.dataset.slug)")
    return cast(list[str], found)


def spoken(page: Page) -> str:
    return " ".join(page.get_by_role("status").all_inner_texts()).strip()


def meeting(rows: Sequence[dict[str, Any]], query: dict[str, str]) -> int:
    return sum(
        all(value == row[facet] or value in row[facet] for facet, value in query.items()) for row in rows
    )


def tab_to(page: Page, selector: str) -> None:
    for _ in range(200):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs reaches {selector}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_filtering_needs_a_keyboard_alone(page: Page, rows: Sequence[dict[str, Any]], language: str) -> None:
    """DIR-11: by keyboard alone a newcomer opens a group, ticks a box, applies it and lands on the result."""
    visit(page, language)
    before = slugs(page)
    tab_to(page, "summary:has(+ fieldset input[name=lang])")
    page.keyboard.press("Enter")
    tab_to(page, "#lang-fr")
    page.keyboard.press("Space")
    assert slugs(page) == before, "results change on Apply alone"
    expect(page.locator("summary:has(+ fieldset input[name=lang]) [data-number]")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.locator(HEADING)).to_be_focused()
    assert count(page) == meeting(rows, {"lang": "fr"})
    assert page.url.endswith("?lang=fr")
    assert spoken(page).startswith(page.locator(HEADING).inner_text())


def test_apply_stands_at_both_ends_and_makes_one_entry(page: Page, query: dict[str, str]) -> None:
    """One Apply is one entry of the history, whichever of the two buttons was pressed."""
    visit(page)
    entries = page.evaluate("history.length")
    page.check(f"#area-{query['area']}")
    page.get_by_role("button", name="Apply filters").first.click()
    assert page.evaluate("history.length") == entries + 1
    page.locator("#filter-words").fill("a")
    page.get_by_role("button", name="Apply filters").last.click()
    assert page.evaluate("history.length") == entries + 2
    page.get_by_role("button", name="Apply filters").last.click()
    assert page.evaluate("history.length") == entries + 2


def test_each_result_is_announced_once(page: Page, query: dict[str, str]) -> None:
    """What a link asked for is spoken once it has come; a second Apply again, and never twice at once."""
    visit(page)
    assert spoken(page) == ""
    visit(page, query=query)
    expect(page.get_by_role("status").nth(1)).not_to_be_empty()
    assert spoken(page).startswith(page.locator(HEADING).inner_text())
    for turn in (0, 1, 0):
        page.get_by_role("button", name="Apply filters").first.click()
        expect(page.get_by_role("status").nth(turn)).not_to_be_empty()
        said = page.get_by_role("status").all_inner_texts()
        assert [bool(text) for text in said] == [turn == 0, turn == 1]


def test_the_address_is_the_only_state(
    page: Page, browser: Browser, site_url: str, query: dict[str, str]
) -> None:
    """Task 5: Back, Forward, reload and a shared link give the same mentors and the same boxes."""
    visit(page)
    everybody = slugs(page)
    for facet, value in query.items():
        page.locator(f"#{facet}-{value}").evaluate("box => { box.checked = true; }")
        page.get_by_role("button", name="Apply filters").first.click()
    expect(page.locator(CHIPS)).to_have_count(2)
    wanted = slugs(page)
    address = page.url

    page.go_back()
    page.go_back()
    expect(page.locator(CHIPS)).to_have_count(0)
    assert slugs(page) == everybody
    assert page.locator(f"{FORM} input:checked").count() == 0

    page.go_forward()
    page.go_forward()
    expect(page.locator(CHIPS)).to_have_count(2)
    assert slugs(page) == wanted
    assert page.locator(f"{FORM} input:checked").count() == 2

    page.reload()
    expect(page.locator(CHIPS)).to_have_count(2)
    assert slugs(page) == wanted

    stranger = browser.new_context(base_url=site_url).new_page()
    stranger.goto(address)
    expect(stranger.locator(CHIPS)).to_have_count(2)
    assert slugs(stranger) == wanted
    stranger.context.close()


@pytest.mark.parametrize(("language", "other"), [("en", "fr"), ("fr", "en")])
def test_the_language_switch_keeps_the_filters(
    page: Page, query: dict[str, str], language: str, other: str
) -> None:
    """Task 5, MOD-27: the same mentors in the other language, in the same order."""
    visit(page, language, query | {"sort": "newest"})
    wanted = slugs(page)
    page.locator("#area-research").evaluate("box => { box.checked = true; }")  # and what is not applied yet
    page.locator("[data-language-switch]").first.click()
    page.wait_for_url(f"**/{other}/mentors/?*")
    expect(page.locator(CHIPS)).to_have_count(2)
    assert slugs(page) == wanted
    assert page.locator("#area-research").is_checked()
    page.reload()
    expect(page.locator(CHIPS)).to_have_count(2)
    assert not page.locator("#area-research").is_checked()


def test_removing_a_chip_moves_the_focus_to_its_neighbour(page: Page, query: dict[str, str]) -> None:
    """Focus goes to the next chip, then to the one before, then to the heading; never to nowhere."""
    visit(page, query=query | {"province": "ON", "paused": "1"})
    chips = page.locator(CHIPS)
    expect(chips).to_have_count(4)
    second, last = chips.nth(1).inner_text(), chips.nth(3).inner_text()
    chips.first.press("Enter")
    expect(chips).to_have_count(3)
    expect(chips.first).to_be_focused()
    assert chips.first.inner_text() == second
    chips.last.press("Enter")
    expect(chips).to_have_count(2)
    expect(chips.last).to_be_focused()
    assert chips.last.inner_text() != last
    chips.last.press("Space")
    expect(chips).to_have_count(1)
    chips.last.press("Space")
    expect(page.locator(HEADING)).to_be_focused()
    assert page.url.endswith("/en/mentors/")


def test_removing_a_chip_keeps_what_is_typed_but_not_applied(page: Page, query: dict[str, str]) -> None:
    """A draft in the form survives another order, another filter gone, and a line that breaks."""
    visit(page, query=query)
    page.locator("#filter-words").fill("half a thou")
    page.locator('[data-part="sort-name"]').click()
    expect(page).to_have_url(re.compile("sort=name"))
    page.route("**/data/*/cards/*", abort)
    page.locator(CHIPS).first.click()
    again = page.locator('[data-part="problem"] button')
    expect(again).to_be_focused()
    assert spoken(page).startswith("Removed:")
    page.unroute("**/data/*/cards/*")
    again.press("Enter")
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.locator("#filter-words")).to_have_value("half a thou")
    assert not page.locator(f"#area-{query['area']}").is_checked()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_result_leads_out_again(
    page: Page, rows: Sequence[dict[str, Any]], impossible: dict[str, str], language: str
) -> None:
    """Task 3: zero results name the filters that block, with what each removal gives; one action recovers."""
    visit(page, language, impossible)
    assert count(page) == 0
    ways = page.locator('[data-part="ways"] a')
    promised = {int(re.findall(r"\d+", text)[-1]) for text in ways.all_inner_texts()}
    expected = {meeting(rows, {facet: value}) for facet, value in impossible.items()}
    assert expected <= promised
    best = int(re.findall(r"\d+", ways.first.inner_text())[-1])
    ways.first.click()
    expect(page.locator(HEADING)).to_be_focused()
    assert count(page) == best > 0


def test_clearing_all_filters_shows_everybody(page: Page, impossible: dict[str, str]) -> None:
    """Task 3: the other way out of zero results takes one action as well."""
    visit(page, query=impossible | {"q": "xyzzy"})
    # No filter alone is to blame: the ways out name two each, with what giving up both brings.
    ways = page.locator('[data-part="ways"] a')
    assert all("xyzzy" in text for text in ways.all_inner_texts())
    promised = int(re.findall(r"\d+", ways.first.inner_text())[-1])
    ways.first.click()
    expect(page.locator(CHIPS)).to_have_count(1)
    assert count(page) == promised
    page.go_back()
    expect(page.locator(CHIPS)).to_have_count(3)
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.locator(HEADING)).to_be_focused()
    assert count(page) > 0
    assert page.locator("#filter-words").input_value() == ""


def test_zero_counts_stay_visible(page: Page) -> None:
    """A value that nobody has keeps its place in its group, with a zero."""
    visit(page)
    values = page.locator(f"{FORM} input[name=lang]").count()
    visit(page, query={"province": "NU"})
    shown = page.locator(f"{FORM} [data-option]:has(input[name=lang]) [data-count] [aria-hidden]")
    counts = shown.all_text_contents()
    assert len(counts) == values
    assert "(0)" in counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mistyped_word_is_offered_as_it_was_meant(
    page: Page, rows: Sequence[dict[str, Any]], language: str
) -> None:
    """DIR-11: where a word is nobody's, the one that was meant is one action away."""
    words = {word for row in rows for word in row["words"].split()}
    meant = max(words, key=lambda word: (word.isascii() and word.isalpha(), len(word), word))
    visit(page, language, {"q": f"{meant[:4]}{meant[5:]}"})
    assert count(page) == 0
    expect(page.locator("[data-spoken]:not(:empty)")).to_contain_text([meant])
    page.locator('[data-part="meant"] a').click()
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.locator("#filter-words")).to_have_value(meant)
    assert count(page) == sum(meant in row["words"] for row in rows)


def test_paused_mentors_are_out_unless_asked_for(
    page: Page, rows: Sequence[dict[str, Any]], state: Path
) -> None:
    """DIR-7: who takes no new mentees is out of results by default, and in with one choice or by name."""
    paused = [each["slug"] for each in mentors_of(state) if not each["available"]]
    named = next(slug for slug in paused if not re.search(r"\d", slug))
    visit(page, query={"q": named.replace("-", " ")})
    assert named in slugs(page)
    visit(page)
    assert count(page) == len(rows)
    page.check("#paused")
    page.get_by_role("button", name="Apply filters").last.click()
    expect(page.locator(HEADING)).to_be_focused()
    assert count(page) > len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_agree_from_page_to_page(page: Page, rows: Sequence[dict[str, Any]], language: str) -> None:
    """The home page promises what the directory shows, and a list's link what its page shows."""
    page.goto(f"/{language}/")
    assert str(len(rows)) in page.locator(".hero__count").inner_text().split()
    entry = page.locator(".term-links a").first
    promised = entry.locator(".term-links__count").inner_text()
    entry.click()
    assert page.locator(".page-head__lead").inner_text().split()[0] == promised


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way_back", ["Back", "link"])
def test_a_profile_leads_back_to_the_same_place(
    page: Page, query: dict[str, str], way_back: str, language: str
) -> None:
    """Task 4: after a profile, Back and "back to results" give the same filters, place and focus."""
    visit(page, language, query | {"sort": "name"})
    wanted = slugs(page)
    link = page.locator(f"{CARDS} .card__link").last
    link.focus()
    top = page.evaluate("window.scrollY")
    link.press("Enter")
    page.wait_for_url(re.compile(rf"/mentors/{wanted[-1]}/"))
    if way_back == "Back":
        page.go_back()
    else:
        page.locator("a[data-back-to-results]").click()
        page.wait_for_url(re.compile(r"/mentors/\?"))
    expect(page.locator(f"{CARDS} .card__link").last).to_be_focused()
    assert slugs(page) == wanted
    assert abs(page.evaluate("window.scrollY") - top) < 5


def test_a_fresh_visit_starts_at_the_top(page: Page, query: dict[str, str]) -> None:
    """A place is restored once, to whom comes back; a reload or a shared link starts where it should."""
    visit(page, query=query)
    page.locator(f"{CARDS} .card__link").last.click()
    page.go_back()
    expect(page.locator(f"{CARDS} .card__link").last).to_be_focused()
    visit(page, query=query)
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("window.scrollY") == 0


def test_pages_lead_through_everybody_once(page: Page, rows: Sequence[dict[str, Any]]) -> None:
    """Every mentor stands on exactly one page of the results, in both orders of walking."""
    visit(page)
    seen = slugs(page)
    while page.locator("[rel=next]").count():
        page.locator("[rel=next]").click()
        expect(page.locator(HEADING)).to_be_focused()
        seen += slugs(page)
    assert sorted(seen) == sorted(row["slug"] for row in rows)
    page.go_back()
    assert "page=" in page.url


def test_a_search_from_elsewhere_is_applied(page: Page, rows: Sequence[dict[str, Any]]) -> None:
    """DIR-11: words sent from another page's form are searched at once, accents or not."""
    visit(page, query={"q": "QUEBEC"})
    expect(page.locator("#filter-words")).to_have_value("QUEBEC")
    assert count(page) == sum(any(word.startswith("quebec") for word in row["words"].split()) for row in rows)


def test_unknown_and_hostile_values_are_left_out(page: Page) -> None:
    """Whatever stands in an address, the page shows a directory, and markup in it is text."""
    visit(page, query={"area": "<b>", "sort": "best", "page": "999999", "q": "<img src=x onerror=alert(1)>"})
    expect(page.locator(CHIPS)).to_have_count(1)
    assert page.locator("main img").count() == 0
    unread = page.locator('[data-part="unread"]')
    expect(unread).to_be_visible()
    page.get_by_role("button", name="Clear all filters").click()
    expect(unread).to_be_hidden()


def abort(route: Route) -> None:
    route.abort()


def not_json(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<!DOCTYPE html><title>no</title>")


def other_version(route: Route) -> None:
    route.fulfill(status=200, content_type="application/json", body='{"version": 99}')


def missing(route: Route) -> None:
    route.fulfill(status=404, body="gone")


@pytest.mark.parametrize("answer", [abort, not_json, other_version, missing])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_its_index_the_page_says_so_and_keeps_its_list(
    page: Page, answer: Any, language: str
) -> None:
    """When the filters cannot load, the static list stays, the page says so, and the way by links is open."""
    page.route("**/data/*/manifest.json", answer)
    page.goto(f"/{language}/mentors/?lang=fr")
    expect(page.locator('[data-part="problem"]')).to_be_visible()
    expect(page.locator(FORM)).to_be_hidden()
    expect(page.locator(CARDS).first).to_be_visible()
    expect(page.locator("[data-spoken]").first).not_to_be_empty()
    assert page.locator("[data-without-script] details").count() == 3


@pytest.mark.parametrize("what", ["cards", "text", "order"])
def test_a_result_that_does_not_come_is_told_and_the_list_stays(page: Page, what: str) -> None:
    """On a line that breaks the list stays, the page says so aloud, and asked once more it goes on."""
    visit(page)
    before = slugs(page)
    page.route(f"**/data/*/{what}/*", abort)
    page.locator("#filter-words").fill("main" if what == "text" else "")
    page.locator("#lang-fr").evaluate("(box, ticked) => { box.checked = ticked; }", what == "cards")
    action = page.locator(
        '[data-part="sort-name"]' if what == "order" else f"{FORM} button[type=submit] >> nth=0"
    )
    action.click()
    problem = page.locator('[data-part="problem"]')
    expect(problem).to_be_visible()
    assert slugs(page) == before
    again = problem.get_by_role("button")
    expect(again).to_be_focused()
    assert spoken(page) == problem.locator("p").inner_text()
    page.unroute(f"**/data/*/{what}/*")
    again.press("Enter")
    expect(page.locator(HEADING)).to_be_focused()
    expect(problem).to_be_hidden()
    assert slugs(page) != before


def test_a_release_that_comes_meanwhile_is_taken(page: Page, query: dict[str, str]) -> None:
    """Whoever is on the page while another index replaces its own gets what was asked for from that one."""
    visit(page)
    page.route(re.compile(r"/data/"), missing)
    page.once("framenavigated", lambda _: page.unroute(re.compile(r"/data/")))
    for facet, value in query.items():
        page.locator(f"#{facet}-{value}").evaluate("box => { box.checked = true; }")
    page.get_by_role("button", name="Apply filters").first.click()
    expect(page.locator(CHIPS)).to_have_count(2)
    page.locator(f"{FORM}:not([hidden])").wait_for(state="attached")
    assert count(page) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_every_area_leads_to_its_mentors(
    browser: Browser, site_url: str, query: dict[str, str], language: str
) -> None:
    """Task 6: without JavaScript, four clicks from the home page reach a mentor by area of practice."""
    plain = browser.new_context(base_url=site_url, java_script_enabled=False).new_page()
    plain.goto(f"/{language}/")
    plain.locator(f'a[href="/{language}/mentors/"]').first.click()
    expect(plain.locator(FORM)).to_be_hidden()
    expect(plain.locator(CARDS).first).to_be_visible()
    plain.locator("[data-without-script] summary").first.click()
    plain.locator(f'[data-without-script] a[href="/{language}/mentors/area/{query["area"]}/"]').click()
    plain.locator("[data-slug] a").first.click()
    expect(plain).to_have_url(re.compile(rf"/{language}/mentors/[^/]+/$"))
    assert plain.locator("h1").inner_text()
    plain.context.close()


@pytest.mark.parametrize(("language", "apply"), [("en", "Apply filters"), ("fr", "Appliquer les filtres")])
def test_a_french_speaking_paediatric_mentor_in_new_brunswick(
    page: Page, rows: Sequence[dict[str, Any]], language: str, apply: str
) -> None:
    """Task 2: three choices and one Apply find exactly the mentors who meet all three."""
    visit(page, language)
    for group in ("lang", "province", "age"):
        page.locator(f"summary:has(+ fieldset input[name={group}])").click()
    for box in ("lang-fr", "province-NB", "age-5-17"):
        page.locator(f"#{box}").check()
    page.get_by_role("button", name=apply).last.click()
    expect(page.locator(HEADING)).to_be_focused()
    assert count(page) == meeting(rows, {"lang": "fr", "province": "NB", "age": "5-17"})


def test_on_a_small_screen_the_filters_unfold_and_fold_again(page: Page, query: dict[str, str]) -> None:
    """At 320 pixels the panel opens by its button, folds on Apply, and the button counts what is in force."""
    page.set_viewport_size({"width": 320, "height": 640})
    visit(page)
    toggle = page.get_by_role("button", name="Filters", exact=False).first
    expect(page.locator(FORM)).to_be_hidden()
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    page.locator("summary:has(+ fieldset input[name=area])").click()
    page.locator(f"#area-{query['area']}").check()
    page.get_by_role("button", name="Apply filters").last.click()
    expect(page.locator(FORM)).to_be_hidden()
    expect(page.locator(HEADING)).to_be_focused()
    expect(toggle).to_contain_text("(1)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_of_the_script_is_the_card_of_the_server(page: Page, state: Path, language: str) -> None:
    """MOD-27: whoever the card is of, the script fills it word by word as the server wrote it."""
    lists = (state / "site" / "current").resolve().glob(f"{language}/mentors/area/**/index.html")
    visit(page, language, {"paused": "1", "sort": "name"})
    wanted = page.evaluate(CARDS_IN_PAGES, [each.read_text() for each in lists])
    shown = dict(page.locator("[data-slug]").evaluate_all(READ_CARDS))
    following = page.locator('[data-part="paging"] .govuk-pagination__next a')
    while following.count():
        following.click()
        results(page)
        shown |= dict(page.locator("[data-slug]").evaluate_all(READ_CARDS))
    assert len(shown) > 20
    assert shown == wanted
