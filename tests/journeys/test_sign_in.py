"""Signing in and out, and the account page, as members and staff meet them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from infrastructure.local.database import embedded_database
from mentoring.content import Content, Wording
from mentoring.domain.eligibility import OFFERED, Programme, Role, ruling
from mentoring.domain.membership import Category, MembershipStatus
from mentoring.storage.memberships import MembershipStore
from tests.journeys.journey import (
    LANGUAGES,
    ask,
    assert_readable,
    assert_valid,
    heading,
    move_clock,
    people_of,
    sign_in,
    sign_in_as_staff,
)

IS_CHANGED = True  # this module moves the clock and lets memberships lapse
STRANGER = "000000"  # whom the issuer knows and the member system does not
ROLES = ["coordinator", "finance", "administrator"]


@pytest.fixture(scope="module")
def people(site_url: str) -> list[dict[str, Any]]:
    """The sample people."""
    return people_of(site_url)


@pytest.fixture
def member(people: list[dict[str, Any]]) -> dict[str, Any]:
    """An active member."""
    return member_of(people, Category.MEMBER)


def member_of(people: list[dict[str, Any]], category: str) -> dict[str, Any]:
    return next(person for person in people if person["category"] == category and person["is_active"])


def message(content: Content, language: str, name: str) -> str:
    return Wording(content, language).t(f"sign_in.message.{name}.title")


def session_cookie(context: BrowserContext) -> dict[str, Any]:
    (cookie,) = [dict(each) for each in context.cookies() if each["name"] == "__Host-session"]
    return cookie


@pytest.mark.parametrize("context_options", [True, False], indirect=True, ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", list(Category))
def test_members_of_each_category_see_what_they_may_use(
    page: Page, people: list[dict[str, Any]], content: Content, category: Category, language: str
) -> None:
    """ELI-2, UX task 8: after signing in the account names the category and every right with its reason."""
    person = member_of(people, category)
    wording = Wording(content, language)
    sign_in(page, person["member_id"], language)
    page.wait_for_url(f"**/{language}/account/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    main = page.get_by_role("main")
    expect(main).to_contain_text(person["name"])
    expect(main).to_contain_text(wording.label("categories", category))
    rights = page.locator("h2#rights + dl > div")
    assert rights.count() == len(OFFERED)
    for number, (programme, role) in enumerate(OFFERED):
        right = ruling(category, person["profession"], programme, role)
        expect(rights.nth(number)).to_contain_text(wording.t(f"eligibility.outcome.{right.outcome}"))
        expect(rights.nth(number)).to_contain_text(wording.t(f"eligibility.reason.{right.reason}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_student_may_not_be_matched_and_is_told_so(
    page: Page, people: list[dict[str, Any]], content: Content, language: str
) -> None:
    """ELI-4: whoever the programme does not include reads No and why, beside a Yes for the directory."""
    sign_in(page, member_of(people, Category.STUDENT_ASSOCIATE)["member_id"], language)
    wording = Wording(content, language)
    rows = page.locator("h2#rights + dl > div").all_inner_texts()
    told = dict(zip(OFFERED, rows, strict=True))
    assert wording.t("eligibility.outcome.not-eligible") in told[Programme.FACILITATED, Role.MENTEE]
    assert wording.t("eligibility.reason.category-not-included") in told[Programme.FACILITATED, Role.MENTEE]
    assert wording.t("eligibility.outcome.eligible") in told[Programme.DIRECTORY, Role.MENTEE]


def test_the_account_says_what_is_on_file_and_where_to_change_it(
    page: Page, member: dict[str, Any], content: Content, state: Path
) -> None:
    """MOD-26: language, e-mail address, last day of the membership, and a way to change what is wrong."""
    with embedded_database(state) as settings:
        known = MembershipStore.connect(settings).get(member["member_id"])
    assert known
    wording = Wording(content, "en")
    sign_in(page, member["member_id"])
    main = page.get_by_role("main")
    expect(main).to_contain_text(known.email)
    expect(main).to_contain_text(wording.date_words(known.expires_on))
    expect(main).to_contain_text(wording.label("languages", known.language))
    expect(main.get_by_role("link", name=wording.t("account.profile"))).to_be_visible()


@pytest.mark.parametrize("context_options", [True, False], indirect=True, ids=["scripts", "no-scripts"])
def test_the_account_is_there_in_the_other_language(
    page: Page, member: dict[str, Any], content: Content
) -> None:
    """MOD-27: the switch leads to the account in the other language, still signed in."""
    sign_in(page, member["member_id"])
    page.locator("[data-language-switch]").first.click()
    page.wait_for_url("**/fr/account/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    heading(page, Wording(content, "fr").t("account.title"))
    expect(page.get_by_role("main")).to_contain_text(member["name"])


@pytest.mark.parametrize("context_options", [True, False], indirect=True, ids=["scripts", "no-scripts"])
def test_one_returns_to_the_page_one_came_from(page: Page, member: dict[str, Any]) -> None:
    """UX task 8: a search is as it was after signing in, its filters and its language included."""
    sign_in(page, member["member_id"], "fr", "?return=%2Ffr%2Fmentors%2F%3Farea%3Dmental-health%26lang%3Dfr")
    page.wait_for_url("**/fr/mentors/?area=mental-health&lang=fr")


def test_the_account_asks_to_sign_in_and_is_then_shown(
    page: Page, member: dict[str, Any], content: Content
) -> None:
    """A bookmark of the account leads there by way of the sign-in."""
    page.goto("/fr/account/")
    page.locator(f'button[value="{member["member_id"]}"]').click()
    page.wait_for_url("**/fr/account/")
    heading(page, Wording(content, "fr").t("account.title"))


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/en/../../evil", "javascript:alert(1)"],
)
def test_nobody_is_sent_away_after_signing_in(page: Page, member: dict[str, Any], address: str) -> None:
    """SAF-2: an address that is no page of ours is left alone; one arrives at the account."""
    sign_in(page, member["member_id"], "en", f"?return={address}")
    page.wait_for_url("**/en/account/")


def test_the_browser_holds_one_secret_that_no_script_reads(page: Page, member: dict[str, Any]) -> None:
    """SAF-2: one cookie, for this host alone; no token in script, storage or address."""
    sign_in(page, member["member_id"])
    page.wait_for_url("**/en/account/")
    cookie = session_cookie(page.context)
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (
        True,
        True,
        "Lax",
        "/",
    )
    assert cookie["expires"] == -1  # it ends with the browser
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", cookie["value"])
    # That somebody is signed in, the same word for all, is what scripts may know.
    assert (
        page.evaluate("() => document.cookie + JSON.stringify({...localStorage, ...sessionStorage})")
        == "signed-in=1{}"
    )


def test_the_secret_changes_with_every_sign_in(page: Page, member: dict[str, Any], people: list[Any]) -> None:
    """SAF-2: a secret that somebody planted is never signed in, and the one before no longer counts."""
    sign_in(page, member["member_id"])
    page.wait_for_url("**/en/account/")
    first = session_cookie(page.context)
    sign_in(page, member_of(people, Category.RETIRED_MEMBER)["member_id"])
    page.wait_for_url("**/en/account/")
    assert session_cookie(page.context)["value"] != first["value"]
    page.context.add_cookies([first])  # type: ignore[list-item]
    page.goto("/en/account/")
    expect(page.locator('button[name="refuse"]')).to_be_visible()


@pytest.mark.parametrize("context_options", [True, False], indirect=True, ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_out_ends_the_session(
    page: Page, member: dict[str, Any], content: Content, language: str
) -> None:
    """SAF-2: after signing out neither the address, nor Back, nor the old secret shows the account."""
    wording = Wording(content, language)
    sign_in(page, member["member_id"], language)
    cookie = session_cookie(page.context)
    page.get_by_role("button", name=wording.t("account.sign_out.here"), exact=True).click()
    heading(page, message(content, language, "signed-out"))
    assert not [each for each in page.context.cookies() if each["name"] == "__Host-session"]
    page.go_back()
    expect(page.get_by_text(member["member_id"])).to_be_visible()  # the issuer asks again who it is
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(f"/{language}/account/")
    expect(page.locator('button[name="refuse"]')).to_be_visible()


def test_signing_out_everywhere_ends_every_session_of_the_person(
    page: Page, browser: Browser, site_url: str, people: list[dict[str, Any]], content: Content
) -> None:
    """SAF-2: a lost device is signed out from another one; other people stay signed in."""
    own, other = (
        member_of(people, category)["member_id"] for category in ("ota-associate", "retired-member")
    )
    lost, stranger = (browser.new_context(base_url=site_url) for _ in range(2))
    with lost, stranger:
        for context, person in ((lost, own), (stranger, other)):
            sign_in(context.new_page(), person)
            context.pages[0].wait_for_url("**/en/account/")
        sign_in(page, own)
        page.get_by_role("button", name=Wording(content, "en").t("account.sign_out.everywhere")).click()
        heading(page, message(content, "en", "signed-out"))
        lost.pages[0].reload()
        expect(lost.pages[0].locator('button[name="refuse"]')).to_be_visible()
        stranger.pages[0].reload()
        heading(stranger.pages[0], Wording(content, "en").t("account.title"))
        sign_in(page, own)  # and one may come back
        heading(page, Wording(content, "en").t("account.title"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lapse_counts_at_once(
    page: Page, people: list[dict[str, Any]], content: Content, state: Path, language: str
) -> None:
    """ELI-8: a membership that lapses in the middle of a session is lapsed on the next page."""
    person = member_of(people, Category.PROVISIONAL_ASSOCIATE)
    wording = Wording(content, language)
    sign_in(page, person["member_id"], language)
    main = page.get_by_role("main")
    expect(main).not_to_contain_text(wording.t("account.lapsed.title"))
    with embedded_database(state) as settings:
        store = MembershipStore.connect(settings)
        known = store.get(person["member_id"])
        assert known
        store.put([replace(known, status=MembershipStatus.LAPSED)])
        page.reload()
        expect(main).to_contain_text(wording.t("account.lapsed.title"))
        rights = page.locator("h2#rights + dl > div").all_inner_texts()
        assert all(wording.t("eligibility.reason.membership-lapsed") in right for right in rights)
        store.put([known])
        page.reload()
    expect(main).not_to_contain_text(wording.t("account.lapsed.title"))


def test_a_session_ends_when_nothing_is_done(page: Page, member: dict[str, Any], site_url: str) -> None:
    """SAF-2: 29 idle minutes keep a session, 31 end it; signing in again leads back to the account."""
    sign_in(page, member["member_id"])
    page.wait_for_url("**/en/account/")
    move_clock(site_url, timedelta(minutes=29))
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(member["name"])
    move_clock(site_url, timedelta(minutes=31))
    page.reload()
    page.locator(f'button[value="{member["member_id"]}"]').click()
    page.wait_for_url("**/en/account/")
    expect(page.get_by_role("main")).to_contain_text(member["name"])


@pytest.mark.parametrize(("kind", "hours"), [("staff", 8), ("member", 12)])
def test_a_session_ends_however_busy(
    page: Page, member: dict[str, Any], site_url: str, kind: str, hours: int
) -> None:
    """SAF-2: a session of twelve hours, of eight for staff, is over although it was used all the time."""
    if kind == "staff":
        sign_in_as_staff(page, "finance")
    else:
        sign_in(page, member["member_id"])
    page.wait_for_url("**/en/account/")
    turn = timedelta(minutes=25)
    turns, left = divmod(timedelta(hours=hours), turn)
    for _ in range(turns):
        move_clock(site_url, turn)
        page.reload()
        expect(page.locator("form[action$='sign-out']").first).to_be_visible()
    move_clock(site_url, left + timedelta(minutes=1))
    page.reload()
    expect(page.locator('button[name="refuse"]')).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sign_in_that_takes_too_long_starts_again(
    page: Page, member: dict[str, Any], site_url: str, content: Content, language: str
) -> None:
    """SAF-2: an issuer's page that stood open for long leads to a sentence and a way on, to no session."""
    page.goto(f"/{language}/account/sign-in")
    move_clock(site_url, timedelta(minutes=11))
    page.locator(f'button[value="{member["member_id"]}"]').click()
    heading(page, message(content, language, "expired"))
    way = Wording(content, language).t("sign_in.way.sign-in")
    page.get_by_role("main").get_by_role("link", name=way).click()
    page.locator(f'button[value="{member["member_id"]}"]').click()
    page.wait_for_url(f"**/{language}/account/")


