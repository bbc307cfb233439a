"""The questionnaire of those who ask, over HTTP: bad input, who sees what, coming back, and asking on."""

import re
from html import escape, unescape
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import pytest

from mentoring.content import Content, Wording
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.profile import Audience
from mentoring.handlers.services import Services
from mentoring.usecases.field_checks import LONGEST_BIO
from mentoring.usecases.mentee_steps import STEPS
from tests.canary import IDENTITY
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import membership
from tests.usecases.mentee import ANSWERS, Fields

LANGUAGES = ("en", "fr")
STEP = "/{language}/account/mentee/{step}"
SLUG = "amelie-tremblay"

# page, what is sent, and the codes by field
BAD_INPUT: list[tuple[str, Fields, dict[str, str]]] = [
    ("background", [], {"background": "missing"}),
    ("background", [("background", " \n ")], {"background": "missing"}),
    ("background", [("background", "é" * (LONGEST_BIO + 1))], {"background": "too-long"}),
    ("background", [("background", "write to me@example.org")], {"background": "email-in-text"}),
    ("goals", [("goals", "call 613 555-0142")], {"goals": "phone-in-text"}),
    ("goals", [("goals", "a\u2066b")], {"goals": "control-character"}),
    ("goals", [("goals", "one"), ("goals", "two")], {"goals": "repeated"}),
    ("needs", [("needs", "x" * (LONGEST_BIO + 1))], {"needs": "too-long"}),
    ("topics", [], {"topics": "too-few"}),
    ("topics", [("topics", "alchemy")], {"topics": "unknown-id"}),
    ("areas", [("areas", "<script>")], {"areas": "unknown-id"}),
    ("languages", [], {"languages": "too-few"}),
    ("meeting", [], {"formats": "too-few", "frequency": "missing"}),
    ("gender", [("gender", "martian")], {"gender": "unknown-id"}),
    ("gender", [("gender_own", "x" * 101), ("gender_share", "members")], {"gender_own": "too-long"}),
    ("race", [("race_share", "members")], {"race_share": "unknown-choice"}),
    ("race", [("race_share", "public")], {"race_share": "unknown-choice"}),
]


class Member:
    """Somebody who is signed in, at the questionnaire."""

    def __init__(self, browser: Browser, language: str = "en", query: str = "") -> None:
        self.browser = browser
        self.language = language
        self.query = query

    def open(self, step: str = "") -> Answer:
        """Open a page."""
        return self.browser.get(STEP.format(language=self.language, step=step) + self.query)

    def send(self, step: str, fields: Fields, shown: Answer | None = None, **more: str) -> Answer:
        """Send a page's form as it was shown, just now or before."""
        shown = shown or self.open(step)
        action = re.search(r'<form id="form" action="([^"#]*)', shown.body)
        assert action, shown.body[:500]
        return self.browser.post(unescape(action[1]), [*fields, *controls(shown).items(), *more.items()])

    def fill_in(self, **other: Fields) -> None:
        """Answer everything."""
        for step, fields in (ANSWERS | other).items():
            answer = self.send(step, fields)
            assert answer.status == 303, (step, answer.body)


def controls(shown: Answer) -> dict[str, str]:
    version = re.search(r'name="version" value="([^"]*)"', shown.body)
    assert version, shown.body[:500]
    return {"form_token": shown.form_token, "version": version[1]}


def readers(review: Answer) -> dict[str, str]:
    parts = re.split(r'<h2[^>]*id="reader-(\w+)"', review.body)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def member(sign_in: SignIn) -> Member:
    """An active member who has answered nothing."""
    return Member(sign_in())


