"""Keeps erased what was erased (SAF-1): after a crash, after a restore, and until nothing remembers it."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mentoring.domain.audit import Change
from mentoring.domain.erasures import Erasure, Held, erasure_change
from mentoring.domain.errors import StaleProfileError


class Erasures(Protocol):
    """Where erasing is done and remembered."""

    def all(self) -> Iterable[Erasure]:
        """Return every erasure that ever was."""

    def held(self, member_id: str) -> Held | None:
        """Return what there is of a member to erase, readable or not."""

    def erase(self, held: Held, change: Change) -> Erasure:
        """Erase a profile at a version. Raises StaleProfileError."""

    def finish(self, erasure: Erasure) -> Erasure:
        """Erase what is left of a history, or what a restore has brought back of it."""

    def show_again(self, erasure: Erasure) -> None:
        """Forget what was withdrawn of an erased address."""

    def close(self, erasure: Erasure) -> None:
        """Keep of an erasure that it happened, and when."""


@dataclass(slots=True)
class Kept:
    """What a run did, in erasures."""

    finished: int = 0
    again: int = 0
    closed: int = 0


def keep_erased(
    erasures: Erasures,
    kept_since: datetime | None,
    clear: Callable[[Erasure], None],
    now: datetime,
) -> Kept:
    """Finish what a crash left, erase again what a restore brought back, close what nothing holds any more.

    An erased address is never given again, so a profile that has it comes from a backup. `kept_since` is
    the instant since when what was true may stand in a kept release. `clear` takes an erasure out of the
    journal, and its address out of everything that hides it: once no release and no backup holds it, it is
    only a name.
    """
    kept = Kept()
    for erasure in [each for each in erasures.all() if not each.is_closed]:
        finished = erasures.finish(erasure)
        kept.finished += not erasure.is_finished
        held = erasures.held(erasure.member_id)
        if held and erasure.slug and held.slug == erasure.slug:
            with suppress(StaleProfileError):  # somebody uses it just now: the next run takes it
                erasures.erase(held, erasure_change(held, now))
                kept.again += 1
        elif finished.may_be_closed(now) and not (kept_since and erasure.at >= kept_since):
            erasures.show_again(erasure)
            clear(erasure)
            erasures.close(erasure)
            kept.closed += 1
    return kept
