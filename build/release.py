"""Makes a tree the site: complete or absent, one pointer switch, newest build alone (invariants 20-21)."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from build.targets import Manifest, Target
from mentoring.storage.releases import Build, Pointer, Release, ReleaseShownError, ReleaseStore


def publish(
    store: ReleaseStore,
    target: Target,
    build: Build,
    tree: Path,
    manifest: Manifest,
    *,
    previous: str | None,
    built_on: date,
    now: datetime,
) -> Release:
    """Stage a tree, switch to it and show it.

    Raises IncompleteReleaseError, BuildOvertakenError; then nothing moved.
    """
    content_hash = manifest.content_hash
    release = Release(
        # A name comes once: the same tree built twice is two releases, so that nobody removes what is in use.
        name=f"{built_on:%Y%m%d}-{content_hash[:12]}-{build.fence}",
        fence=build.fence,
        content_hash=content_hash,
        built_on=built_on,
        published_at=now,
        mentors=len(manifest.mentors),
        pages=sum(path.endswith(".html") for path in manifest.files),
    )
    target.stage(release.name, tree, manifest, previous)
    store.publish(build, release, now)
    show_current(store, target)
    return release


def show_current(store: ReleaseStore, target: Target) -> None:
    """Make what is visible follow the pointer row: after a switch, and at a start, if a build died there."""
    target.show(lambda: _shown(store))


def roll_back(store: ReleaseStore, target: Target, name: str) -> Pointer:
    """Show a kept release again. A build that runs meanwhile can no longer publish over it.

    Raises ReleaseMissingError.
    """
    pointer = store.roll_back(name)
    show_current(store, target)
    return pointer


def prune(store: ReleaseStore, target: Target, kept: int) -> Sequence[str]:
    """Remove all but the newest releases and the one that is shown; return the names of the removed."""
    removed = []
    for release in store.history()[kept:]:
        try:
            store.forget(release.name)  # first, so that nobody rolls back to half a release
        except ReleaseShownError:
            continue
        target.remove(release.name)
        removed.append(release.name)
    return removed


def _shown(store: ReleaseStore) -> str | None:
    pointer = store.pointer()
    return pointer.release if pointer else None
