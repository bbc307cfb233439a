"""What a newcomer learns from the pages of the two programmes."""

import re

import pytest
from playwright.sync_api import Page, expect

from mentoring.content import Content, Wording


@pytest.mark.parametrize(
    ("language", "free"), [("en", re.compile("free", re.I)), ("fr", re.compile("gratuit", re.I))]
)
def test_the_home_page_says_what_is_free_and_what_costs_what(
    page: Page, content: Content, language: str, free: re.Pattern[str]
) -> None:
    """MOD-3: one look at the home page tells the free programme from the paid one, and its fee."""
    page.goto(f"/{language}/")
    main = page.get_by_role("main")
    fee = Wording(content, language).money(content.policy.facilitated[0].fee_cents)
    expect(main.get_by_text(free).first).to_be_visible()
    expect(main.get_by_text(re.compile(re.escape(fee))).first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_price_of_each_province_is_shown_with_its_tax(
    page: Page, content: Content, language: str
) -> None:
    """MOD-3: fee, tax and total of a resident of Ontario stand in one row of the price table."""
    wording = Wording(content, language)
    page.goto(f"/{language}/mentorship-on-demand/")
    row = page.get_by_role("row").filter(has_text="Ontario")
    expect(row).to_contain_text(wording.money(1287))
    expect(row).to_contain_text(wording.money(11187))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_refund_rule_is_told_in_full(page: Page, content: Content, language: str) -> None:
    """MOD-6: the page names the hours, the share and what ends the refund."""
    policy = content.policy.facilitated[0]
    page.goto(f"/{language}/cancel-and-refund/")
    main = page.get_by_role("main")
    expect(main).to_contain_text(str(policy.refund_window_hours))
    expect(main).to_contain_text(Wording(content, language).percent(policy.refund_percent))
    expect(main).to_contain_text("workbook" if language == "en" else "cahier")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_exam_notice_is_on_the_programme_page(page: Page, language: str) -> None:
    """MOD-31: the page says that mentoring is not for the certification exam."""
    page.goto(f"/{language}/mentorship-on-demand/")
    expect(page.get_by_role("main")).to_contain_text("NOTCE" if language == "en" else "ENAE")


@pytest.mark.parametrize(("language", "other"), [("en", "fr"), ("fr", "en")])
def test_the_language_switch_leads_to_the_same_page(page: Page, language: str, other: str) -> None:
    """MOD-27: from any page one link leads to the same page in the other language."""
    for path in ("", "eligibility/", "questions/", "mentors/area/mental-health/"):
        page.goto(f"/{language}/{path}")
        page.locator("[data-language-switch]").first.click()
        page.wait_for_url(f"**/{other}/{path}")


@pytest.mark.parametrize(("language", "name"), [("en", "en"), ("fr", "fr")])
def test_a_missing_page_answers_in_the_language_of_its_address(page: Page, language: str, name: str) -> None:
    """MOD-27: an address that is not there is a 404 in the reader's language, with a way on."""
    response = page.goto(f"/{language}/nowhere/")
    assert response is not None
    assert response.status == 404
    expect(page.locator("html")).to_have_attribute("lang", name)
    assert page.get_by_role("main").get_by_role("link").count() > 0
