"""Ends what mentees whose membership no longer counts had open or under way (ELI-8, DIR-18).

A lapsed mentor is told, and parts by that message. A mentee has no standing of their own: each night the
requests that are open are compared with the memberships themselves.
"""

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mentoring.domain.business_days import day_of
from mentoring.domain.errors import RecordUnreadableError
from mentoring.domain.membership import Membership
from mentoring.domain.policy import PublishingPolicy
from mentoring.usecases.part_ways import LAPSED, OpenRequests, Parting, Presence


class Requests(OpenRequests, Protocol):
    """Where match requests are kept."""

    def mentees(self) -> Set[str]:
        """Return everybody who waits for a mentor's answer, or works with one."""


class Members(Protocol):
    """Where memberships are read."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id."""


@dataclass(frozen=True, slots=True)
class Parted:
    """How many requests ended, and which mentees a person looks at first: so many lapsed at once.

    `unreadable` are mentees with a request that could not be ended; their others were.
    """

    ended: int
    held: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    def require_whole(self) -> None:
        """Raise RecordUnreadableError where something could not be ended."""
        if self.unreadable:
            raise RecordUnreadableError(", ".join(self.unreadable))


def part_lapsed_mentees(
    requests: Requests,
    members: Members,
    presence: Presence,
    policy: PublishingPolicy,
    now: datetime,
    allowed: Collection[str] = (),
    held: Collection[str] = (),
) -> Parted:
    """End every request of mentees whose membership lapsed; the other of the two is told, once.

    Nothing revives what has ended: who renews asks anew. Where more lapsed at once than the policy lets
    through, none of them parts before a person said so (`allowed`); nor does anybody who was `held` before.
    """
    asking, damaged, today = requests.mentees(), set[str](), day_of(now)
    known = members.get_many(asking, damaged.add)
    lapsed = {each for each in asking - damaged if not ((of := known.get(each)) and of.is_active(today))}
    unseen = lapsed - {*allowed}
    if not policy.is_mass_lapse(len(unseen), len(asking)):
        unseen = lapsed & {*held}
    parting, ended, unreadable = Parting(requests, presence, now), 0, list[str]()
    for mentee in sorted(lapsed - unseen):
        try:
            for _ in parting.part(LAPSED, mentee, now):
                ended += 1
        except RecordUnreadableError:
            unreadable.append(mentee)
    return Parted(ended, tuple(sorted(unseen)), tuple(unreadable))
