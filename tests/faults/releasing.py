"""What the tests of dying releases share: a small tree, and publishing as the nightly build does."""

from datetime import UTC, date, datetime
from pathlib import Path

from build.release import publish
from build.targets import Manifest, Target
from mentoring.storage.releases import Build, ReleaseStore

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)


def small_tree(folder: Path, word: str) -> tuple[Path, Manifest]:
    """A tree of 30 files, half of which say a word."""
    for number in range(30):
        file = folder / f"page-{number % 5}" / f"{number}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<p>{word if number % 2 else 'same'} {number}")
    return folder, Manifest.of(folder, [])


def release(store: ReleaseStore, target: Target, build: Build, tree: Path, manifest: Manifest) -> None:
    """Publish as the nightly build does."""
    pointer = store.pointer()
    publish(
        store,
        target,
        build,
        tree,
        manifest,
        previous=pointer.release if pointer else None,
        built_on=DAY,
        now=build.started_at,
    )
