"""The little that a release needs of the place it goes to."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final, Protocol

from build.targets.manifest import Manifest, Trees

ReadShown = Callable[[], str | None]
"""Reads the pointer row: the release that should be shown."""

Decide = Callable[[], bytes]
"""Reads the withdrawals: what the file of who is withdrawn should hold."""

LIVE: Final = "live/withdrawn.json"
ASSETS: Final = "assets"


class IncompleteReleaseError(Exception):
    """After it was written, a release does not hold what its manifest says."""

    def __init__(self, release: str, path: str) -> None:
        super().__init__(f"release '{release}' is incomplete at {path}")
        self.path = path


def is_older(name: str, fence: int) -> bool:
    """Return whether a build with a lower fence made this; a name ends in it, others are not ours."""
    last = name.rpartition("-")[2]
    return last.isdecimal() and int(last) < fence


class Target(Protocol):
    """A place with releases, of which one is shown. A release's name ends in its fence, so none is twice."""

    def workspace(self, fence: int) -> Path:
        """Return an empty folder to build in; a dead build's folder is gone with `sweep`."""

    def manifest(self, release: str) -> Manifest | None:
        """Return the manifest of a complete release; None where somebody removed it by hand."""

    def public_files(self, release: str) -> Path | None:
        """Return where the public files of a release are on this machine's disk; None where they are not."""

    def stage(self, release: str, trees: Trees, manifest: Manifest, previous: str | None) -> None:
        """Put both trees there complete or not at all, taking unchanged files from the previous release.

        The trees are no more where they were, or not to be used.
        Raises IncompleteReleaseError.
        """

    def show(self, read_shown: ReadShown) -> None:
        """Show the release that the pointer row names, also when somebody else moves it at the same time."""

    def remove(self, release: str) -> None:
        """Remove a release's files and manifest."""

    def sweep(self, fence: int, kept: Collection[str]) -> None:
        """Remove what dead builds, those with a lower fence, left behind. Kept releases stay."""

    def keep_assets(self, tree: Path) -> None:
        """Put the theme's files of a tree beside the releases as well, where they are not there yet.

        Functions ask for them by the hash of their own theme, whichever release is shown.
        """

    def assets(self) -> set[str]:
        """Return the hashes of the themes whose files are beside the releases."""

    def forget_assets(self, theme: str) -> None:
        """Remove a theme's files from beside the releases."""

    def write_report(self, name: str, content: bytes) -> None:
        """Write a file that staff alone may read."""

    def read_report(self, name: str) -> bytes | None:
        """Return such a file; None where there is none."""

    def write_live(self, decide: Decide) -> None:
        """Let the file of who is withdrawn, which is no part of a release, be what is decided.

        It is asked again until it says what is there: whoever withdraws meanwhile writes it as well.
        """
