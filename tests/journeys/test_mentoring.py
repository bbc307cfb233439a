"""Two people in two browsers: one asks, the other answers; they agree, or part kindly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infrastructure.local.database import embedded_database
from mentoring.content import Content, Wording
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile
from mentoring.domain.profile import LISTING, Audience
from mentoring.domain.request_states import Side
from mentoring.storage.client import dynamodb
from mentoring.storage.concerns import ConcernStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.mentee_profiles import MenteeProfileStore
from mentoring.storage.profiles import ProfileStore
from mentoring.usecases import concerns
from tests.journeys.journey import (
    MORNING,
    assert_readable,
    assert_valid,
    heading,
    move_clock,
    overflow,
    sign_in_as_staff,
    sign_in_by_number,
)
from tests.storage.people import consent
from tests.usecases.matching import Matching

IS_CHANGED = True  # people write to each other here
WIDTHS = (320, 1280)
PAIRS = 6


@dataclass(frozen=True)
class Person:
    """Somebody of the sample."""

    member_id: str
    name: str
    slug: str = ""
    email: str = ""


@dataclass(frozen=True)
class Pair:
    """A public mentor who can be asked, and a member whose questionnaire is whole."""

    mentor: Person
    mentee: Person


@pytest.fixture(scope="module")
def pairs(state: Path, site_url: str) -> Iterator[Pair]:  # noqa: ARG001 - the site imports them
    """Pairs for each test to take one."""
    with embedded_database(state) as settings:
        profiles, memberships = ProfileStore.connect(settings), MembershipStore.connect(settings)
        mentees = MenteeProfileStore(dynamodb(settings), settings)
        listed = [each for each in profiles.listed() if each.is_available and not each.opted_out_on]
        public = [each for each in listed if each.audience_of(LISTING) is Audience.PUBLIC]
        known = memberships.get_many(each.member_id for each in public)
        active = sorted(
            (each for each in public if known[each.member_id].is_active(MORNING.date())),
            key=lambda each: each.member_id,
        )
        people = [
            Person(each.member_id, known[each.member_id].name, each.slug, known[each.member_id].email)
            for each in active[: 2 * PAIRS]
        ]
        for each in people[PAIRS:]:
            fill(mentees, each.member_id)
    return iter([Pair(*each) for each in zip(people[:PAIRS], people[PAIRS:], strict=True)])


def fill(mentees: MenteeProfileStore, member_id: str) -> None:
    """Answer the mentee questionnaire."""
    answers = MenteeAnswers(
        background="Two years in home care",
        goals="A practice of my own",
        topics=("business-and-private-practice",),
        areas=("mental-health",),
        languages=("en", "fr"),
        formats=("video",),
        frequency="monthly",
        identity={"gender": ("woman",)},
        shares={"gender": Audience.MENTORS},
    )
    steps = ("background", "goals", "topics", "areas", "languages", "meeting")
    profile = MenteeProfile(
        member_id=member_id,
        answers=answers,
        consents={"gender": consent("mentee:gender", Audience.MENTORS)},
        answered=dict.fromkeys(steps, 1),
    )
    line = AuditLine(
        actor="test", action="answer", member_id=member_id, occurrence="1", at=MORNING, changes={}
    )
    due_on = MORNING.date() + timedelta(days=99)
    mentees.save(profile, mentees.open(member_id), Change(line), due_on)


@pytest.fixture
def pair(pairs: Iterator[Pair]) -> Pair:
    """Two people of one's own."""
    return next(pairs)


@pytest.fixture
def other_page(browser: Browser, site_url: str, context_options: dict[str, Any]) -> Iterator[Page]:
    """The other person's browser."""
    context = browser.new_context(base_url=site_url, **context_options)
    yield context.new_page()
    context.close()


@pytest.fixture
def staff_page(browser: Browser, site_url: str, context_options: dict[str, Any]) -> Iterator[Page]:
    """A coordinator's browser."""
    context = browser.new_context(base_url=site_url, **context_options)
    opened = context.new_page()
    sign_in_as_staff(opened, "coordinator")
    opened.wait_for_url("**/en/account/")
    yield opened
    context.close()


def sign_in(page: Page, person: Person, language: str) -> None:
    sign_in_by_number(page, person.member_id, language)


