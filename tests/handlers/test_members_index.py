"""What signed-in members get of mentors: exactly what was shared, less what was taken back since."""

import gzip
import json
from base64 import b64decode
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from build.listings import read_selection
from build.members_tree import write_members_tree
from mentoring.content import Content
from mentoring.domain.builds import Release
from mentoring.domain.profile import Audience
from mentoring.domain.sessions import StaffRole
from mentoring.handlers import members_index
from mentoring.handlers.services import Services
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import ReleaseStore
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import SignIn
from tests.nightly.site import TODAY, Site, consents, make_site
from tests.storage.people import membership

INDEX = "/en/account/mentors.json"
IDENTITY = {
    "gender": ("two-spirit", "woman"),
    "race": ("black",),
    "ethnicity": ("Acadienne <b>et</b> fière",),
    "orientation": ("Demi",),
}
ROW = {
    *(
        "slug",
        "name",
        "profession",
        "city",
        "area",
        "training",
        "age",
        "province",
        "lang",
        "experience",
        "topic",
        "format",
    ),
    *("available", "accepts_requests", "returns_on", "confirmed_on", "listed_on", "excerpt", "words"),
}
MEMBERS, PUBLIC, NONE = Audience.MEMBERS, Audience.PUBLIC, Audience.NONE


class Mentors:
    """Mentors of every kind, and the releases that show them."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self._folder = folder
        self._releases = ReleaseStore(dynamodb(site.settings.storage), site.settings.storage.releases_table)

    def release(self) -> None:
        """Make the members' tree of this moment the one that is shown."""
        storage = self.site.settings.storage
        selection = read_selection(
            ProfileStore.connect(storage), MembershipStore.connect(storage), self.site.content, TODAY
        )
        now = datetime.now(UTC)
        build = self._releases.begin(now)
        name = f"20261121-{build.fence}"
        tree = self._folder / "releases" / name
        tree.mkdir(parents=True)
        write_members_tree(selection, self.site.content, tree, "/data/x/manifest.json")
        release = Release(
            name=name,
            fence=build.fence,
            content_hash=name,
            built_on=TODAY,
            published_at=now,
            mentors=len(selection.listed),
            pages=0,
        )
        self._releases.publish(build, release, now)
        self._releases.finish(build)

    def choose(self, number: int, listing: Audience = PUBLIC, **shared: Audience) -> None:
        """Let a mentor with all the answers choose who sees what of them."""
        self.site.mentor(
            number,
            identity=IDENTITY,
            consents=consents(listing, given_at=datetime.now(UTC), **shared),
        )


