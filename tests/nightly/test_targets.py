"""Folder and bucket are held to one contract: complete or absent, shown as the row says, no leftovers."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from build.targets import (
    MEMBERS,
    PUBLIC,
    BucketTarget,
    FolderTarget,
    IncompleteReleaseError,
    Manifest,
    Target,
    Trees,
)
from build.targets.bucket import EdgeStore
from tests.nightly.cloud import KeyValueStore
from tests.nightly.site import files_of

BUCKET = "mentoring-site"


@dataclass(frozen=True, slots=True)
class Place:
    """A target, and ways to look into it."""

    target: Target
    folder: Path | None = None
    bucket: Any = None
    store: KeyValueStore | None = None

    def stage(self, release: str, trees: Trees, manifest: Manifest, previous: str | None = None) -> None:
        """Stage copies of these trees: a folder takes what it is given."""
        copies = {
            root: Path(shutil.copytree(tree, tree.with_name(f"{root}-{release}")))
            for root, tree in trees.items()
        }
        self.target.stage(release, copies, manifest, previous)

    def shown(self) -> str | None:
        """The release that visitors see."""
        if self.store:
            return self.store.keys.get("release")
        assert self.folder
        link, for_members = self.folder / "current", self.members_folder / "current"
        shown = link.readlink().name if link.is_symlink() else None
        assert shown == (for_members.readlink().name if for_members.is_symlink() else None)
        return shown

    def files(self, release: str) -> dict[str, bytes]:
        """What both trees of a release hold."""
        if self.folder:
            public = self.folder / "releases" / release
            return files_under({PUBLIC: public, MEMBERS: self.members_folder / "releases" / release})
        return {
            each.key.replace(f"/{release}/", "/"): each.get()["Body"].read()
            for root in (PUBLIC, MEMBERS)
            for each in self.bucket.objects.filter(Prefix=f"{root}/{release}/")
        }

    def live(self) -> bytes:
        """Who is withdrawn, as everybody may read it."""
        if self.folder:
            return (self.folder / "live/withdrawn.json").read_bytes()
        return bytes(self.bucket.Object("live/withdrawn.json").get()["Body"].read())

    def everything(self) -> set[str]:
        """Every path in the target, without the lock."""
        if self.folder:
            paths = {*files_of(self.folder), *(f"members/{path}" for path in files_of(self.members_folder))}
            return {path for path in paths if path != "work/lock" and "current" not in path}
        return {each.key for each in self.bucket.objects.all()}

    @property
    def members_folder(self) -> Path:
        """Where a folder keeps what members alone see."""
        assert self.folder
        return self.folder.with_name("members-site")


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """An empty target of each kind."""
    if request.param == "folder":
        yield Place(FolderTarget(tmp_path / "site"), folder=tmp_path / "site")
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ca-central-1"})
        store = KeyValueStore()
        target = BucketTarget(client, BUCKET, EdgeStore(store, "arn"))
        yield Place(target, bucket=boto3.resource("s3").Bucket(BUCKET), store=store)


def trees_of(folder: Path, **changes: str) -> tuple[Trees, Manifest]:
    """Two small trees and their manifest."""
    texts = {
        "releases/index.html": "<p>home",
        "releases/en/index.html": "<p>en",
        "releases/assets/site.css": "p{}",
        "members/index.json": "{}",
        "members/mentors/0a.json": "[]",
    } | changes
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    trees = {root: folder / root for root in (PUBLIC, MEMBERS)}
    return trees, Manifest.of(trees, [])


def files_under(trees: Trees) -> dict[str, bytes]:
    """Every file of two trees."""
    return {
        f"{root}/{path}": content for root, tree in trees.items() for path, content in files_of(tree).items()
    }


def test_staged_release_is_the_tree(place: Place, tmp_path: Path) -> None:
    """Invariant 20: what is staged is the tree, byte for byte, with its manifest, and is not shown yet."""
    trees, manifest = trees_of(tmp_path / "tree")
    place.stage("r-1", trees, manifest)
    assert place.files("r-1") == files_under(trees)
    assert place.target.manifest("r-1") == manifest
    assert place.shown() is None


def test_unchanged_files_come_from_the_release_before(place: Place, tmp_path: Path) -> None:
    """Only what changed is taken from the tree: the rest is what the release before has."""
    trees, manifest = trees_of(tmp_path / "tree")
    place.stage("r-1", trees, manifest)
    trees, manifest = trees_of(
        tmp_path / "next", **{"releases/index.html": "<p>new", "members/index.json": "new"}
    )
    (trees[PUBLIC] / "en/index.html").unlink()
    (trees[MEMBERS] / "mentors/0a.json").unlink()
    place.stage("r-2", trees, manifest, "r-1")
    assert place.files("r-2") == {
        "releases/index.html": b"<p>new",
        "releases/en/index.html": b"<p>en",
        "releases/assets/site.css": b"p{}",
        "members/index.json": b"new",
        "members/mentors/0a.json": b"[]",
    }
    if place.folder:
        assert (place.folder / "releases/r-2/assets/site.css").stat().st_nlink == 2


def test_what_is_shown_follows_the_row(place: Place, tmp_path: Path) -> None:
    """Invariant 20: the row decides; before the first release nothing shows, and a repeat changes nothing."""
    trees, manifest = trees_of(tmp_path / "tree")
    place.target.show(lambda: None)
    assert place.shown() is None
    for release in ("r-1", "r-2"):
        place.stage(release, trees, manifest)
        place.target.show(lambda name=release: name)  # type: ignore[misc]
        place.target.show(lambda name=release: name)  # type: ignore[misc]
        assert place.shown() == release


@pytest.mark.parametrize(("root", "path"), [(PUBLIC, "en/index.html"), (MEMBERS, "mentors/0a.json")])
def test_incomplete_release_is_found(place: Place, tmp_path: Path, root: str, path: str) -> None:
    """Invariant 20: a file of either tree that is not what the manifest says stops the release by name."""
    trees, manifest = trees_of(tmp_path / "tree")
    (trees[root] / path).write_text("<p>another length")
    with pytest.raises(IncompleteReleaseError) as found:
        place.stage("r-1", trees, manifest)
    assert found.value.path == path
    assert place.target.manifest("r-1") is None


def test_removed_release_leaves_nothing(place: Place, tmp_path: Path) -> None:
    """A pruned release goes with all its files and its manifest; its neighbours stay."""
    trees, manifest = trees_of(tmp_path / "tree")
    place.stage("r-1", trees, manifest)
    place.stage("r-12", trees, manifest, "r-1")
    place.target.remove("r-1")
    assert place.target.manifest("r-1") is None
    assert place.files("r-1") == {}
    assert place.files("r-12") == files_under(trees)


def test_sweep_removes_what_dead_builds_left(place: Place, tmp_path: Path) -> None:
    """Leftovers with a lower fence go; kept releases, and whatever a newer build is writing, stay."""
    trees, manifest = trees_of(tmp_path / "tree")
    for release in ("r-1", "r-2", "r-9"):
        place.stage(release, trees, manifest)
    unfinished = place.target.workspace(4)
    place.target.sweep(5, ["r-1"])
    assert not (place.folder and unfinished.exists())
    assert [bool(place.files(release)) for release in ("r-1", "r-2", "r-9")] == [True, False, True]
    assert not [path for path in place.everything() if "r-2" in path]


def test_sweep_leaves_what_no_build_made(tmp_path: Path) -> None:
    """SAF-4: a folder that somebody put beside the releases stops no build, and is not ours to remove."""
    target = FolderTarget(tmp_path / "site")
    strangers = [
        tmp_path / "site/releases/notes",
        tmp_path / "site/work/to-do",
        tmp_path / "members-site/releases/notes",
    ]
    for stranger in strangers:
        stranger.mkdir()
    target.sweep(9, [])
    assert all(stranger.is_dir() for stranger in strangers)


def test_reports_lie_outside_of_releases(place: Place) -> None:
    """STF-4: a report is kept where no visitor's address leads."""
    place.target.write_report("x.json", b"{}")
    assert place.everything() == {"reports/x.json"}


