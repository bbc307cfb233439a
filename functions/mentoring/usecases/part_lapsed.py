"""Ends what mentees whose membership no longer counts had open or under way (ELI-8, DIR-18).

A lapsed mentor is told, and parts by that message. A mentee has no standing of their own: each night the
requests that are open are compared with the memberships themselves.
"""

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.business_days import day_of
from mentoring.domain.events import MembershipLapsed
from mentoring.domain.membership import Membership
from mentoring.domain.policy import PublishingPolicy
from mentoring.usecases.part_ways import OpenRequests, part_ways

LAPSED: Final = MembershipLapsed.__name__


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
    """How many requests ended, which mentees a person looks at first, and the first of what failed."""

    ended: int
    held: tuple[str, ...]  # so many lapsed at once
    failure: Exception | None = None


def part_lapsed_mentees(
    requests: Requests,
    members: Members,
    policy: PublishingPolicy,
    now: datetime,
    allowed: Collection[str] = (),
    held: Collection[str] = (),
) -> Parted:
    """End every request of mentees whose membership lapsed; the other of the two is told, once.

    Nothing revives what has ended: who renews asks anew. Where more lapsed at once than the policy lets
    through, none of them parts before a person said so (`allowed`); nor does anybody who was `held` before.
    One that fails stops nobody, and is tried again the next night.
    """
    asking, damaged, today = requests.mentees(), set[str](), day_of(now)
    known = members.get_many(asking, damaged.add)
    lapsed = {each for each in asking - damaged if not ((of := known.get(each)) and of.is_active(today))}
    unseen = lapsed - {*allowed}
    if not policy.is_mass_lapse(len(unseen), len(asking)):
        unseen = lapsed & {*held}
    ended, failures = 0, list[Exception]()
    for member_id in sorted(lapsed - unseen):
        try:
            ended += part_ways(LAPSED, member_id, now, requests, now)
        except Exception as error:  # noqa: BLE001 - told once the others are done
            failures.append(error)
    return Parted(ended, tuple(sorted(unseen)), next(iter(failures), None))
