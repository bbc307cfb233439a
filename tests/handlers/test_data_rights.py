"""What a member reads, takes away and erases, through the pages."""

import csv
import io
import json
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.domain.registration_traces import Trace
from mentoring.gateways.objects import Decide, Folder
from mentoring.handlers.services import Services
from mentoring.settings import StorageSettings
from mentoring.storage.overrides import OverrideStore
from mentoring.storage.records import member_key
from mentoring.usecases.decide_eligibility import Deciding
from tests.faults.crashing import Killed
from tests.gateways.stripe_account import running_stripe
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import change, membership, profile
from tests.usecases.files import damage
from tests.usecases.registering import Till
from tests.usecases.test_decide_eligibility import wanted

LANGUAGES = ["en", "fr"]


@pytest.fixture
def mentor(sign_in: SignIn, made: Services) -> Browser:
    """The browser of M-1, a public mentor."""
    made.profiles.save(profile(), None, change())
    return sign_in()


def text_of(answer: Answer) -> str:
    """What the page says."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.body))


def erase(browser: Browser, language: str = "en", **fields: str) -> Answer:
    """Send the form of the confirmation."""
    address = f"/{language}/account/erase"
    token = browser.get(address).form_token
    return browser.post(address, {"form_token": token, **fields})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_is_held(mentor: Browser, language: str) -> None:
    """SAF-1: every part of what is held has its reason and its time, and names who corrects it."""
    answer = mentor.get(f"/{language}/account/data/")
    assert answer.status == 200
    assert (
        answer.heading
        == {
            "en": "What we hold about you",
            "fr": "Ce que nous détenons à votre sujet",
        }[language]
    )
    assert answer.body.count("<h3 ") == 16
    why, how_long = {"en": ("Why:", "How long:"), "fr": ("Pourquoi\u00a0:", "Combien de temps\u00a0:")}[
        language
    ]
    assert answer.body.count(why) == answer.body.count(how_long) == 16
    for address in (
        f"/{language}/account/data/my-data.json",
        f"/{language}/account/data/my-data.csv",
        f"/{language}/account/mentor/",
        f"/{language}/account/erase",
        f"/{language}/privacy/",
    ):
        assert f'href="{address}"' in answer.body
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_is_no_mentor_has_nothing_to_erase(sign_in: SignIn) -> None:
    """SAF-1: a member without a profile reads what is held all the same, and is offered no erasure."""
    browser = sign_in()
    page = browser.get("/en/account/data/")
    assert "there is nothing to erase" in page.body
    assert 'href="/en/account/erase"' not in page.body
    assert browser.get("/en/account/erase").heading == "There is nothing to erase"


@pytest.mark.parametrize(("language", "name"), [("en", "my-data"), ("fr", "mes-renseignements")])
def test_the_files_are_downloads_that_nobody_keeps(mentor: Browser, language: str, name: str) -> None:
    """SAF-1, DIR-12: a file to save, never a page, never cached; its name says nothing of anybody."""
    for suffix, kind in (("json", "application/json"), ("csv", "text/csv; charset=utf-8")):
        answer = mentor.get(f"/{language}/account/data/my-data.{suffix}")
        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.{suffix}"'
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_files_hold_the_members_own_alone(mentor: Browser, made: Services) -> None:
    """SAF-1, SAF-2: identity answers and all, of this member; nothing of anybody else."""
    made.memberships.put([membership("M-2", email="somebody-else@example.org")])
    made.profiles.save(profile("M-2", city="Elsewhere"), None, change(member_id="M-2"))
    copy = json.loads(mentor.get("/en/account/data/my-data.json").body)
    assert copy["member_id"] == "M-1"
    assert copy["membership"]["email"] == "amelie@example.org"
    assert copy["profile"]["identity"]["gender"] == ["woman"]
    table = mentor.get("/fr/account/data/my-data.csv").body
    assert ["profile", "1", "identity.gender", "woman"] in list(csv.reader(io.StringIO(table)))
    for text in (json.dumps(copy), table):
        assert "Elsewhere" not in text
        assert "M-2" not in text
        assert "somebody-else" not in text


def test_a_lapsed_member_has_the_same_rights(mentor: Browser, made: Services) -> None:
    """SAF-1, ELI-8: the end of a membership takes nobody's rights to what is held about them."""
    made.memberships.put([membership("M-1", expires_on=date(2026, 11, 1))])
    assert mentor.get("/en/account/data/my-data.json").status == 200
    assert erase(mentor, confirm="yes").status == 303
    assert made.profiles.get("M-1") is None


