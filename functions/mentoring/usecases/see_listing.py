"""Whom the site shows at this moment: what a mentor is told of their own listing."""

from collections.abc import Mapping, Set
from typing import Any, Protocol

from mentoring.domain.builds import Pointer
from mentoring.domain.withdrawals import hides_page
from mentoring.usecases.settle_withdrawal import Withdrawals


class ShownReleases(Protocol):
    """What is known of the releases."""

    def pointer(self) -> Pointer | None:
        """Return what is shown; None before the first release."""


class Shelf(Protocol):
    """Some of a release's mentors."""

    @property
    def profiles(self) -> Mapping[str, Any]:
        """Return, by address, those whom members see."""

    @property
    def public(self) -> Set[str]:
        """Return the addresses with a public page."""


class Trees(Protocol):
    """What the releases hold."""

    def holds(self, release: str) -> bool:
        """Return whether a release says whom it shows."""

    def shelf(self, release: str, slug: str) -> Shelf:
        """Return the part of a release that a mentor would be in."""


def has_public_page(slug: str, withdrawals: Withdrawals, releases: ShownReleases, trees: Trees) -> bool:
    """Return whether everybody can open a mentor's page at this moment."""
    pointer = releases.pointer()
    if pointer is None or hides_page(withdrawals.of(slug), pointer.release):
        return False
    return slug in trees.shelf(pointer.release, slug).public


def release_without(slug: str, releases: ShownReleases, trees: Trees) -> str | None:
    """Return the name of the release that is shown, where it holds nothing of this mentor (DIR-8)."""
    pointer = releases.pointer()
    if pointer is None or not trees.holds(pointer.release):
        return None  # nothing says whom it shows
    shelf = trees.shelf(pointer.release, slug)
    return None if slug in shelf.public or slug in shelf.profiles else pointer.release
