"""Marks the address that a letter did not reach, so that nothing more is sent there (MOD-26)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from mentoring.domain.address_marks import (
    AddressMark,
    Fault,
    Notice,
    cleared_line,
    hash_of,
    marked_line,
)
from mentoring.domain.audit import AuditLine
from mentoring.domain.errors import StaleMarkError
from mentoring.domain.events import Channel
from mentoring.domain.membership import Membership
from mentoring.domain.messages import ToldLetter
from mentoring.domain.policy import OutboxPolicy

ATTEMPTS: Final = 10


class Marks(Protocol):
    """Where marks are kept, one a member."""

    def of(self, member_id: str) -> AddressMark | None:
        """Return a member's mark, about whichever address it is."""

    def all(self, unreadable: Callable[[str], None]) -> Iterator[AddressMark]:
        """Yield every mark, the oldest first; whose is damaged goes to `unreadable`."""

    def save(self, mark: AddressMark, replacing: AddressMark | None, line: AuditLine) -> None:
        """Store a mark in the place of one, with its audit line. Raises StaleMarkError."""

    def clear(self, mark: AddressMark, line: AuditLine) -> None:
        """Take a mark away, with its audit line. Raises StaleMarkError."""


class Letters(Protocol):
    """Where members' letters are kept."""

    def withheld(self, member_id: str) -> list[ToldLetter]:
        """Return a member's letters that were held back for their address."""

    def note_return(self, name: str, fault: Fault) -> None:
        """Note that a letter came back, or was called unwanted."""


class Parked(Protocol):
    """Where messages wait."""

    def resume(self, name: str, now: datetime) -> bool:
        """Let a parked message wait again."""


class Memberships(Protocol):
    """Where members' addresses are found: the only place that has them."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id."""


class Taken(StrEnum):
    """What became of a notice."""

    MARKED = "marked"
    KNOWN = "known"  # said before
    OUTDATED = "outdated"  # another address is on file by now
    NOT_A_MEMBERS = "not-a-members"  # the programme's own mailbox, which people look after


def take_notice(
    notice: Notice, marks: Marks, letters: Letters, memberships: Memberships, now: datetime
) -> Taken:
    """Note what became of a letter, and mark its address. Repeated, or together with another, it marks once.

    Raises StaleMarkError where others keep marking.
    """
    member_id = _member_of(notice.message)
    if member_id is None:
        return Taken.NOT_A_MEMBERS
    letters.note_return(notice.message, notice.fault)
    membership = memberships.get_many([member_id], lambda _: None).get(member_id)
    marked = hash_of(notice.address)
    if membership is None or hash_of(membership.email) != marked:
        return Taken.OUTDATED
    mark = AddressMark(member_id=member_id, fault=notice.fault, address_hash=marked, since=now)
    for _ in range(ATTEMPTS):
        before = marks.of(member_id)
        if before and before.address_hash == marked and before.fault in (mark.fault, Fault.COMPLAINED):
            return Taken.KNOWN
        try:
            marks.save(mark, before, marked_line(mark, before))
        except StaleMarkError:
            continue
        return Taken.MARKED
    raise StaleMarkError(member_id)


def clear_mark(member_id: str, marks: Marks, now: datetime) -> bool:
    """Take a member's mark away: a person knows that letters arrive. False where there is none."""
    mark = marks.of(member_id)
    if mark is None:
        return False
    marks.clear(mark, cleared_line(mark, now))
    return True


def write_again(
    marks: Marks,
    letters: Letters,
    outbox: Parked,
    memberships: Memberships,
    policy: OutboxPolicy,
    now: datetime,
) -> int:
    """Let go out what was held back for an address that is no longer on file; return how many letters.

    Whether one is still true is looked at when it is written; one that is older than the policy lets go out
    by itself stays with a person (SAF-3). The mark goes last: whoever dies before finds the rest waiting.
    """
    resumed, kept = 0, list(marks.all(lambda _: None))  # staff see who is damaged
    known = memberships.get_many([mark.member_id for mark in kept], lambda _: None)
    for mark in kept:
        on_file = known.get(mark.member_id)
        if on_file is None or mark.is_about(on_file.email):
            continue
        for letter in letters.withheld(mark.member_id):
            if not policy.is_too_old(letter.told_at, now):
                resumed += outbox.resume(letter.id, now)
        with suppress(StaleMarkError):  # the new address was marked at this moment
            marks.clear(mark, cleared_line(mark, now, is_changed=True))
    return resumed


def see_marks(marks: Marks, memberships: Memberships, unreadable: Callable[[str], None]) -> list[AddressMark]:
    """Return the marks of addresses that are still on file, the oldest first.

    A damaged record costs nobody else's mark: whose it is goes to `unreadable`.
    """
    kept = list(marks.all(unreadable))
    known = memberships.get_many([mark.member_id for mark in kept], unreadable)
    return [mark for mark in kept if (on := known.get(mark.member_id)) and mark.is_about(on.email)]


def _member_of(message: str) -> str | None:
    """Return whom a message is to, by its name; None where it goes to the programme's own mailbox."""
    _, member_id, *_, channel = message.split("#")
    return member_id if channel == Channel.MAIL else None
