"""Forgets withdrawals that were undone, once neither a kept release nor a backup is from before (DIR-4)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from mentoring.domain.builds import Release
from mentoring.domain.erasures import BACKUPS_LAST
from mentoring.domain.withdrawals import Withdrawal


class Withdrawals(Protocol):
    """What must not be shown, somewhere or anywhere."""

    def all(self) -> Iterable[Withdrawal]:
        """Return everything that must not be shown."""

    def forget(self, withdrawal: Withdrawal) -> bool:
        """Forget what was given again, if nothing was withdrawn or given of it since."""


def forget_given_again(
    withdrawals: Withdrawals,
    kept: Iterable[Release],
    clear: Callable[[Withdrawal], None],
    now: datetime,
) -> int:
    """Forget what hides nothing any more; return how many. `clear` takes it out of journal and edge.

    The journal serves a restore, so it has an entry for as long as backups are kept. The row goes last:
    whoever dies between leaves it to the next night.
    """
    names = [release.name for release in kept]
    forgotten = 0
    for each in list(withdrawals.all()):
        is_over = not each.stands and now - each.at > BACKUPS_LAST
        if is_over and not any(each.hides_in(name) for name in names):
            clear(each)
            forgotten += withdrawals.forget(each)
    return forgotten
