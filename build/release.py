"""Makes a tree the site: complete or absent, one pointer switch, newest build alone (invariants 20-21)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from build.targets import Manifest, Target, Trees
from mentoring.domain.builds import Build, BuildRequest, Pointer, Release
from mentoring.domain.withdrawals import Withdrawal, check_shows_nobody_withdrawn
from mentoring.storage.releases import ReleaseShownError, ReleaseStore


def publish(
    store: ReleaseStore,
    target: Target,
    build: Build,
    trees: Trees,
    manifest: Manifest,
    *,
    previous: str | None,
    built_on: date,
    now: datetime,
) -> Release:
    """Stage both trees, switch to them and show them.

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
    target.stage(release.name, trees, manifest, previous)
    store.publish(build, release, now)
    show_current(store, target)
    return release


def show_current(store: ReleaseStore, target: Target) -> None:
    """Make what is visible follow the pointer row: after a switch, and at a start, if a build died there."""
    target.show(lambda: _shown(store))


def roll_back(
    store: ReleaseStore,
    target: Target,
    name: str,
    now: datetime,
    by: str,
    withdrawals: Iterable[Withdrawal],
    served: BuildRequest | None = None,
) -> Pointer:
    """Show a kept release again. A build that runs meanwhile can no longer publish over it.

    `served` is the request that asks for it. Raises ReleaseMissingError, ReleaseHoldsWithdrawnError,
    BuildOvertakenError, RequestServedError.
    """
    manifest = target.manifest(name)
    check_shows_nobody_withdrawn(name, manifest.mentors.keys() if manifest else (), withdrawals)
    pointer = store.roll_back(name, now, by, served)
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
    _prune_assets(store, target)
    return removed


def _prune_assets(store: ReleaseStore, target: Target) -> None:
    """Remove themes' files that no kept release was built with."""
    themes = target.assets()
    if len(themes) < 2:
        return  # manifests are large
    manifests = (target.manifest(release.name) for release in store.history())  # one at a time
    needed = {theme for manifest in manifests if manifest for theme in manifest.themes}
    for theme in sorted(themes - needed):
        target.forget_assets(theme)


def _shown(store: ReleaseStore) -> str | None:
    pointer = store.pointer()
    return pointer.release if pointer else None
