"""Makes what others see agree with the withdrawals on file, at once and in every release (invariant 23)."""

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.builds import Pointer
from mentoring.domain.errors import RecordUnreadableError
from mentoring.domain.withdrawals import Withdrawal, edge_mark, withdrawn_file

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

    def settle(self, slug: str, mark: Callable[[], str | None]) -> None:
        """Hide a mentor's page or let it be shown, as `mark` says when nobody else can write."""


class Objects(Protocol):
    """Files beside the member database."""

    def replace(self, key: str, decide: Callable[[bytes | None], bytes]) -> None:
        """Let a file be what `decide` says, asked again until it says what is there."""


class KeptReleases(Protocol):
    """What is known of the releases."""

    def kept_since(self) -> datetime | None:
        """Return since when what was true may stand in a kept release."""

    def pointer(self) -> Pointer | None:
        """Return what is shown; None before the first release."""


def settle(
    slug: str, withdrawals: Withdrawals, edge: EdgeKeys, objects: Objects, releases: KeptReleases
) -> None:
    """Hide or show a mentor's page, name them in the directory's file, and note both in the journal.

    Each of the three is tried, also when another fails; the failure is then raised. Everything is read anew
    where it is written, so neither the order of calls nor a repeat matters.
    """
    with ExitStack() as attempts:  # the last one in goes first: the page
        attempts.callback(
            objects.replace,
            f"{JOURNAL}{slug}.json",
            lambda held: _journal(slug, held or b"{}", withdrawals.of(slug)),
        )
        attempts.callback(objects.replace, LIVE, lambda _: _live(withdrawals, releases))
        attempts.callback(edge.settle, slug, lambda: edge_mark(withdrawals.of(slug)))


def journal_entries(slug: str, journal: bytes) -> list[Withdrawal]:
    """Return what a file of the journal says was withdrawn, and when. Raises RecordUnreadableError."""
    try:
        return [
            Withdrawal(slug=slug, subject=subject, at=datetime.fromisoformat(at))
            for subject, at in json.loads(journal).items()
        ]
    except (AttributeError, TypeError, ValueError) as error:
        raise RecordUnreadableError(slug) from error


def forget_in_journal(forgotten: Withdrawal, objects: Objects) -> None:
    """Take out of the journal what was given again, and no backup holds any more as it was before."""

    def decide(held: bytes | None) -> bytes:
        try:
            entries = journal_entries(forgotten.slug, held or b"{}")
        except RecordUnreadableError:
            return held or b""
        stays = [each for each in entries if each.subject != forgotten.subject or each.at > forgotten.at]
        return _written(stays)

    objects.replace(f"{JOURNAL}{forgotten.slug}.json", decide)


def _journal(slug: str, held: bytes, withdrawals: list[Withdrawal]) -> bytes:
    """Return a journal's file. It outlives a restore of the database, and says what to withdraw again.

    What it has and the database does not stays in it: a restore may have been there (invariant 23).
    """
    try:
        newest = {each.subject: each for each in journal_entries(slug, held)}
    except RecordUnreadableError:
        if not withdrawals:
            return held  # somebody has to look at it: it is all that there is
        newest = {}
    for each in withdrawals:
        if each.subject not in newest or each.at > newest[each.subject].at:
            newest[each.subject] = each
    return _written(newest.values())


def _written(entries: Iterable[Withdrawal]) -> bytes:
    return json.dumps({each.subject: each.at.isoformat() for each in entries}, sort_keys=True).encode()


def _live(withdrawals: Withdrawals, releases: KeptReleases) -> bytes:
    pointer = releases.pointer()
    return withdrawn_file(withdrawals.all(), releases.kept_since(), pointer.release if pointer else "")
