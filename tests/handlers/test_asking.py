"""Asking a mentor as pages: the introduction, the last look, who cannot be asked, each bad form."""

from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from mentoring.content import Content, Wording
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.mentee_profiles import questions_of
from mentoring.domain.profile import Audience
from mentoring.domain.request_states import Side
from mentoring.handlers.asking import AGREED_TO
from mentoring.handlers.matching import matching
from mentoring.handlers.services import Services
from tests.gateways.issuer import NOW
from tests.handlers.asked import (
    ASK,
    CANARY,
    HOME,
    WORDS,
    answer,
    checked,
    held,
    request_of,
    words,
)
from tests.handlers.conftest import SignIn
from tests.storage.people import consent, membership
from tests.usecases.matching import ASKED, MENTEE, MENTOR, Matching


def test_a_mentor_is_asked_and_what_was_looked_at_is_sent(
    desk: Matching, sign_in: SignIn, content: Content
) -> None:
    """DIR-15: introduction, a last look with consent; then it is sent, with the questionnaire."""
    browser = sign_in(MENTEE)
    page = checked(browser)
    for shown in (WORDS, "Two years in home care", "A practice of my own", "Every month", "Woman"):
        assert shown in words(page)
    assert CANARY not in page.body  # it is shared with nobody
    assert not desk.requests.of(MENTEE, Side.MENTEE)  # nothing is sent before
    sent = browser.post(ASK, held(page) | {"consent": "yes", "to": "send"})
    (stored,) = desk.requests.of(MENTEE, Side.MENTEE)
    assert sent.location == f"{HOME}{stored.request.id}/sent"
    assert (stored.request.introduction, stored.request.slug) == (WORDS, "mentor-m-1")
    agreed = (Wording(content, language).version(*AGREED_TO) for language in ("en", "fr"))
    assert [each == stored.request.consent.wording_version for each in agreed] == [True, False]
    assert stored.request.questions == questions_of(matching().mentees.open(MENTEE).profile)
    assert "has until December 4, 2026" in words(browser.get(sent.location))
    assert "jusqu’au 4 décembre 2026" in words(browser.get(sent.location.replace("/en/", "/fr/")))
    assert "You have already asked" in browser.get(f"{ASK}?to=check").heading  # by the browser's way back
    assert desk.messages() == ASKED


def test_the_forms_hold_what_they_need_and_no_more(desk: Matching, sign_in: SignIn) -> None:
    """SAF-2: what a form can send is on this list; no field says who somebody is."""
    browser = sign_in(MENTEE)
    fields = {"form_token", "stage", "introduction"}
    assert held(browser.get(ASK)).keys() == fields
    assert held(checked(browser)).keys() == fields - {"stage"} | {"version"}
    _, here = request_of(desk)
    mentor = sign_in(MENTOR)
    proposal = {"form_token", "availabilities", "frequency", "formats", "months", "goals"}
    for act, names in {
        "accept": proposal,
        "write": {"form_token", "text"},
        "decline": {"form_token", "stage"},
        "concern": {"form_token", "text", "once"},
    }.items():
        assert held(mentor.get(here + act)).keys() == names, act
    assert held(browser.get(f"{here}withdraw")).keys() == {"form_token"}


def test_only_what_was_looked_at_is_sent(desk: Matching, sign_in: SignIn) -> None:
    """DIR-15: a questionnaire that changed since is shown once more, and nothing is sent."""
    browser = sign_in(MENTEE)
    page = checked(browser)
    answer(goals="Research")
    refused = browser.post(ASK, held(page) | {"consent": "yes", "to": "send"})
    assert refused.status == 409
    assert "Your questionnaire changed" in words(refused)
    assert "Research" in words(refused)
    for version in ("", "0", "x", "9" * 40):
        again = browser.post(ASK, held(refused) | {"consent": "yes", "to": "send", "version": version})
        assert again.status == 409
    assert not desk.requests.of(MENTEE, Side.MENTEE)
    assert browser.post(ASK, held(refused) | {"consent": "yes", "to": "send"}).status == 303


