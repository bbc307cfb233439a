"""Taking a copy away and erasing a profile, as mentors meet it: both languages, with and without scripts."""

import csv
import io
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mentoring.content import Content, Wording
from tests.journeys.journey import assert_readable, choose_person, people_of

IS_CHANGED = True  # this module erases mentors


@pytest.fixture
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A phone's width; with scripts, or without where a test asks for it."""
    return {
        "viewport": {"width": 360, "height": 800},
        "java_script_enabled": getattr(request, "param", True),
    }


@pytest.fixture(scope="module")
def mentors(site_url: str) -> list[dict[str, Any]]:
    """The sample people who have a public page, each to be erased once."""
    return [each for each in people_of(site_url) if each["listing"] and each["is_active"]]


@pytest.mark.parametrize("context_options", [True, False], indirect=True, ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_mentor_takes_a_copy_and_erases_the_profile(
    page: Page,
    mentors: list[dict[str, Any]],
    content: Content,
    language: str,
    context_options: dict[str, Any],
) -> None:
    """SAF-1: read, download, confirm, receipt; the public page is gone with the answer, in both languages."""
    t = Wording(content, language).t
    scripts = context_options["java_script_enabled"]
    mentor = mentors.pop()
    page.goto(f"/{language}/account/sign-in?return=/{language}/account/data/")
    choose_person(page, mentor["member_id"])
    expect(page.get_by_role("heading", level=1)).to_have_text(t("data_rights.title"))
    if scripts:
        assert_readable(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name=t("data_rights.copy.json")).click()
    copy = json.loads(taken.value.path().read_text("utf-8"))
    assert taken.value.suggested_filename == f"{t('data_rights.file_name')}.json"
    assert copy["member_id"] == mentor["member_id"]
    with page.expect_download() as taken:
        page.get_by_role("link", name=t("data_rights.copy.csv")).click()
    table = list(csv.DictReader(io.StringIO(taken.value.path().read_text("utf-8-sig"))))
    assert {"section": "profile", "entry": "1", "key": "slug", "value": copy["profile"]["slug"]} in table

    page.get_by_role("link", name=t("data_rights.erase.title")).click()
    if scripts:
        assert_readable(page)
    page.get_by_role("button", name=t("data_rights.erase.title")).click()
    expect(page).to_have_title(re.compile(f"^{re.escape(t('forms.title_error'))}"))
    if scripts:
        assert_readable(page)
    page.get_by_label(t("data_rights.erase.confirm")).check()
    page.get_by_role("button", name=t("data_rights.erase.title")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(t("data_rights.erased.title"))
    if scripts:
        assert_readable(page)
    for each in ("en", "fr"):
        gone = page.request.get(f"/{each}/mentors/{copy['profile']['slug']}/")
        assert gone.status in (404, 410)
