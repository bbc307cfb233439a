"""What use cases ask of the stores they are given."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from mentoring.domain.membership import Membership
from mentoring.domain.profile import Profile, StoredProfile


class Memberships(Protocol):
    """Where memberships are kept."""

    def get_many(self, member_ids: Iterable[str]) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id."""

    def put(self, memberships: Sequence[Membership]) -> None:
        """Store these memberships in the place of what was known of the members."""

    def count_active(self, today: date) -> int:
        """Return how many memberships count on this day."""


class Profiles(Protocol):
    """Where mentors' profiles are kept."""

    def get_many(self, member_ids: Iterable[str]) -> dict[str, StoredProfile]:
        """Return the profiles of those of these members that have one, by member id."""

    def save(self, profile: Profile, replacing: StoredProfile | None) -> StoredProfile:
        """Store a profile in the place of a version. Raises StaleProfileError, SlugTakenError."""
