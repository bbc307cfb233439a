"""The questionnaire over HTTP: bad input, who sees what, and what is kept when something comes between."""

import json
import re
from collections.abc import Iterator
from datetime import date
from html import escape, unescape
from io import StringIO
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from mentoring.content import Content, Wording
from mentoring.domain.membership import MembershipStatus
from mentoring.handlers import opt_in, problems
from mentoring.handlers import sign_in as sign_in_function
from mentoring.handlers.services import Services
from mentoring.usecases.field_checks import LONGEST_BIO
from mentoring.usecases.opt_in_steps import STEPS
from tests.gateways.issuer import NOW, Issuer, query
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import membership
from tests.usecases.questionnaire import ANSWERS, Fields

LANGUAGES = ("en", "fr")
TITLE = {"en": "Error: ", "fr": "Erreur\u00a0: "}
CANARIES = ("Quëer-Kanari", "Zaporogue")
PRIVATE = ("Non-binary person", "Quëer-Kanari")  # shared with nobody
SHARED = ("Zaporogue", "Acadian", "Black")  # shared with members
STEP = "/{language}/account/mentor/{step}"

# page, what is sent, and the codes by field
BAD_INPUT: list[tuple[str, Fields, dict[str, str]]] = [
    ("experience", [], {"years_of_experience": "missing"}),
    ("experience", [("years_of_experience", "twelve")], {"years_of_experience": "not-a-number"}),
    ("experience", [("years_of_experience", "１２")], {"years_of_experience": "not-a-number"}),
    ("experience", [("years_of_experience", "12.5")], {"years_of_experience": "not-a-number"}),
    ("experience", [("years_of_experience", "-1")], {"years_of_experience": "not-a-number"}),
    ("experience", [("years_of_experience", "71")], {"years_of_experience": "out-of-range"}),
    ("experience", [("years_of_experience", "9" * 5000)], {"years_of_experience": "out-of-range"}),
    ("experience", [("years_of_experience", "<b>1</b>")], {"years_of_experience": "not-a-number"}),
    (
        "experience",
        [("years_of_experience", "1"), ("years_of_experience", "2")],
        {"years_of_experience": "repeated"},
    ),
    ("areas", [], {"areas": "too-few"}),
    ("areas", [("areas", "mental-health"), ("areas", "alchemy")], {"areas": "unknown-id"}),
    ("areas", [("areas", f"area-{number}") for number in range(150)], {"areas": "too-many"}),
    ("training", [("training", "<script>")], {"training": "unknown-id"}),
    ("ages", [("client_ages", "5-18")], {"client_ages": "unknown-id"}),
    ("place", [], {"province": "missing"}),
    ("place", [("province", "ZZ"), ("city", "x" * 101)], {"province": "unknown-id", "city": "too-long"}),
    ("place", [("province", "QC"), ("city", "Ga\u0007tineau")], {"city": "control-character"}),
    ("place", [("province", "QC"), ("city", "\u202eevil")], {"city": "control-character"}),
    ("place", [("province", "QC"), ("city", "a@example.org")], {"city": "email-in-text"}),
    ("place", [("province", "QC"), ("province", "ON")], {"province": "repeated"}),
    ("languages", [], {"languages": "too-few"}),
    ("topics", [], {"topics": "too-few"}),
    ("meeting", [], {"formats": "too-few", "frequency": "missing"}),
    (
        "meeting",
        [("formats", "pigeon"), ("frequency", "never")],
        {"formats": "unknown-id", "frequency": "unknown-id"},
    ),
    ("biography", [("bio_en", " ")], {"bio": "missing"}),
    (
        "biography",
        [("bio_en", "é" * (LONGEST_BIO + 1)), ("bio_fr", "écrivez à moi@example.org")],
        {"bio_en": "too-long", "bio_fr": "email-in-text"},
    ),
    (
        "biography",
        [("bio_en", "a\u2066b"), ("bio_fr", "\u200b")],
        {"bio_en": "control-character", "bio_fr": "control-character"},
    ),
    ("availability", [], {"availability": "missing"}),
    ("availability", [("availability", "maybe")], {"availability": "unknown-choice"}),
    *(
        (
            "availability",
            [
                ("availability", "paused"),
                ("returns_on-day", day),
                ("returns_on-month", month),
                ("returns_on-year", year),
                ("capacity", "0"),
            ],
            {"returns_on": code, "capacity": "out-of-range"},
        )
        for day, month, year, code in (
            ("31", "2", "2027", "not-a-date"),
            ("", "2", "2027", "not-a-date"),
            ("1", "May", "2027", "not-a-date"),
            ("1", "13", "2027", "not-a-date"),
            ("1", "5", "27", "not-a-date"),
            ("1", "5", "9" * 40, "not-a-date"),
            ("21", "11", "2026", "not-in-the-future"),
            ("1", "1", "2999", "too-far-ahead"),
        )
    ),
    ("availability", [("availability", "available"), ("capacity", "three")], {"capacity": "not-a-number"}),
    ("gender", [("gender", "martian")], {"gender": "unknown-id"}),
    (
        "gender",
        [("gender_own", "x" * 101), ("gender_share", "public")],
        {"gender_own": "too-long", "gender_share": "unknown-choice"},
    ),
    ("orientation", [("orientation_own", "me@example.org")], {"orientation_own": "email-in-text"}),
    ("ethnicity", [("ethnicity", f"o{number}") for number in range(11)], {"ethnicity": "too-many"}),
    ("race", [("race_share", "none"), ("race_share", "members")], {"race_share": "repeated"}),
    ("listing", [], {"listing": "missing"}),
    ("listing", [("listing", "none")], {"listing": "unknown-choice"}),
    (
        "documents",
        [("agree_terms-of-use", "2026-01")],
        {"agree_confidentiality": "not-agreed", "agree_rules-of-engagement": "not-agreed"},
    ),
    (
        "documents",
        [(name, "2025-01" if "terms" in name else version) for name, version in ANSWERS["documents"]],
        {"agree_terms-of-use": "document-changed"},
    ),
]