def submit(page: Page) -> None:
    page.locator("#form button.govuk-button").last.click()


def ask(page: Page, person: Person, language: str) -> None:
    """From the mentor's public page to the page that says what happens next."""
    page.goto(f"/{language}/mentors/{person.slug}/")
    page.locator(f'a[href="/{language}/account/ask/{person.slug}/"]').click()
    page.get_by_role("textbox").fill("Your practice speaks to me. How did you begin?")
    submit(page)
    page.get_by_role("checkbox").check()
    submit(page)
    page.wait_for_url(re.compile(r"/sent\b"))


WAYS = [("en", True), ("fr", False)]


@pytest.mark.parametrize(
    ("language", "context_options"), WAYS, indirect=["context_options"], ids=["en-scripts", "fr-no-scripts"]
)
def test_two_people_ask_answer_agree_and_end(
    page: Page, other_page: Page, pair: Pair, content: Content, language: str
) -> None:
    """DIR-15 to DIR-19, UX task 12: asked, a question, accepted, agreed, ended; each sees what is next."""
    t = Wording(content, language).t
    mentor, mentee = other_page, page
    sign_in(mentee, pair.mentee, language)
    sign_in(mentor, pair.mentor, language)
    ask(mentee, pair.mentor, language)
    expect(mentee.get_by_role("main")).to_contain_text(pair.mentor.name)
    mentee.locator("main .govuk-button").click()
    here = mentee.url

    mentor.get_by_role("main").get_by_role("link", name=t("request.see")).click()
    mentor.get_by_role("link", name=pair.mentee.name).click()
    assert mentor.url == here
    expect(mentor.get_by_role("main")).to_contain_text("Two years in home care")
    expect(mentor.get_by_role("main")).not_to_contain_text(pair.mentee.email)

    mentor.get_by_role("link", name=t("request.link.answer.mentor")).click()
    mentor.get_by_role("textbox").fill("Where do you work?")
    submit(mentor)
    expect(mentor.get_by_role("status")).to_have_text(t("request.done.write"))
    mentee.reload()
    expect(mentee.get_by_role("main")).to_contain_text("Where do you work?")
    mentee.get_by_role("link", name=t("request.link.answer.mentee"), exact=True).click()
    mentee.get_by_role("textbox").fill("In Moncton.")
    submit(mentee)

    mentor.goto(here)
    mentor.get_by_role("link", name=t("request.link.accept.mentor"), exact=True).click()
    submit(mentor)  # two things are missing: said above, and mended from there
    mentor.locator(".govuk-error-summary a").first.click()
    mentor.locator('[name="availabilities"]').fill("Thursdays after four")
    mentor.locator('[name="months"]').fill("6")
    submit(mentor)
    expect(mentor.get_by_role("main")).to_contain_text(pair.mentee.email)
    mentee.goto(here)
    expect(mentee.get_by_role("main")).to_contain_text(pair.mentor.email)
    mentee.get_by_role("link", name=t("request.link.agree.mentee")).click()
    submit(mentee)
    expect(mentee.get_by_role("main")).to_contain_text(t("request.status.mentee.active"))

    mentor.goto(here)
    mentor.get_by_role("link", name=t("request.link.end.mentor")).click()
    mentor.get_by_role("textbox").fill("Thank you, and good luck!")
    submit(mentor)
    mentee.goto(here)
    expect(mentee.get_by_role("main")).to_contain_text("Thank you, and good luck!")
    expect(mentee.get_by_role("main")).not_to_contain_text(pair.mentor.email)


def put_address(state: Path, person: Person, email: str) -> None:
    """Let the member system know another address of somebody."""
    with embedded_database(state) as settings:
        memberships = MembershipStore.connect(settings)
        known = memberships.get(person.member_id)
        assert known
        memberships.put([replace(known, email=email)])


def see_addresses(staff: Page, content: Content, person: Person, *, is_listed: bool) -> None:
    """Staff find a member among those whose letters come back, or not, in both languages."""
    for language in ("en", "fr"):
        staff.goto(f"/{language}/staff/addresses/")
        heading(staff, Wording(content, language).t("addresses.title"))
        found = staff.get_by_role("rowheader", name=person.member_id)
        expect(found).to_have_count(1 if is_listed else 0)
        if is_listed:
            assert_readable(staff, WIDTHS[0])


