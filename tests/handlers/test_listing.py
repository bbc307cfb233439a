"""A mentor's own listing as pages: its state in words, each act's form, the way out and its receipt."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from mentoring.domain.builds import Release
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.profile import Acknowledgement, Audience, Profile
from mentoring.handlers.services import Services
from mentoring.handlers.settling import settling
from mentoring.storage.members_tree import shard_of
from tests.gateways.issuer import NOW
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import GIVEN_AT, change, consent, membership, profile

HOME = "/en/account/listing/"
SLUG = "mentor-m-1"

Mentor = Callable[..., Browser]


@pytest.fixture
def mentor(made: Services, sign_in: SignIn) -> Mentor:
    """Sign in as a public mentor who is available, with what a test changes."""
    agreed = {
        each.id: Acknowledgement(document=each.id, version="2026-01", language="en", given_at=GIVEN_AT)
        for each in made.content.policy.documents
    }

    def signed_in(member_id: str = "M-1", **changes: Any) -> Browser:
        fields = {"is_available": True, "returns_on": None, "acknowledgements": agreed} | changes
        replacing = made.profiles.get(member_id)
        made.profiles.save(profile(member_id, **fields), replacing, change(member_id=member_id))
        return sign_in(member_id)

    return signed_in


def stored(made: Services) -> Profile:
    found = made.profiles.get("M-1")
    assert found
    return found.profile


def words(answer: Answer) -> str:
    """What a page says, without its tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body)))


def send(browser: Browser, act: str, language: str = "en", **fields: str) -> Answer:
    """Fill in an act's form as it is shown, with what a test changes, and send it."""
    address = f"/{language}/account/listing/{act}"
    shown = browser.get(address if act != "resume" else f"/{language}/account/listing/")
    version = re.search(r'name="version" value="(\d+)"', shown.body)
    held = {"version": version[1]} if version else {}
    return browser.post(address, {"form_token": shown.form_token, **held, **fields})


def publish(slug: str | None, number: int = 1, audience: str = "public") -> str:
    """Show a release that holds this mentor, or nobody; return its name."""
    made, name = settling(), f"20261121-{number:012}-{number}"
    build = made.releases.begin(NOW + timedelta(minutes=number))
    release = Release(
        name=name,
        fence=build.fence,
        content_hash=f"{number:064}",
        built_on=NOW.date(),
        published_at=NOW,
        mentors=1,
        pages=9,
    )
    made.releases.publish(build, release, NOW + timedelta(minutes=number))
    made.releases.finish(build)
    held: dict[str, Any] = {"profiles": {}, "public": [slug] if slug and audience == "public" else []}
    made.objects.write(f"members/{name}/{shard_of(SLUG)}", json.dumps(held).encode())
    made.objects.write(f"members/{name}/index.json", b"{}")
    return name


def test_who_has_no_listing_is_led_to_the_questionnaire(sign_in: SignIn) -> None:
    """DIR-1: nothing to pause or to leave, and the way to become a mentor."""
    browser = sign_in()
    assert 'href="/en/account/mentor/"' in browser.get(HOME).body
    for act in ("pause", "capacity", "sharing", "leave", "left", "resume"):
        assert browser.get(HOME + act).location == HOME
    token = browser.get("/en/account/").form_token
    assert browser.post(f"{HOME}leave", {"form_token": token}).location == HOME


STATES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({}, {}, "Everyone can see your profile", "Tout le monde peut voir votre profil"),
    (
        {"consents": {"listing": consent("listing", Audience.MEMBERS)}},
        {},
        "Signed-in members can see your profile",
        "Les membres ayant ouvert une session peuvent voir votre profil",
    ),
    ({}, {"status": MembershipStatus.LAPSED}, "your membership is not active", "n’est pas active"),
    ({"acknowledgements": {}}, {}, "documents are not acknowledged", "documents ne sont pas acceptés"),
    ({"consents": {}}, {}, "have not said who may see it", "vous n’avez pas dit qui peut le voir"),
    ({"city": "a@b.example"}, {}, "an email address stands in it", "une adresse courriel"),
    (
        {"is_available": False, "returns_on": date(2027, 1, 1)},
        {},
        "Currently not taking on new mentees. Expected back on January 1, 2027.",
        "Retour prévu le 1er janvier 2027.",
    ),
    ({"capacity": 3}, {}, "At most 3", "Au plus 3"),
    ({"capacity": None}, {}, "As many as time allows", "Autant que le temps le permet"),
]


