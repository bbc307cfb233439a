"""Erases again what a restore from a backup brought back (SAF-1, invariant 23).

The journal stands beside the database, so a restore does not reach it. Whatever it says was erased and is
from before that instant goes once more; what somebody began since stays.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from mentoring.domain.audit import Change
from mentoring.domain.erasures import Erasure, Held, erasure_change
from mentoring.usecases.journal_erasure import ERASED, erased_at


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

    def remember(self, member_id: str, at: datetime) -> Erasure:
        """Note anew an erasure that a restore has taken away, and erase what is from before it."""

    def tell_again(self, member_id: str, at: datetime, now: datetime) -> None:
        """Tell once more of an erasure, so that what depends on it ends again."""

    def of(self, member_id: str) -> list[Erasure]:
        """Return a member's erasures, the newest first."""


def replay_erasures(
    journal: Journal, erasures: Erasures, settle: Callable[[Erasure], None], now: datetime
) -> int:
    """Erase again everything that the journal has and the database no longer does; return how many.

    It may be run again at any time. Raises StaleProfileError where somebody changes a profile meanwhile: run
    it again.
    """
    again = 0
    for key in journal.names(ERASED):
        member_id = key.removeprefix(ERASED).removesuffix(".json")
        at = erased_at(journal.read(key) or b"{}")
        if at is not None:
            again += _is_erased_again(member_id, at, erasures, settle, now)
            erasures.tell_again(member_id, at, now)
    return again


def _is_erased_again(
    member_id: str, at: datetime, erasures: Erasures, settle: Callable[[Erasure], None], now: datetime
) -> bool:
    held = erasures.held(member_id)
    is_known = any(each.at >= at for each in erasures.of(member_id))
    if held and held.is_profile_from_before(at):
        settle(erasures.erase(held, erasure_change(held, now)))
        return True
    has_answers = held and (held.is_draft_from_before(at) or held.is_mentee_from_before(at))
    if is_known and not has_answers:
        return False
    settle(erasures.remember(member_id, at))
    return True