def test_without_consent_nothing_is_sent(desk: Matching, sign_in: SignIn) -> None:
    """DIR-15: the box is required, and only its own value counts."""
    browser = sign_in(MENTEE)
    page = checked(browser)
    for consent_given in ("", "no", "on", "yes "):
        refused = browser.post(ASK, held(page) | {"consent": consent_given, "to": "send"})
        assert refused.status == 422
        assert "Tick the box" in words(refused)
    assert not desk.requests.of(MENTEE, Side.MENTEE)


INTRODUCTIONS = {
    "": "Write an introduction",
    "   ": "Write an introduction",
    "a" * 3001: "3,000 characters or fewer",
    "Hello \x07": "characters that cannot be seen",
    "Write to me: kim@example.org": "Remove the email address",
    "Call me at 613-555-0199": "Remove the telephone number",
}


def test_an_introduction_that_cannot_be_taken_is_shown_again(desk: Matching, sign_in: SignIn) -> None:
    """DIR-16, DIR-17: an empty, endless, invisible one is not taken, nor an address; it stays there."""
    browser = sign_in(MENTEE)
    for introduction, told in INTRODUCTIONS.items():
        refused = checked(browser, introduction)
        assert (refused.status, told in words(refused)) == (422, True), introduction
        assert introduction.strip() in unescape(refused.body)
    token = browser.get(ASK).form_token
    twice = browser.post(ASK, [("form_token", token), ("introduction", "a"), ("introduction", "b")])
    assert twice.status == 422
    assert not desk.requests.of(MENTEE, Side.MENTEE)


@pytest.mark.usefixtures("desk")
def test_markup_is_text(sign_in: SignIn) -> None:
    """SAF-2: what somebody types is shown as they typed it, and is never a part of the page."""
    browser, markup = sign_in(MENTEE), '<script>alert("1")</script> {{ 7 * 7 }}'
    page = checked(browser, markup)
    assert "<script>alert" not in page.body
    assert "&lt;script&gt;alert" in page.body
    assert "{{ 7 * 7 }}" in page.body
    sent = browser.post(ASK, held(page) | {"consent": "yes", "to": "send"})
    here = sent.location.removesuffix("sent")
    mentor = sign_in(MENTOR)
    assert "<script>alert" not in mentor.get(here).body
    assert "&lt;script&gt;alert" in mentor.get(here).body


def test_a_text_about_the_exam_is_told_and_can_be_sent(
    desk: Matching, sign_in: SignIn, made: Services
) -> None:
    """MOD-31: before it is sent, a request that speaks of the exam is told where to look instead."""
    browser = sign_in(MENTEE)
    assert "NOTCE" not in words(checked(browser))
    page = checked(browser, "I would like help with studying for the NOTCE.")
    assert "Mentors do not help with studying" in words(page)
    assert f'href="{made.content.policy.association.exam_page["en"]}"' in page.body
    french = checked(browser, "Je prépare l’ENAE.", ASK.replace("/en/", "/fr/"))
    assert "Le mentorat ne sert pas à préparer cet examen" in words(french)
    assert browser.post(ASK, held(page) | {"consent": "yes", "to": "send"}).status == 303
    assert desk.requests.of(MENTEE, Side.MENTEE)


def test_who_has_not_answered_the_questionnaire_is_led_there(desk: Matching, sign_in: SignIn) -> None:
    """DIR-15: an unfinished questionnaire comes first, and leads back to this mentor."""
    desk.member("M-3")
    browser = sign_in("M-3")
    assert browser.get(ASK).location == "/en/account/mentee/?ask=mentor-m-1"
    for page in ("", "goals"):
        assert "For your request to Lou" in words(browser.get(f"/en/account/mentee/{page}?ask=mentor-m-1"))
        assert "For your request" not in words(browser.get(f"/en/account/mentee/{page}?ask=never-was"))
    token = browser.get("/en/account/").form_token
    left = browser.post(ASK, {"form_token": token, "introduction": WORDS, "to": "send", "consent": "yes"})
    assert left.location == "/en/account/mentee/?ask=mentor-m-1"
    assert browser.get(ASK).location == left.location  # too early: it waits on
    answer("M-3")
    assert WORDS in unescape(browser.get(ASK).body)  # nothing typed is lost on the way


