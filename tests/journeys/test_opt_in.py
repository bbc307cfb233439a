"""Opting in as members do it: the questionnaire, its errors, coming back (tasks 9 to 11 of ux.md)."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect

from infrastructure.local.database import embedded_database
from mentoring.content import Content, Wording
from mentoring.domain.profile import Audience
from mentoring.storage.profiles import ProfileStore
from tests.journeys.journey import (
    TESTS,
    assert_readable,
    assert_valid,
    choose_person,
    move_clock,
    people_of,
)

IS_CHANGED = True  # this module publishes, and moves the clock
PAGES = (
    *("experience", "areas", "training", "ages", "place", "languages", "topics", "meeting", "biography"),
    *("availability", "gender", "race", "ethnicity", "orientation", "indigenous", "listing", "documents"),
)
OWN_WORDS = "Zaporogue"
WIDTHS = {"en": (320, 1280), "fr": (320,)}  # French words are the longer ones, English pages the same
# Boxes and repeated fields share a name, as HTML means them to; govuk's dates name their role, for JAWS.
MEANT = ("form-dup-name", "no-redundant-role")
LIKE_OTHERS = ("training", "ages", "topics", "race", "orientation", "indigenous")  # the same template
MUST_ANSWER = ("experience", "areas", "place", "languages", "topics", "meeting", "biography", "availability")


@pytest.fixture(scope="module")
def newcomers(site_url: str) -> Iterator[str]:
    """Active members who are no mentors, one after the other."""
    people = people_of(site_url)
    return iter(
        [
            person["member_id"]
            for person in people
            if person.get("is_active") and "mentor" not in person["roles"]
        ]
    )


@pytest.fixture
def newcomer(newcomers: Iterator[str]) -> str:
    """Somebody whom no other test uses."""
    return next(newcomers)


def heading(page: Page, text: str) -> None:
    """The page's h1 says this, perhaps that it is optional besides."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


class Questionnaire:
    """Somebody who fills it in by its words: what has no label cannot be answered."""

    def __init__(self, page: Page, content: Content, language: str) -> None:
        self.page = page
        self.content = content
        self.language = language
        self.wording = Wording(content, language)

    def t(self, key: str) -> str:
        """Say something in the page's language."""
        return self.wording.t(f"opt_in.{key}")

    def on(self, step: str) -> None:
        """Be on a page."""
        self.page.wait_for_url(f"**/{self.language}/account/mentor/{step}*")
        heading(self.page, self.t(f"{step}.question"))

    def box(self, vocabulary: str, term_id: str) -> Locator:
        """Find a box or a choice by its word."""
        return self.page.get_by_label(self.wording.label(vocabulary, term_id), exact=True)

    def field(self, key: str) -> Locator:
        """Find a field by its question."""
        return self.page.get_by_label(self.t(key)).first

    def go_on(self) -> None:
        """Send the page."""
        self.page.get_by_role("main").get_by_role("button", name=self.t("save")).click()

    def answer(self, step: str) -> None:
        """Answer one page and go on; gender is answered and shared with nobody."""
        self.on(step)
        getattr(self, f"_{step}", lambda: None)()
        self.go_on()

    def _experience(self) -> None:
        self.field("experience.question").fill("12")

    def _areas(self) -> None:
        self.box("areas", "mental-health").check()
        self.box("areas", "oncology").check()

    def _training(self) -> None:
        self.box("training", "msc-ot").check()

    def _ages(self) -> None:
        self.box("client-ages", "18-64").check()

    def _place(self) -> None:
        self.field("place.province").select_option(label=self.wording.label("provinces", "NB"))
        self.field("place.city").fill("Moncton")

    def _languages(self) -> None:
        self.box("languages", "fr").check()

    def _topics(self) -> None:
        self.box("topics", "vocational-help").check()

    def _meeting(self) -> None:
        self.box("formats", "video").check()
        self.box("frequency", "monthly").check()

    def _biography(self) -> None:
        self.field(f"biography.{self.language}").fill("Douze ans de pratique.\n\nJ’aime écouter.")

    def _availability(self) -> None:
        self.field("availability.available").check()
        self.field("availability.capacity").fill("3")

    def _gender(self) -> None:
        self.box("gender", "non-binary").check()
        expect(self.field("identity.none")).to_be_checked()  # private by default

    def _ethnicity(self) -> None:
        self.field("ethnicity.label").fill(OWN_WORDS)
        self.field("identity.members").check()

    def _listing(self) -> None:
        self.field("listing.public").check()

    def _documents(self) -> None:
        for name in ("terms", "confidentiality", "rules"):
            title = self.wording.t(f"site.pages.{name}")
            self.page.get_by_label(self.wording.t("opt_in.documents.agree", name=title)).check()