class Member:
    """Somebody who is signed in, at the questionnaire."""

    def __init__(self, browser: Browser, language: str = "en") -> None:
        self.browser = browser
        self.language = language

    def open(self, step: str) -> Answer:
        """Open a page."""
        return self.browser.get(STEP.format(language=self.language, step=step))

    def send(self, step: str, fields: Fields, shown: Answer | None = None, **more: str) -> Answer:
        """Send a page's form as it was shown, just now or before."""
        form = controls(shown or self.open(step))
        address = STEP.format(language=self.language, step=step)
        return self.browser.post(address, [*fields, *form.items(), *more.items()])

    def fill_in(self, **other: Fields) -> None:
        """Answer everything."""
        for step, fields in (ANSWERS | other).items():
            answer = self.send(step, fields)
            assert answer.status == 303, (step, answer.body)


def controls(shown: Answer) -> dict[str, str]:
    version = re.search(r'name="version" value="([^"]*)"', shown.body)
    assert version, shown.body[:500]
    return {"form_token": shown.form_token, "version": version[1]}


def title(answer: Answer) -> str:
    found = re.search(r"<title>(.*?)</title>", answer.body)
    assert found
    return unescape(found[1])


@pytest.fixture
def member(sign_in: SignIn) -> Member:
    """An active member who has answered nothing."""
    return Member(sign_in())


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that the functions under test log."""
    text = StringIO()
    handlers = [
        logger.registered_handler for logger in (sign_in_function.logger, problems.logger, opt_in.logger)
    ]
    streams = [handler.setStream(text) for handler in handlers]  # type: ignore[attr-defined]
    yield text
    for handler, stream in zip(handlers, streams, strict=True):
        handler.setStream(stream)  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_input_is_told_by_field_and_nothing_typed_is_lost(
    sign_in: SignIn, made: Services, content: Content, language: str, log: StringIO
) -> None:
    """MOD-27: summary and field say the same in the member's language, and every value is still there."""
    member = Member(sign_in(), language)
    wording = Wording(content, language)
    for step, fields, codes in BAD_INPUT:
        answer = member.send(step, fields)
        told = f"{step} {fields!r:.80}"
        assert answer.status == 422, told
        assert title(answer).startswith(TITLE[language]), told
        wrong = dict(re.findall(r'<li>\s*<a href="#([^"]+)">(.*?)</a>', answer.body, re.DOTALL))
        assert list(wrong) == [f"bio_{language}" if name == "bio" else name for name in codes], told
        for name, sentence in wrong.items():
            assert f'id="{name}"' in answer.body, told
            told_of = list(wrong.values()).count(sentence)  # each in the summary and beside its field
            assert answer.body.count(sentence) == 2 * told_of, told
            assert sentence != escape(wording.t("forms.error.other")), told
        for name, value in fields:
            # A box or an option that nobody offered has no place on the page, nor does a second answer.
            is_offered = "unknown" not in codes.get(name, "") and codes.get(name) not in (
                "repeated",
                "too-many",
                "document-changed",
            )
            if is_offered and value.strip():
                assert escape(value) in answer.body, (told, name)
    assert made.drafts.open("M-1", NOW) == (None, None)
    assert "example.org" not in log.getvalue()