def test_the_listings_state_is_told_in_words(mentor: Mentor, made: Services) -> None:
    """DIR-4, DIR-7, DIR-9, ELI-8: who sees the listing, or why nobody does; pause and capacity in words."""
    for number, (changes, member, english, french) in enumerate(STATES):
        made.memberships.put([membership(f"M-1{number}", **member)])
        browser = mentor(f"M-1{number}", **changes)
        assert english in words(browser.get(HOME))
        assert french in words(browser.get("/fr/account/listing/"))


def test_a_changed_document_is_told(mentor: Mentor, made: Services) -> None:
    """DIR-5: with an older version the listing stays; the page says what it lacks and where to mend it."""
    old = {
        each.id: Acknowledgement(document=each.id, version="2025-09", language="en", given_at=GIVEN_AT)
        for each in made.content.policy.documents
    }
    said = words(mentor(acknowledgements=old).get(HOME))
    assert "it takes no new requests until you have read and acknowledged" in said
    assert "A document has changed" not in words(mentor().get(HOME))


def test_the_public_page_is_linked_while_it_is_there(mentor: Mentor, made: Services) -> None:
    """The link comes with the release that has the page, and goes at once with the page."""
    browser, link = mentor(), f'href="/en/mentors/{SLUG}/"'
    assert link not in browser.get(HOME).body
    publish(SLUG)
    assert link in browser.get(HOME).body
    send(browser, "sharing", listing="members", gender="members", ethnicity="none", search_engines="no")
    assert stored(made).audience_of("listing") is Audience.MEMBERS
    assert link not in browser.get(HOME).body


def test_each_consent_has_its_day(mentor: Mentor) -> None:
    """DIR-4: the page says of each subject who sees it, and since when."""
    said = words(mentor().get(HOME))
    assert "Your gender Signed-in members Your choice since March 1, 2026" in said
    assert "Your ethnicity Not shared" in said
    assert "Your race" not in said


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pausing_and_resuming(mentor: Mentor, made: Services, language: str) -> None:
    """DIR-7: a day is given and kept; one click takes mentees again; each says what it did."""
    browser = mentor()
    sent = send(
        browser,
        "pause",
        language,
        **{"returns_on-day": "15", "returns_on-month": "1", "returns_on-year": "2027"},
    )
    assert sent.location == f"/{language}/account/listing/?done=pause"
    assert stored(made).returns_on == date(2027, 1, 15)
    assert 'role="status"' in browser.get(sent.location).body
    assert 'value="15"' in browser.get(f"/{language}/account/listing/pause").body
    sent = send(browser, "resume", language)
    assert sent.location == f"/{language}/account/listing/?done=resume"
    assert stored(made).is_available


DAYS = [
    (("21", "11", "2026"), "Enter a day after today", "Entrez une date postérieure"),
    (("20", "11", "2026"), "Enter a day after today", "Entrez une date postérieure"),
    (("31", "2", "2027"), "Enter a date that exists", "date"),
    (("1", "", "2027"), "Enter a date that exists", "date"),
    (("<b>", "1", "2027"), "Enter a date that exists", "date"),
    (("1", "1", "9999"), "Enter a day within the next 10 years", "10"),
]


def test_a_day_that_cannot_be_taken_is_said(mentor: Mentor, made: Services) -> None:
    """DIR-7: past, impossible or far days are refused, beside the field and in a summary; all typed stays."""
    browser = mentor()
    asked = [(day, "en", english) for day, english, _ in DAYS] + [
        (day, "fr", french) for day, _, french in DAYS
    ]
    for day, language, said in asked:
        typed = dict(zip(("returns_on-day", "returns_on-month", "returns_on-year"), day, strict=True))
        refused = send(browser, "pause", language, **typed)
        assert refused.status == 422
        assert said in words(refused)
        assert re.search(r"<title>(Error:|Erreur\xa0:)", refused.body)
        assert 'href="#returns_on"' in refused.body
        for value in day:
            assert not value or f'value="{value.replace("<b>", "&lt;b&gt;")}"' in refused.body
    assert stored(made).is_available


NUMBERS = [("3", 3), ("", None), (" 1 2 ", 12), ("1000", 1000)]
NO_NUMBERS = ["0", "-1", "1.5", "many", "9" * 5000, "\x00", "³", "1001"]