def test_an_answer_of_the_issuer_counts_once_and_here(
    page: Page, browser: Browser, site_url: str, member: dict[str, Any], content: Content
) -> None:
    """SAF-2: a callback's address is worth nothing a second time, and nothing in another browser."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    sign_in(page, member["member_id"])
    page.wait_for_url("**/en/account/")
    (callback,) = [address for address in addresses if "/signed-in?" in address]
    answer = page.goto(callback)
    assert answer
    assert answer.status == 400
    heading(page, message(content, "en", "expired"))
    with browser.new_context(base_url=site_url) as other:
        elsewhere = other.new_page()
        elsewhere.goto("/en/account/sign-in")
        elsewhere.goto(callback)
        heading(elsewhere, message(content, "en", "expired"))
        assert not [each for each in other.cookies() if each["name"] == "__Host-session"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_refuses_is_told_what_that_means(page: Page, content: Content, language: str) -> None:
    """MOD-27: turning back at the issuer's page is no error, and leads to a page with a way on."""
    page.goto(f"/{language}/account/sign-in")
    page.locator('button[name="refuse"]').click()
    heading(page, message(content, language, "cancelled"))


def test_new_keys_of_the_issuer_are_taken(page: Page, member: dict[str, Any], site_url: str) -> None:
    """A rotation of the issuer's keys is noticed by nobody."""
    for _ in range(3):
        sign_in(page, member["member_id"])
        page.wait_for_url("**/en/account/")
        ask(site_url, "issuer/rotate", b"")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_staff_of_each_role_sign_in(page: Page, content: Content, role: str, language: str) -> None:
    """STF-9: staff sign in with a second factor at their own issuer, and see their role."""
    sign_in_as_staff(page, role, language)
    page.wait_for_url(f"**/{language}/account/")
    expect(page.get_by_role("main")).to_contain_text(Wording(content, language).t(f"account.role.{role}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_without_a_second_factor_are_not_let_in(page: Page, content: Content, language: str) -> None:
    """STF-9: a password alone makes nobody staff; the page says what to do."""
    sign_in_as_staff(page, "administrator", language, second_factor=False)
    heading(page, message(content, language, "second-factor"))
    assert not [each for each in page.context.cookies() if each["name"] == "__Host-session"]


def test_a_colleague_without_a_role_is_not_let_in(page: Page, content: Content) -> None:
    """STF-9: whom the staff issuer knows and nobody gave a role may use nothing."""
    sign_in_as_staff(page, "no-role")
    heading(page, message(content, "en", "not-staff"))


def test_the_members_issuer_makes_nobody_staff(page: Page, content: Content) -> None:
    """STF-9: a member with an administrator's subject and a second factor has no role."""
    page.goto("/en/account/sign-in")
    page.goto(f"{page.url}&as=administrator")
    page.wait_for_url("**/en/account/")
    wording = Wording(content, "en")
    expect(page.get_by_role("main")).to_contain_text(wording.t("account.unknown.title"))
    expect(page.get_by_role("main")).not_to_contain_text(wording.t("account.role.administrator"))


def test_an_unknown_address_has_a_page_in_its_language(page: Page, content: Content) -> None:
    """MOD-27: an address under the account that leads nowhere is a page, not the machine's own words."""
    answer = page.goto("/fr/account/nulle-part")
    assert answer
    assert answer.status == 404
    heading(page, message(content, "fr", "not-found"))


def test_a_form_of_another_site_changes_nothing(page: Page, member: dict[str, Any], content: Content) -> None:
    """SAF-2: a sign-out without the form's token, or from elsewhere, is refused and the session goes on."""
    sign_in(page, member["member_id"])
    page.wait_for_url("**/en/account/")
    answer = page.request.post("/en/account/sign-out", form={"everywhere": "yes"})
    assert answer.status == 403
    answer = page.request.post("/en/account/sign-out", form={}, headers={"Origin": "https://evil.example"})
    assert answer.status == 403
    page.reload()
    heading(page, Wording(content, "en").t("account.title"))


VIEWS: dict[str, Callable[[Page, str, list[dict[str, Any]]], None]] = {
    "account": lambda page, language, people: sign_in(
        page, member_of(people, Category.INDIVIDUAL_ASSOCIATE)["member_id"], language
    ),
    "unknown": lambda page, language, _: sign_in(page, STRANGER, language),
    "staff": lambda page, language, _: sign_in_as_staff(page, "administrator", language),
    "message": lambda page, language, _: sign_in_as_staff(page, "finance", language, second_factor=False),
    "missing": lambda page, language, _: page.goto(f"/{language}/account/nowhere") and None,
    "issuer": lambda page, language, _: page.goto(f"/{language}/account/sign-in") and None,
}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_page_is_accessible_valid_and_fits(
    page: Page, people: list[dict[str, Any]], view: str, language: str, width: int, tmp_path: Path
) -> None:
    """MOD-27: axe and the validator find nothing in either language and width; nothing scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    answers = []
    page.on("response", lambda response: answers.append(response))
    VIEWS[view](page, language, people)
    page.wait_for_load_state()
    assert_readable(page)
    (shown,) = [answer for answer in answers if answer.url == page.url and answer.status != 303][-1:]
    file = tmp_path / "page.html"
    file.write_text(shown.text(), "utf-8")
    assert_valid([file])


def test_the_functions_logs_hold_no_person_and_no_secret(
    page: Page, member: dict[str, Any], state: Path
) -> None:
    """Invariant 19: after a sign-in the logs hold the member's id; no name, address, code or cookie."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    sign_in(page, member["member_id"])
    page.wait_for_url("**/en/account/")
    with embedded_database(state) as settings:
        known = MembershipStore.connect(settings).get(member["member_id"])
    assert known
    (callback,) = [address for address in addresses if "/signed-in?" in address]
    secrets = re.findall(r"(?:code|state)=([\w-]+)", callback)
    assert len(secrets) == 2
    logs = "".join(log.read_text("utf-8") for log in (state / "logs").glob("*.log"))
    assert member["member_id"] in logs
    for never in (
        known.name,
        known.family_name,
        known.email,
        session_cookie(page.context)["value"],
        *secrets,
    ):
        assert never not in logs
