"""Damaged and hostile records in the member database: they cost nobody else the listing."""

import json
from pathlib import Path

import pytest

from build.report import Outcome
from mentoring.content import Content
from mentoring.domain.profile import Audience
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.records import member_key, profile_body, profile_from
from tests.nightly.site import Site, consents, make_site
from tests.storage.people import membership, profile


@pytest.fixture
def site(database: StorageSettings, content: Content, tmp_path: Path) -> Site:
    """An empty member database and a folder to release to."""
    return make_site(database, content, tmp_path / "site")


def test_poisoned_records_stop_nobody_else(site: Site) -> None:
    """SAF-4: damaged and hostile records are withheld or shown safely; everybody else goes out."""
    site.mentor(1)
    site.mentor(2, member={"given_name": '<script>alert("x")</script>', "family_name": "&amp; Sons"})
    site.mentor(3, member={"given_name": "\N{RIGHT-TO-LEFT OVERRIDE}ליאור", "family_name": "🙂‍↕️"})
    site.mentor(4, bio={"en": "Long words. " * 700, "fr": "{{ today }} {% include 'x' %} *a* \x0b\x00<b>"})
    site.mentor(5, areas=("no-such-area",))
    site.mentor(6, slug="../../etc")
    site.mentor(7, slug="area")
    _put(site, 8, profile_body(site.profile(8, slug="robin-nguyen-1")))
    _put(site, 9, "{")
    _put(site, 10, json.dumps({"member_id": "M-000010"}))
    report = site.build()
    assert report.outcome is Outcome.RELEASED, report.problems
    assert report.withheld == {"bad-slug": 2, "duplicate-slug": 1, "unknown-term": 1}
    assert report.unreadable == ["M-000009", "M-000010"]
    shown = {path.parent.name for path in site.current.glob("en/mentors/*/index.html")}
    assert shown == {"robin-nguyen-2", "robin-nguyen-3", "robin-nguyen-4", "compare"}
    page = (site.current / "en/mentors/robin-nguyen-2/index.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "{{ today }}" in (site.current / "fr/mentors/robin-nguyen-4/index.html").read_text()


TEXTS = (
    "Ask Sam: https://mentors.example.org/en/mentors/robin-nguyen-90/",
    "My number is M-000012, my page /en/mentors/robin-nguyen-90/.",
    '</head></main><h1>x</h1><!-- ]]> {{ 7 * 7 }} href="#nowhere" id="words" noindex',
    "coffee @ 10.30, name (at) example dot org, https://example.com/x",
    "x\ufdd0y\U0001fffe\x00\x1b\u202e",
    "x" * 8_000,
)
NAMES = ("/", "//[evil", "https://mentors.example.org/x", '" onload="x', "-- N/A --")


def test_nobodys_words_stop_everybody(site: Site) -> None:
    """SAF-4: names and biographies that read like links, markup or numbers go out as the words they are."""
    site.mentor(90, consents=consents(Audience.MEMBERS))
    for number, text in enumerate(TEXTS, 11):
        site.mentor(number, bio={"en": text, "fr": text}, city=text[:90])
    for number, name in enumerate(NAMES, 31):
        site.mentor(number, member={"given_name": name, "family_name": "Nguyen"})
    site.mentor(40, slug="emily-black", identity={"race": ("black",)})
    answers = ("name", "age", "2026", "October 1", "mentors", "area", "language", "noindex")
    site.mentor(41, wants_search_engines=False, identity={"ethnicity": answers})
    report = site.build()
    assert report.problems == ()
    assert (report.withheld, report.members_only) == ({}, 1)


@pytest.mark.parametrize(
    "text", ["robin%40example.org", "robin＠example.org", "robin&#64;example.org", "robin\x00@example.org"]
)
def test_an_address_costs_its_own_mentor_alone(site: Site, text: str) -> None:
    """DIR-12: however an e-mail address is written, it withholds one listing and stops no release."""
    site.mentor(1)
    site.mentor(2, bio={"en": text})
    report = site.build()
    assert (report.outcome, report.withheld) == (Outcome.RELEASED, {"address-in-text": 1})


@pytest.mark.parametrize(
    "damage",
    [
        {"bio": ["x"]},
        {"bio": {"en": 5}},
        {"city": None},
        {"is_available": "yes"},
        {"formats": [["video"]]},
        {"identity": {"race": [5]}},
        {"years_of_experience": True},
        {"acknowledgements": {"terms-of-use": {"version": []}}},
    ],
)
def test_a_value_of_another_kind_is_found_where_it_is_read(damage: dict[str, object]) -> None:
    """SAF-4: what a rule or a page would trip over is no profile, so that it is withheld and named."""
    body = json.loads(profile_body(profile("M-1"))) | damage
    with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
        profile_from(json.dumps(body))


def test_impossible_answers_withhold_their_own_mentor(site: Site) -> None:
    """SAF-4: numbers and addresses that no page can show are for staff to mend."""
    site.mentor(1)
    site.mentor(2, years_of_experience=-3)
    site.mentor(3, years_of_experience=10**30)
    site.mentor(4, slug="a" * 300)
    site.mentor(5, identity={"no-longer-asked": ("x y z",)})
    report = site.build()
    assert (report.outcome, report.mentors) == (Outcome.RELEASED, 2)
    assert report.withheld == {"bad-slug": 1, "unreadable": 2}


def _put(site: Site, number: int, body: str) -> None:
    """Write a profile's record past the store, which would refuse it."""
    MembershipStore.connect(site.settings.storage).put([membership(f"M-{number:06}")])
    dynamodb(site.settings.storage).put_item(
        TableName=site.settings.storage.profiles_table,
        Item=member_key(f"M-{number:06}", "PROFILE") | {"body": {"S": body}, "version": {"N": "1"}},
    )