@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_input_is_told_by_field_and_nothing_typed_is_lost(
    sign_in: SignIn, made: Services, content: Content, language: str
) -> None:
    """DIR-15, MOD-27: summary and field say the same in the member's language; nothing of it is saved."""
    member, wording = Member(sign_in(), language), Wording(content, language)
    for step, fields, codes in BAD_INPUT:
        answer = member.send(step, fields)
        told = f"{step} {fields!r:.80}"
        assert answer.status == 422, told
        wrong = dict(re.findall(r'<li>\s*<a href="#([^"]+)">(.*?)</a>', answer.body, re.DOTALL))
        assert set(codes) <= set(wrong), told
        for name, sentence in wrong.items():
            assert f'id="{name}"' in answer.body, told
            assert sentence != escape(wording.t("forms.error.other")), told
        typed = [
            value
            for name, value in fields
            if name in STEPS and value.strip() and "unknown" not in codes[name]
        ]
        for value in typed if "repeated" not in codes.values() else []:
            assert escape(value) in answer.body, told
    assert made.mentees.open("M-1").version == 0


def test_from_the_first_question_to_the_last(member: Member, made: Services) -> None:
    """DIR-15: each page leads to the next, the last to the review, which shows every answer."""
    start = member.open()
    assert 'class="govuk-button" href="/en/account/mentee/background"' in start.body
    left = [member.send(step, fields).location for step, fields in ANSWERS.items()]
    assert left == [f"/en/account/mentee/{step}" for step in (*list(STEPS)[1:], "review")]
    profile = made.mentees.open("M-1").profile
    assert profile.answers.background == "Two years in a hospital.\nNew to paediatrics."
    assert (profile.answers.formats, profile.answers.frequency) == (("video",), "monthly")
    done = member.browser.get(re.findall(r'href="(/en/account/mentee/done)"', member.open("review").body)[0])
    assert done.heading == "Your questionnaire is saved"


def test_the_review_says_who_sees_what(member: Member) -> None:
    """DIR-4, DIR-15: what mentors read stands apart from what nobody else sees; hidden again, it moves."""
    member.fill_in()
    told, private = readers(member.open("review")).values()
    for said in ("Two years in a hospital.", "Video", "Every month", IDENTITY["ethnicity"]):
        assert escape(said) in told, said
        assert escape(said) not in private, said
    assert escape(IDENTITY["gender"]) in private
    assert escape(IDENTITY["gender"]) not in told
    member.send("ethnicity", [("ethnicity", IDENTITY["ethnicity"]), ("ethnicity_share", "none")])
    told, private = readers(member.open("review")).values()
    assert escape(IDENTITY["ethnicity"]) not in told
    assert escape(IDENTITY["ethnicity"]) in private


def test_identity_is_private_until_somebody_says_otherwise(member: Member, made: Services) -> None:
    """DIR-3, DIR-4: no choice is none, prefer-not is blank, and each says why it is asked."""
    for step in ("gender", "race", "ethnicity", "orientation", "indigenous"):
        page = member.open(step)
        assert "Why we ask" in page.body
        assert re.search(rf'name="{step}_share"[^>]*value="none"[^>]*checked', page.body), step
    member.send("race", [("race", "black")])
    member.send("gender", [("gender", "prefer-not-to-answer"), ("gender_share", "mentors")])
    profile = made.mentees.open("M-1").profile
    assert dict(profile.answers.identity) == {"race": ("black",)}
    assert {name: each.audience for name, each in profile.consents.items()} == {"race": Audience.NONE}


def test_mentors_who_fit_are_found_by_wishes_alone(member: Member) -> None:
    """DIR-12, DIR-15: topics, areas and languages are the directory's filters; identity is in no address."""
    member.fill_in()
    for page in (member.open(), member.open("done")):
        found = re.search(r'href="(/en/mentors/\?[^"]*)"', page.body)
        assert found
        asked = parse_qsl(urlsplit(unescape(found[1])).query)
        assert asked == [
            ("area", "mental-health"),
            ("lang", "en"),
            ("lang", "fr"),
            ("topic", "vocational-help"),
        ]


def test_no_identity_answer_leaves_the_page(member: Member, logged: StringIO, made: Services) -> None:
    """DIR-12: it is in no address, no log and no line of who did what."""
    answers = [member.send(step, fields) for step, fields in ANSWERS.items()]
    said = " ".join(answer.location for answer in answers) + logged.getvalue()
    said += repr(made.holdings.of("M-1")["acts"]) + repr(made.mentees.open("M-1").profile)
    for value in IDENTITY.values():
        assert value not in said