def test_a_capacity_is_a_whole_number_or_none(mentor: Mentor, made: Services) -> None:
    """DIR-9: 1 or more, or nothing for as many as time allows; anything else leaves it as it was."""
    browser = mentor()
    for typed, kept in NUMBERS:
        assert send(browser, "capacity", capacity=typed).status == 303
        assert stored(made).capacity == kept
    for typed in NO_NUMBERS:
        assert send(browser, "capacity", capacity=typed).status == 422
    assert stored(made).capacity == 1000


def test_gender_is_taken_back_alone(mentor: Mentor, made: Services) -> None:
    """DIR-4, UX task 9: one choice changed, every other as it was; the page stays public."""
    browser = mentor()
    sent = send(
        browser,
        "sharing",
        "fr",
        listing="public",
        gender="none",
        ethnicity="none",
        search_engines="yes",
    )
    assert sent.status == 303
    after = stored(made)
    assert (after.audience_of("gender"), after.audience_of("listing")) == (Audience.NONE, Audience.PUBLIC)
    assert after.consents["gender"].language == "fr"
    assert settling().edge.hidden() == set()
    assert settling().objects.read(f"withdrawals/{SLUG}.json")


NOT_OFFERED = [
    {"listing": "none"},
    {"listing": ""},
    {"gender": "public"},
    {"gender": "<script>"},
    {"search_engines": "perhaps"},
]


def test_choices_that_are_not_offered_are_refused(mentor: Mentor, made: Services) -> None:
    """DIR-4: no form makes an identity field public or a listing nobody's; nothing is saved of the rest."""
    browser = mentor()
    fields = {"listing": "members", "gender": "none", "ethnicity": "none", "search_engines": "no"}
    for bad in NOT_OFFERED:
        refused = send(browser, "sharing", **fields | bad)
        assert refused.status == 422
        assert "<script>" not in refused.body
    assert stored(made).audience_of("listing") is Audience.PUBLIC
    assert stored(made).audience_of("gender") is Audience.MEMBERS


def test_no_page_says_an_identity_answer(mentor: Mentor) -> None:
    """DIR-12: pages about sharing name the questions, never the answers; so do addresses."""
    browser = mentor(identity={"gender": ("canary-7f3a",), "ethnicity": ("canary-7f3b",)})
    for act in ("", "sharing", "pause", "capacity", "leave"):
        assert "canary" not in browser.get(HOME + act).body


STALE = {
    "capacity": {"capacity": "77"},
    "pause": {"returns_on-day": "3", "returns_on-month": "2", "returns_on-year": "2027"},
    "sharing": {"listing": "public", "gender": "members", "ethnicity": "members", "search_engines": "no"},
}


def test_a_stale_form_keeps_what_was_typed(mentor: Mentor, made: Services) -> None:
    """A form of an older version is not taken: 409, everything typed still there, and sent again it is."""
    browser = mentor()
    for act, fields in STALE.items():
        for version in ("0", "", "x", "-1", "9" * 40):
            conflict = send(browser, act, version=version, **fields)
            assert conflict.status == 409
        assert "changed in another window" in words(conflict)
        assert conflict.body.count("<title>Error:") == 1
        # govuk's radios have their value before `checked`, its inputs their name before the value
        sent = {"form_token": conflict.form_token, **_held(conflict)}
        assert {name: sent[name] for name in fields} == fields
        assert browser.post(HOME + act, sent).status == 303
    assert (stored(made).capacity, stored(made).is_available) == (77, False)
    assert stored(made).audience_of("ethnicity") is Audience.MEMBERS


def _held(page: Answer) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    fields = [
        dict(re.findall(r'([\w-]+)(?:="([^"]*)")?', tag)) for tag in re.findall(r"<input[^>]*>", page.body)
    ]
    return {each["name"]: each["value"] for each in fields if each["type"] != "radio" or "checked" in each}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_leaving_hides_at_once_and_gives_a_receipt(
    mentor: Mentor, made: Services, time: Clock, language: str
) -> None:
    """DIR-8: the confirming page says what happens; then the page is hidden, the receipt says since when."""
    browser = mentor()
    publish(SLUG)
    asked = browser.get(f"/{language}/account/listing/leave")
    assert len(re.findall(r"<li>", asked.body[asked.body.index("<h1") : asked.body.index("</form>")])) == 5
    assert stored(made).opted_out_on is None  # opening a link decides nothing
    sent = send(browser, "leave", language)
    assert sent.location == f"/{language}/account/listing/left"
    assert settling().edge.hidden() == {SLUG}
    assert settling().objects.read("live/withdrawn.json") == f'["{SLUG}"]'.encode()
    receipt = words(browser.get(sent.location))
    assert {"en": "November 21, 2026 at ", "fr": "21 novembre 2026 à "}[language] in receipt
    assert {"en": "Eastern time", "fr": "heure de l’Est"}[language] in receipt
    assert {"en": "will be rebuilt without you", "fr": "sera reconstruit sans vous"}[language] in receipt
    released = publish(None, 2)
    time.forward(minutes=5)
    receipt = words(browser.get(sent.location))
    assert released in receipt
    assert {"en": "will be rebuilt without you", "fr": "sera reconstruit sans vous"}[language] not in receipt


