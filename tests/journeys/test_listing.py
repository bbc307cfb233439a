"""A mentor pauses, shares less and leaves, as they and everybody else meet it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infrastructure.local.database import embedded_database
from mentoring.content import Content, Wording
from mentoring.domain.profile import LISTING, Audience, Consent
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from tests.journeys.journey import (
    MORNING,
    assert_readable,
    assert_valid,
    mentors_of,
    move_clock,
    sign_in_by_number,
)
from tests.storage.people import change

IS_CHANGED = True  # mentors leave here
WIDTHS = (320, 1280)
WAYS = [("en", True), ("fr", False)]


@dataclass(frozen=True, slots=True)
class Mentor:
    """A public mentor who takes on mentees and shares gender with members."""

    member_id: str
    slug: str
    name: str


@pytest.fixture(scope="module")
def mentors(state: Path, site_url: str) -> Iterator[Mentor]:  # noqa: ARG001 - the site imports them
    """Mentors for each test to take one."""
    with embedded_database(state) as settings:
        profiles, memberships = ProfileStore.connect(settings), MembershipStore.connect(settings)
        public = [
            each
            for each in profiles.listed()
            if each.audience_of(LISTING) is Audience.PUBLIC and each.is_available and not each.opted_out_on
        ]
        known = memberships.get_many(each.member_id for each in public)
        found = []
        for each in sorted(public, key=lambda each: each.member_id):
            if known[each.member_id].is_active(MORNING.date()) and len(found) < 6:
                shared = Consent(
                    subject="gender",
                    audience=Audience.MEMBERS,
                    given_at=MORNING - timedelta(days=1),
                    wording_version="2026-01",
                    language="en",
                )
                stored = profiles.get(each.member_id)
                sharing = replace(
                    each,
                    identity={**each.identity, "gender": ("woman",)},
                    consents={**each.consents, "gender": shared},
                )
                profiles.save(sharing, stored, change(member_id=each.member_id))
                found.append(Mentor(each.member_id, each.slug, known[each.member_id].name))
    return iter(found)


@pytest.fixture
def mentor(mentors: Iterator[Mentor]) -> Mentor:
    """A mentor of one's own."""
    return next(mentors)