@pytest.mark.parametrize("name", ["my-data.xml", "my-data", "..", "erase"])
def test_other_files_do_not_exist(mentor: Browser, name: str) -> None:
    """SAF-2: what is no file of ours is not found."""
    assert mentor.get(f"/en/account/data/{name}").status == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_erasure_is_explained_and_confirmed(mentor: Browser, made: Services, language: str) -> None:
    """SAF-1: the page says what goes and what stays and why; without the tick nothing goes."""
    page = mentor.get(f"/{language}/account/erase")
    said = text_of(page)
    for words in {
        "en": ("member system", "35 days", "tax law", "never given to anybody", "identity"),
        "fr": ("système des membres", "35 jours", "loi fiscale", "jamais donnée à personne", "identité"),
    }[language]:
        assert words in said, words
    refused = erase(mentor, language)
    assert refused.status == 422
    title = re.search("<title>(.*?)</title>", refused.body)
    assert title
    assert title[1].startswith({"en": "Error", "fr": "Erreur"}[language])
    assert 'href="#confirm"' in refused.body
    assert made.profiles.get("M-1") is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_erasing_hides_at_once_and_gives_a_receipt(
    mentor: Browser, made: Services, tmp_path: Path, language: str
) -> None:
    """SAF-1, invariant 23: with the answer the profile is gone and the page hidden; the receipt says when."""
    answer = erase(mentor, language, confirm="yes")
    assert (answer.status, answer.location) == (303, f"/{language}/account/erase")
    assert made.profiles.get("M-1") is None
    assert (tmp_path / "edge/withdrawn:mentor-m-1").exists()
    assert json.loads((tmp_path / "site/live/withdrawn.json").read_text()) == ["mentor-m-1"]
    receipt = mentor.get(answer.location)
    assert (
        receipt.heading
        == {
            "en": "Your answers and your profile are erased",
            "fr": "Vos réponses et votre profil sont effacés",
        }[language]
    )
    assert {"en": "November 21, 2026", "fr": "21 novembre 2026"}[language] in text_of(receipt)
    copy = json.loads(mentor.get("/en/account/data/my-data.json").body)
    assert (copy["profile"], copy["consents"]) == (None, [])
    assert copy["membership"]


def test_a_replayed_form_shows_the_same_receipt(mentor: Browser) -> None:
    """SAF-1: sent twice, the second time changes nothing and reads the same."""
    token = mentor.get("/en/account/erase").form_token
    form = {"form_token": token, "confirm": "yes"}
    first = mentor.get(mentor.post("/en/account/erase", form).location)
    again = mentor.get(mentor.post("/en/account/erase", form).location)
    assert text_of(first) == text_of(again)
    assert mentor.post("/en/account/erase", {"form_token": token}).status == 303


def test_an_edge_that_is_down_costs_nobody_their_erasure(
    mentor: Browser, made: Services, tmp_path: Path
) -> None:
    """SAF-3: the erasure is committed with its message, so the receipt does not wait for the edge."""
    (tmp_path / "edge").write_text("no folder")
    assert erase(mentor, confirm="yes").status == 303
    assert made.profiles.get("M-1") is None
    assert mentor.get("/en/account/erase").heading == "Your answers and your profile are erased"


def test_a_draft_alone_can_be_erased(sign_in: SignIn, made: Services, tmp_path: Path) -> None:
    """SAF-1: answers that were never sent are answers as well."""
    browser = sign_in()
    row = member_key("M-1", "DRAFT") | {"body": {"S": '{"answers":{"city":"Dieppe"}}'}, "version": {"N": "1"}}
    made.profiles._client.put_item(TableName=made.profiles._profiles, Item=row)
    assert json.loads(browser.get("/en/account/data/my-data.json").body)["draft"]["answers"] == {
        "city": "Dieppe"
    }
    assert erase(browser, confirm="yes").status == 303
    assert made.erasures.held("M-1") is None
    assert (tmp_path / "site/erasures/M-1.json").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_profile_is_erased_through_the_page(
    mentor: Browser, made: Services, database: StorageSettings, language: str
) -> None:
    """SAF-1: a record that nobody can read is no reason to keep it: page, form and receipt are as ever."""
    damage(database, database.profiles_table, "M-1", "PROFILE")
    assert mentor.get(f"/{language}/account/data/").status == 200
    assert erase(mentor, language, confirm="yes").status == 303
    assert made.erasures.held("M-1") is None
    assert mentor.get(f"/{language}/account/erase").status == 200