def test_whoever_came_to_ask_goes_on_to_ask(member: Member) -> None:
    """DIR-15: the mentor one came for is kept on every page, and followed once nothing is missing."""
    asking = Member(member.browser, query=f"?ask={SLUG}")
    start = asking.open()
    first = re.search(r'class="govuk-button" href="([^"]*)"', start.body)
    assert first
    address = unescape(first[1])
    for step, fields in ANSWERS.items():
        assert urlsplit(address).path == f"/en/account/mentee/{step}"
        page = asking.browser.get(address)
        sent = [*fields, *controls(page).items()]
        address = asking.browser.post(address, sent).location
    assert urlsplit(address).path == "/en/account/mentee/review"
    ask = f'class="govuk-button" href="/en/account/ask/{SLUG}/"'
    assert ask in asking.browser.get(address).body
    assert ask in asking.open().body
    # Who only changes one page for a request is back at once.
    assert asking.send("goals", ANSWERS["goals"]).location == f"/en/account/ask/{SLUG}/?to=check"
    switched = asking.send("goals", [("goals", "Another")], switch="fr")
    assert switched.location == f"/fr/account/mentee/goals?ask={SLUG}"
    assert f'href="/fr/account/mentee/?ask={SLUG}' in unescape(asking.open().body)


def test_one_page_alone_does_not_let_anybody_ask(member: Member) -> None:
    """DIR-15: with pages missing, a changed page leads to the next one, and nothing leads to asking."""
    asking = Member(member.browser, query=f"?ask={SLUG}")
    location = asking.send("background", ANSWERS["background"]).location
    assert location == f"/en/account/mentee/goals?ask={SLUG}"
    for page in ("", "review", "done"):
        assert "/account/ask/" not in asking.open(page).body
    assert "/en/account/mentee/topics?" in asking.open("review").body


@pytest.mark.parametrize(
    "slug", ["//evil.example", "a/../../b", "A", "é", "a" * 61, "javascript:alert(1)", "%0d%0aX: y"]
)
def test_nothing_but_an_address_of_a_mentor_is_carried(member: Member, slug: str) -> None:
    """SAF-2: what looks like no mentor's address is dropped on every page."""
    member.fill_in()
    asking = Member(member.browser, query=f"?ask={slug}")
    for page in ("", "goals", "review", "done"):
        assert "ask=" not in asking.open(page).body
        assert "/account/ask/" not in asking.open(page).body
    assert asking.send("goals", ANSWERS["goals"]).location == "/en/account/mentee/topics"


def test_another_device_goes_on_where_one_stopped(sign_in: SignIn, member: Member) -> None:
    """DIR-15: answers are there on another device, and the list leads to what is next."""
    for step in list(ANSWERS)[:3]:
        member.send(step, ANSWERS[step])
    start = Member(sign_in(), "fr").open()
    assert start.body.count("Terminé") == 3
    assert 'class="govuk-button" href="/fr/account/mentee/languages"' in start.body


def test_two_tabs_with_two_answers_end_in_a_choice(member: Member, made: Services) -> None:
    """DIR-15: another page's save is no conflict; the same page's shows both answers and loses neither."""
    shown, other = member.open("goals"), member.open("areas")
    member.send("goals", [("goals", "Here")], shown=shown)
    assert member.send("areas", ANSWERS["areas"], shown=other).status == 303
    conflict = member.send("goals", [("goals", "There")], shown=shown)
    assert conflict.status == 409
    assert "Here" in conflict.body
    assert "There" in conflict.body
    assert made.mentees.open("M-1").profile.answers.goals == "Here"
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', conflict.body)
    keep = re.search(r'name="keep" value="([^"]+)"', conflict.body)
    assert keep
    kept = member.browser.post("/en/account/mentee/goals", [*hidden, ("keep", keep[1])])
    assert kept.status == 303
    assert made.mentees.open("M-1").profile.answers.goals == "There"