def test_markup_is_text(member: Member) -> None:
    """DIR-2: what looks like markup is kept as it was typed, and shown as text on every page."""
    evil = "<script>alert(1)</script> & <b>Ünïcode</b> 🙂 عربي"
    member.fill_in(
        place=[("province", "QC"), ("city", "<i>Gatineau</i>")],
        biography=[("bio_fr", evil)],
        ethnicity=[("ethnicity", "<u>Zaporogue</u>"), ("ethnicity_share", "members")],
    )
    pages = [member.open(page) for page in ("biography", "ethnicity", "check", "preview?as=member")]
    for page in pages:
        assert not re.search(r"<(script>|i>|u>)", page.body)
    assert escape(evil, quote=False) in pages[0].body.replace("&#34;", '"')
    assert "&lt;u&gt;Zaporogue&lt;/u&gt;" in pages[1].body
    assert "&lt;i&gt;Gatineau&lt;/i&gt;" in pages[2].body


def test_the_check_page_says_who_sees_what(member: Member) -> None:
    """DIR-4, DIR-6: each answer stands under one audience, the identity answers under their own choice."""
    member.fill_in()
    parts = re.split(r'<h2[^>]*id="audience-(\w+)"', member.open("check").body)
    by_audience = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(by_audience) == ["public", "members", "private"]
    for said in (*PRIVATE, *SHARED, "At most 3 mentees"):
        assert said not in by_audience["public"], said
    for said in ("Amélie Tremblay", "Mental health", "12 years", "Gatineau", "J’aime écouter."):
        assert said in by_audience["public"], said
    for said in SHARED:
        assert said in by_audience["members"], said
        assert said not in by_audience["private"], said
    for said in (*PRIVATE, "At most 3 mentees"):
        assert said in by_audience["private"], said
        assert said not in by_audience["members"], said


