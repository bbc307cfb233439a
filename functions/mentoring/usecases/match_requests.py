"""What the two people of a match request do: write, answer, agree, end (DIR-16 to DIR-19)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain import match_requests as rules
from mentoring.domain.audit import AuditLine, Change, ProfileChange
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import (
    RequestMovedError,
    RequestRefusedError,
    StaleProfileError,
    StaleRequestError,
)
from mentoring.domain.match_requests import Arrangement, MatchRequest, StoredRequest
from mentoring.domain.membership import Membership
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.profile import StoredProfile
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_events import request_events
from mentoring.domain.request_states import TOGETHER, Act, Reason, RequestState, Side

ATTEMPTS: Final = 60
"""How often an act is decided anew that met another one; each time, somebody else's was written."""


class Requests(Protocol):
    """Where match requests are kept."""

    def get(self, request_id: str) -> StoredRequest | None:
        """Return a request; None where there is none."""

    def save(
        self,
        request: MatchRequest,
        replacing: StoredRequest,
        change: Change,
        mentor: StoredProfile | None = None,
    ) -> StoredRequest:
        """Store a request in the place of a version.

        Raises StaleRequestError, StaleProfileError, RequestRefusedError.
        """

    def save_with_profile(
        self, request: MatchRequest, replacing: StoredRequest, change: Change, mentor: ProfileChange
    ) -> StoredRequest:
        """Store a request and its mentor's profile, all or nothing.

        Raises StaleRequestError, StaleProfileError.
        """


class Mentors(Protocol):
    """Where mentors' profiles are read."""

    def get(self, member_id: str) -> StoredProfile | None:
        """Return a mentor's profile, opted out or not."""


class Members(Protocol):
    """Where memberships are read."""

    def get(self, member_id: str) -> Membership | None:
        """Return a member's membership, active or not."""


Pausing = Callable[[], ProfileChange | None]
"""What pauses a mentor, decided over their profile of this moment; None where nothing has to."""