def test_the_language_switch_saves_first(member: Member, made: Services) -> None:
    """MOD-27: whole answers are saved, half ones kept as typed, untouched pages left alone."""
    assert member.send("gender", [("gender_share", "none")], switch="fr").status == 303
    assert made.mentees.open("M-1").version == 0
    member.send("goals", ANSWERS["goals"], switch="fr")
    assert made.mentees.open("M-1").profile.answers.goals == "Find my feet"
    member.send("background", [("background", "me@example.org")], switch="fr")
    twin = Member(member.browser, "fr").open("background")
    assert "me@example.org" in twin.body
    assert "Il y a un problème" not in twin.body
    assert "Not finished" in member.open().body
    asked_again = member.browser.get("/en/account/mentee/background?from=review")
    assert asked_again.status == 200
    assert "There is a problem" in asked_again.body  # whoever comes to finish it is told what is missing
    assert member.send("needs", [("needs", "x" * 60_000)], switch="fr").status == 303
    long = member.send("background", [("background", "x" * 60_000)], switch="fr")
    assert long.status == 422  # too much to keep unfinished: nothing typed is lost, the language stays


def test_what_was_typed_outlives_the_session(sign_in: SignIn, time: Clock, member: Member) -> None:
    """MOD-27: a page that is sent too late waits for its person, its way back with it."""
    asking = Member(member.browser, query=f"?ask={SLUG}")
    shown = asking.open("orientation")
    time.forward(minutes=31)
    late = asking.send("orientation", [("orientation_own", IDENTITY["orientation"])], shown=shown)
    assert late.status == 403
    assert IDENTITY["orientation"] not in late.body
    assert f"account%2Fmentee%2Forientation%3Fask%3D{SLUG}" in late.body
    back = Member(sign_in(browser=member.browser), query=f"?ask={SLUG}").open("orientation")
    assert escape(IDENTITY["orientation"]) in back.body
    assert "has been saved yet" in back.body


def test_who_lapsed_meets_a_page_and_keeps_the_answers(member: Member, made: Services) -> None:
    """ELI-8: the questionnaire says what is the matter, and has every answer again after renewal."""
    member.send("goals", ANSWERS["goals"])
    shown = member.open("topics")
    made.memberships.put([membership("M-1", status=MembershipStatus.LAPSED)])
    assert member.send("topics", ANSWERS["topics"], shown=shown).heading == "Your membership is not active"
    assert member.open().heading == "Your membership is not active"
    made.memberships.put([membership("M-1")])
    assert "Find my feet" in member.open("goals").body


def test_markup_is_text_and_unknown_pages_are_missing(member: Member) -> None:
    """DIR-15: what looks like markup is shown as text; there is no page but those of the table."""
    member.fill_in(goals=[("goals", "<script>alert(1)</script> & 🙂")])
    for page in ("goals", "review"):
        assert "<script>alert" not in member.open(page).body
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 🙂" in member.open(page).body
    assert member.open("nothing").status == 404
    assert member.browser.post("/en/account/mentee/review", controls(member.open("goals"))).status == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_questionnaire_alone_is_read_taken_along_and_erased(
    sign_in: SignIn, made: Services, language: str
) -> None:
    """SAF-1: its page says that it is held, the copy has it, and who never was a mentor can erase it."""
    member = Member(sign_in(), language)
    member.fill_in()
    held = member.browser.get(f"/{language}/account/data/")
    assert f"/{language}/account/erase" in held.body
    copy = member.browser.get(f"/{language}/account/data/my-data.json").body
    assert IDENTITY["orientation"] in copy
    form = member.browser.get(f"/{language}/account/erase")
    fields = {"form_token": form.form_token, "confirm": "yes"}
    assert member.browser.post(f"/{language}/account/erase", fields).status == 303
    receipt = member.browser.get(f"/{language}/account/erase")
    assert receipt.heading in (
        "Your answers and your profile are erased",
        "Vos réponses et votre profil sont effacés",
    )
    assert made.mentees.open("M-1").version == 0
    gone = member.browser.get(f"/{language}/account/data/my-data.json").body
    assert IDENTITY["orientation"] not in gone


def test_the_account_leads_to_it(member: Member) -> None:
    """MOD-26: the account page says that there is such a questionnaire."""
    assert 'href="/en/account/mentee/"' in member.browser.get("/en/account/").body