def test_changing_an_answer_keeps_the_introduction(desk: Matching, sign_in: SignIn) -> None:
    """DIR-15: Change leads to an answer and back; the introduction waits in both languages until sent."""
    browser = sign_in(MENTEE)
    left = browser.post(ASK, held(checked(browser)) | {"change": "goals"})
    assert left.location == "/en/account/mentee/goals?ask=mentor-m-1"
    back = browser.get(ASK)
    assert held(back)["introduction"] == WORDS
    assert "session had ended" not in words(back)
    again = browser.get(f"{ASK}?to=check")  # where a changed answer leads to
    assert "Check before you send" in words(again)
    assert held(again)["introduction"] == WORDS
    assert held(browser.get(ASK.replace("/en/", "/fr/")))["introduction"] == WORDS
    desk.member("M-3")
    answer("M-3")
    assert held(sign_in("M-3").get(f"{ASK}?to=check"))["introduction"] == ""
    kept = [matching().introductions.of(MENTEE, MENTOR, NOW + timedelta(days=days)) for days in (364, 365)]
    assert kept == [WORDS, ""]
    again = browser.post(ASK, held(checked(browser)) | {"to": "write"})
    assert held(again)["introduction"] == WORDS
    sent = browser.post(ASK, held(checked(browser)) | {"consent": "yes", "to": "send"})
    desk.acts(MENTEE).withdraw(sent.location.split("/")[-2])
    assert held(browser.get(ASK))["introduction"] == ""
    evil = browser.post(ASK, held(checked(browser)) | {"change": "../evil"})
    assert evil.location == f"{ASK}?to=check"


def test_the_language_switch_keeps_what_was_typed(desk: Matching, sign_in: SignIn) -> None:
    """UX: in a form the switch takes everything typed to the other language; nothing is decided by it."""
    browser = sign_in(MENTEE)
    for page, switched_to in ((browser.get(ASK), "introduction"), (checked(browser), "version")):
        form = held(page) | {"introduction": WORDS, "switch": "fr"}
        left = browser.post(ASK, form)
        assert (left.status, left.location) == (307, ASK.replace("/en/", "/fr/"))
        twin = browser.post(left.location, form)
        if twin.status == 303:
            twin = browser.get(twin.location)
        assert (twin.status, held(twin)["introduction"]) == (200, WORDS)
        assert switched_to in held(twin)
        assert '<html lang="fr">' in twin.body
    _, here = request_of(desk)
    mentor = sign_in(MENTOR)
    typed = held(mentor.get(f"{here}write")) | {"text": "When did you begin?", "switch": "fr"}
    left = mentor.post(f"{here}write", typed)
    assert (left.status, left.location) == (307, f"{here}write".replace("/en/", "/fr/"))
    assert held(mentor.post(left.location, typed))["text"] == "When did you begin?"
    assert desk.messages() == ASKED


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"is_available": False, "returns_on": date(2027, 1, 1)}, "not taking on", "January 1, 2027"),
    ({"capacity": 0}, "as many mentees as time allows", "Find other mentors"),
]


@pytest.mark.parametrize(("changes", "told", "more"), REFUSED)
def test_a_refusal_is_a_page_with_a_way_on(
    desk: Matching, sign_in: SignIn, changes: dict[str, Any], told: str, more: str
) -> None:
    """DIR-7, DIR-9, DIR-19: whoever cannot be asked now is named with the reason; it is a page, no error."""
    browser = sign_in(MENTEE)
    page = checked(browser)
    desk.change(**changes)
    shown = browser.get(ASK)
    assert (shown.status, told in words(shown), more in words(shown)) == (200, True, True)
    refused = browser.post(ASK, held(page) | {"consent": "yes", "to": "send"})
    assert refused.status == 409
    assert WORDS in words(refused)  # nothing typed is lost
    assert not desk.requests.of(MENTEE, Side.MENTEE)


