"""What a release holds for signed-in members alone, less what was withdrawn since it was made (DIR-4).

What is in a release was shared when it was made; only taking back may change that before the next one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mentoring.domain.listing import MembersListing
from mentoring.domain.profile import LISTING
from mentoring.domain.withdrawals import PUBLIC, Withdrawal

Withdrawn = frozenset[tuple[str, str]]
"""Slug and subject of everything that was taken back."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MembersIndex:
    """What the directory needs beside the public index. Two are never equal, whatever they hold.

    `public` is the address of that index: what is said of its rows is true of no other. Behind how many of
    them each of ours stands, and as which of ours, `places` says by order; `numbers`, which is whose who
    shares an answer.
    """

    public: str = ""
    rows: Sequence[Mapping[str, Any]] = ()
    places: Sequence[Mapping[str, Sequence[int]]] = ()
    identity: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)
    numbers: Mapping[str, int] = field(default_factory=dict, repr=False)

    def named_in(self, withdrawals: Iterable[Withdrawal]) -> Withdrawn:
        """Return what of these withdrawals takes something from this index."""
        slugs = {row["slug"] for row in self.rows} | self.identity.keys()
        return frozenset((each.slug, each.subject) for each in withdrawals if each.slug in slugs)

    def without(self, withdrawn: Withdrawn) -> "MembersIndex":
        """Return the index without the mentors and the answers that were taken back."""
        gone = {slug for slug, subject in withdrawn if subject == LISTING}
        left = [
            (row, place) for row, place in zip(self.rows, self.places, strict=True) if row["slug"] not in gone
        ]
        identity = {
            slug: {name: answers for name, answers in shared.items() if (slug, name) not in withdrawn}
            for slug, shared in self.identity.items()
            if slug not in gone
        }
        shared_still = {slug: shared for slug, shared in identity.items() if shared}
        return MembersIndex(
            public=self.public,
            rows=[row for row, _ in left],
            places=[place for _, place in left],
            identity=shared_still,
            numbers={slug: number for slug, number in self.numbers.items() if slug in shared_still},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Some of a release's mentors: profiles for members, and the addresses that have a public page."""

    profiles: Mapping[str, MembersListing] = field(default_factory=dict, repr=False)
    public: frozenset[str] = frozenset()

    def profile(self, slug: str, withdrawals: Iterable[Withdrawal]) -> MembersListing | None:
        """Return what members see of a mentor and the public does not; None where there is nothing."""
        profile, withdrawn = self.profiles.get(slug), {each.subject for each in withdrawals}
        if profile is None or LISTING in withdrawn:
            return None
        identity = {name: given for name, given in profile.identity.items() if name not in withdrawn}
        if not identity and slug in self.public and PUBLIC not in withdrawn:
            return None
        return MembersListing(listing=profile.listing, identity=identity)

    def is_public(self, slug: str, withdrawals: Iterable[Withdrawal]) -> bool:
        """Return whether a mentor's public page is shown."""
        return slug in self.public and not any(each.subject in {LISTING, PUBLIC} for each in withdrawals)