class Inspector:
    """Looks at each page that somebody comes by; the validator then sees all of them at once."""

    def __init__(self, page: Page, folder: Path, under: str = "/account/mentor/") -> None:
        self.page = page
        self.folder = folder
        self.under = under
        self.bodies: list[str] = []
        self.answers: list[Response] = []
        page.on("response", lambda response: self.answers.append(response))

    def look(self, *widths: int) -> None:
        """Find nothing wrong with the page."""
        shown = [each for each in self.answers if self.under in each.url and each.status != 303]
        self.bodies.append(shown[-1].text())
        assert_readable(self.page, *widths)

    def validate(self) -> None:
        """Find nothing wrong with the markup of any page."""
        for number, body in enumerate(self.bodies):
            (self.folder / f"{number}.html").write_text(body, "utf-8")
        rules = json.loads((TESTS / ".htmlvalidate.json").read_text("utf-8"))
        rules["rules"] |= dict.fromkeys(MEANT, "off")
        (self.folder / "rules.json").write_text(json.dumps(rules), "utf-8")
        assert_valid(list(self.folder.glob("*.html")), self.folder / "rules.json")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_opting_in_without_scripts(
    browser: Browser, site_url: str, newcomer: str, content: Content, state: Path, language: str
) -> None:
    """Tasks 9 and 11: from the site's page to a published listing with gender hidden, on two devices."""
    options: dict[str, Any] = {"base_url": site_url, "java_script_enabled": False}
    with browser.new_context(**options) as phone:
        page = phone.new_page()
        form = Questionnaire(page, content, language)
        page.goto(f"/{language}/become-a-mentor/")
        page.get_by_role("main").get_by_role("link", name=form.t("title")).click()
        choose_person(page, newcomer)
        page.wait_for_url(f"**/{language}/account/mentor/")
        page.get_by_role("link", name=form.t("start.new.action")).click()
        for step in PAGES[:6]:
            form.answer(step)
        form.on("topics")
    with browser.new_context(**options) as desktop:
        page = desktop.new_page()
        form = Questionnaire(page, content, language)
        page.goto(f"/{language}/account/mentor/")
        choose_person(page, newcomer)
        page.get_by_role("link", name=form.t("start.resumed.action"), exact=True).click()
        for step in PAGES[6:]:
            form.answer(step)
        _check_publish(page, form)
    with embedded_database(state) as settings:
        stored = ProfileStore.connect(settings).get(newcomer)
    assert stored
    assert stored.version == 1
    assert (stored.profile.identity["gender"], stored.profile.audience_of("gender")) == (
        ("non-binary",),
        Audience.NONE,
    )
    assert stored.profile.audience_of("ethnicity") is Audience.MEMBERS


