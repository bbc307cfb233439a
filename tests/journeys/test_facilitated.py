"""Registering for Mentorship On Demand and paying, in a browser: declined first, Back, cancelled."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mentoring.content import Content, Wording
from tests.domain.test_workbook_files import PDF, word
from tests.gateways.stripe_account import ACCEPTED, DECLINED
from tests.journeys.journey import choose_person, heading, move_clock, people_of, sign_in_as_staff
from tests.journeys.test_opt_in import Inspector

IS_CHANGED = True  # people register and pay here
WIDTHS = (320, 1280)
LARGE = b" " * (4 * 1024 * 1024 + 1)


class Mentee:
    """Somebody who finds the way by its words."""

    def __init__(self, page: Page, content: Content, language: str, inspector: Inspector | None) -> None:
        self.page = page
        self.language = language
        self.wording = Wording(content, language)
        self.inspector = inspector

    def t(self, key: str, **blanks: object) -> str:
        """Say something in the page's language."""
        return self.wording.t(f"facilitated.{key}", **blanks)

    def look(self) -> None:
        """Find nothing wrong with the page."""
        if self.inspector:
            self.inspector.look(*WIDTHS)

    def press(self, text: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("main").get_by_role("button", name=text, exact=True).click()

    def follow(self, text: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("main").get_by_role("link", name=text, exact=True).click()

    def register(self) -> None:
        """Answer the questions, the last of them wrongly first."""
        self.look()
        self.follow(self.t("start.action"))
        go_on = self.wording.t("forms.continue")
        self.look()
        self.page.get_by_label(self.wording.label("languages", "fr"), exact=True).check()
        self.press(go_on)
        self.look()
        self.page.get_by_label(self.t("place.label")).select_option("ON")
        self.press(go_on)
        self.press(go_on)
        expect(self.page.locator("#error-summary")).to_be_focused()
        self.look()
        self.page.get_by_label(self.t("terms.agree")).check()
        self.press(go_on)
        heading(self.page, self.t("check.title"))
        self.look()
        self.press(self.t("check.action"))

    def hand_in(self) -> None:
        """Upload the wrong file, then one, then another; send it, and replace it by the form."""
        book, questions = self.wording.t, ("strengths", "growth", "goals", "interests", "area", "values")
        self.look()
        self.page.get_by_role("main").get_by_role(
            "link", name=book("workbook.upload.choose"), exact=True
        ).click()
        for name, content in (("x.txt", b"no"), ("large.pdf", LARGE), ("a.pdf", PDF), ("b.docx", word())):
            self.look()
            file = {"name": name, "mimeType": "text/plain", "buffer": content}
            field = self.page.get_by_label(book("workbook.upload.label"))
            field.set_input_files(file)  # type: ignore[arg-type]
            self.press(book("workbook.upload.action"))
            if content == LARGE:
                expect(self.page.locator(".govuk-error-summary")).to_contain_text(
                    book("workbook.error.file.too-large", most=4)
                )
                # Where scripts run it is not even sent: the field still has it.
                assert field.evaluate("field => field.files.length") == (1 if self.inspector else 0)
            if content == PDF:
                self.follow(book("workbook.file.other"))
        heading(self.page, book("workbook.file.title"))
        self.look()
        expect(self.page.get_by_text("b.docx")).to_be_visible()
        self.follow(book("forms.continue"))
        self.look()
        self.press(book("workbook.send.action"))
        expect(self.page.get_by_role("status")).to_have_text(book("workbook.sent"))
        self.follow(book("workbook.form.new"))
        for name in questions:
            if name == questions[0]:
                self.look()
            self.page.get_by_label(book(f"workbook.name.{name}")).fill("Words")
            self.press(book("opt_in.save"))
        self.page.get_by_label(self.wording.label("facilitated-topics", "career"), exact=True).check()
        self.press(book("opt_in.save"))
        self.look()
        self.follow(book("forms.continue"))
        self.press(book("workbook.send.action"))
        self.look()
        self.follow(book("workbook.received.read"))
        self.look()

    def pay(self, card: str) -> None:
        """Choose a card on the page to pay on."""
        self.page.locator(f'input[value="{card}"]').check()
        self.page.get_by_role("button").click()


@pytest.fixture(scope="module")
def eligible(site_url: str) -> Iterator[str]:
    """Active members who may register, one after the other."""
    people = people_of(site_url)
    return iter(
        each["member_id"]
        for each in people
        if each["is_active"] and each["eligibility"].get("facilitated-mentee") == "eligible"
    )


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("fr", False)])
def test_from_the_terms_to_a_receipt(
    browser: Browser,
    site_url: str,
    eligible: Iterator[str],
    content: Content,
    language: str,
    scripts: bool,
    tmp_path: Path,
) -> None:
    """MOD-2, MOD-3, MOD-24, SAF-5, task 13: declined, paid, Back: one receipt, then cancelled."""
    options: dict[str, Any] = {"base_url": site_url, "java_script_enabled": scripts}
    with browser.new_context(**options) as context:
        page, here = context.new_page(), f"/{language}/account/facilitated/"
        inspector = Inspector(page, tmp_path, "/account/") if scripts else None
        mentee = Mentee(page, content, language, inspector)
        page.goto(here)
        choose_person(page, next(eligible))
        mentee.register()
        amount = mentee.wording.money(11187)
        mentee.look()
        mentee.press(mentee.t("pay", amount=amount))
        mentee.pay(DECLINED)
        expect(page.get_by_role("alert")).to_contain_text("declined")
        page.get_by_role("link").click()
        expect(page.get_by_role("status")).to_have_text(mentee.t("done.left"))
        mentee.press(mentee.t("pay", amount=amount))
        mentee.pay(ACCEPTED)
        heading(page, mentee.t("back.paid.title"))
        mentee.look()
        page.go_back()  # the page that was paid on, or what it leads to: it takes no money again
        page.goto(here)
        expect(page.get_by_text(mentee.t("meter.title"), exact=True)).to_be_visible()
        expect(page.get_by_role("button", name=mentee.t("pay", amount=amount))).to_have_count(0)
        mentee.look()
        mentee.follow(mentee.t("purchases.title"))
        mentee.look()
        page.get_by_role("main").get_by_role("listitem").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("R00000")
        mentee.look()
        with page.expect_download() as kept:
            mentee.follow(mentee.t("purchases.pdf"))
        assert kept.value.suggested_filename.endswith(".pdf")
        page.goto(f"{here}cancel")
        mentee.look()
        mentee.press(mentee.t("cancel.action"))
        expect(page.get_by_role("status")).to_have_text(mentee.t("done.cancelled"))
        move_clock(site_url, timedelta(minutes=2))
        page.goto(here)
        back = mentee.wording.money(5594)
        expect(page.get_by_text(mentee.t("refund.succeeded", amount=back))).to_be_visible()
        mentee.look()
        if inspector:
            inspector.validate()


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("fr", False)])
def test_a_workbook_is_handed_in_and_staff_see_it(
    browser: Browser,
    site_url: str,
    eligible: Iterator[str],
    content: Content,
    language: str,
    scripts: bool,
    tmp_path: Path,
) -> None:
    """MOD-4, STF-5, ELI-7, task 13: uploaded, replaced, sent, replaced; staff's pages."""
    with browser.new_context(base_url=site_url, java_script_enabled=scripts) as context:
        mentee = Mentee(context.new_page(), content, language, None)
        mentee.page.goto(f"/{language}/account/facilitated/")
        choose_person(mentee.page, member := next(eligible))
        mentee.register()
        mentee.press(mentee.t("pay", amount=mentee.wording.money(11187)))
        mentee.pay(ACCEPTED)
        heading(mentee.page, mentee.t("back.paid.title"))
        inspector = Inspector(mentee.page, tmp_path, "/account/") if scripts else None
        mentee.inspector = inspector
        mentee.page.goto(f"/{language}/account/facilitated/")
        mentee.follow(mentee.t("workbook.begin"))
        mentee.hand_in()
        if inspector:
            inspector.validate()
    with browser.new_context(base_url=site_url) as context:
        page = context.new_page()
        inspector = Inspector(page, tmp_path, "/staff/")
        sign_in_as_staff(page, "administrator", language)
        page.goto(f"/{language}/staff/finance/")
        inspector.look(*WIDTHS)
        page.goto(f"/{language}/staff/refunds/")
        inspector.look(*WIDTHS)
        page.locator("#registrations + ul").get_by_role("link").first.click()
        inspector.look(*WIDTHS)
        here = page.url
        book = here.replace("refunds", "workbooks")
        page.goto(book)
        expect(page.get_by_text("Words").first).to_be_visible()
        inspector.look(*WIDTHS)
        for form in (f"{here}log", f"{here}propose", f"{book}log"):
            page.goto(form)
            page.get_by_role("main").get_by_role("button").last.click()  # a field for files is one as well
            expect(page.locator("#error-summary")).to_be_visible()
            inspector.look(*WIDTHS)
        page.goto(f"/{language}/staff/eligibility/?member={member}")
        page.locator(f'a[href$="/staff/eligibility/{member}/decide"]').click()
        page.get_by_role("main").get_by_role("button").click()
        inspector.look(WIDTHS[0])
        page.locator("[value=facilitated-mentor]").check()
        page.locator("[value=not-eligible]").check()
        for name, typed in {"day": "31", "month": "12", "year": "2030"}.items():
            page.locator(f"[name=last_day-{name}]").fill(typed)
        page.locator("[name=reason]").fill("By telephone")
        page.get_by_role("main").get_by_role("button").click()
        expect(page.get_by_role("status")).to_be_visible()
        inspector.look(WIDTHS[0])
        inspector.validate()
