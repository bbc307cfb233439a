"""The staff's builds in a real browser: rebuild, read what changed, approve, go back; UX task 15 in part."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from infrastructure.local.database import embedded_database
from mentoring.content import Content, Wording
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.profile import LISTING, Audience
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from tests.journeys.journey import LANGUAGES, MORNING, assert_readable, move_clock, sign_in_as_staff

IS_CHANGED = True
# This module lets many memberships lapse.


def lapse_half(state: Path) -> tuple[str, str]:
    """Let every second public mentor's membership lapse; return one's name and address."""
    with embedded_database(state) as settings:
        memberships = MembershipStore.connect(settings)
        public = [
            each
            for each in ProfileStore.connect(settings).listed()
            if each.opted_out_on is None and each.consents[LISTING].audience is Audience.PUBLIC
        ]
        known = memberships.get_many(each.member_id for each in public)
        active = [each for each in public if known[each.member_id].is_active(MORNING.date())]
        leaving = sorted(active, key=lambda each: known[each.member_id].name)[::2]
        memberships.put([replace(known[each.member_id], status=MembershipStatus.LAPSED) for each in leaving])
        return known[leaving[0].member_id].name, leaving[0].slug


def assert_accessible(browser: Browser, page: Page, *paths: str) -> None:
    """Nothing for axe to find and nothing that scrolls sideways: both languages, both widths."""
    context = browser.new_context(base_url=page.url, storage_state=page.context.storage_state())
    opened = context.new_page()
    for path in paths:
        for language in LANGUAGES:
            opened.goto(path.replace("/en/", f"/{language}/"))
            assert_readable(opened, 320, 1280)
    context.close()


@pytest.mark.parametrize("context_options", [False], indirect=True, ids=["no-scripts"])
def test_a_coordinator_rebuilds_approves_and_goes_back(
    page: Page, browser: Browser, site_url: str, state: Path, content: Content
) -> None:
    """STF-4, UX task 15: rebuild, see why it was stopped and who would go, approve, show the old one."""
    t = Wording(content, "en").t
    main = page.get_by_role("main")
    sign_in_as_staff(page, "coordinator", "en")
    page.wait_for_url("**/account/")
    page.get_by_role("link", name=t("builds.see")).click()
    page.get_by_role("button", name=t("builds.start.button")).click()
    move_clock(site_url)
    page.goto("/en/staff/builds/")
    # The copy of the first start is served from another port: every canonical address is new.
    expect(main).to_contain_text(t("builds.by.staff"))

    name, slug = lapse_half(state)
    page.get_by_role("button", name=t("builds.start.button")).click()
    move_clock(site_url)
    page.goto("/en/staff/builds/")
    assert_accessible(browser, page, page.url)
    page.get_by_role("link", name=t("builds.brake.see")).click()
    expect(main).to_contain_text(f"{name}: {t('report.withheld.membership-lapsed')}")
    assert page.request.get(f"/en/mentors/{slug}/").status == 200
    assert_accessible(browser, page, page.url)

    page.get_by_role("button", name="Approve and rebuild").click()
    move_clock(site_url)
    page.goto("/en/staff/builds/")
    expect(main).not_to_contain_text(t("builds.brake.title"))
    assert page.request.get(f"/en/mentors/{slug}/").status == 404

    page.get_by_role("link", name=t("builds.show_again.link")).first.click()
    expect(page.locator("#show-again + p")).to_contain_text("Everyone then sees the site as it was")
    page.get_by_role("button", name=t("builds.show_again.button")).click()
    move_clock(site_url)
    page.goto("/en/staff/builds/")
    expect(main).to_contain_text(t("builds.is_rolled_back"))
    assert page.request.get(f"/en/mentors/{slug}/").status == 200
    assert_accessible(browser, page, page.url)


def test_the_pages_are_there_in_french(page: Page, content: Content) -> None:
    """MOD-27: an administrator reads list and build in French, and the switch leads to the same build."""
    t = Wording(content, "fr").t
    sign_in_as_staff(page, "administrator", "fr")
    page.wait_for_url("**/account/")
    page.get_by_role("link", name=t("builds.see")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(t("builds.title"))
    page.locator("#releases ~ section tbody a").first.click()
    expect(page.get_by_role("main")).to_contain_text(t("builds.told.released"))
    build = page.url
    page.locator("[data-language-switch]").first.click()
    page.wait_for_url(build.replace("/fr/", "/en/"))
    expect(page.get_by_role("main")).to_contain_text(Wording(content, "en").t("builds.told.released"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_finance_is_refused(page: Page, content: Content, language: str) -> None:
    """STF-9: builds are for coordinators and administrators; finance is told so and has no link."""
    t = Wording(content, language).t
    sign_in_as_staff(page, "finance", language)
    page.wait_for_url("**/account/")
    assert page.get_by_role("link", name=t("builds.see")).count() == 0
    page.goto(f"/{language}/staff/builds/")
    expect(page.get_by_role("heading", level=1)).to_have_text(t("sign_in.message.forbidden.title"))
