"""What signed-in members see of mentors and the public does not, at this moment (DIR-4, DIR-11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mentoring.domain.builds import Pointer
from mentoring.domain.listing import MembersListing
from mentoring.domain.members import MembersIndex, Shelf, Withdrawn
from mentoring.domain.withdrawals import Withdrawal


class Releases(Protocol):
    """Which release is shown."""

    def pointer(self) -> Pointer | None:
        """Return what is shown; None before the first release."""


class Trees(Protocol):
    """What the releases hold for members."""

    def index(self, release: str) -> MembersIndex:
        """Return what the directory needs of a release."""

    def shelf(self, release: str, slug: str) -> Shelf:
        """Return the part of a release that a mentor would be in."""


class Withdrawals(Protocol):
    """What was taken back, whatever a release says."""

    def all(self) -> Iterable[Withdrawal]:
        """Return everything that must not be shown."""

    def of(self, slug: str) -> list[Withdrawal]:
        """Return what must not be shown of one mentor."""


@dataclass(frozen=True, slots=True)
class MentorSeen:
    """A mentor by address. `profile` is what the public does not see; without one there is a public page."""

    profile: MembersListing | None
    is_public: bool


def see_index(releases: Releases, trees: Trees, withdrawals: Withdrawals) -> tuple[MembersIndex, Withdrawn]:
    """Return the index of the release shown, and what was taken from it since; two calls to the database."""
    pointer = releases.pointer()
    if pointer is None:
        return MembersIndex(), frozenset()
    index = trees.index(pointer.release)
    return index, index.named_in(each for each in withdrawals.all() if each.hides_in(pointer.release))


def see_mentor(slug: str, releases: Releases, trees: Trees, withdrawals: Withdrawals) -> MentorSeen | None:
    """Return a mentor of the release shown; None for whoever is in none, or no more. Two calls."""
    pointer = releases.pointer()
    if pointer is None:
        return None
    shelf = trees.shelf(pointer.release, slug)
    withdrawn = [each for each in withdrawals.of(slug) if each.hides_in(pointer.release)]
    profile, is_public = shelf.profile(slug, withdrawn), shelf.is_public(slug, withdrawn)
    return MentorSeen(profile, is_public) if profile or is_public else None
