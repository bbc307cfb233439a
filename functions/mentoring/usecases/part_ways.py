"""Ends what somebody who left had open or under way, and tells the other of the two (DIR-8)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from mentoring.domain import match_requests as rules
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import RecordUnreadableError, StaleRequestError
from mentoring.domain.events import Event
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.request_events import request_events
from mentoring.domain.request_states import Act, Reason, Side
from mentoring.domain.request_traces import unwritten

BY: Final = "system:parting"
ATTEMPTS: Final = 10

LEFT: Final = "ListingWithdrawn"
LAPSED: Final = "MembershipLapsed"
ERASED: Final = "DraftErased"
LEAVING: Final[Mapping[str, Mapping[Side, Reason]]] = {
    LEFT: {Side.MENTOR: Reason.MENTOR_LEFT},
    LAPSED: {Side.MENTOR: Reason.MENTOR_LAPSED, Side.MENTEE: Reason.MENTEE_LAPSED},
    "ProfileErased": {Side.MENTOR: Reason.MENTOR_LEFT, Side.MENTEE: Reason.MENTEE_LEFT},
    ERASED: {Side.MENTOR: Reason.MENTOR_LEFT, Side.MENTEE: Reason.MENTEE_LEFT},
}
"""What an event ends, by the side on which the member was; the reason is what the other is told."""
ERASING: Final = ("ProfileErased", ERASED)


class OpenRequests(Protocol):
    """Where match requests are kept."""

    def get(self, request_id: str) -> StoredRequest | None:
        """Return a request; None where there is none."""

    def of(
        self, member_id: str, side: Side, unreadable: Callable[[str], None] | None = None
    ) -> list[StoredRequest]:
        """Return the requests in which a member is on this side."""

    def save(self, request: MatchRequest, replacing: StoredRequest, change: Change) -> StoredRequest:
        """Store a request in the place of a version. Raises StaleRequestError."""


class Presence(Protocol):
    """What there is of a member at this moment: they may be back since they left."""

    def is_active(self, member_id: str, today: date) -> bool:
        """Return whether their membership counts."""

    def is_mentor(self, member_id: str) -> bool:
        """Return whether they have a profile and have not opted out."""

    def questionnaire(self, member_id: str) -> int:
        """Return which questionnaire they have as a mentee, by its first version; 0 for none."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Who ends what is over with whoever left."""

    requests: OpenRequests
    presence: Presence
    now: datetime

    def part(self, event: str, member_id: str, left_at: datetime) -> Iterator[MatchRequest]:
        """End, one by one, every request of whoever left at `left_at`, and yield it as it is from then on.

        Open ones go first. What began after they came back stays; after an erasure nothing of what they
        wrote is left. Repeated it ends nothing more. Raises RecordUnreadableError for a damaged request, once
        all the others are done.
        """
        damaged = list[str]()
        for side, reason in LEAVING[event].items():
            found = self.requests.of(member_id, side, damaged.append)
            over = self._over(event, member_id, side, left_at)
            for stored in sorted(found, key=lambda each: not each.request.is_open):
                if over(stored.request):
                    yield from self._parted(stored, side, reason, event in ERASING)
        if damaged:
            raise RecordUnreadableError(", ".join(damaged))

    def _over(
        self, event: str, member_id: str, side: Side, left_at: datetime
    ) -> Callable[[MatchRequest], bool]:
        """Return which requests are over, by what of the member is there after they left.

        A request commits on condition of its mentor's profile and its mentee's questionnaire. So those sent
        until a commit that took these away are all there now, whatever their own instant says.
        """
        if event == LAPSED:
            is_back = self.presence.is_active(member_id, day_of(self.now))
            return lambda _: not is_back
        if side is Side.MENTEE:
            standing = self.presence.questionnaire(member_id)
            return lambda request: request.questionnaire != standing
        is_back = self.presence.is_mentor(member_id)
        return lambda request: not is_back or request.sent_at <= left_at

    def _parted(
        self, stored: StoredRequest, side: Side, reason: Reason, is_erased: bool
    ) -> Iterator[MatchRequest]:
        for current in self._tries(stored):
            request, events = current.request, tuple[Event, ...]()
            after = request
            if request.is_open:
                after = rules.closed(request, Act.CLOSE, Side.SYSTEM, self.now, reason)
                events = request_events(after, Act.CLOSE, Side.SYSTEM, current.version + 1, self.now)
            if is_erased:
                after = unwritten(after, side)
            if after == request:
                return
            line = AuditLine(
                actor=BY,
                action=f"request-{Act.CLOSE}",
                member_id=request.person(side.other),
                occurrence=f"{request.id}.{current.version + 1}",
                at=self.now,
                changes={"state": (request.state, after.state)},
            )
            try:
                self.requests.save(after, current, Change(line, events))
            except StaleRequestError:
                continue
            yield after
            return
        raise StaleRequestError(stored.request.id, stored.version)

    def _tries(self, stored: StoredRequest) -> Iterator[StoredRequest]:
        """Yield a request as it was read, then as it is by now."""
        yield stored
        for _ in range(ATTEMPTS):
            current = self.requests.get(stored.request.id)
            if current:
                yield current
