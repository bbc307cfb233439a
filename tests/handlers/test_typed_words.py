"""Nothing typed is lost: a form of an earlier session, one that is too long, and one that met an error."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mentoring.content import Content, Wording
from mentoring.domain.membership import MembershipStatus
from mentoring.handlers.matching import matching
from mentoring.handlers.requests import LARGEST_FORM, LARGEST_READ, STEERING
from mentoring.handlers.services import Services
from mentoring.handlers.typed_words import CHOICES, OF_LISTS
from tests.handlers.asked import ASK, WORDS, held, known, request_of
from tests.handlers.browser import Answer
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import membership
from tests.usecases.matching import MENTEE, MENTOR, Matching

GOALS = "/fr/account/mentee/goals"
TEMPLATES = Path(__file__).parents[2] / "functions/mentoring/pages/templates"


def shown(page: Answer) -> list[str]:
    """What a page says that somebody typed."""
    return re.findall(r'message__said" dir="auto">(.*?)</div>', page.body)


@pytest.mark.parametrize("hours", [0, 30])
def test_a_form_of_an_earlier_session_comes_back_to_its_person(
    desk: Matching, sign_in: SignIn, time: Clock, hours: int
) -> None:
    """SAF-2: who signed in again in another tab finds the text on its page, unsaved; then it is taken."""
    browser = sign_in(MENTEE)
    page, goals = held(browser.get(ASK)), held(browser.get(GOALS))
    time.forward(hours=hours)
    sign_in(MENTEE, browser)
    for address, form in ((ASK, page | {"introduction": WORDS, "to": "check"}), (GOALS, goals)):
        typed = form | ({"goals": WORDS} if address == GOALS else {})
        sent = browser.post(f"{address}?ask=mentor-m-1", typed)
        assert (sent.status, sent.location) == (303, f"{address}?ask=mentor-m-1")
        back = browser.get(sent.location)
        assert ("kept what you typed" in back.body) or ("conservé ce que vous aviez saisi" in back.body)
        assert WORDS in held(back).values()
        assert "__Host-form" not in browser.cookies
    assert matching().mentees.open(MENTEE).profile.answers.goals != WORDS
    assert browser.post(GOALS, held(back)).status == 303
    assert matching().mentees.open(MENTEE).profile.answers.goals == WORDS
    assert not desk.messages()


def test_a_form_of_somebody_else_waits_for_them(desk: Matching, sign_in: SignIn, made: Services) -> None:
    """SAF-2, DIR-12: who signed in since reads nothing of it and does nothing by it; its person finds it."""
    made.memberships.put([membership("M-3")])
    browser = sign_in(MENTEE)
    typed = held(browser.get(GOALS)) | {"goals": WORDS}
    sign_in("M-3", browser)
    refused = browser.post(GOALS, typed)
    assert refused.status == 403
    assert "celle d’une autre personne" in refused.heading
    assert WORDS not in refused.body
    assert WORDS not in browser.get(GOALS).body
    sign_in(MENTEE, browser)
    assert held(browser.get(GOALS))["goals"] == WORDS
    assert {matching().mentees.open(each).profile.answers.goals for each in (MENTEE, "M-3")} != {WORDS}
    assert not desk.messages()


@pytest.mark.parametrize("forgery", ["origin", "token"])
@pytest.mark.usefixtures("desk")
def test_a_form_that_nobody_made_is_kept_for_nobody(sign_in: SignIn, forgery: str) -> None:
    """SAF-2: another site puts no words into a page of ours, and without a token of ours nothing is kept."""
    browser = sign_in(MENTEE)
    typed = held(browser.get(ASK)) | {"introduction": WORDS}
    sign_in(MENTEE, browser)
    if forgery == "token":
        typed["form_token"] = "0" * 64
    refused = browser.post(ASK, typed, **({"origin": ""} if forgery == "origin" else {}))
    assert (refused.status, refused.heading) == (403, "We could not accept this form")
    assert "__Host-form" not in browser.cookies
    assert WORDS not in browser.get(ASK).body


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.usefixtures("desk")
def test_a_form_that_is_too_long_says_so_and_shows_it(
    sign_in: SignIn, content: Content, language: str
) -> None:
    """MOD-27: in the member's language, with the text, whether or not they signed in again since."""
    wording, browser = Wording(content, language), sign_in(MENTEE)
    address = ASK.replace("/en/", f"/{language}/")
    form = held(browser.get(address))
    refused = browser.post(address, form | {"introduction": WORDS * (LARGEST_FORM // 60)})
    assert (refused.status, refused.heading) == (413, wording.t("sign_in.message.form-too-large.title"))
    assert wording.number(3000) in refused.body
    assert WORDS in refused.body
    beyond = browser.post(address, form | {"introduction": "x" * LARGEST_READ})
    assert (beyond.status, beyond.heading) == (413, refused.heading)
    sign_in(MENTEE, browser)
    stale = browser.post(address, form | {"introduction": WORDS * (LARGEST_FORM // 60)})
    assert (stale.status, WORDS in stale.body) == (403, True)
    assert "__Host-form" not in browser.cookies


def test_what_was_typed_is_on_the_page_of_an_error(desk: Matching, sign_in: SignIn, made: Services) -> None:
    """ELI-8: an act that a lapse stops shows what was written, and so does a page without a session."""
    _, here = request_of(desk)
    mentor = sign_in(MENTOR)
    form = held(mentor.get(f"{here}accept")) | {"availabilities": WORDS}
    made.memberships.put([replace(known(made, MENTOR), status=MembershipStatus.LAPSED)])
    lapsed = mentor.post(f"{here}accept", form)
    assert (lapsed.status, lapsed.heading) == (403, "Your membership is not active")
    assert WORDS in shown(lapsed)
    mentee, mentor_gone = sign_in(MENTEE), "/en/account/ask/nobody-here/"
    sent = {"form_token": mentee.get("/en/account/").form_token, "introduction": WORDS}
    gone = mentee.post(mentor_gone, sent)
    assert (gone.status, WORDS in gone.body) == (404, True)
    mentor.cookies.clear()
    lost = mentor.post(
        f"{here}decline", {"stage": "words", "reason": "no-time", "words": WORDS, "pause": "no"}
    )
    assert shown(lost) == [WORDS]


def test_no_word_of_a_forms_own_is_shown_as_typed(content: Content) -> None:
    """Task 11: a field of ours that no list has words for is among those that are left out."""
    ours = set()
    for template in TEMPLATES.rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
        ours |= set(re.findall(r'field\.(?:one|tick|hidden|pick|several)\("(\w+)"', text))
        ours |= set(re.findall(r'(?:type="(?:hidden|submit)"[^>]*|submit\([^{}]*)name="(\w+)"', text))
    texts = {"introduction"}  # carried in a hidden field from one page to the next
    audiences, agreements = {"listing"}, {"agree_"}
    lists = {name.replace("-", "_") for name in content.vocabularies} | {*OF_LISTS}
    assert ours - texts - audiences - agreements - lists <= STEERING | CHOICES
