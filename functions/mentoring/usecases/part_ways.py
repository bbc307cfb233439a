"""Ends what somebody who left had open or under way, and tells the other of the two (DIR-8)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain import match_requests as rules
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.errors import StaleRequestError
from mentoring.domain.events import Event
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.request_events import request_events
from mentoring.domain.request_states import Act, Reason, Side

BY: Final = "system:parting"
ATTEMPTS: Final = 10

LEAVING: Final[Mapping[str, Mapping[Side, Reason]]] = {
    "ListingWithdrawn": {Side.MENTOR: Reason.MENTOR_LEFT},
    "MembershipLapsed": {Side.MENTOR: Reason.MENTOR_LAPSED, Side.MENTEE: Reason.MENTEE_LAPSED},
    "ProfileErased": {Side.MENTOR: Reason.MENTOR_LEFT, Side.MENTEE: Reason.MENTEE_LEFT},
    "DraftErased": {Side.MENTOR: Reason.MENTOR_LEFT, Side.MENTEE: Reason.MENTEE_LEFT},
}
"""What an event ends, by the side on which the member was; the reason is what the other is told."""
ERASING: Final = ("ProfileErased", "DraftErased")


class OpenRequests(Protocol):
    """Where match requests are kept."""

    def get(self, request_id: str) -> StoredRequest | None:
        """Return a request; None where there is none."""

    def of(self, member_id: str, side: Side) -> list[StoredRequest]:
        """Return the requests in which a member is on this side."""

    def save(self, request: MatchRequest, replacing: StoredRequest, change: Change) -> StoredRequest:
        """Store a request in the place of a version. Raises StaleRequestError."""


def part_ways(event: str, member_id: str, since: datetime, requests: OpenRequests, now: datetime) -> int:
    """End every request of whoever left at `since`; return how many. Repeated it ends nothing more.

    What began after they came back stays. After an erasure nothing of what they wrote is left.
    """
    ended = 0
    for side, reason in LEAVING[event].items():
        for stored in requests.of(member_id, side):
            if stored.request.sent_at <= since:
                ended += _part(stored, side, reason, event in ERASING, requests, now)
    return ended


def _part(
    stored: StoredRequest,
    side: Side,
    reason: Reason,
    is_erased: bool,
    requests: OpenRequests,
    now: datetime,
) -> bool:
    for current in _tries(stored, requests):
        request, events = current.request, tuple[Event, ...]()
        after = request
        if request.is_open:
            after = rules.closed(request, Act.CLOSE, Side.SYSTEM, now, reason)
            events = request_events(after, Act.CLOSE, Side.SYSTEM, current.version + 1, now)
        if is_erased:
            after = rules.unwritten(after, side)
        if after == request:
            return False
        line = AuditLine(
            actor=BY,
            action=f"request-{Act.CLOSE}",
            member_id=request.person(side.other),
            occurrence=f"{request.id}.{current.version + 1}",
            at=now,
            changes={"state": (request.state, after.state)},
        )
        try:
            requests.save(after, current, Change(line, events))
        except StaleRequestError:
            continue
        return request.is_open
    raise StaleRequestError(stored.request.id, stored.version)


def _tries(stored: StoredRequest, requests: OpenRequests) -> Iterator[StoredRequest]:
    """Yield a request as it was read, then as it is by now."""
    yield stored
    for _ in range(ATTEMPTS):
        current = requests.get(stored.request.id)
        if current:
            yield current
