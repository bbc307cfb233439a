"""The questionnaire of those who ask, in a browser: stopped midway, resumed, one answer hidden again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infrastructure.local.database import embedded_database
from mentoring.content import Content, Wording
from mentoring.domain.mentee_profiles import shared_identity
from mentoring.storage.client import dynamodb
from mentoring.storage.mentee_profiles import MenteeProfileStore
from tests.canary import IDENTITY
from tests.journeys.journey import choose_person, people_of
from tests.journeys.test_opt_in import Inspector, heading

IS_CHANGED = True  # this module answers
WIDTHS = (320, 1280)


class Mentee:
    """Somebody who fills it in by its words: what has no label cannot be answered."""

    def __init__(self, page: Page, content: Content, language: str, inspector: Inspector | None) -> None:
        self.page = page
        self.language = language
        self.wording = Wording(content, language)
        self.inspector = inspector
        self.fields: dict[str, Callable[[], object]] = {
            "background": lambda: self._write("background", "Two years in a hospital."),
            "goals": lambda: self._write("goals", "Find my feet"),
            "topics": lambda: self._tick("topics", "vocational-help"),
            "areas": lambda: self._tick("areas", "mental-health"),
            "languages": lambda: self._tick("languages", "fr"),
            "meeting": lambda: (self._tick("formats", "video"), self._tick("frequency", "monthly")),
            "gender": self._gender,
        }

    def t(self, key: str) -> str:
        """Say something in the page's language."""
        return self.wording.t(f"mentee.{key}")

    def look(self) -> None:
        """Find nothing wrong with the page."""
        if self.inspector:
            self.inspector.look(*WIDTHS)

    def answer(self, step: str) -> None:
        """Answer one page and go on."""
        self.page.wait_for_url(f"**/{self.language}/account/mentee/{step}*")
        self.look()
        self.fields.get(step, lambda: None)()
        self.go_on()

    def go_on(self) -> None:
        """Send the page."""
        self.page.get_by_role("main").get_by_role("button", name=self.wording.t("opt_in.save")).click()

    def link(self, key: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("main").get_by_role("link", name=self.t(key), exact=True).click()

    def reader(self, name: str) -> Any:
        """What stands under a reader on the review page."""
        return expect(self.page.locator(f"#reader-{name} ~ dl").first)

    def _write(self, name: str, text: str) -> None:
        self.page.get_by_label(self.t(f"name.{name}"), exact=True).fill(text)

    def _tick(self, vocabulary: str, term_id: str) -> None:
        self.page.get_by_label(self.wording.label(vocabulary, term_id), exact=True).check()

    def _gender(self) -> None:
        expect(self.page.get_by_label(self.t("identity.none"))).to_be_checked()  # private by default
        self.page.get_by_label(self.wording.t("opt_in.identity.own")).fill(IDENTITY["gender"])
        self.page.get_by_label(self.t("identity.mentors")).check()


@pytest.fixture(scope="module")
def members(site_url: str) -> Iterator[str]:
    """Active members who are no mentors, one after the other."""
    people = people_of(site_url)
    return iter([each["member_id"] for each in people if each["is_active"] and not each["listing"]])


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("fr", True), ("en", False), ("fr", False)])
def test_from_a_mentor_to_asking_them(
    browser: Browser,
    site_url: str,
    members: Iterator[str],
    content: Content,
    state: Path,
    language: str,
    scripts: bool,
    tmp_path: Path,
) -> None:
    """DIR-15, task 11: filled in on two devices, gender shown and hidden again, and on to the mentor."""
    person, ask = next(members), f"/{language}/account/mentee/?ask=amelie-tremblay"
    options: dict[str, Any] = {"base_url": site_url, "java_script_enabled": scripts}
    with browser.new_context(**options) as phone:
        mentee = _at(phone.new_page(), content, language, tmp_path / "phone" if scripts else None)
        mentee.page.goto(ask)
        choose_person(mentee.page, person)
        heading(mentee.page, mentee.t("title"))
        mentee.look()
        mentee.link("start.new.action")
        mentee.go_on()
        expect(mentee.page.locator("#error-summary")).to_be_focused()
        for step in ("background", "goals", "topics"):
            mentee.answer(step)
    with browser.new_context(**options) as desktop:
        mentee = _at(desktop.new_page(), content, language, tmp_path / "desktop" if scripts else None)
        mentee.page.goto(ask)
        choose_person(mentee.page, person)
        mentee.look()
        mentee.link("start.begun.action")
        for step in ("languages", "meeting", "gender", "race", "ethnicity", "orientation", "indigenous"):
            mentee.answer(step)
        _hide_gender(mentee)
        asking = mentee.page.get_by_role("link", name=mentee.t("find.ask"))
        expect(asking).to_have_attribute("href", f"/{language}/account/ask/amelie-tremblay/")
        mentee.page.goto(f"/{language}/account/mentee/done")
        mentee.look()
        mentors = mentee.page.get_by_role("link", name=mentee.t("find.link"))
        expect(mentors).to_have_attribute("href", f"/{language}/mentors/?lang=fr&topic=vocational-help")
        if mentee.inspector:
            mentee.inspector.validate()
        _use_answers_as_wishes(mentee, scripts=scripts)
    with embedded_database(state) as settings:
        stored = MenteeProfileStore(dynamodb(settings), settings).open(person)
    assert stored.profile.answers.identity == {"gender": (IDENTITY["gender"],)}
    assert shared_identity(stored.profile) == ()


