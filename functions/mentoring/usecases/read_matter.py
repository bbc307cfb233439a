"""Reads what a message is about at the moment of telling it, and whether it is still to be told (SAF-3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from mentoring.domain.business_days import day_of
from mentoring.domain.errors import OvertakenError
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.matters import Matter, is_current
from mentoring.domain.membership import Membership
from mentoring.domain.messages import Message
from mentoring.domain.receipts import Paper, papers
from mentoring.domain.registrations import StoredRegistration
from mentoring.domain.request_events import AvailabilityAsked
from mentoring.domain.request_loads import Load
from mentoring.domain.request_states import Side
from mentoring.domain.request_traces import is_named

ASKED: Final = AvailabilityAsked.__name__


class Requests(Protocol):
    """Where match requests are kept."""

    def get(self, request_id: str) -> StoredRequest | None:
        """Return a request; None where there is none."""

    def load_of(self, member_id: str) -> Load:
        """Return what of a member's requests counts against a limit."""


class Registrations(Protocol):
    """Where registrations are kept, with their receipts."""

    def get(self, registration_id: str) -> StoredRegistration | None:
        """Return a registration; None where there is none."""


class Memberships(Protocol):
    """Where members' names and addresses are found: the only place that has them."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id."""


@dataclass(frozen=True, slots=True)
class Matters:
    """Who knows what messages are about."""

    requests: Requests
    memberships: Memberships

    def of(self, message: Message, now: datetime) -> Matter | None:
        """Return the request that a message is about; None where it is about none.

        Raises OvertakenError where what it would say no longer holds.
        """
        today = day_of(now)
        if message.event == ASKED and not self._waits(message, today):
            raise OvertakenError(message.id)
        if "request_id" not in message.facts:
            return None
        matter = self._matter(message)
        if matter is None or not is_current(message.event, message.facts, matter, today):
            raise OvertakenError(message.id)
        return matter

    def _matter(self, message: Message) -> Matter | None:
        stored = self.requests.get(message.facts["request_id"])
        side = stored.request.side_of(message.facts["member_id"]) if stored else None
        if stored is None or side is None:
            return None
        return Matter(request=stored.request, side=side, other=self._name(stored.request, side.other))

    def _name(self, request: MatchRequest, side: Side) -> str:
        member_id = request.person(side)
        known = self.memberships.get_many([member_id], lambda _: None).get(member_id)
        return known.name if known and is_named(request, side) else ""

    def _waits(self, message: Message, today: date) -> bool:
        answer_by = date.fromisoformat(message.facts["answer_by"])
        return today <= answer_by == self.requests.load_of(message.facts["member_id"]).answer_by


def paper_of(message: Message, registrations: Registrations) -> Paper | None:
    """Return the receipt or credit note that a message sends; None where it sends none.

    Raises OvertakenError for one that there is not: a restore may have forgotten it.
    """
    if "paper" not in message.facts:
        return None
    stored = registrations.get(message.facts["registration_id"])
    for each in papers(stored.registration) if stored else ():
        if each.name == message.facts["paper"]:
            return each
    raise OvertakenError(message.id)
