"""Erases again what a restore from a backup brought back (SAF-1, invariant 23).

The journal stands beside the database, so a restore does not reach it. Whatever it says was erased and is
from before that instant goes once more; what somebody began since stays.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from mentoring.domain.audit import Change
from mentoring.domain.erasures import Erasure, Held, erasure_change
from mentoring.domain.errors import RecordUnreadableError
from mentoring.usecases.journal_erasure import ERASED, noted_erasures


class Journal(Protocol):
    """Where the journal is read."""

    def names(self, prefix: str) -> list[str]:
        """Return the keys that begin so."""

    def read(self, key: str) -> bytes | None:
        """Return what an object holds."""


class Erasures(Protocol):
    """Where erasing is done and remembered."""

    def held(self, member_id: str) -> Held | None:
        """Return what there is of a member to erase, readable or not."""

    def erase(self, held: Held, change: Change) -> Erasure:
        """Erase a profile at a version, or a draft where there is none. Raises StaleProfileError."""

    def finish(self, erasure: Erasure) -> Erasure:
        """Erase what a restore has brought back from before an erasure that is on file."""

    def remember(self, erasure: Erasure) -> Erasure:
        """Note anew an erasure that a restore has taken away, and erase what is from before it."""

    def tell_again(self, member_id: str, at: datetime, now: datetime) -> None:
        """Tell once more of an erasure, so that what depends on it ends again."""

    def of(self, member_id: str) -> list[Erasure]:
        """Return a member's erasures, the newest first."""


def replay_erasures(
    journal: Journal,
    erasures: Erasures,
    settle: Callable[[Erasure], None],
    unreadable: Callable[[str], None],
    now: datetime,
) -> int:
    """Erase again everything that the journal has and the database no longer does; return how many.

    It may be run again at any time. A damaged file goes to `unreadable` by its key, and stops nobody else.
    Raises StaleProfileError where somebody changes a profile meanwhile: run it again.
    """
    again = 0
    for key in journal.names(ERASED):
        member_id = key.removeprefix(ERASED).removesuffix(".json")
        try:
            noted = noted_erasures(member_id, journal.read(key))
        except RecordUnreadableError:
            unreadable(key)
            continue
        if noted:
            again += _is_erased_again(noted, erasures, settle, now)
            erasures.tell_again(member_id, noted[-1].at, now)
    return again


def _is_erased_again(
    noted: list[Erasure], erasures: Erasures, settle: Callable[[Erasure], None], now: datetime
) -> bool:
    member_id, last = noted[-1].member_id, noted[-1].at
    held = erasures.held(member_id)
    is_back = held is not None and held.is_from_before(last)
    if held and held.is_profile_from_before(last):
        settle(erasures.erase(held, erasure_change(held, now)))
    forgotten = list(_forgotten(noted, erasures.of(member_id)))
    for each in forgotten:
        settle(erasures.remember(each))
    erasures.finish(erasures.of(member_id)[0])  # a draft or a history came back alone
    return is_back or bool(forgotten)


def _forgotten(noted: Iterable[Erasure], known: list[Erasure]) -> Iterable[Erasure]:
    """Yield what is not on file: neither it nor, of the same address, what came of an earlier replay."""
    for each in noted:
        is_known = each.slug in {row.slug for row in known} if each.slug else known and known[0].at >= each.at
        if not is_known:
            yield each
