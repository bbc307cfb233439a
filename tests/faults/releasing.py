"""What the tests of dying releases share: two small trees, and publishing as the nightly build does."""

from datetime import UTC, date, datetime
from pathlib import Path

from build.release import publish
from build.targets import MEMBERS, PUBLIC, Manifest, Target, Trees
from mentoring.storage.releases import Build, ReleaseStore

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)


def small_trees(folder: Path, word: str) -> tuple[Trees, Manifest]:
    """Trees of 24 and 6 files, half of which say a word."""
    trees = {PUBLIC: folder / "public", MEMBERS: folder / "members"}
    for number in range(30):
        root, ending = (MEMBERS, "json") if number % 5 == 0 else (PUBLIC, "html")
        file = trees[root] / f"page-{number % 4}" / f"{number}.{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<p>{word if number % 2 else 'same'} {number}")
    return trees, Manifest.of(trees, [])


def release(store: ReleaseStore, target: Target, build: Build, trees: Trees, manifest: Manifest) -> None:
    """Publish as the nightly build does."""
    pointer = store.pointer()
    publish(
        store,
        target,
        build,
        trees,
        manifest,
        previous=pointer.release if pointer else None,
        built_on=DAY,
        now=build.started_at,
    )