def _at(page: Page, content: Content, language: str, folder: Path | None) -> Mentee:
    if folder is None:
        return Mentee(page, content, language, None)
    folder.mkdir()
    return Mentee(page, content, language, Inspector(page, folder, "/account/mentee/"))


def _use_answers_as_wishes(mentee: Mentee, *, scripts: bool) -> None:
    """DIR-13: what was answered ranks the directory, in this browser alone; nothing of identity does."""
    button = mentee.page.get_by_role("button", name=mentee.t("find.wishes"))
    expect(button).to_have_count(1 if scripts else 0)
    if scripts:
        # What somebody wished by hand stays as it is.
        mentee.page.evaluate(
            """localStorage.setItem("wishes", '[{"facet": "lang", "id": "fr", "must": true}]')"""
        )
        button.click()
        mentee.page.wait_for_url(f"**/{mentee.language}/mentors/")
        note = mentee.page.locator('[data-part="wish-note"]')
        expect(note).to_be_visible()
        expect(mentee.page.locator("[data-spoken]:not(:empty)")).to_contain_text([note.inner_text()])
        wishes = mentee.page.locator('[data-part="wish-list"] li')
        expect(wishes).to_have_count(3)
        kept = wishes.evaluate_all("wishes => wishes.map((wish) => wish.dataset.wish)")
        assert kept == ["lang=fr!", "topic=vocational-help", "format=video"]
        mentee.page.reload()
        expect(mentee.page.locator('[data-part="wish-count"]')).to_have_text("3")
        expect(note).to_be_hidden()


def _hide_gender(mentee: Mentee) -> None:
    """Find it shown in the review, change it from there, and find it hidden."""
    heading(mentee.page, mentee.t("review.title"))
    mentee.reader("mentors").to_contain_text(IDENTITY["gender"])
    mentee.look()
    change = mentee.page.locator("#reader-mentors ~ dl").first.locator('a[href*="/mentee/gender"]')
    change.click()
    mentee.page.get_by_label(mentee.t("identity.none")).check()
    mentee.go_on()
    heading(mentee.page, mentee.t("review.title"))
    mentee.reader("mentors").not_to_contain_text(IDENTITY["gender"])
    mentee.reader("nobody").to_contain_text(IDENTITY["gender"])