@pytest.mark.parametrize(
    ("language", "context_options"), WAYS, indirect=["context_options"], ids=["en-scripts", "fr-no-scripts"]
)
def test_a_mentor_pauses_comes_back_shares_less_and_leaves(
    page: Page, mentor: Mentor, content: Content, site_url: str, state: Path, language: str
) -> None:
    """DIR-4, DIR-7, DIR-8, UX tasks 9, 10: every act from the account page on, and what others see of it."""
    wording = Wording(content, language)
    main, t = page.get_by_role("main"), wording.t
    sign_in_by_number(page, mentor.member_id, language)
    main.get_by_role("link", name=t("account.mentor.listing")).click()
    expect(main).to_contain_text(t("listing.state.public.title"))

    # A pause: a past day first, mended from the summary, then the page says so.
    main.get_by_role("link", name=t("listing.pause.title"), exact=True).click()
    for part, typed in (("day", "1"), ("month", "2"), ("year", "2020")):
        page.locator(f'input[name="returns_on-{part}"]').fill(typed)
    main.get_by_role("button", name=t("listing.pause.action")).click()
    expect(page).to_have_title(re.compile(f"^{re.escape(t('forms.title_error'))}"))
    page.locator(".govuk-error-summary a").click()
    page.locator('input[name="returns_on-year"]').fill("2027")
    main.get_by_role("button", name=t("listing.pause.action")).click()
    expect(main.get_by_role("status")).to_have_text(t("listing.done.pause"))
    expect(main).to_contain_text(wording.date_words(datetime(2027, 2, 1, tzinfo=UTC).date()))
    main.get_by_role("button", name=t("listing.resume")).click()
    expect(main.get_by_role("status")).to_have_text(t("listing.done.resume"))

    # Gender is taken back, and nothing else.
    main.get_by_role("link", name=t("listing.sharing.action")).click()
    gender = page.get_by_role("group", name=t("listing.subject.gender"))
    expect(gender.get_by_label(t("listing.audience.members"))).to_be_checked()
    gender.get_by_label(t("listing.audience.none")).check()
    main.get_by_role("button", name=t("listing.save")).click()
    row = page.locator(".govuk-summary-list__row", has_text=t("listing.subject.gender"))
    expect(row).to_contain_text(t("listing.audience.none"))
    expect(main).to_contain_text(t("listing.state.public.title"))

    # Leaving: the page is gone at once, the directory leaves them out, the receipt names the release.
    main.get_by_role("link", name=t("listing.leave.title"), exact=True).click()
    main.get_by_role("button", name=t("listing.leave.action")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(t("listing.left.title"))
    for each in ("en", "fr"):
        assert page.request.get(f"/{each}/mentors/{mentor.slug}/").status == 410
    assert mentor.slug in page.request.get("/live/withdrawn.json").json()
    move_clock(site_url)
    page.goto(f"/{language}/account/listing/left")
    expect(main).to_contain_text(t("listing.left.released"))
    assert re.fullmatch(r"\d{8}-[0-9a-f]{12}-\d+", main.locator("code").inner_text())
    assert mentor.slug not in {each["slug"] for each in mentors_of(state)}
    letters = json.loads(page.request.get("/__dev__/mail.json").text())
    assert [each for each in letters if "listing/left" in each["text"]]


def test_the_directory_leaves_out_who_has_left(page: Page) -> None:
    """DIR-8: before any build, whom the live file names is in no list and no count; focus is not lost."""
    page.goto("/en/mentors/")
    page.locator("form[data-filters]:not([hidden])").wait_for(state="attached")
    before = int(page.locator('[data-part="heading"]').inner_text().split()[0].replace(",", ""))
    slugs = [card.get_attribute("data-slug") or "" for card in page.locator(".card[data-slug]").all()[:2]]
    page.route("**/live/withdrawn.json", lambda route: route.fulfill(json=slugs))
    page.reload()
    expect(page.locator('[data-part="heading"]')).to_contain_text(f"{before - 2:,}")
    for slug in slugs:
        expect(page.locator(f'.card[data-slug="{slug}"]')).to_have_count(0)
    expect(page.locator(".card[data-slug]")).to_have_count(20)


def test_lists_without_filters_leave_them_out_too(page: Page) -> None:
    """DIR-8: in a list by area the card goes, the focus goes to the next one; a failure changes nothing."""
    page.goto("/en/mentors/area/mental-health/")
    first, second = (card.get_attribute("data-slug") or "" for card in page.locator(".card").all()[:2])
    held: list[Any] = []
    page.route("**/live/withdrawn.json", lambda route: held.append(route))
    with page.expect_request("**/live/withdrawn.json"):
        page.reload()
    page.locator(f'.card[data-slug="{first}"] .card__link').focus()
    held[0].fulfill(json=[first])
    expect(page.locator(f'.card[data-slug="{first}"]')).to_have_count(0)
    expect(page.locator(f'.card[data-slug="{second}"] .card__link')).to_be_focused()
    page.unroute("**/live/withdrawn.json")
    page.route("**/live/withdrawn.json", lambda route: route.fulfill(status=503, body="down"))
    page.reload()
    expect(page.locator(f'.card[data-slug="{first}"]')).to_be_visible()


def test_the_list_of_a_failed_directory_leaves_them_out(page: Page) -> None:
    """DIR-8: where the filters cannot come, the list that stands shows nobody who has left."""
    page.goto("/fr/mentors/")
    slug = page.locator(".card[data-slug]").first.get_attribute("data-slug") or ""
    page.route("**/live/withdrawn.json", lambda route: route.fulfill(json=[slug]))
    page.route("**/data/*/manifest.json", lambda route: route.abort())
    page.reload()
    expect(page.locator('[data-part="problem"]')).to_be_visible()
    expect(page.locator(f'.card[data-slug="{slug}"]')).to_have_count(0)
    expect(page.locator(".card[data-slug]").first).to_be_visible()


def pause_wrongly(page: Page, language: str) -> None:
    page.goto(f"/{language}/account/listing/pause")
    page.locator('input[name="returns_on-day"]').fill("32")
    page.locator("#form button.govuk-button").last.click()
    page.locator(".govuk-error-summary").wait_for()


def leave(page: Page, language: str) -> None:
    page.goto(f"/{language}/account/listing/leave")
    page.locator("#form button.govuk-button").last.click()
    page.wait_for_url(re.compile(r"/left\b"))


def visit(act: str) -> Callable[[Page, str], None]:
    return lambda page, language: page.goto(f"/{language}/account/listing/{act}") and None


VIEWS: dict[str, Callable[[Page, str], None]] = {
    "home": visit("?done=sharing"),
    "pause": visit("pause"),
    "wrong": pause_wrongly,
    "capacity": visit("capacity"),
    "sharing": visit("sharing"),
    "leave": visit("leave"),
    "receipt": leave,
    "gone": visit(""),
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_accessible_valid_and_fits(
    page: Page, mentor: Mentor, language: str, tmp_path: Path
) -> None:
    """MOD-27: axe and the validator find nothing on any page at either width; nothing scrolls sideways."""
    sign_in_by_number(page, mentor.member_id, language)
    for name, view in VIEWS.items():
        view(page, language)
        assert_readable(page, *WIDTHS)
        (tmp_path / f"{name}.html").write_text(page.content(), "utf-8")
    served = {name: page.request.get(f"/{language}/account/listing/{name}") for name in ("", "left")}
    assert {answer.status for answer in served.values()} == {200}
    for name, answer in served.items():
        (tmp_path / f"served-{name}.html").write_text(answer.text(), "utf-8")
    assert_valid(sorted(tmp_path.glob("served-*.html")))