def _check_publish(page: Page, form: Questionnaire) -> None:
    """Predict from the check page who sees what, find it so in the preview, publish, and publish once."""
    heading(page, form.t("check.title"))
    gender = form.wording.label("gender", "non-binary")
    for audience, said, unsaid in (
        ("public", "Moncton", (gender, OWN_WORDS)),
        ("members", OWN_WORDS, (gender,)),
        ("private", gender, (OWN_WORDS,)),
    ):
        rows = page.locator(f"#audience-{audience} ~ dl").first
        expect(rows).to_contain_text(said)
        for word in unsaid:
            expect(rows).not_to_contain_text(word)
    page.get_by_role("link", name=form.t("check.preview")).click()
    for view, shown in (("public", ()), ("members", (OWN_WORDS,)), ("staff", (OWN_WORDS, gender))):
        page.get_by_role("navigation", name=form.t("preview.views")).get_by_role(
            "link", name=form.t(f"preview.as.{view}")
        ).click()
        expect(page.get_by_role("main")).to_contain_text("Moncton")
        for word in (OWN_WORDS, gender):
            contains = expect(page.get_by_role("main"))
            (contains.to_contain_text if word in shown else contains.not_to_contain_text)(word)
    page.get_by_role("link", name=form.t("preview.on")).click()
    page.get_by_role("button", name=form.t("check.publish"), exact=True).click()
    heading(page, form.t("done.title"))
    page.go_back()
    heading(page, form.t("check.title"))
    page.get_by_role("main").get_by_role("button").click()  # whatever it offers by now: nothing is told twice
    heading(page, form.t("done.title"))
    page.goto(f"/{form.language}/account/mentor/")
    expect(page.get_by_role("main")).to_contain_text(form.t("start.listed.lead"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_and_every_error_is_accessible(
    page: Page, newcomer: str, content: Content, language: str, tmp_path: Path
) -> None:
    """MOD-27: axe and the validator find nothing on any page, asked or refused, at 320 and 1280 pixels."""
    form, inspector = Questionnaire(page, content, language), Inspector(page, tmp_path)
    page.goto(f"/{language}/account/mentor/")
    choose_person(page, newcomer)
    inspector.look(*WIDTHS[language])
    page.goto(f"/{language}/account/mentor/experience")
    for step in PAGES:
        form.on(step)
        inspector.look(*((320,) if step in LIKE_OTHERS else WIDTHS[language]))
        if step in (*MUST_ANSWER, "listing", "documents"):
            form.go_on()
            error, question = form.wording.t("forms.title_error"), form.t(f"{step}.question")
            expect(page).to_have_title(f"{error} {question} – {form.wording.t('site.name')}")
            inspector.look(*WIDTHS[language])
        form.answer(step)
    for address in ("check", "preview?as=public", "preview?as=member", "preview?as=staff", ""):
        page.goto(f"/{language}/account/mentor/{address}")
        inspector.look(*WIDTHS[language])
    page.goto(f"/{language}/account/mentor/check")
    page.get_by_role("button", name=form.t("check.publish"), exact=True).click()
    heading(page, form.t("done.title"))
    inspector.look(*WIDTHS[language])
    inspector.validate()


@pytest.mark.parametrize("context_options", [True, False], indirect=True, ids=["scripts", "no-scripts"])
def test_two_errors_are_mended_from_the_summary(page: Page, newcomer: str, content: Content) -> None:
    """Task 10: the summary has the focus, each of its links leads into its field; what was typed stays."""
    form = Questionnaire(page, content, "en")
    page.goto("/en/account/mentor/meeting")
    choose_person(page, newcomer)
    form.go_on()
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    summary.get_by_role("link").nth(0).click()
    expect(page.locator("#formats")).to_be_focused()
    page.keyboard.press("Space")
    summary.get_by_role("link").nth(1).click()
    expect(page.locator("#frequency")).to_be_focused()
    page.keyboard.press("Space")
    form.go_on()
    form.on("biography")
    assert "#" not in page.url
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/en/account/mentor/areas")
    form.go_on()
    page.locator("#error-summary a").click()
    expect(page.locator("#areas")).to_be_focused()
    expect(page.locator("legend").first).to_be_in_viewport(ratio=1)
    page.goto("/en/account/mentor/experience")
    form.field("experience.question").fill("twelve")
    page.keyboard.press("Enter")  # the first button in the page is the language switch: it is not Enter's
    expect(page).to_have_title(f"Error: {form.t('experience.question')} – OT Mentorship")
    expect(form.field("experience.question")).to_have_value("twelve")
    french = Questionnaire(page, content, "fr")
    page.get_by_role("button", name="Français").click()
    french.on("experience")
    expect(french.field("experience.question")).to_have_value("twelve")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_comes_between_is_accessible(
    page: Page, newcomer: str, content: Content, site_url: str, language: str, tmp_path: Path
) -> None:
    """MOD-27: a stale version, a lost cookie, an ended session: axe clean, fitting, left by keyboard."""
    form, inspector = Questionnaire(page, content, language), Inspector(page, tmp_path)
    page.goto(f"/{language}/account/mentor/areas")
    choose_person(page, newcomer)
    form.on("areas")
    other = page.context.new_page()
    elsewhere = Questionnaire(other, content, language)
    other.goto(page.url)
    elsewhere.answer("areas")
    elsewhere.on("training")
    other.close()
    form.box("areas", "oncology").check()
    form.go_on()
    heading(page, form.t("conflict.title"))
    inspector.look(320, 1280)
    press(page, form.t("conflict.keep"))
    form.on("training")

    form.box("training", "msc-ot").check()
    page.context.clear_cookies()
    form.go_on()
    heading(page, form.wording.t("sign_in.message.session-lost.title"))
    expect(page.get_by_role("main")).to_contain_text(form.wording.label("training", "msc-ot"))
    inspector.look(320, 1280)
    with page.context.expect_page() as opened:
        press(page, form.wording.t("sign_in.way.sign-in"))
    choose_person(opened.value, newcomer)
    Questionnaire(opened.value, content, language).on("training")
    opened.value.close()

    page.goto(f"/{language}/account/mentor/biography")
    form.field(f"biography.{language}").fill(OWN_WORDS)
    move_clock(site_url, timedelta(minutes=31))
    form.go_on()
    heading(page, form.wording.t("sign_in.message.session-kept.title"))
    inspector.look(320, 1280)
    press(page, form.wording.t("sign_in.way.sign-in"))
    choose_person(page, newcomer)
    form.on("biography")
    expect(form.field(f"biography.{language}")).to_have_value(OWN_WORDS)
    inspector.look(320, 1280)
    inspector.validate()


def press(page: Page, name: str) -> None:
    """Reach a button or link of the page by Tab alone, and press Enter."""
    wanted = page.locator("main :is(a, button)", has_text=name).first
    page.locator("main").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("context_options", [False], indirect=True, ids=["no-scripts"])
def test_what_was_typed_outlives_the_session(
    page: Page, newcomer: str, content: Content, site_url: str
) -> None:
    """Task 11: half an hour too late nothing typed is lost, and signing in leads back to the very page."""
    form = Questionnaire(page, content, "fr")
    page.goto("/fr/account/mentor/orientation")
    choose_person(page, newcomer)
    form.field("identity.own").fill(OWN_WORDS)
    move_clock(site_url, timedelta(minutes=31))
    form.go_on()
    heading(page, form.wording.t("sign_in.message.session-kept.title"))
    page.get_by_role("main").get_by_role("link", name=form.wording.t("sign_in.way.sign-in")).click()
    choose_person(page, newcomer)
    form.on("orientation")
    expect(page.get_by_role("status")).to_contain_text(form.wording.t("forms.kept"))
    expect(form.field("identity.own")).to_have_value(OWN_WORDS)
    form.go_on()
    form.on("indigenous")
