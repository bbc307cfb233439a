"""Builds that die or overtake each other: the shown site stays whole and never goes back."""

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from build.release import roll_back, show_current
from build.targets import MEMBERS, PUBLIC, FolderTarget, Manifest, Trees
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import LEASE, BuildOvertakenError, ReleaseStore
from tests.faults.releasing import NOW, release, small_trees
from tests.nightly.site import files_of

KILLED = -9
MOMENTS = 12  # how many of a release's moments a test kills it at, spread over all of them


def trees_in(folder: Path) -> Trees:
    """The two trees that a folder shows."""
    return {PUBLIC: folder / "current", MEMBERS: folder.with_name(f"members-{folder.name}") / "current"}


def assert_whole(folder: Path, store: ReleaseStore) -> str:
    """The shown tree and the members' tree of the same release are complete; return the release's name."""
    name = (folder / "current").readlink().name
    manifest = Manifest.from_json((folder / f"manifests/{name}.json").read_bytes())
    members = trees_in(folder)[MEMBERS].parent / "releases" / name
    assert Manifest.of({PUBLIC: folder / "current", MEMBERS: members}, []) == manifest
    assert name in {each.name for each in store.history()}
    return name


def assert_shown(folder: Path, trees: Trees) -> None:
    """What is shown, to everybody and to members, is these trees."""
    shown = {root: files_of(tree) for root, tree in trees_in(folder).items()}
    assert shown == {root: files_of(tree) for root, tree in trees.items()}


PUBLISH_AND_DIE = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from build.targets import MEMBERS, PUBLIC, FolderTarget, Manifest
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import ReleaseStore
from tests.faults.releasing import release

storage, folder, trees, now, moment = json.loads(sys.argv[1])
storage = StorageSettings(**storage)
store = ReleaseStore(dynamodb(storage), storage.releases_table)
target = FolderTarget(Path(folder))
trees = {PUBLIC: Path(trees[PUBLIC]), MEMBERS: Path(trees[MEMBERS])}
manifest = Manifest.of(trees, [])
build = store.begin(datetime.fromisoformat(now))
touched = 0

def kill_at_moment(event, arguments):
    global touched
    if event in {"open", "os.link", "os.mkdir", "os.rename", "os.remove", "os.symlink"}:
        touched += 1
        if touched == moment:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill_at_moment)
release(store, target, build, trees, manifest)
moment = None
sys.stdout.write(str(touched))
"""


def publish_and_die(
    storage: StorageSettings, folder: Path, trees: Trees, now: datetime, moment: int
) -> "subprocess.CompletedProcess[str]":
    """Publish in a process of its own that is killed at its n-th touch of the disk; 0 for never."""
    told = json.dumps([asdict(storage), str(folder), trees, now.isoformat(), moment], default=str)
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-c", PUBLISH_AND_DIE, told],
        cwd=root,
        env={"PYTHONPATH": root, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_killed_at_any_file(database: StorageSettings, tmp_path: Path) -> None:
    """SAF-4: a build killed at any file leaves a whole site, and the next build works and cleans up."""
    store = ReleaseStore(dynamodb(database), database.releases_table)
    folder, now = tmp_path / "site", NOW
    target = FolderTarget(folder)
    trees, manifest = small_trees(tmp_path / "tree-0", "word 0")
    counted = publish_and_die(database, folder, trees, now, 0)
    assert counted.returncode == 0, counted.stderr
    for step in range(MOMENTS):
        now += LEASE
        moment = 1 + step * (int(counted.stdout) - 1) // (MOMENTS - 1)
        trees, _ = small_trees(tmp_path / f"tree-{step + 1}", f"word {step + 1}")
        before = assert_whole(folder, store)
        assert publish_and_die(database, folder, trees, now, moment).returncode == KILLED
        assert assert_whole(folder, store) == before
        show_current(store, target)  # as every start does
        shown = assert_whole(folder, store)
        pointer = store.pointer()
        assert pointer is not None
        assert shown == pointer.release
    now += LEASE
    build = store.begin(now)
    target.sweep(build.fence, [each.name for each in store.history()])
    trees, manifest = small_trees(tmp_path / "last", "last")
    release(store, target, build, trees, manifest)
    assert_whole(folder, store)
    kept = {each.name for each in store.history()}
    for current in trees_in(folder).values():
        assert {path.name for path in (current.parent / "releases").iterdir()} == kept
        assert current.readlink().name == (folder / "current").readlink().name
    assert {path.stem for path in (folder / "manifests").iterdir()} == kept
    assert {path.name for path in (folder / "work").iterdir()} == {"lock"}


def test_old_build_finishing_last_shows_nothing(database: StorageSettings, tmp_path: Path) -> None:
    """Invariant 21: two builds at once, the old one finishing last: neither row nor link goes back."""
    store = ReleaseStore(dynamodb(database), database.releases_table)
    target = FolderTarget(tmp_path / "site")
    old_trees, old_manifest = small_trees(tmp_path / "old", "old")
    new_trees, new_manifest = small_trees(tmp_path / "new", "new")
    old = store.begin(NOW)
    new = store.begin(NOW + LEASE)
    release(store, target, new, new_trees, new_manifest)
    with pytest.raises(BuildOvertakenError):
        release(store, target, old, old_trees, old_manifest)
    assert_shown(tmp_path / "site", small_trees(tmp_path / "same", "new")[0])


def test_old_build_that_shows_last_shows_the_new_release(database: StorageSettings, tmp_path: Path) -> None:
    """Invariant 21: a build that switched the row, slept, and shows after a newer one shows the newer one."""
    store = ReleaseStore(dynamodb(database), database.releases_table)
    target = FolderTarget(tmp_path / "site")
    old_trees, old_manifest = small_trees(tmp_path / "old", "old")
    new_trees, new_manifest = small_trees(tmp_path / "new", "new")
    old = store.begin(NOW)
    release(store, target, old, old_trees, old_manifest)
    new = store.begin(NOW + LEASE)
    release(store, target, new, new_trees, new_manifest)
    show_current(store, target)  # the old one, at last
    assert_shown(tmp_path / "site", small_trees(tmp_path / "same", "new")[0])


def test_roll_back_during_a_build_stays(database: StorageSettings, tmp_path: Path) -> None:
    """STF-4: a person's roll-back is not undone by the build that was running."""
    store = ReleaseStore(dynamodb(database), database.releases_table)
    target = FolderTarget(tmp_path / "site")
    good, good_manifest = small_trees(tmp_path / "good", "good")
    bad, bad_manifest = small_trees(tmp_path / "bad", "bad")
    for trees, manifest in ((good, good_manifest), (bad, bad_manifest)):
        build = store.begin(NOW)
        release(store, target, build, trees, manifest)
        store.finish(build)
    running = store.begin(NOW)
    roll_back(store, target, store.history()[1].name, NOW, "staff:s-1", [])
    with pytest.raises(BuildOvertakenError):
        release(store, target, running, *small_trees(tmp_path / "bad", "bad"))
    assert_shown(tmp_path / "site", small_trees(tmp_path / "good", "good")[0])