def test_who_said_no_can_be_asked_again_from_a_day(desk: Matching, sign_in: SignIn) -> None:
    """DIR-19: the page says why not yet, and from which day, in both languages."""
    browser = sign_in(MENTEE)
    desk.acts(MENTOR).decline(desk.ask().id, None, "")
    page, french = browser.get(ASK), browser.get(ASK.replace("/en/", "/fr/"))
    assert "Lou Tremblay declined your last request. After that, 30 days pass" in words(page)
    assert "You can ask Lou Tremblay from December 21, 2026." in words(page)
    assert "a refusé votre dernière demande. Il faut ensuite attendre 30 jours" in words(french)
    assert "à partir du 21 décembre 2026" in words(french)
    desk.mentor("M-3")
    for number in range(3):
        desk.acts(MENTEE).withdraw(desk.ask(mentor_id="M-3", words=f"Hello {number}").id)
    often = ASK.replace("m-1", "m-3")
    assert "3 requests within 30 days" in words(browser.get(often))
    assert "3 demandes" in words(browser.get(often.replace("/en/", "/fr/")))


def test_a_changed_document_is_told_without_blame(desk: Matching, sign_in: SignIn, made: Services) -> None:
    """DIR-5: a mentor with an older version of a document keeps the page, and takes no new requests."""
    browser = sign_in(MENTEE)
    stored = made.profiles.get(MENTOR)
    assert stored
    older = {name: replace(each, version="2026-00") for name, each in stored.profile.acknowledgements.items()}
    desk.change(acknowledgements=older)
    assert browser.get(ASK).status == 404  # that version was never in force: not listed


def test_one_cannot_ask_oneself_or_the_same_twice_or_too_many(desk: Matching, sign_in: SignIn) -> None:
    """DIR-19: each of the limits in words, with the way to what one can do instead."""
    answer(MENTOR)
    assert 'href="/en/account/listing/"' in sign_in(MENTOR).get(ASK).body
    browser = sign_in(MENTEE)
    sent, here = request_of(desk)
    again = browser.get(ASK)
    assert "already asked Lou" in words(again)
    assert "Lou Tremblay has your request and can answer until December 4" in words(again)
    assert f'href="{here}"' in again.body
    for number in range(3, 7):
        desk.mentor(f"M-{number}0")
        desk.ask(MENTEE, f"M-{number}0")
    desk.mentor("M-9")
    most = browser.get("/en/account/ask/mentor-m-9/")
    assert "5 unanswered requests" in words(most)
    desk.acts(MENTEE).withdraw(sent.id)
    assert "Your introduction" in words(browser.get("/en/account/ask/mentor-m-9/"))


def test_the_other_click_of_two_asks_once(desk: Matching, sign_in: SignIn) -> None:
    """DIR-19: the same form sent twice is one request, and leads to its page both times."""
    browser = sign_in(MENTEE)
    form = held(checked(browser)) | {"consent": "yes", "to": "send"}
    assert browser.post(ASK, form).location == browser.post(ASK, form).location
    assert len(desk.requests.of(MENTEE, Side.MENTEE)) == 1


def test_whoever_left_lapsed_or_never_was_answers_alike(
    desk: Matching, sign_in: SignIn, made: Services
) -> None:
    """SAF-2: an address that nobody is at tells nothing of why; it is a page with a way on."""
    browser = sign_in(MENTEE)
    desk.mentor("M-left", opted_out_on=NOW.date())
    desk.mentor("M-lapsed")
    made.memberships.put([membership("M-lapsed", status=MembershipStatus.LAPSED)])
    desk.mentor("M-nobody", consents={})
    slugs = ["mentor-m-left", "mentor-m-lapsed", "mentor-m-nobody", "never-was", "A%00", "x" * 3000]
    pages = {browser.get(f"/en/account/ask/{slug}/").body.replace(slug, "") for slug in slugs}
    assert len(pages) == 1
    assert {browser.get(f"/en/account/ask/{slug}/").status for slug in slugs} == {404}
    token = browser.get(ASK).form_token
    assert {browser.post(f"/en/account/ask/{slug}/", {"form_token": token}).status for slug in slugs} == {404}


def test_a_mentor_listed_for_members_is_asked_by_members(desk: Matching, sign_in: SignIn) -> None:
    """DIR-4: who is listed for members alone can be asked by them."""
    desk.change(consents={"listing": consent("listing", Audience.MEMBERS, NOW)})
    assert "Your introduction" in words(sign_in(MENTEE).get(ASK))