def test_leaving_twice_is_one_leaving(mentor: Mentor, made: Services) -> None:
    """DIR-8: a form that is sent again gives the same receipt, and changes nothing."""
    browser = mentor()
    token = browser.get(f"{HOME}leave").form_token
    first = browser.post(f"{HOME}leave", {"form_token": token})
    before = stored(made)
    again = browser.post(f"{HOME}leave", {"form_token": token})
    assert (first.location, again.location) == (f"{HOME}left", f"{HOME}left")
    assert stored(made) == before
    assert f'href="{HOME}left"' in browser.get(HOME).body


def test_an_edge_that_is_down_stops_nobody(mentor: Mentor, made: Services, tmp_path: Path) -> None:
    """DIR-8: the leaving is saved and its receipt shown; the message in the outbox hides the page later."""
    browser = mentor()
    (tmp_path / "edge").write_text("a file in the place of the folder")
    assert send(browser, "leave").location == f"{HOME}left"
    assert stored(made).opted_out_on
    assert browser.get(f"{HOME}left").status == 200


def test_who_has_lapsed_may_leave_and_not_resume(mentor: Mentor, made: Services) -> None:
    """ELI-8: pausing and leaving stay open to a lapsed member; resuming is refused with the way to renew."""
    browser = mentor(is_available=False)
    made.memberships.put([membership("M-1", status=MembershipStatus.LAPSED)])
    assert send(browser, "resume").status == 403
    assert send(browser, "capacity", capacity="1").status == 303
    more = {"listing": "public", "gender": "members", "ethnicity": "members", "search_engines": "no"}
    assert send(browser, "sharing", **more).status == 403
    assert send(browser, "sharing", **(more | {"ethnicity": "none", "gender": "none"})).status == 303
    assert send(browser, "leave").status == 303
    assert stored(made).opted_out_on


def test_a_form_without_its_token_changes_nothing(mentor: Mentor, made: Services) -> None:
    """SAF-2: neither a forged token nor another site's form leaves the directory."""
    browser = mentor()
    token = browser.get(f"{HOME}leave").form_token
    assert browser.post(f"{HOME}leave", {"form_token": "x"}).status == 403
    assert browser.post(f"{HOME}leave", {"form_token": token}, origin="https://evil.example").status == 403
    assert stored(made).opted_out_on is None


def test_an_act_that_there_is_not_is_no_page(mentor: Mentor) -> None:
    """SAF-2: other addresses lead nowhere, for GET and for POST; a receipt is not posted."""
    browser = mentor()
    token = browser.get(f"{HOME}leave").form_token
    assert browser.get(f"{HOME}nothing").status == 404
    for act in ("nothing", "left"):
        assert browser.post(f"{HOME}{act}", {"form_token": token}).status == 404
    assert 'role="status"' not in browser.get(f"{HOME}?done=<script>").body


def test_each_changes_their_own_listing(mentor: Mentor, made: Services, sign_in: SignIn) -> None:
    """SAF-2: whoever sends a form changes the listing of the session that sends it."""
    mentor()
    made.memberships.put([replace(membership("M-2"), given_name="Béatrice")])
    made.profiles.save(profile("M-2"), None, change(member_id="M-2"))
    second = sign_in("M-2")
    send(second, "leave")
    assert stored(made).opted_out_on is None
    assert settling().edge.hidden() == {"mentor-m-2"}


def test_the_account_leads_to_everything(mentor: Mentor) -> None:
    """The account page has the ways to the questionnaire, the listing and one's data."""
    body = mentor().get("/fr/account/").body
    for way in ("mentor", "listing", "data"):
        assert f'href="/fr/account/{way}/"' in body