class NoSuchRequestError(Exception):
    """There is no such request, or it is somebody else's: the two answer alike (SAF-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchActs:
    """One person's acts of one request of the web."""

    requests: Requests
    profiles: Mentors
    memberships: Members
    policy: DirectoryPolicy
    member_id: str
    now: datetime

    def write(self, request_id: str, text: str) -> StoredRequest:
        """Ask something, or answer (DIR-16); the same text again changes nothing."""

        def decide(request: MatchRequest, side: Side) -> MatchRequest:
            if request.lines and request.lines[-1].by is side and request.lines[-1].text == text:
                return request
            if len(request.lines) >= self.policy.lines_per_request:
                raise RequestRefusedError(Refusal.TOO_LONG)
            return rules.written(request, side, text, self.policy, self.now)

        return self._act(request_id, Act.WRITE, decide)

    def accept(self, request_id: str, proposal: Arrangement) -> StoredRequest:
        """Say yes, with a first proposal (DIR-17). Accepting again changes nothing.

        Raises RequestRefusedError where there is no room left (DIR-9), or the mentee's membership lapsed.
        """

        def decide(request: MatchRequest, side: Side) -> MatchRequest:
            if side is Side.MENTOR and request.state in TOGETHER:
                return request
            rules.moved(request, Act.ACCEPT, side)
            mentee = self.memberships.get(request.mentee_id)
            if mentee is None or not mentee.is_active(day_of(self.now)):
                raise RequestRefusedError(Refusal.MENTEE_LAPSED)
            return rules.accepted(request, proposal, self.now)

        return self._act(request_id, Act.ACCEPT, decide)

    def decline(
        self, request_id: str, reason: Reason | None, words: str, pausing: Pausing = lambda: None
    ) -> StoredRequest:
        """Say no, with or without a reason; what pauses the mentor is saved with it (DIR-16)."""
        return self._close(request_id, Act.DECLINE, RequestState.DECLINED, reason, words, pausing)

    def withdraw(self, request_id: str) -> StoredRequest:
        """Take a request back (DIR-18)."""
        return self._close(request_id, Act.WITHDRAW, RequestState.WITHDRAWN)

    def end(self, request_id: str, words: str) -> StoredRequest:
        """End a relationship; the other is told (DIR-18)."""
        return self._close(request_id, Act.END, RequestState.ENDED, None, words)

    def propose(self, request_id: str, proposal: Arrangement, in_place_of: datetime | None) -> StoredRequest:
        """Propose how to work together, in the place of what was proposed or agreed at that instant (DIR-18).

        Raises RequestMovedError where something else was by now.
        """

        def decide(request: MatchRequest, side: Side) -> MatchRequest:
            if _says(request.proposal) == _says(proposal) and proposal.by is side:
                return request
            if request.arranged_at != in_place_of:
                raise RequestMovedError(request.id, request.state, Act.PROPOSE)
            return rules.proposed(request, proposal)

        return self._act(request_id, Act.PROPOSE, decide)

    def agree(self, request_id: str, proposed_at: datetime) -> StoredRequest:
        """Agree to the proposal of that instant, and to no other (DIR-18). Raises RequestMovedError."""

        def decide(request: MatchRequest, side: Side) -> MatchRequest:
            agreed = request.arrangement
            if request.proposal is None and agreed and agreed.at == proposed_at and agreed.by is side.other:
                return request
            if request.proposal and request.proposal.at != proposed_at:
                raise RequestMovedError(request.id, request.state, Act.AGREE)
            return rules.agreed(request, side, self.now)

        return self._act(request_id, Act.AGREE, decide)

    def find(self, request_id: str) -> tuple[StoredRequest, Side]:
        """Return a request of this person, and which side is theirs. Raises NoSuchRequestError."""
        stored = self.requests.get(request_id)
        side = stored.request.side_of(self.member_id) if stored else None
        if stored is None or side is None:
            raise NoSuchRequestError
        return stored, side

    def _close(
        self,
        request_id: str,
        act: Act,
        done: RequestState,
        reason: Reason | None = None,
        words: str = "",
        pausing: Pausing = lambda: None,
    ) -> StoredRequest:
        def decide(request: MatchRequest, side: Side) -> MatchRequest:
            if request.state is done and request.closed_by is side:
                return request
            return rules.closed(request, act, side, self.now, reason, words)

        return self._act(request_id, act, decide, pausing)

    def _act(
        self,
        request_id: str,
        act: Act,
        decide: Callable[[MatchRequest, Side], MatchRequest],
        pausing: Pausing = lambda: None,
    ) -> StoredRequest:
        """Save what is decided with its messages and its audit line; what is done already stays as it is.

        Raises NoSuchRequestError, RequestMovedError, RequestRefusedError.
        """
        for _ in range(ATTEMPTS):
            stored, side = self.find(request_id)
            after = decide(stored.request, side)
            if after == stored.request:
                return stored
            version = stored.version + 1
            told = request_events(after, act, side, version, self.now)
            change = Change(acted_line(self.member_id, act, after, stored.request, version, self.now), told)
            mentor, paused = self._accepting(after) if act is Act.ACCEPT else None, pausing()
            try:
                if paused:
                    return self.requests.save_with_profile(after, stored, change, paused)
                return self.requests.save(after, stored, change, mentor)
            except (StaleRequestError, StaleProfileError):
                continue
        raise StaleRequestError(request_id, stored.version)

    def _accepting(self, request: MatchRequest) -> StoredProfile:
        """Return the profile that an acceptance counts under. Raises RequestRefusedError."""
        mentor = self.profiles.get(request.mentor_id)
        if mentor is None or mentor.profile.opted_out_on:
            raise RequestRefusedError(Refusal.NOT_LISTED)
        return mentor


def _says(arrangement: Arrangement | None) -> tuple[object, ...]:
    """Return what a proposal says, whenever it was said."""
    if arrangement is None:
        return ()
    return (
        arrangement.by,
        arrangement.months,
        arrangement.frequency,
        arrangement.formats,
        arrangement.availabilities,
        arrangement.goals,
    )


def acted_line(
    member_id: str,
    action: str,
    request: MatchRequest,
    before: MatchRequest | None,
    version: int,
    now: datetime,
) -> AuditLine:
    """Return the audit line of an act of one of the two."""
    return AuditLine(
        actor=f"member:{member_id}",
        action=f"request-{action}",
        member_id=member_id,
        occurrence=f"{request.id}.{version}",
        at=now,
        changes={"state": (before.state if before else "", request.state)},
    )
