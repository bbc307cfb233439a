"""Makes what others see agree with the withdrawals on file, at once and in every release (invariant 23)."""

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.withdrawals import Withdrawal, hides_page, withdrawn_file

LIVE: Final = "live/withdrawn.json"
JOURNAL: Final = "withdrawals/"


class Withdrawals(Protocol):
    """What must no longer be shown: the truth that everything here follows."""

    def all(self) -> Iterable[Withdrawal]:
        """Return everything that must not be shown."""

    def of(self, slug: str) -> list[Withdrawal]:
        """Return what must not be shown of one mentor."""


class EdgeKeys(Protocol):
    """Whose public page the edge hides."""

    def settle(self, slug: str, is_hidden: Callable[[], bool]) -> None:
        """Hide a mentor's page or let it be shown, as `is_hidden` says when nobody else can write."""


class Objects(Protocol):
    """Files beside the member database."""

    def replace(self, key: str, decide: Callable[[bytes | None], bytes]) -> None:
        """Let a file be what `decide` says, asked again until it says what is there."""


class KeptReleases(Protocol):
    """What is known of the releases."""

    def kept_since(self) -> datetime | None:
        """Return since when what was true may stand in a kept release."""


def settle(
    slug: str, withdrawals: Withdrawals, edge: EdgeKeys, objects: Objects, releases: KeptReleases
) -> None:
    """Hide or show a mentor's page, name them in the directory's file, and note both in the journal.

    Each of the three is tried, also when another fails; the failure is then raised. Everything is read anew
    where it is written, so neither the order of calls nor a repeat matters.
    """
    with ExitStack() as attempts:  # the last one in goes first: the page
        attempts.callback(objects.replace, f"{JOURNAL}{slug}.json", lambda _: _journal(withdrawals.of(slug)))
        attempts.callback(
            objects.replace, LIVE, lambda _: withdrawn_file(withdrawals.all(), releases.kept_since())
        )
        attempts.callback(edge.settle, slug, lambda: hides_page(withdrawals.of(slug)))


def journal_entries(slug: str, journal: bytes) -> list[Withdrawal]:
    """Return what a file of the journal says was withdrawn, and when."""
    return [
        Withdrawal(slug=slug, subject=subject, at=datetime.fromisoformat(at))
        for subject, at in json.loads(journal).items()
    ]


def _journal(withdrawals: Iterable[Withdrawal]) -> bytes:
    """Return a journal's file. It outlives a restore of the database, and says what to withdraw again."""
    return json.dumps({each.subject: each.at.isoformat() for each in withdrawals}, sort_keys=True).encode()
