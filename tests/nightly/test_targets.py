"""Folder and bucket are held to one contract: complete or absent, shown as the row says, no leftovers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from build.targets import BucketTarget, FolderTarget, IncompleteReleaseError, Manifest, Target
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

    def shown(self) -> str | None:
        """The release that visitors see."""
        if self.store:
            return self.store.keys.get("release")
        assert self.folder
        link = self.folder / "current"
        return link.readlink().name if link.is_symlink() else None

    def files(self, release: str) -> dict[str, bytes]:
        """What a release holds."""
        if self.folder:
            return files_of(self.folder / "releases" / release)
        prefix = f"releases/{release}/"
        return {
            each.key.removeprefix(prefix): each.get()["Body"].read()
            for each in self.bucket.objects.filter(Prefix=prefix)
        }

    def everything(self) -> set[str]:
        """Every path in the target, without the lock."""
        if self.folder:
            return {path for path in files_of(self.folder) if path != "work/lock" and "current" not in path}
        return {each.key for each in self.bucket.objects.all()}


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


def tree_of(folder: Path, **changes: str) -> tuple[Path, Manifest]:
    """A small tree and its manifest."""
    texts = {"index.html": "<p>home", "en/index.html": "<p>en", "assets/site.css": "p{}"} | changes
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder, Manifest.of(folder, [])


def test_staged_release_is_the_tree(place: Place, tmp_path: Path) -> None:
    """Invariant 20: what is staged is the tree, byte for byte, with its manifest, and is not shown yet."""
    tree, manifest = tree_of(tmp_path / "tree")
    place.target.stage("r-1", tree, manifest, None)
    assert place.files("r-1") == files_of(tree)
    assert place.target.manifest("r-1") == manifest
    assert place.shown() is None


def test_unchanged_files_come_from_the_release_before(place: Place, tmp_path: Path) -> None:
    """Only what changed is taken from the tree: the rest is what the release before has."""
    tree, manifest = tree_of(tmp_path / "tree")
    place.target.stage("r-1", tree, manifest, None)
    tree, manifest = tree_of(tmp_path / "next", **{"index.html": "<p>new"})
    (tree / "en/index.html").unlink()
    place.target.stage("r-2", tree, manifest, "r-1")
    assert place.files("r-2") == {
        "index.html": b"<p>new",
        "en/index.html": b"<p>en",
        "assets/site.css": b"p{}",
    }


def test_what_is_shown_follows_the_row(place: Place, tmp_path: Path) -> None:
    """Invariant 20: the row decides; before the first release nothing shows, and a repeat changes nothing."""
    tree, manifest = tree_of(tmp_path / "tree")
    place.target.show(lambda: None)
    assert place.shown() is None
    for release in ("r-1", "r-2"):
        place.target.stage(release, tree, manifest, None)
        place.target.show(lambda name=release: name)  # type: ignore[misc]
        place.target.show(lambda name=release: name)  # type: ignore[misc]
        assert place.shown() == release


def test_incomplete_release_is_found(place: Place, tmp_path: Path) -> None:
    """Invariant 20: a file that is not what the manifest says stops the release, and names itself."""
    tree, manifest = tree_of(tmp_path / "tree")
    (tree / "en/index.html").write_text("<p>another length")
    with pytest.raises(IncompleteReleaseError) as found:
        place.target.stage("r-1", tree, manifest, None)
    assert found.value.path == "en/index.html"
    assert place.target.manifest("r-1") is None


def test_removed_release_leaves_nothing(place: Place, tmp_path: Path) -> None:
    """A pruned release goes with all its files and its manifest; its neighbours stay."""
    tree, manifest = tree_of(tmp_path / "tree")
    place.target.stage("r-1", tree, manifest, None)
    place.target.stage("r-12", tree, manifest, "r-1")
    place.target.remove("r-1")
    assert place.target.manifest("r-1") is None
    assert place.files("r-1") == {}
    assert place.files("r-12") == files_of(tree)


def test_sweep_removes_what_dead_builds_left(place: Place, tmp_path: Path) -> None:
    """Leftovers with a lower fence go; kept releases, and whatever a newer build is writing, stay."""
    tree, manifest = tree_of(tmp_path / "tree")
    for release in ("r-1", "r-2", "r-9"):
        place.target.stage(release, tree, manifest, None)
    unfinished = place.target.workspace(4)
    place.target.sweep(5, ["r-1"])
    assert not (place.folder and unfinished.exists())
    assert [bool(place.files(release)) for release in ("r-1", "r-2", "r-9")] == [True, False, True]
    assert not [path for path in place.everything() if "r-2" in path]


def test_sweep_leaves_what_no_build_made(tmp_path: Path) -> None:
    """SAF-4: a folder that somebody put beside the releases stops no build, and is not ours to remove."""
    target = FolderTarget(tmp_path)
    strangers = [tmp_path / "releases/notes", tmp_path / "work/to-do"]
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
    tree, manifest = tree_of(tmp_path / "tree", **{"assets/x.mjs": "1", "assets/x.woff2": "1"})
    place.target.stage("r-1", tree, manifest, None)
    place.target.stage("r-2", tree, manifest, "r-1")
    types = {
        each.key: each.Object().content_type for each in place.bucket.objects.filter(Prefix="releases/r-2")
    }
    assert types == {
        "releases/r-2/index.html": "text/html; charset=utf-8",
        "releases/r-2/en/index.html": "text/html; charset=utf-8",
        "releases/r-2/assets/site.css": "text/css; charset=utf-8",
        "releases/r-2/assets/x.mjs": "text/javascript; charset=utf-8",
        "releases/r-2/assets/x.woff2": "font/woff2",
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