@pytest.mark.parametrize("place", ["bucket"], indirect=True)
def test_bucket_says_what_each_file_is(place: Place, tmp_path: Path) -> None:
    """Browsers refuse a module or a style of the wrong type; copies keep theirs."""
    trees, manifest = trees_of(
        tmp_path / "tree", **{"releases/assets/x.mjs": "1", "releases/assets/x.woff2": "1"}
    )
    place.stage("r-1", trees, manifest)
    place.stage("r-2", trees, manifest, "r-1")
    types = {
        each.key: each.Object().content_type
        for root in (PUBLIC, MEMBERS)
        for each in place.bucket.objects.filter(Prefix=f"{root}/r-2")
    }
    assert types == {
        "releases/r-2/index.html": "text/html; charset=utf-8",
        "releases/r-2/en/index.html": "text/html; charset=utf-8",
        "releases/r-2/assets/site.css": "text/css; charset=utf-8",
        "releases/r-2/assets/x.mjs": "text/javascript; charset=utf-8",
        "releases/r-2/assets/x.woff2": "font/woff2",
        "members/r-2/index.json": "application/json",
        "members/r-2/mentors/0a.json": "application/json",
    }


def test_edge_store_moved_by_somebody_else_is_read_again() -> None:
    """Invariant 21: between reading row and writing store a newer build shows its release; it stays."""
    store = KeyValueStore()
    row = ["r-1"]

    def newer_build() -> None:
        row[0] = "r-2"
        EdgeStore(store, "arn").show(lambda: row[0])

    store.between = newer_build
    EdgeStore(store, "arn").show(lambda: row[0])
    assert store.keys == {"release": "r-2"}


def test_the_file_of_who_is_withdrawn_is_what_was_decided_last(place: Place) -> None:
    """Invariant 23: it is beside the releases; whoever withdraws meanwhile is in it, whoever writes last."""
    told = [b'["ana"]']
    place.target.write_live(lambda: told[-1])
    assert "live/withdrawn.json" in place.everything()
    overtaken: list[bool] = []

    def late() -> bytes:
        read = told[-1]
        if place.bucket and not overtaken:  # a folder's lock lets nobody else in
            overtaken.append(True)
            told.append(b'["ana","bo"]')
            place.target.write_live(lambda: told[-1])
        return read

    told.append(b"[]")
    place.target.write_live(late)
    assert place.live() == told[-1]


def test_the_themes_files_stand_beside_the_releases(place: Place, tmp_path: Path) -> None:
    """STF-4: what functions' pages ask for is there once a theme, until it is forgotten."""
    for theme in ("5a1f", "9c2e", "5a1f"):
        file = tmp_path / theme / "assets" / theme / "css/site.css"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"/* {theme} */")
        place.target.keep_assets(tmp_path / theme)
    assert place.target.assets() == {"5a1f", "9c2e"}
    assert {"assets/5a1f/css/site.css", "assets/9c2e/css/site.css"} <= place.everything()
    place.target.forget_assets("5a1f")
    assert place.target.assets() == {"9c2e"}
    assert "assets/9c2e/css/site.css" in place.everything()
