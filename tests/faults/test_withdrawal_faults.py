"""A withdrawal during a build, and a restore to yesterday: nobody who left is shown again."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from build import site_build
from build.targets import FolderTarget, Manifest, Trees
from infrastructure.local.edge import lead
from mentoring.content import Content
from mentoring.domain.profile import Audience
from mentoring.domain.withdrawals import ALWAYS
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.usecases.replay_withdrawals import replay_withdrawals
from tests.nightly.site import NOW, Site, consents, files_of, make_site
from tests.usecases.listings import Place

LEFT = "robin-nguyen-1"
MEMBER = "M-000001"


@pytest.fixture
def site(database: StorageSettings, content: Content, tmp_path: Path) -> Site:
    """A site with four mentors, released once."""
    made = make_site(database, content, tmp_path / "site")
    for number in range(1, 5):
        made.mentor(number, consents=consents(gender=Audience.MEMBERS), identity={"gender": ("two-spirit",)})
    made.build()
    return made


@pytest.fixture
def place(site: Site, tmp_path: Path) -> Place:
    """What stands beside that site."""
    return Place.of(site.settings.storage, tmp_path)


def is_hidden(place: Place, slug: str) -> bool:
    """Whether the edge answers 410 and the directory's script leaves the mentor out."""
    keys = {f"withdrawn:{each}": ALWAYS for each in place.edge.hidden()}
    pages = {lead(f"/{language}/mentors/{slug}/", "", "r-1", keys.get) for language in ("en", "fr")}
    return pages == {"/en/gone", "/fr/gone"} and slug in place.live()


def is_in(site: Site, slug: str) -> bool:
    """Whether the release that is shown still has the mentor anywhere."""
    return any(slug.encode() in content or slug in path for path, content in files_of(site.current).items())


def test_leaving_during_a_build(site: Site, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 23: a build that read a mentor before they left shows them to nobody; the next lacks them."""

    class Interrupted(FolderTarget):
        def stage(self, release: str, trees: Trees, manifest: Manifest, previous: str | None) -> None:
            place.acts(MEMBER, now=NOW + timedelta(minutes=1)).leave()
            place.settle(LEFT)
            super().stage(release, trees, manifest, previous)

    site.mentor(5)  # so that there is something to release
    monkeypatch.setattr(site_build, "target_of", lambda _: Interrupted(site.folder))
    site.build()
    monkeypatch.undo()
    assert is_in(site, LEFT)  # in the files
    assert is_hidden(place, LEFT)  # and to nobody
    asked = [each for each in place.messages() if each["channel"] == "build"]
    assert [(each["event"], each["facts"]["slug"]) for each in asked] == [("ListingWithdrawn", LEFT)]
    site.build(NOW + timedelta(minutes=2))
    assert not is_in(site, LEFT)
    assert is_hidden(place, LEFT)  # for the releases before are kept


def test_the_file_forgets_who_is_in_no_release(site: Site, place: Place, tmp_path: Path) -> None:
    """The public file is as short as the kept releases allow; the page's key stays."""
    few = site.with_content(tmp_path / "content")
    policy = tmp_path / "content/policy.toml"
    policy.write_text(policy.read_text().replace("kept_releases = 14", "kept_releases = 1"))
    place.acts(MEMBER, now=NOW + timedelta(minutes=1)).leave()
    place.settle(LEFT)
    few.build(NOW + timedelta(minutes=2))
    assert place.live() == [LEFT]  # the build may have begun before they left
    few.mentor(6)
    few.build(NOW + timedelta(hours=24))
    assert (place.live(), place.edge.hidden()) == ([], {LEFT})


def test_a_restore_to_yesterday(site: Site, place: Place) -> None:
    """Invariant 23: between restore and replay pages stay hidden; after the replay no build shows them."""
    client, tables = dynamodb(site.settings.storage), site.settings.storage
    names = (tables.profiles_table, tables.consents_table, tables.withdrawals_table, tables.outbox_table)
    yesterday = {name: client.scan(TableName=name, ConsistentRead=True)["Items"] for name in names}
    place.acts(MEMBER, now=NOW + timedelta(hours=1)).leave()
    place.acts("M-000002", now=NOW + timedelta(hours=1)).share({"gender": Audience.NONE}, True, 1)
    for slug in (LEFT, "robin-nguyen-2"):
        place.settle(slug)
    site.build(NOW + timedelta(hours=2))
    for name, rows in yesterday.items():
        for row in client.scan(TableName=name, ConsistentRead=True)["Items"]:
            client.delete_item(TableName=name, Key={"pk": row["pk"], "sk": row["sk"]})
        for row in rows:
            client.put_item(TableName=name, Item=row)
    assert place.profile(MEMBER).audience_of("gender") is Audience.MEMBERS
    assert is_hidden(place, LEFT)
    replayed = replay_withdrawals(
        place.objects, place.profiles, place.settle, pytest.fail, NOW + timedelta(hours=3)
    )
    assert replayed.withdrawn == 2
    assert is_hidden(place, LEFT)
    site.build(NOW + timedelta(hours=4))
    assert not is_in(site, LEFT)
    assert "gender" not in json.dumps(_shared(site, "robin-nguyen-2"))
    assert _shared(site, "robin-nguyen-3")


def _shared(site: Site, slug: str) -> object:
    """What signed-in members may read of a mentor's identity."""
    return json.loads((site.members / "index.json").read_bytes())["identity"].get(slug, {})
