"""The directory as signed-in members meet it: mentors for them alone, filters that leave no trace."""

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mentoring.content import Content, Wording
from mentoring.domain.membership import Category
from tests.journeys.journey import LANGUAGES, assert_readable, move_clock, people_of, sign_in

IS_CHANGED = True  # this module moves the clock
HEADING = '[data-part="heading"]'
CHIPS = '[data-part="chips"] button'
IDENTITY = '[data-part="identity"]'
FIELDS = ("gender", "race", "ethnicity", "orientation", "indigenous")


@pytest.fixture(scope="module")
def member(site_url: str) -> str:
    """The number of an active member."""
    return str(
        next(
            each for each in people_of(site_url) if each["category"] == Category.MEMBER and each["is_active"]
        )["member_id"]
    )


@pytest.fixture
def shared(state: Path) -> dict[str, Any]:
    """What the members' tree holds."""
    return dict(json.loads((state / "members-site/current/index.json").read_text("utf-8")))


@pytest.fixture
def traces(page: Page) -> list[str]:
    """Whatever leaves the page: addresses and bodies of requests."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(f"{request.url} {request.post_data or ''}"))
    return seen


def open_directory(page: Page, language: str = "en") -> None:
    page.goto(f"/{language}/mentors/")
    page.locator("form[data-filters]:not([hidden])").wait_for(state="attached")


def sign_in_to_directory(page: Page, member: str, language: str = "en") -> None:
    sign_in(page, member, language, f"?return=/{language}/mentors/")
    page.wait_for_url(f"**/{language}/mentors/")
    page.locator("form[data-filters]:not([hidden])").wait_for(state="attached")


def choose(page: Page, answer: str) -> None:
    box = page.locator(f'{IDENTITY} input[value="{answer}"]')
    box.evaluate("box => { box.closest('details').open = true; }")
    box.check()


def apply(page: Page) -> None:
    page.locator("form[data-filters] button[type=submit]").last.click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_from_the_directory_keeps_the_filters(
    page: Page, member: str, content: Content, language: str
) -> None:
    """UX tasks 5, 8: on a phone the header leads to signing in and back to the same filters."""
    t = Wording(content, language).t
    page.set_viewport_size({"width": 320, "height": 700})
    open_directory(page, language)
    page.locator('[data-part="toggle"]').click()
    area = page.locator("#area-mental-health")
    area.evaluate("box => { box.closest('details').open = true; }")
    area.check()
    page.locator("#filter-words").fill("a & é")
    apply(page)
    address, header = page.url, page.locator(".site-header")
    assert "area=mental-health" in address
    header.get_by_role("link", name=t("sign_in.way.sign-in")).click()
    page.locator(f'button[value="{member}"]').click()
    page.wait_for_url(address)
    expect(area).to_be_checked()
    for key in ("account.title", "request.title"):
        expect(header.get_by_role("link", name=t(key))).to_be_visible()
    expect(header.get_by_role("link", name=t("sign_in.way.sign-in"))).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_public_profile_leads_to_what_members_see(
    page: Page, member: str, shared: dict[str, Any], content: Content, language: str
) -> None:
    """DIR-11: the public page of who shares more leads members there; no member is asked to join."""
    t = Wording(content, language).t
    slug = next(iter(shared["identity"].keys() - {row["slug"] for row in shared["mentors"]}))
    public = f"/{language}/mentors/{slug}/"
    page.goto(public)
    expect(page.get_by_role("link", name=t("mentor.ask.join"))).to_be_visible()
    page.locator(".site-header__account").first.click()
    page.locator(f'button[value="{member}"]').click()
    page.wait_for_url(f"**{public}")
    expect(page.get_by_role("link", name=t("mentor.ask.join"))).to_be_hidden()
    page.get_by_role("link", name=t("mentor.as_member")).click()
    page.wait_for_url(f"**/{language}/account/mentors/{slug}/")
    expect(page.get_by_role("main")).to_contain_text(t("members.shared.title"))
    # DIR-14: a public profile can be kept from here as well, one for members alone cannot.
    expect(page.locator('[data-part="shortlist-toggle"]')).to_have_count(1)
    page.goto(f"/{language}/account/mentors/{shared['mentors'][0]['slug']}/")
    expect(page.locator('[data-part="shortlist"]')).to_be_visible()
    expect(page.locator('[data-part="shortlist-toggle"]')).to_have_count(0)
    expect(page.get_by_role("link", name=t("mentor.ask.join"))).to_have_count(0)
    page.goto(f"/{language}/mentors/?paused=1&q={shared['mentors'][0]['name']}")
    card = page.locator(f'[data-slug="{shared["mentors"][0]["slug"]}"]')
    expect(card).to_contain_text(t("shortlist.members_only"))
    expect(card.locator("button")).to_have_count(0)


def test_strangers_are_asked_for_nothing(page: Page, traces: list[str]) -> None:
    """DIR-11: who is not signed in has no request, no error and no filter more; only a way to sign in."""
    open_directory(page)
    expect(page.locator(IDENTITY)).to_be_hidden()
    expect(page.locator('[data-part="members-state"]')).to_be_hidden()
    expect(page.locator('[data-part="invite"]')).to_be_visible()
    assert not [trace for trace in traces if "/account/" in trace or "members.mjs" in trace]


def test_wishes_about_identity_leave_no_trace(
    page: Page, member: str, shared: dict[str, Any], content: Content, traces: list[str]
) -> None:
    """DIR-12, DIR-13: they rank and filter in this tab alone, small numbers hidden; signing out ends them."""
    wording = Wording(content, "en")
    given = Counter(each for told in shared["identity"].values() for each in told.get("orientation", []))
    sign_in_to_directory(page, member)
    page.locator(".wishes > summary").click()
    page.select_option("#wish-about", "orientation")
    offered = page.locator("#wish-what option").evaluate_all("terms => terms.map((term) => term.value)")
    rare = min((given[term], term) for term in offered if given[term])[1]
    for must in (False, True):
        page.select_option("#wish-about", "orientation")
        page.select_option("#wish-what", rare)
        page.locator("#wish-must").set_checked(must)
        page.locator('[data-part="wish-form"] button').click()
        expect(page.locator(f'[data-wish="orientation={rare}{"!" if must else ""}"]')).to_have_count(1)
        expect(page.locator('[data-part="fit"]').first).to_contain_text(
            wording.t("members.field.orientation")
        )
    page.emulate_media(media="print")
    expect(page.locator('[data-part="fit"]').first).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator(HEADING)).to_have_text(wording.t("members.directory.few", count=5))
    kept = page.evaluate("[localStorage.getItem('wishes'), sessionStorage.getItem('identity-wishes')]")
    assert rare not in kept[0]
    assert rare in kept[1]
    assert not [trace for trace in traces if rare in trace]
    assert page.url.endswith("/en/mentors/")
    page.goto("/en/account/")
    page.evaluate(
        """localStorage.setItem("wishes", '[{"facet": "lang", "id": "fr"}, '
        + '{"facet": "format", "id": "video", "answered": true}]')"""
    )
    page.get_by_role("button", name=wording.t("account.sign_out.here"), exact=True).click()
    # What came from the questionnaire is gone; what was made by hand can be forgotten on a shared computer.
    expect(page.locator('[data-part="kept"]')).to_be_visible()
    assert [each["id"] for each in page.evaluate("JSON.parse(localStorage.getItem('wishes'))")] == ["fr"]
    page.get_by_role("button", name=wording.t("sign_in.kept.action")).click()
    expect(page.locator('[data-part="kept-forgotten"]')).to_be_focused()
    open_directory(page)
    assert page.evaluate("sessionStorage.getItem('identity-wishes')") is None
    expect(page.locator('[data-part="wish-count"]')).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_about_identity_leave_no_trace(
    page: Page, member: str, shared: dict[str, Any], content: Content, traces: list[str], language: str
) -> None:
    """DIR-11, DIR-12: they narrow the list, stay in the tab, and are in no address, history or request."""
    wording = Wording(content, language)
    counts = Counter(given for each in shared["identity"].values() for given in each.get("gender", []))
    answer, count = next((term, number) for term, number in counts.most_common() if number >= 5)
    sign_in_to_directory(page, member, language)
    everybody = page.locator(HEADING).inner_text()
    entries = page.evaluate("history.length")
    choose(page, answer)
    assert page.locator(HEADING).inner_text() == everybody, "results change on Apply alone"
    apply(page)
    expect(page.locator(HEADING)).to_be_focused()
    chosen = page.locator(HEADING).inner_text()
    assert 0 < int(re.sub(r"\D", "", chosen)) <= count
    said = f"{wording.t('members.field.gender')}"
    expect(page.locator(CHIPS)).to_contain_text(wording.label("gender", answer))
    expect(page.locator(CHIPS)).to_contain_text(said)
    assert page.evaluate("history.length") == entries
    assert page.evaluate("history.state") is None

    page.emulate_media(media="print")
    expect(page.locator(CHIPS)).to_be_hidden()
    page.emulate_media(media="screen")
    page.reload()
    expect(page.locator(CHIPS)).to_have_count(1)
    expect(page.locator(HEADING)).to_have_text(chosen)
    page.locator("#paused").check()
    apply(page)
    page.go_back()
    expect(page.locator(HEADING)).to_have_text(chosen)
    expect(page.locator(f'{IDENTITY} input[value="{answer}"]')).to_be_checked()
    page.locator('[data-part="cards"] a').first.click()
    page.wait_for_url(lambda address: not address.endswith("/mentors/"))
    page.go_back()
    expect(page.locator(HEADING)).to_have_text(chosen)

    other = "fr" if language == "en" else "en"
    page.locator("a[data-language-switch]").click()
    page.wait_for_url(f"**/{other}/mentors/")
    expect(page.locator(CHIPS)).to_contain_text(Wording(content, other).label("gender", answer))

    page.locator('[data-part="forget"]').click()
    expect(page.locator(CHIPS)).to_have_count(0)
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.locator('[data-part="forget"]')).to_be_hidden()
    assert page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})") == "{}"
    words = re.compile(rf"\b(?:{'|'.join([*FIELDS, *counts])})\b")
    assert not [trace for trace in traces if words.search(trace.replace("identity-", ""))]


def test_signing_out_forgets_everything(page: Page, member: str, content: Content) -> None:
    """DIR-11: after signing out neither this tab nor another one, nor Back, shows what is for members."""
    wording = Wording(content, "en")
    sign_in_to_directory(page, member)
    with_members = page.locator(HEADING).inner_text()
    choose(page, "woman")
    apply(page)
    other = page.context.new_page()
    open_directory(other)
    assert other.locator(HEADING).inner_text() == with_members, "choices belong to one tab"
    other.locator("#filter-words").fill("qqq")
    choose(other, "woman")
    apply(other)
    other.locator(f"{CHIPS} >> nth=0").click()
    page.goto("/en/account/")
    page.get_by_role("button", name=wording.t("account.sign_out.here"), exact=True).click()
    page.get_by_role("heading", level=1, name=wording.t("sign_in.message.signed-out.title")).wait_for()
    page.wait_for_function("() => sessionStorage.length === 0")
    assert page.evaluate("document.cookie") == ""
    # At once: somebody else may sign in before that tab is looked at.
    expect(other.locator(IDENTITY)).to_be_hidden()
    expect(other.locator('[data-part="members-state"]')).to_contain_text(wording.t("members.directory.ended"))
    assert other.locator(HEADING).inner_text() != with_members
    expect(other.locator('[data-part="ways"] a'), "which named what was looked for").to_have_count(0)
    other.close()
    open_directory(page)
    expect(page.locator(IDENTITY)).to_be_hidden()
    expect(page.locator(CHIPS)).to_have_count(0)
    assert page.locator(HEADING).inner_text() != with_members


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_numbers_are_not_told(
    page: Page, member: str, shared: dict[str, Any], content: Content, language: str
) -> None:
    """STF-7: under five there is no number: not beside an answer, nor a facet, nor above the list."""
    counts = {
        field: Counter(given for each in shared["identity"].values() for given in each.get(field, []))
        for field in FIELDS
    }
    field, answer = next(
        (field, answer) for field in FIELDS for answer, number in counts[field].items() if number < 5
    )
    vocabulary = content.vocabularies[field]
    sign_in_to_directory(page, member, language)
    label = vocabulary.label(answer, language)
    option = page.locator(f"{IDENTITY} [data-option]").filter(has_text=label).first
    assert not re.search(r"\d", option.text_content() or "")
    option.locator("input").evaluate("box => { box.closest('details').open = true; }")
    option.locator("input").check()
    page.locator("#paused").check()
    apply(page)
    few = Wording(content, language).t("members.directory.few", count=5)
    expect(page.locator(HEADING)).to_have_text(few)
    assert not re.search(r"\d", page.locator('[data-part="range"]').inner_text())
    told = page.locator("form[data-filters] [data-count]").all_text_contents()
    assert all(int(number) >= 5 for text in told for number in re.findall(r"\d+", text))
    expect(page.locator("[role=status]:not(:empty)").first).to_contain_text(few)


def test_an_ended_session_is_told_calmly(page: Page, member: str, site_url: str, content: Content) -> None:
    """DIR-11: when the session is over the directory stands as for everybody, says so, and leads back."""
    sign_in_to_directory(page, member)
    move_clock(site_url, timedelta(minutes=31))
    page.reload()
    note = page.locator('[data-part="members-state"]')
    expect(note).to_contain_text(Wording(content, "en").t("members.directory.ended"))
    expect(page.locator(IDENTITY)).to_be_hidden()
    assert page.evaluate("document.cookie") == ""
    note.get_by_role("link").click()
    page.locator(f'button[value="{member}"]').click()
    page.wait_for_url("**/en/mentors/")
    expect(page.locator(IDENTITY)).to_be_visible()
    page.context.clear_cookies(name="signed-in")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(IDENTITY)).to_be_hidden()


@pytest.mark.parametrize("context_options", [False], indirect=True, ids=["no-scripts"])
def test_without_scripts_a_list_leads_to_everybody(page: Page, member: str, shared: dict[str, Any]) -> None:
    """DIR-11: whom members alone see is reached by plain links."""
    sign_in(page, member, "fr", "?return=/fr/account/mentors/")
    page.wait_for_url("**/fr/account/mentors/")
    link = page.locator("main a[href^='/fr/account/mentors/']").first
    slug = (link.get_attribute("href") or "").split("/")[-2]
    assert slug in {row["slug"] for row in shared["mentors"]}
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_members_see_is_accessible_and_fits(
    page: Page, member: str, shared: dict[str, Any], language: str, width: int
) -> None:
    """MOD-27: axe finds nothing and nothing scrolls sideways: filters chosen, profile, list."""
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_to_directory(page, member, language)
    if width == 320:
        page.locator('[data-part="toggle"]').click()
    choose(page, "woman")
    checked = [
        "",
        f"/{language}/account/mentors/{next(iter(shared['identity']))}/",
        f"/{language}/account/mentors/",
    ]
    for address in checked:
        if address:
            page.goto(address)
        assert_readable(page)