@pytest.mark.parametrize(
    ("view", "shown", "hidden"),
    [
        ("public", (), (*PRIVATE, *SHARED, "amelie@example.org", "At most 3")),
        ("member", SHARED, (*PRIVATE, "amelie@example.org", "At most 3")),
        ("staff", (*PRIVATE, *SHARED, "amelie@example.org", "At most 3"), ()),
    ],
)
def test_the_preview_shows_what_each_audience_sees(
    member: Member, view: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    """DIR-6: public, members and staff each see their own fields and no others."""
    member.fill_in()
    body = member.open(f"preview?as={view}").body
    for said in ("Amélie Tremblay", "Mental health", "J’aime écouter.", *shown):
        assert said in body, said
    for said in hidden:
        assert said not in body, said


def test_a_listing_for_members_has_no_public_preview(member: Member) -> None:
    """DIR-4: for members alone, everyone sees nothing: no name, no practice, no identity."""
    member.fill_in(listing=[("listing", "members"), ("search_engines", "yes")])
    body = member.open("preview?as=public").body
    assert "Nothing: your profile is for signed-in members alone." in body
    for said in ("Amélie", "Mental health", *PRIVATE, *SHARED):
        assert said not in body, said
    assert "Mental health" in member.open("preview?as=member").body
    check = member.open("check").body
    assert "Search engines may find it" not in check


def test_opting_in_from_end_to_end(member: Member, made: Services, log: StringIO) -> None:
    """DIR-1, DIR-12: published once however often it is sent; no identity answer in any log or address."""
    answers = [member.send(step, fields) for step, fields in ANSWERS.items()]
    assert [answer.status for answer in answers] == [303] * len(ANSWERS)
    assert [answer.location.rpartition("/")[2] for answer in answers] == [*list(STEPS)[1:], "check"]
    check = member.open("check")
    first, again = (member.send("check", [], shown=check) for _ in range(2))
    assert first.location == again.location == "/en/account/mentor/done"
    assert "/en/account/listing/" in member.open("done").body
    stored = made.profiles.get("M-1")
    assert stored
    assert stored.version == 1
    answers += [first, again, member.send("gender", ANSWERS["gender"], shown=check)]  # Back, and sent again
    assert made.drafts.open("M-1", NOW)[0] is None
    addresses = " ".join(answer.location for answer in answers)
    for canary in (*CANARIES, "non-binary", "acadian", "black"):
        assert canary not in log.getvalue()
        assert canary not in addresses


def test_a_mentor_changes_one_answer_from_the_check_page(member: Member, made: Services) -> None:
    """DIR-1, DIR-6: a change link comes back to the check; the listing stays until one publishes anew."""
    member.fill_in()
    member.send("check", [])
    assert "You are a mentor" in member.open("").body
    address = "/en/account/mentor/place?from=check"
    shown = member.browser.get(address)
    assert 'value="Gatineau"' in shown.body
    saved = member.browser.post(address, [("province", "QC"), ("city", "Hull"), *controls(shown).items()])
    assert saved.location == "/en/account/mentor/check"
    assert "not published yet" in member.open("").body
    stored = made.profiles.get("M-1")
    assert stored
    assert stored.profile.city == "Gatineau"
    assert "Publish my changes" in member.open("check").body
    member.send("check", [])
    stored = made.profiles.get("M-1")
    assert stored
    assert (stored.profile.city, stored.version) == ("Hull", 2)


def test_nothing_is_published_before_it_is_whole(member: Member, made: Services) -> None:
    """DIR-2: check names what is missing, preview and done lead back, sending the form changes nothing."""
    member.send("experience", ANSWERS["experience"])
    check = member.open("check")
    assert "Publish my listing" not in check.body
    assert "/en/account/mentor/areas?from=check" in check.body
    assert member.open("preview?as=public").location == "/en/account/mentor/check"
    assert member.open("done").location == "/en/account/mentor/"
    assert member.send("check", []).location == "/en/account/mentor/check"
    assert made.profiles.get("M-1") is None
    assert member.open("nothing").status == 404
    assert member.browser.post("/en/account/mentor/done", controls(check)).status == 404


def test_another_device_goes_on_where_one_stopped(sign_in: SignIn, member: Member) -> None:
    """DIR-2: answers are there on another device, the list says what is done, and leads to what is next."""
    for step in list(ANSWERS)[:4]:
        member.send(step, ANSWERS[step])
    other = Member(sign_in(), "fr")
    start = other.open("")
    assert start.body.count("Terminé") == 4
    assert 'class="govuk-button" href="/fr/account/mentor/place"' in start.body
    assert 'value="12"' in other.open("experience").body


def test_two_tabs_with_two_answers_end_in_a_choice(member: Member, made: Services) -> None:
    """Stale version: the page shows both answers and loses neither; each choice does what it says."""
    shown = member.open("areas")
    member.send("areas", [("areas", "oncology")], shown=shown)
    conflict = member.send("areas", [("areas", "teaching"), ("areas", "research")], shown=shown)
    assert conflict.status == 409
    assert "Oncology" in conflict.body
    assert "Teaching" in conflict.body
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', conflict.body)
    draft, _ = made.drafts.open("M-1", NOW)
    assert draft
    assert draft.draft.answers.areas == ("oncology",)
    keep = re.search(r'name="keep" value="([^"]+)"', conflict.body)
    assert keep
    kept = member.browser.post("/en/account/mentor/areas", [*hidden, ("keep", keep[1])])
    assert kept.status == 303
    draft, _ = made.drafts.open("M-1", NOW)
    assert draft
    assert draft.draft.answers.areas == ("teaching", "research")
    # In the other language the choice is the same, and still nothing is lost.
    switched = member.send("areas", [("areas", "oncology")], shown=shown, switch="fr")
    assert switched.status == 409
    assert '<html lang="fr">' in switched.body
    assert "Oncologie" in switched.body


def test_a_listing_that_changed_since_is_checked_again(member: Member, made: Services) -> None:
    """DIR-6: what another tab published after this page was opened is shown before anything is published."""
    member.fill_in()
    check = member.open("check")
    member.send("place", [("province", "ON"), ("city", "Ottawa")])
    answer = member.send("check", [], shown=check)
    assert answer.status == 409
    assert "Ottawa" in answer.body
    assert made.profiles.get("M-1") is None
    assert member.send("check", [], shown=answer).location.endswith("/done")


def test_the_language_switch_saves_first(member: Member, made: Services) -> None:
    """MOD-27: whole answers are saved, half ones kept as typed, untouched pages left alone."""
    assert (
        member.send("gender", [("gender_share", "none")], switch="fr").location == "/fr/account/mentor/gender"
    )
    assert made.drafts.open("M-1", NOW)[0] is None
    member.send("areas", [("areas", "oncology")], switch="fr")
    half = [("years_of_experience", "twelve <b>")]
    switched = member.browser.post(
        "/en/account/mentor/experience?from=check",
        [*half, *controls(member.open("experience")).items(), ("switch", "fr")],
    )
    assert switched.location == "/fr/account/mentor/experience?from=check"
    twin = member.browser.get(switched.location)
    assert 'value="twelve &lt;b&gt;"' in twin.body
    assert "Il y a un problème" in twin.body  # from the check page: why it cannot be taken
    assert "Il y a un problème" not in Member(member.browser, "fr").open("experience").body
    draft, _ = made.drafts.open("M-1", NOW)
    assert draft
    assert draft.draft.answers.areas == ("oncology",)
    assert "Not finished" in member.open("").body


@pytest.mark.parametrize("language", ["en", "fr"])
def test_there_is_an_end_to_what_is_kept_unfinished(sign_in: SignIn, made: Services, language: str) -> None:
    """DIR-2: over all pages together; the page then says so, keeps what was typed and its language."""
    member = Member(sign_in(), language)
    twin = {"en": "fr", "fr": "en"}[language]
    typed = "\x01" * 6_000  # six times as long once it is written
    for step in ("experience", "place"):
        name = {"experience": "years_of_experience", "place": "city"}[step]
        assert member.send(step, [(name, typed)], switch=twin).status == 303
    refused = member.send("biography", [("bio_en", typed)], switch=twin)
    assert refused.status == 422
    assert f'<html lang="{language}">' in refused.body
    assert typed in refused.body
    said = {"en": "too much unfinished text", "fr": "trop de texte inachevé"}[language]
    assert said in refused.body
    draft, _ = made.drafts.open("M-1", NOW)
    assert draft
    assert set(draft.draft.unfinished) == {"experience", "place"}


def test_what_is_too_long_to_keep_is_there_to_be_copied(member: Member, time: Clock) -> None:
    """Nothing typed is lost: a form too large for a row comes back on the page that says so, escaped."""
    shown = member.open("biography")
    time.forward(minutes=31)
    typed = "<b>" + "\x01" * 60_000
    page = member.send("biography", [("bio_en", typed)], shown=shown)
    assert page.status == 403
    assert page.heading == "Your session has ended; copy what you typed"
    assert "&lt;b&gt;\x01" in page.body
    assert not page.cookies


def test_who_lapsed_meets_a_page_and_keeps_the_draft(member: Member, made: Services) -> None:
    """ELI-8: the questionnaire says what is the matter, and has every answer again after renewal."""
    member.send("experience", ANSWERS["experience"])
    shown = member.open("areas")
    made.memberships.put([membership("M-1", status=MembershipStatus.LAPSED)])
    assert member.send("areas", ANSWERS["areas"], shown=shown).heading == "Your membership is not active"
    assert member.open("").heading == "Your membership is not active"
    made.memberships.put([membership("M-1")])
    assert 'value="12"' in member.open("experience").body


class Ended:
    """A page that was sent after its session had ended."""

    def __init__(self, member: Member, time: Clock) -> None:
        self.fields = [("gender", "non-binary"), ("gender_own", CANARIES[0]), ("gender_share", "members")]
        shown = member.open("gender")
        time.forward(minutes=31)
        self.page = member.send("gender", self.fields, shown=shown)
        self.browser = member.browser

    @property
    def sign_in_address(self) -> str:
        """Where the page leads."""
        found = re.search(r'class="govuk-button" href="([^"]+)"', self.page.body)
        assert found
        return unescape(found[1])

    def come_back(self, issuer: Issuer, member_id: str = "M-1") -> Answer:
        """Sign in as somebody, and follow the way back."""
        left = self.browser.get(self.sign_in_address)
        back = issuer.approve(left.location, member_id)
        arrived = self.browser.get(f"/en/account/signed-in?{query(**back)}")
        return self.browser.get(arrived.location)


@pytest.fixture
def ended(member: Member, time: Clock) -> Ended:
    """Identity answers that were sent 31 minutes after the last click."""
    return Ended(member, time)


def test_what_was_typed_outlives_the_session(ended: Ended, members_issuer: Issuer, made: Services) -> None:
    """Nothing typed is lost: the page says so, leads back to itself, and shows the answers once, unsaved."""
    assert ended.page.status == 403
    assert ended.page.heading == "Your session ended; what you typed is kept"
    assert parse_qs(urlsplit(ended.sign_in_address).query) == {"return": ["/en/account/mentor/gender"]}
    (cookie,) = ended.page.cookies
    assert re.fullmatch(r"__Host-form=[\w-]{43}; .*", cookie)
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=3600"} <= set(cookie.split("; "))
    back = ended.come_back(members_issuer)
    assert "we kept what you typed" in back.body
    assert re.search(r'value="non-binary"\s+checked', back.body)
    assert f'value="{CANARIES[0]}"' in back.body
    assert re.search(r'value="members"\s+checked', back.body)
    assert "__Host-form" not in ended.browser.cookies
    assert made.drafts.open("M-1", NOW)[0] is None
    answer = ended.browser.post("/en/account/mentor/gender", [*ended.fields, *controls(back).items()])
    assert answer.status == 303
    again = Member(ended.browser).open("gender")
    assert "we kept what you typed" not in again.body


def test_nobody_else_sees_what_was_typed(ended: Ended, members_issuer: Issuer, made: Services) -> None:
    """DIR-12: who signs in next on this browser sees nothing of it, and no secret is in the clear."""
    made.memberships.put([membership("M-2")])
    other = ended.come_back(members_issuer, "M-2")
    assert CANARIES[0] not in other.body
    assert "we kept what you typed" not in other.body
    assert ended.browser.cookies.get("__Host-form")  # it waits for its own person
    rows = made.sessions._client.scan(TableName=made.sessions._table)["Items"]
    assert ended.browser.cookies["__Host-form"] not in json.dumps(rows)
    kept = ended.come_back(members_issuer)
    assert CANARIES[0] in kept.body
    assert CANARIES[0] not in ended.come_back(members_issuer).body  # once


def test_another_page_does_not_take_what_was_typed(ended: Ended, members_issuer: Issuer) -> None:
    """DIR-12: the kept form belongs to its page; on the way there other pages leave it alone."""
    left = ended.browser.get("/en/account/sign-in?return=/en/account/mentor/orientation")
    arrived = ended.browser.get(
        f"/en/account/signed-in?{query(**members_issuer.approve(left.location, 'M-1'))}"
    )
    assert CANARIES[0] not in ended.browser.get(arrived.location).body
    assert CANARIES[0] in Member(ended.browser).open("gender").body


def test_what_was_typed_is_forgotten_after_an_hour(ended: Ended, members_issuer: Issuer, time: Clock) -> None:
    """SAF-1: the policy's minutes later it is gone, whether or not the row was tidied up."""
    time.forward(minutes=60)
    assert CANARIES[0] not in ended.come_back(members_issuer).body


@pytest.mark.parametrize("forgery", ["token", "session", "everything"])
def test_a_form_that_proves_nothing_is_not_kept(
    member: Member, time: Clock, made: Services, forgery: str
) -> None:
    """SAF-2: without the session's own token, or without its session, nothing is kept for anybody."""
    shown = member.open("gender")
    time.forward(minutes=31)
    form = controls(shown)
    if forgery != "session":
        form["form_token"] = "0" * 64
    if forgery != "token":
        member.browser.cookies["__Host-session"] = "A" * 43
    answer = member.browser.post("/en/account/mentor/gender", [*ANSWERS["gender"], *form.items()])
    assert (answer.status, answer.heading) == (403, "You are signed out; what you entered is below")
    assert "__Host-form" not in member.browser.cookies
    rows = made.sessions._client.scan(TableName=made.sessions._table)["Items"]
    assert not [row for row in rows if row["sk"]["S"] == "FORM"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_typed_outlives_the_sessions_cookie(member: Member, content: Content, language: str) -> None:
    """Task 11: without the cookie the answer shows what was typed, and leads back to the question."""
    address, wording = f"/{language}/account/mentor/gender", Wording(content, language)
    form = controls(member.browser.get(address))
    member.browser.cookies.clear()
    sent = [("gender", "woman"), ("gender_own", "<b>Agenre</b>"), ("gender_share", "members"), *form.items()]
    answer = member.browser.post(address, sent)
    assert (answer.status, answer.heading) == (403, wording.t("sign_in.message.session-lost.title"))
    shown = unescape(answer.body)
    for said in (wording.label("gender", "woman"), "<b>Agenre</b>", wording.t("listing.audience.members")):
        assert f">{said}</div>" in shown
    assert "<b>Agenre" not in answer.body
    assert form["form_token"] not in answer.body
    assert (
        f'href="/{language}/account/sign-in?return={quote(address, safe="")}" target="_blank"' in answer.body
    )
    assert not member.browser.cookies
    # Whoever does not say where the form comes from puts no words on a page of ours.
    elsewhere = member.browser.post(address, sent, origin="")
    assert elsewhere.heading == wording.t("sign_in.message.session-ended.title")
    assert "Agenre" not in elsewhere.body


def test_a_form_from_elsewhere_changes_nothing(member: Member, made: Services) -> None:
    """SAF-2: another site's form, or one without a token, is refused although the session lives."""
    shown = member.open("areas")
    for headers, fields in (
        ({"origin": "https://evil.example"}, controls(shown)),
        ({"sec-fetch-site": "cross-site"}, controls(shown)),
        ({}, {"version": "0.0"}),
    ):
        answer = member.browser.post(
            "/en/account/mentor/areas", [*ANSWERS["areas"], *fields.items()], **headers
        )
        assert answer.status == 403
    assert made.drafts.open("M-1", NOW)[0] is None


@pytest.mark.parametrize("version", ["", "x", "9.9", "1.2.3", "-1.0", "9" * 300])
def test_a_version_that_was_tampered_with_overwrites_nothing(
    member: Member, made: Services, version: str
) -> None:
    """Stale version: a form whose versions make no sense never replaces another answer unseen."""
    form = controls(member.open("areas")) | {"version": version}
    member.send("areas", [("areas", "oncology")])
    answer = member.browser.post("/en/account/mentor/areas", [("areas", "teaching"), *form.items()])
    assert answer.status == 409
    draft, _ = made.drafts.open("M-1", NOW)
    assert draft
    assert draft.draft.answers.areas == ("oncology",)


def test_the_paused_date_is_asked_again_once_it_has_gone_by(
    member: Member, made: Services, time: Clock, sign_in: SignIn
) -> None:
    """DIR-7: a draft that waited past its return date is not published before that was mended."""
    paused = [("availability", "paused"), ("returns_on-day", "25"), ("returns_on-month", "11")]
    member.fill_in(availability=[*paused, ("returns_on-year", "2026")])
    time.forward(days=5)
    member = Member(sign_in())
    assert "/en/account/mentor/availability?from=check" in member.open("check").body
    assert "25" in member.open("availability").body
    assert member.send("check", []).location.endswith("/check")
    assert made.profiles.get("M-1") is None
    assert date(2026, 11, 26) == time.now().date()