@pytest.mark.parametrize(
    ("language", "context_options"), WAYS, indirect=["context_options"], ids=["en-scripts", "fr-no-scripts"]
)
def test_unanswered_withdrawn_and_left_midway(
    page: Page, other_page: Page, pair: Pair, state: Path, content: Content, language: str
) -> None:
    """DIR-8, DIR-18, DIR-19: three ways in which nothing comes of it; each of the two reads which."""
    t, mentor, mentee = Wording(content, language).t, other_page, page
    sign_in(mentee, pair.mentee, language)
    sign_in(mentor, pair.mentor, language)
    home = f"/{language}/account/mentoring/"

    def stands(how: str, here: str) -> None:
        """Each of the two goes to the request, and reads how it stands."""
        for side, opened, other in (("mentee", mentee, pair.mentor), ("mentor", mentor, pair.mentee)):
            opened.goto(here)
            said = t(f"request.status.{side}.{how}", name=other.name)
            expect(opened.get_by_role("main")).to_contain_text(said)

    with embedded_database(state) as settings:
        desk = Matching(settings, content)
        desk.now = MORNING - timedelta(days=14)
        here = f"{home}{desk.ask(pair.mentee.member_id, pair.mentor.member_id).id}/"
        desk.now = MORNING
        desk.sweep()
        stands("expired", here)

        here = f"{home}{desk.ask(pair.mentee.member_id, pair.mentor.member_id).id}/"
        mentee.goto(here)
        mentee.get_by_role("link", name=t("request.link.withdraw.mentee")).click()
        submit(mentee)
        stands("withdrawn", here)

        here = f"{home}{desk.accept(desk.ask(pair.mentee.member_id, pair.mentor.member_id)).id}/"
    mentee.goto(here)
    expect(mentee.get_by_role("main")).to_contain_text(pair.mentor.email)
    mentor.goto(f"/{language}/account/listing/leave")
    mentor.get_by_role("main").get_by_role("button").click()
    expect(mentor.get_by_role("heading", level=1)).to_have_text(t("listing.left.title"))
    stands("mentor-left", here)  # at once: nobody waits for the outbox
    expect(mentee.get_by_role("main")).not_to_contain_text(pair.mentor.email)


