"""Tells mentors that their membership no longer counts, or counts again (ELI-8)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, Protocol

from mentoring.domain.audit import Change
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import StaleStandingError
from mentoring.domain.membership import Membership
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.standing import Standing, standing_change, standing_on

AT_ONCE: Final = 500  # mentors held in memory
CALLS_AT_ONCE: Final = 8  # on the day that most memberships end, thousands are told


class Mentors(Protocol):
    """Where mentors' profiles are read."""

    def listed(self, unreadable: Callable[[str], None] | None = None) -> Iterator[Profile]:
        """Yield every profile; one that cannot be read goes to `unreadable` by its member id."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, StoredProfile]:
        """Return the profiles of those of these members that have one, by member id."""


class Members(Protocol):
    """Where memberships are read."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id."""


class Standings(Protocol):
    """Where it is kept what mentors know of their membership."""

    def get_many(self, member_ids: Iterable[str]) -> dict[str, Standing]:
        """Return the standings of those of these mentors that have one, by member id."""

    def note_first(self, standings: Sequence[Standing]) -> None:
        """Note the standing of mentors who are seen for the first time."""

    def change(
        self,
        mentor: StoredProfile,
        membership: Membership | None,
        before: Standing,
        after: Standing,
        change: Change,
    ) -> None:
        """Note a changed standing with what is told of it, all or nothing. Raises StaleStandingError."""


@dataclass(slots=True)
class Told:
    """What a run did, in mentors. `put_off`: something moved meanwhile, the next run looks again."""

    seen: int = 0
    first_seen: int = 0
    lapsed: int = 0
    renewed: int = 0
    put_off: int = 0
    unreadable: int = 0


def tell_lapses(mentors: Mentors, members: Members, standings: Standings, now: datetime) -> Told:
    """Compare every mentor's membership with what they were last told, and tell those for whom it changed.

    Expiry dates pass by themselves, so this runs on days without an export as well. Who is seen for
    the first time is told nothing: an import of mentors must not write to everybody. Who opted out is left
    alone. Stopped anywhere and run again, it tells nobody twice: the row that says what was told commits
    with the message.
    """
    told = Told()
    damaged: set[str] = set()
    reading = (each for each in mentors.listed(damaged.add) if not each.opted_out_on)
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        while some := [each.member_id for each in islice(reading, AT_ONCE)]:
            changes, first = _compared(some, mentors, members, standings, day_of(now), damaged)
            standings.note_first(first)
            for outcome in pool.map(lambda change: _tell(change, standings, now), changes):
                _count(told, outcome)
            told.seen += len(some)
            told.first_seen += len(first)
    told.unreadable = len(damaged)
    return told


@dataclass(frozen=True, slots=True)
class _Change:
    mentor: StoredProfile
    membership: Membership | None
    before: Standing
    after: Standing


def _compared(
    member_ids: Sequence[str],
    mentors: Mentors,
    members: Members,
    standings: Standings,
    today: date,
    damaged: set[str],
) -> tuple[list[_Change], list[Standing]]:
    """Return whose standing changed, and the standings of those who were never seen before."""
    memberships = members.get_many(member_ids, damaged.add)
    known = standings.get_many(member_ids)
    now = {
        member_id: standing_on(member_id, memberships.get(member_id), today)
        for member_id in member_ids
        if member_id not in damaged  # of them nothing can be said
    }
    moved = [each for each in now.values() if _differs(known.get(each.member_id), each)]
    # Read again, with the version that the message commits against; an opt-out meanwhile is respected.
    profiles = mentors.get_many([each.member_id for each in moved], damaged.add)
    changes = [
        _Change(mentor, memberships.get(each.member_id), known[each.member_id], each)
        for each in moved
        if (mentor := profiles.get(each.member_id)) and not mentor.profile.opted_out_on
    ]
    return changes, [each for member_id, each in now.items() if member_id not in known]


def _differs(before: Standing | None, after: Standing) -> bool:
    return before is not None and before.is_active is not after.is_active


def _tell(change: _Change, standings: Standings, now: datetime) -> Standing | None:
    """Tell one mentor; None where something moved since it was read."""
    told = standing_change(change.before, change.after, now)
    try:
        standings.change(change.mentor, change.membership, change.before, change.after, told)
    except StaleStandingError:
        return None
    return change.after


def _count(told: Told, outcome: Standing | None) -> None:
    if outcome is None:
        told.put_off += 1
    elif outcome.is_active:
        told.renewed += 1
    else:
        told.lapsed += 1