def test_a_form_from_elsewhere_erases_nothing(mentor: Browser, made: Services) -> None:
    """SAF-2: without this session's token, or from another site, nothing happens."""
    token = mentor.get("/en/account/erase").form_token
    assert mentor.post("/en/account/erase", {"confirm": "yes"}).status == 403
    form = {"confirm": "yes", "form_token": token}
    assert mentor.post("/en/account/erase", form, origin="https://evil.example").status == 403
    assert made.profiles.get("M-1") is not None


@pytest.mark.parametrize("page", ["account/", "account/listing/", "account/mentor/", "account/mentor/check"])
def test_a_damaged_profile_leaves_a_way_out(mentor: Browser, database: StorageSettings, page: str) -> None:
    """SAF-1, DIR-8: pages that need the record say that the fault is ours, and lead to where it can go."""
    damage(database, database.profiles_table, "M-1", "PROFILE")
    answer = mentor.get(f"/en/{page}")
    assert answer.status in (200, 500)
    assert 'href="/en/account/data/"' in answer.body
    assert "Something went wrong" not in answer.body


def test_the_page_is_hidden_before_the_journal_is_written(
    mentor: Browser, made: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 23: whoever dies while the journal keeps them waiting has hidden the page already."""
    replace = Folder.replace

    def die(self: Folder, key: str, decide: Decide) -> None:
        if key.startswith("erasures/"):
            raise Killed
        replace(self, key, decide)

    monkeypatch.setattr(Folder, "replace", die)
    with pytest.raises(Killed):
        erase(mentor, "en", confirm="yes")
    assert made.erasures.held("M-1") is None
    assert (tmp_path / "edge" / "withdrawn:mentor-m-1").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_registration_is_in_the_copy_and_the_erasure_says_what_becomes_of_it(
    sign_in: SignIn, time: Clock, database: StorageSettings, content: Content, tmp_path: Path, language: str
) -> None:
    """SAF-1, SAF-5: unpaid it goes; a page that is open waits; what is paid stays, and money arrives."""
    browser, address = sign_in(), f"/{language}/account/erase"
    says = [content.strings[language][f"data_rights.registration.{each}"] for each in Trace]

    def said() -> list[bool]:
        shown = text_of(browser.get(address))
        return [str(each) in shown for each in says]

    with running_stripe(tmp_path / "stripe") as (account, payments):
        account.now = time.instant
        till = Till(database, content, account, payments)
        till.member()
        registration = till.register()
        assert said() == [True, False, False, False, False]
        erase(browser, language, confirm="yes")
        assert said() == [False, False, False, False, False]
        account.pass_time(days=1)
        registration = till.register()
        till.page(registration)
        store = OverrideStore(till.client, database)
        Deciding(overrides=store, member_id="M-1", subject="anne", now=till.now).decide(wanted(), 0)
        till.settling().session(till.pays(registration))
        till.cancel(till.at(registration).registration)
    home = text_of(browser.get(f"/{language}/account/data/"))
    assert str(content.strings[language]["data_rights.part.registrations.what"]) in home
    copy = json.loads(browser.get("/en/account/data/my-data.json").body)
    assert said() == [False, False, False, False, True]
    last, first = copy["registrations"][-1], copy["registrations"][0]
    assert (first["state"], first["place"], first["languages"]) == ("withdrawn", "", [])
    assert (last["purchases"][0]["receipt"], last["refunds"][0]["state"]) == (1, "asked")
    (exception,) = copy["exceptions"]
    assert (exception["decided_by"], exception["reason"]) == ("staff", wanted().reason)
    written = json.dumps(copy["registrations"])
    assert not [key for key in ("cs_test", "pi_", "anne", "https://") if key in written]
