"""Getting ready, as a member meets it: both languages, with and without scripts, on a phone and on a desk."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mentoring.content import Content, Wording
from tests.journeys.journey import assert_readable, assert_valid, heading, people_of, sign_in

IS_CHANGED = True  # this module marks, and puts a recording there

# A webinar's page without its recording and with it, a workbook, a page with lines to sign on.
KINDS = ("", "introduction-to-mentorship/", "developing-goals/", "mentee-workbook/", "mentorship-agreement/")


@pytest.fixture(scope="module")
def recordings(state: Path) -> None:
    """One recording a language, of a webinar that has two captions each; its first bytes are enough."""
    for language in ("en", "fr"):
        file = state / f"site/recordings/{language}/developing-goals.mp4"
        file.parent.mkdir(parents=True)
        file.write_bytes(bytes(range(100)))


@pytest.fixture(scope="module")
def member(site_url: str) -> str:
    """An active member."""
    return next(str(each["member_id"]) for each in people_of(site_url) if each["is_active"])


@pytest.mark.usefixtures("recordings")
@pytest.mark.parametrize(
    ("language", "context_options"),
    [("en", True), ("fr", False)],
    indirect=["context_options"],
    ids=["en-scripts", "fr-no-scripts"],
)
def test_a_member_gets_ready(page: Page, member: str, content: Content, language: str) -> None:
    """MOD-1, ELI-6: from the account to the list, a webinar, its transcript; watched, not yet after all."""
    t = Wording(content, language).t
    sign_in(page, member, language)
    page.get_by_role("link", name=t("account.mentee.ready")).click()
    heading(page, t("resources.title"))
    rows = page.locator(".govuk-task-list__item")
    expect(rows).to_have_count(5)
    rows.nth(0).get_by_role("link").click()
    expect(page.get_by_role("heading", name=t("resources.webinar.preparing"))).to_be_visible()
    page.get_by_role("link", name=t("resources.webinar.read")).click()
    expect(page.locator("#transcript")).to_be_in_viewport()
    page.get_by_role("button", name=t("resources.mark.webinar")).click()
    expect(rows.nth(0)).to_contain_text(t("resources.progress.watched"))
    page.locator("[data-language-switch]").first.click()
    other = Wording(content, "fr" if language == "en" else "en").t
    expect(rows.nth(0)).to_contain_text(other("resources.progress.watched"))
    rows.nth(0).get_by_role("link").click()
    page.get_by_role("button", name=other("resources.mark.undo")).click()
    expect(rows.nth(0)).to_contain_text(other("resources.progress.not-started"))


@pytest.mark.usefixtures("recordings")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_to_get_ready_by_are_readable(page: Page, member: str, language: str, tmp_path: Path) -> None:
    """MOD-1: each kind of page at both widths; captions are on, a player is led to the piece it asks for."""
    sign_in(page, member, language)
    here = f"/{language}/account/resources/"
    for kind in KINDS:
        served = page.goto(f"{here}{kind}")
        assert served is not None
        (tmp_path / f"{kind.strip('/') or 'list'}.html").write_bytes(served.body())
        assert_readable(page, 320, 1280)
    assert_valid(sorted(tmp_path.glob("*.html")))
    page.goto(f"{here}developing-goals/")
    assert page.evaluate("() => document.querySelector('video').textTracks[0].mode") == "showing"
    assert page.evaluate("() => document.querySelector('video').textTracks[0].language") == language
    with page.expect_response(f"**/recordings/{language}/developing-goals.mp4") as led:
        page.evaluate(
            "() => { const video = document.querySelector('video'); video.preload = 'auto'; video.load(); }"
        )
    assert led.value.status in (200, 206)
    piece = page.request.get(f"{here}developing-goals/recording.mp4", headers={"Range": "bytes=10-19"})
    assert (piece.status, piece.body()) == (206, bytes(range(10, 20)))
