"""Tells mentors that their membership no longer counts, or counts again (ELI-8)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, Protocol

from mentoring.domain.audit import Change
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import StaleStandingError
from mentoring.domain.membership import Membership
from mentoring.domain.policy import PublishingPolicy
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
    active: int = 0  # as they were last told, before this run
    held: tuple[str, ...] = ()  # who was not told of a lapse: so many are more likely a missing export

    @property
    def counts(self) -> dict[str, int]:
        """Return what is logged."""
        return asdict(self) | {"held": len(self.held)}


def tell_lapses(
    mentors: Mentors,
    members: Members,
    standings: Standings,
    policy: PublishingPolicy,
    now: datetime,
    allowed: Collection[str] = (),
) -> Told:
    """Compare every mentor's membership with what they were last told, and tell those for whom it changed.

    Expiry dates pass by themselves, so this runs on days without an export as well. Who is seen for
    the first time is told nothing: an import of mentors must not write to everybody. Who opted out is left
    alone. Stopped anywhere and run again, it tells nobody twice: the row that says what was told commits
    with the message. Where more lapse at once than the policy lets through, none of them is told before a
    person said so: `allowed` are the members of whom one did. Who renewed is told all the same.
    """
    told = Told()
    damaged: set[str] = set()
    reading = _Reading(mentors, members, standings, day_of(now), damaged)
    lapsing, renewing = _moved(reading, told)
    unseen = [each for each in lapsing if each not in allowed]
    if policy.is_mass_lapse(len(unseen), told.active):
        told.held = tuple(sorted(unseen))
        lapsing = [each for each in lapsing if each in allowed]
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        for some in _pieces([*renewing, *lapsing]):
            for outcome in pool.map(lambda change: _tell(change, standings, now), reading.changes(some)):
                _count(told, outcome)
    told.unreadable = len(damaged)
    return told


@dataclass(frozen=True, slots=True)
class _Change:
    mentor: StoredProfile
    membership: Membership | None
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is on file, and what was told of it, for some mentors at a time."""

    mentors: Mentors
    members: Members
    standings: Standings
    today: date
    damaged: set[str]

    def ids(self) -> Iterator[str]:
        """Yield every mentor who did not opt out."""
        listed = self.mentors.listed(self.damaged.add)
        return (each.member_id for each in listed if not each.opted_out_on)

    def compared(
        self, member_ids: Sequence[str]
    ) -> tuple[dict[str, Standing], list[Standing], Mapping[str, Membership]]:
        """Return what these were told, how they stand now, and their memberships."""
        memberships = self.members.get_many(member_ids, self.damaged.add)
        now = [
            standing_on(member_id, memberships.get(member_id), self.today)
            for member_id in member_ids
            if member_id not in self.damaged  # of them nothing can be said
        ]
        return self.standings.get_many(member_ids), now, memberships

    def changes(self, member_ids: Sequence[str]) -> list[_Change]:
        """Return whose standing changed, with the versions that the message commits against."""
        known, now, memberships = self.compared(member_ids)
        profiles = self.mentors.get_many(member_ids, self.damaged.add)
        return [
            _Change(mentor, memberships.get(each.member_id), known[each.member_id], each)
            for each in now
            if _differs(known.get(each.member_id), each)
            and (mentor := profiles.get(each.member_id))
            and not mentor.profile.opted_out_on  # meanwhile
        ]


def _moved(reading: _Reading, told: Told) -> tuple[list[str], list[str]]:
    """Return who lapsed and who renewed since they were told; note who is seen for the first time."""
    lapsing: list[str] = []
    renewing: list[str] = []
    for some in _pieces(reading.ids()):
        known, now, _ = reading.compared(some)
        first = [each for each in now if each.member_id not in known]
        reading.standings.note_first(first)
        for each in now:
            if _differs(known.get(each.member_id), each):
                (renewing if each.is_active else lapsing).append(each.member_id)
        told.seen += len(some)
        told.first_seen += len(first)
        told.active += sum(each.is_active for each in known.values())
    return lapsing, renewing


def _pieces(member_ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(member_ids)
    while some := list(islice(remaining, AT_ONCE)):
        yield some


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
