"""Taking a copy away and erasing a profile, as mentors meet it: both languages, with and without scripts."""

import csv
import io
import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mentoring.content import Content, Wording

TESTS = Path(__file__).parent.parent
AXE = TESTS / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (rules) => {
  const result = await axe.run(document, { runOnly: { type: "tag", values: rules } });
  return result.violations.map((violation) => `${violation.id}: ${violation.help}: `
    + violation.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | "));
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state of its own: this module erases mentors."""
    return tmp_path_factory.mktemp("data-rights")


@pytest.fixture(scope="module")
def site_url(state: Path, site: Callable[[Path], AbstractContextManager[str]]) -> Iterator[str]:
    """A site over it."""
    with site(state) as address:
        yield address


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
    with urllib.request.urlopen(f"{site_url}/__dev__/people.json", timeout=60) as answer:  # noqa: S310 - our own
        return [each for each in json.load(answer) if each["listing"] and each["is_active"]]


def assert_readable(page: Page) -> None:
    """Nothing for axe to find, nothing that scrolls sideways."""
    page.evaluate(AXE.read_text("utf-8"))  # added as a script the policy would block it
    assert page.evaluate(RUN_AXE, RULES) == []
    assert page.evaluate(OVERFLOW) == 0


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
    page.locator(f'button[name="as"][value="{mentor["member_id"]}"]').click()
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
    assert page.title().startswith(t("forms.title_error"))
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