@pytest.fixture
def mentors(
    made: Services,
    database: StorageSettings,
    content: Content,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Mentors:
    """Public: 1, who shares two answers, and 2. For members: 3, and 4, who shares one. For nobody: 5."""
    made.memberships.put([membership("M-1")])
    monkeypatch.setenv("SITE_FOLDER", str(tmp_path / "site"))
    monkeypatch.setenv("MEMBERS_FOLDER", str(tmp_path / "members-site"))
    mentors = Mentors(make_site(database, content, tmp_path / "site"), tmp_path / "members-site")
    mentors.choose(1, gender=MEMBERS, ethnicity=MEMBERS, race=NONE)
    mentors.choose(2)
    mentors.choose(3, MEMBERS)
    mentors.choose(4, MEMBERS, orientation=MEMBERS)
    mentors.choose(5, NONE, gender=MEMBERS)
    mentors.release()
    return mentors


def read(answer: Answer) -> dict[str, Any]:
    """The index that an answer holds."""
    assert answer.status == 200, answer.body
    return dict(json.loads(answer.body))


@pytest.mark.usefixtures("mentors")
def test_the_index_holds_these_fields_and_no_other(sign_in: SignIn) -> None:
    """DIR-4, DIR-12: rows of those for members only, and of each mentor the answers that were shared."""
    index = read(sign_in().get(INDEX))
    assert set(index) == {"version", "public", "mentors", "places", "identity", "numbers", "facets"}
    assert {row["slug"] for row in index["mentors"]} == {"robin-nguyen-3", "robin-nguyen-4"}
    assert all(set(row) == ROW for row in index["mentors"])
    assert all(0 <= behind <= 2 for places in index["places"] for behind, _ in places.values())
    assert index["numbers"].keys() == {"robin-nguyen-1"}
    assert index["public"] == "/data/x/manifest.json"
    assert index["identity"] == {
        "robin-nguyen-1": {"gender": ["two-spirit", "woman"], "ethnicity": ["Acadienne <b>et</b> fière"]},
        "robin-nguyen-4": {"orientation": ["Demi"]},
    }


@pytest.mark.usefixtures("mentors")
@pytest.mark.parametrize(("language", "name", "woman"), [("en", "Gender", "Woman"), ("fr", "Genre", "Femme")])
def test_the_index_names_answers_in_the_language_of_its_address(
    sign_in: SignIn, language: str, name: str, woman: str
) -> None:
    """MOD-27: questions, and the answers of a list that somebody shares, by their labels."""
    facets = read(sign_in().get(f"/{language}/account/mentors.json"))["facets"]
    assert list(facets) == ["gender", "race", "ethnicity", "orientation", "indigenous"]
    assert facets["gender"] == {"name": name, "terms": [["woman", woman]]}
    assert facets["race"]["terms"] == []


@pytest.mark.usefixtures("mentors")
def test_nobody_keeps_the_index(sign_in: SignIn) -> None:
    """DIR-12: no cache keeps it; browsers that can get it compressed; JSON, whatever is in it."""
    answer = sign_in().get(INDEX)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    packed = sign_in().get(INDEX, **{"accept-encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(b64decode(packed.body)).decode() == answer.body


@pytest.mark.usefixtures("mentors")
def test_a_session_has_a_mark_that_is_no_secret(sign_in: SignIn) -> None:
    """SAF-2: it stays while one is signed in, changes with the next sign-in, and opens nothing."""
    browser = sign_in()
    marks = [browser.get(INDEX).headers["Session-Mark"] for _ in range(2)]
    assert marks[0] == marks[1] != sign_in().get(INDEX).headers["Session-Mark"]
    assert marks[0] not in browser.cookies.values()
    assert Browser({"__Host-session": marks[0]}).get(INDEX).status == 303


def test_what_was_taken_back_is_gone_at_once(sign_in: SignIn, mentors: Mentors) -> None:
    """Invariant 23: the next request shows neither the answer nor the mentor, whatever the release holds."""
    browser = sign_in()
    before = read(browser.get(INDEX))
    mentors.choose(1, gender=MEMBERS)
    mentors.choose(4, NONE, orientation=MEMBERS)
    after = read(browser.get(INDEX))
    assert before["identity"].keys() == {"robin-nguyen-1", "robin-nguyen-4"}
    assert after["identity"] == {"robin-nguyen-1": {"gender": ["two-spirit", "woman"]}}
    assert [row["slug"] for row in after["mentors"]] == ["robin-nguyen-3"]
    assert len(after["places"]) == 1
    assert after["facets"]["orientation"]["terms"] == []
    assert "Acadienne" not in browser.get("/en/account/mentors/robin-nguyen-1/").body
    # Given again it may be another answer: the release that still holds the former one stays without it.
    mentors.choose(1, gender=MEMBERS, ethnicity=MEMBERS)
    mentors.choose(4, MEMBERS, orientation=MEMBERS)
    assert read(browser.get(INDEX)) == after
    assert "Acadienne" not in browser.get("/en/account/mentors/robin-nguyen-1/").body
    assert browser.get("/en/account/mentors/robin-nguyen-4/").status == 404
    mentors.release()
    assert read(browser.get(INDEX))["identity"] == before["identity"]
    assert "Acadienne" in browser.get("/en/account/mentors/robin-nguyen-1/").body


def test_a_new_release_is_shown_at_once(sign_in: SignIn, mentors: Mentors) -> None:
    """DIR-4: what is kept in memory is the release's own."""
    browser = sign_in()
    assert "robin-nguyen-2" not in read(browser.get(INDEX))["identity"]
    assert "Black" not in browser.get("/en/account/mentors/robin-nguyen-2/").body
    mentors.choose(2, race=MEMBERS)
    mentors.release()
    assert read(browser.get(INDEX))["identity"]["robin-nguyen-2"] == {"race": ["black"]}
    assert "Black" in browser.get("/en/account/mentors/robin-nguyen-2/").body


@pytest.mark.usefixtures("mentors")
@pytest.mark.parametrize(
    ("language", "title", "only", "two_spirit"),
    [
        ("en", "Shared with signed-in members", "Signed-in members only", "two-spirit"),
        ("fr", "Partagé avec les membres ayant ouvert une session", "Membres ayant ouvert", "two-spirit"),
    ],
)
def test_a_profile_shows_what_was_shared(
    sign_in: SignIn, language: str, title: str, only: str, two_spirit: str
) -> None:
    """DIR-4: the shared answers, as text, marked as not public; the others nowhere."""
    page = sign_in().get(f"/{language}/account/mentors/robin-nguyen-1/")
    assert (page.status, page.heading) == (200, '<bdi data-part="name">Robin Nguyen 1</bdi>')
    assert title in page.body
    assert two_spirit in page.body
    assert "Acadienne &lt;b&gt;et&lt;/b&gt; fière" in page.body
    assert only not in page.body
    assert not any(word in page.body for word in ("Black", "Noir", "Demi"))
    private = sign_in().get(f"/{language}/account/mentors/robin-nguyen-3/")
    assert only in private.body
    assert title not in private.body
    for body in (page.body, private.body):
        assert '<meta name="robots" content="noindex">' in body


@pytest.mark.usefixtures("mentors")
def test_a_profile_without_anything_for_members_says_so(sign_in: SignIn) -> None:
    """DIR-4: the same mentor has not two addresses that say the same: one leads to the other."""
    answer = sign_in().get("/fr/account/mentors/robin-nguyen-2/")
    assert answer.status == 200
    assert 'href="/fr/mentors/robin-nguyen-2/"' in answer.body
    assert "Nguyen" not in answer.body.replace("robin-nguyen-2", "")


NOWHERE = (
    "robin-nguyen-5",
    "nobody",
    "robin-nguyen-3-",
    "Robin-Nguyen-3",
    "..",
    "%2e%2e",
    "a" * 300,
    "x_y",
    "é",
)


def test_whoever_is_not_shown_is_missing(sign_in: SignIn, mentors: Mentors) -> None:
    """SAF-2: withdrawn, unshared, unknown and malformed: the very same page."""
    browser = sign_in()
    mentors.choose(3, NONE)
    mentors.choose(2, MEMBERS)  # public in the release, withdrawn from the public since
    pages = [
        browser.get(f"/en/account/mentors/{slug}/") for slug in (*NOWHERE, "robin-nguyen-3", "robin-nguyen-2")
    ]
    assert {(page.status, page.body) for page in pages} == {(404, pages[0].body)}
    assert pages[0].heading == "Page not found"


def test_whoever_leaves_the_public_is_still_shown_to_members(sign_in: SignIn, mentors: Mentors) -> None:
    """DIR-4: the listing went from public to members only since the release; members see it, marked."""
    mentors.choose(1, MEMBERS, gender=MEMBERS, ethnicity=MEMBERS)
    page = sign_in().get("/en/account/mentors/robin-nguyen-1/")
    assert "Signed-in members only" in page.body


@pytest.mark.usefixtures("mentors")
def test_a_list_reaches_everybody_without_scripts(sign_in: SignIn) -> None:
    """DIR-11: whom members alone see, page by page, each with a way to the profile."""
    browser = sign_in()
    body = browser.get("/en/account/mentors/").body
    assert "/en/account/mentors/robin-nguyen-3/" in body
    assert "/en/account/mentors/robin-nguyen-4/" in body
    assert "robin-nguyen-1" not in body
    for page in ("2", "0", "-1", "x", "99999"):
        assert browser.get(f"/en/account/mentors/?page={page}").status == 200


@pytest.mark.usefixtures("mentors")
def test_without_a_release_there_is_nobody(
    sign_in: SignIn, made: Services, database: StorageSettings
) -> None:
    """SAF-4: before the first release the index is empty, and nobody has a profile."""
    browser = sign_in()
    made.sessions._client.delete_item(
        TableName=database.releases_table, Key={"pk": {"S": "SITE#public"}, "sk": {"S": "POINTER"}}
    )
    index = read(browser.get(INDEX))
    assert (index["mentors"], index["identity"]) == ([], {})
    assert browser.get("/en/account/mentors/robin-nguyen-3/").status == 404


@pytest.mark.usefixtures("mentors")
def test_who_lapsed_and_staff_get_nothing(sign_in: SignIn, sign_in_staff: SignIn, made: Services) -> None:
    """ELI-8, DIR-11: the next request after a lapse is refused; staff have their own ways."""
    browser, staff = sign_in(), sign_in_staff(StaffRole.ADMINISTRATOR)
    assert browser.get(INDEX).status == 200
    made.memberships.put([membership("M-1", expires_on=TODAY.replace(day=20))])
    for each in (browser, staff):
        for address in (INDEX, "/en/account/mentors/", "/en/account/mentors/robin-nguyen-1/"):
            answer = each.get(address)
            assert answer.status == 403
            assert "Nguyen" not in answer.body
            assert "Acadienne" not in answer.body


@pytest.mark.usefixtures("mentors")
@pytest.mark.parametrize("address", [INDEX, "/en/account/mentors/", "/en/account/mentors/robin-nguyen-1/"])
def test_a_page_takes_four_calls(sign_in: SignIn, made: Services, address: str) -> None:
    """The session, the person, the release shown, what was taken back: four calls, and no more."""
    browser = sign_in()
    browser.get(address)
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    clients = (made.sessions._client, members_index.members_part().releases._client)
    for client in clients:
        client.meta.events.register("before-call.dynamodb", note)
    browser.get(address)
    assert calls == ["GetItem", "BatchGetItem", "GetItem", "Query"]


@pytest.mark.usefixtures("mentors")
def test_the_log_says_who_read_and_nothing_of_what(sign_in: SignIn) -> None:
    """DIR-12: one line a reading of the index, with the member's number alone."""
    text = StringIO()
    stream = members_index.logger.registered_handler
    before = stream.setStream(text)  # type: ignore[attr-defined]
    browser = sign_in()
    browser.get(INDEX)
    browser.get("/en/account/mentors/robin-nguyen-1/")
    stream.setStream(before)  # type: ignore[attr-defined]
    (line,) = [json.loads(line) for line in text.getvalue().splitlines()]
    assert (line["message"], line["subject"]) == ("index read", "M-1")
    assert not any(word in text.getvalue() for word in ("robin", "woman", "Acadienne", "Demi"))