def test_a_mentor_declines_kindly_and_pauses(
    page: Page,
    other_page: Page,
    staff_page: Page,
    pair: Pair,
    content: Content,
    state: Path,
    site_url: str,
) -> None:
    """DIR-16, MOD-26, task 12: kind words, a pause; where letters come back the mentee reads all the same."""
    t = Wording(content, "en").t
    put_address(state, pair.mentee, "bounce-here@example.org")
    sign_in(page, pair.mentee, "en")
    sign_in(other_page, pair.mentor, "en")
    ask(page, pair.mentor, "en")
    other_page.goto("/en/account/mentoring/")
    other_page.get_by_role("link", name=pair.mentee.name).click()
    other_page.get_by_role("link", name=t("request.link.decline.mentor")).click()
    other_page.get_by_label(t("request.reason.not-now")).check()
    submit(other_page)
    expect(other_page.locator('[name="words"]')).to_have_value(t("request.kindly.not-now"))
    other_page.get_by_label(t("request.act.decline.pause_yes")).check()
    submit(other_page)
    told = t("request.done.decline-pause", name=pair.mentee.name)
    expect(other_page.get_by_role("status")).to_have_text(told)
    page.locator("main .govuk-button").click()
    expect(page.get_by_role("main")).to_contain_text(t("request.kindly.not-now"))
    page.goto(f"/en/account/ask/{pair.mentor.slug}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("not taking on new mentees")
    move_clock(site_url)  # the letter goes out, and comes back
    see_addresses(staff_page, content, pair.mentee, is_listed=True)
    page.goto("/en/account/emails/")
    expect(page.get_by_role("row")).to_contain_text([t("emails.what"), t("emails.outcomes.bounced")])
    put_address(state, pair.mentee, pair.mentee.email)
    see_addresses(staff_page, content, pair.mentee, is_listed=False)


@dataclass(frozen=True)
class View:
    """A page to look at: whose, and how one gets there."""

    side: str
    path: str
    send: tuple[str, ...] = ()  # what is sent there, the form's own button last


VIEWS = {
    "ask": View("mentee", "account/ask/{slug}/"),
    "ask-wrong": View("mentee", "account/ask/{slug}/", ("",)),
    "check": View("mentee", "account/ask/{slug}/", ("I study for the NOTCE.",)),
    "gone": View("mentee", "account/ask/nobody-here/"),
    "refused": View("mentee", "account/ask/{asked}/"),
    "mentee": View("mentee", "account/mentoring/{request}/"),
    "sent": View("mentee", "account/mentoring/{request}/sent"),
    "withdraw": View("mentee", "account/mentoring/{request}/withdraw"),
    "home-mentee": View("mentee", "account/mentoring/"),
    "home-mentor": View("mentor", "account/mentoring/"),
    "mentor": View("mentor", "account/mentoring/{request}/?done=write"),
    "write": View("mentor", "account/mentoring/{request}/write"),
    "accept": View("mentor", "account/mentoring/{request}/accept"),
    "accept-wrong": View("mentor", "account/mentoring/{request}/accept", ("",)),
    "decline": View("mentor", "account/mentoring/{request}/decline"),
    "concern": View("mentor", "account/mentoring/{request}/concern"),
    "together": View("mentee", "account/mentoring/{together}/"),
    "agree": View("mentee", "account/mentoring/{together}/agree"),
    "end": View("mentee", "account/mentoring/{together}/end"),
    "emails": View("mentee", "account/emails/"),
    "concerns": View("staff", "staff/concerns/"),
    "one-concern": View("staff", "staff/concerns/{concern}/"),
}


@pytest.fixture
def addresses(state: Path, pairs: Iterator[Pair], content: Content) -> tuple[Pair, dict[str, str]]:
    """Two requests of one mentee, one of them accepted, and a mentor who can still be asked."""
    pair = next(pairs)
    with embedded_database(state) as settings:
        desk = Matching(settings, content)
        desk.now = MORNING
        mentors = [each.member_id for each in desk.profiles.listed() if each.slug == pair.mentor.slug]
        sent = desk.ask(pair.mentee.member_id, mentors[0])
        others = [
            each
            for each in sorted(desk.profiles.listed(), key=lambda each: each.slug)
            if desk.asking(pair.mentee.member_id).why_not(each.member_id) is None
        ]
        store = ConcernStore(desk.client, settings)
        said = concerns.Said(text="It worries me", is_about_person=True, once="1")
        concerns.report(sent, Side.MENTEE, said, store, 9, MORNING)
        (concern,) = store.all(print)
        together = desk.accept(desk.ask(pair.mentee.member_id, others[0].member_id))
    return pair, {
        "slug": others[1].slug,
        "asked": pair.mentor.slug,
        "request": sent.id,
        "together": together.id,
        "concern": concern.id,
    }


def test_every_page_is_accessible_valid_and_fits(
    page: Page,
    other_page: Page,
    staff_page: Page,
    addresses: tuple[Pair, dict[str, str]],
    tmp_path: Path,
) -> None:
    """MOD-27: axe and the validator find nothing on any page at either width, in either language."""
    pair, known = addresses
    opened = {"mentee": page, "mentor": other_page, "staff": staff_page}
    sign_in(page, pair.mentee, "en")
    sign_in(other_page, pair.mentor, "en")
    for language in ("en", "fr"):
        for name, view in VIEWS.items():
            shown = opened[view.side]
            shown.goto(f"/{language}/{view.path.format(**known)}")
            for text in view.send:
                shown.locator("textarea").first.fill(text)
                submit(shown)
            expect(shown.get_by_role("heading", level=1)).to_be_visible()
            # A wide page in French differs in words alone.
            assert_readable(shown, *(WIDTHS if language == "en" else WIDTHS[:1]))
            shown.set_viewport_size({"width": WIDTHS[1], "height": 900})
            assert overflow(shown) <= 0, (name, language)
            if not view.send:
                served = shown.request.get(shown.url)
                (tmp_path / f"{language}-{name}.html").write_text(served.text(), "utf-8")
    assert_valid(sorted(tmp_path.glob("*.html")))
