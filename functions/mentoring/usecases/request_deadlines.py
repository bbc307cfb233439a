"""What the clock does with match requests, and with mentors who let them go by (DIR-19, invariant 14).

A sweep reads what is due and decides; run twice, late or never it does no more than once, later or nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from mentoring.domain import match_requests as rules
from mentoring.domain.audit import AuditLine, Change, profile_changes
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import NotAskedError, StaleProfileError, StaleRequestError
from mentoring.domain.events import Event, profile_events
from mentoring.domain.loads import Load
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.request_events import AvailabilityAsked, MentorPausedForSilence, request_events
from mentoring.domain.request_states import Act, Side

BY: Final = "system:deadlines"


class DueRequests(Protocol):
    """Where match requests are kept, and found by the day on which something is due."""

    def due(self, today: date) -> Iterator[str]:
        """Yield the id of every request that the clock has something to do with."""

    def silent(self, today: date) -> Iterator[str]:
        """Yield every mentor whose day to say that they still take on mentees has come."""

    def get(self, request_id: str) -> StoredRequest | None:
        """Return a request; None where there is none."""

    def load_of(self, member_id: str) -> Load:
        """Return what of a member's requests counts against a limit."""

    def save(
        self,
        request: MatchRequest,
        replacing: StoredRequest,
        change: Change,
        mentor: StoredProfile | None = None,
        answer_by: date | None = None,
    ) -> StoredRequest:
        """Store a request in the place of a version. Raises StaleRequestError."""

    def settle_availability(self, mentor_id: str, change: Change) -> bool:
        """Note that nobody waits any more for a mentor to say that they take on mentees."""

    def pause_silent(self, profile: Profile, replacing: StoredProfile, change: Change) -> StoredProfile:
        """Store the paused profile of a mentor who did not say so.

        Raises NotAskedError, StaleProfileError.
        """


class Mentors(Protocol):
    """Where mentors' profiles are read."""

    def get(self, member_id: str) -> StoredProfile | None:
        """Return a mentor's profile, opted out or not."""


class Questionnaires(Protocol):
    """Where mentees' questionnaires are kept, and found by the day on which they go."""

    def unused(self, today: date) -> Iterator[str]:
        """Yield every member whose questionnaire goes by today."""

    def forget_unused(self, member_id: str, today: date, line: AuditLine) -> bool:
        """Take out a questionnaire that goes by today; False where it was used, or is gone."""


class Done(StrEnum):
    """What became of something that was due."""

    NUDGED = "nudged"
    EXPIRED = "expired"
    PAUSED = "paused"
    SETTLED = "settled"
    FORGOTTEN = "forgotten"
    NOT_DUE = "not-due"  # somebody moved it since the index was written


Suggest = Callable[[MatchRequest], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One run. `suggest` returns the addresses of other mentors for whoever got no answer."""

    requests: DueRequests
    profiles: Mentors
    questionnaires: Questionnaires
    suggest: Suggest
    policy: DirectoryPolicy
    now: datetime

    def run(self) -> Iterator[tuple[str, Done | Exception]]:
        """Do everything that is due, and yield what became of each. One that fails stops nobody."""
        today = day_of(self.now)
        for request_id in self.requests.due(today):
            yield request_id, _tried(self.move, request_id)
        for mentor_id in self.requests.silent(today):
            yield mentor_id, _tried(self.pause, mentor_id)
        for member_id in self.questionnaires.unused(today):
            yield member_id, _tried(self.forget, member_id)

    def move(self, request_id: str) -> Done:
        """Remind of a request, or end it. Raises StaleRequestError where somebody acts at this moment."""
        stored, today = self.requests.get(request_id), day_of(self.now)
        due_on = stored.request.due_on if stored else None
        if stored is None or due_on is None or due_on > today:
            return Done.NOT_DUE
        if stored.request.answer_by < today:
            return self._expire(stored)
        self.requests.save(
            rules.nudged(stored.request), stored, self._told(Act.NUDGE, rules.nudged(stored.request), stored)
        )
        return Done.NUDGED

    def pause(self, mentor_id: str) -> Done:
        """Pause a mentor who did not say in time that they still take on mentees."""
        answer_by = self.requests.load_of(mentor_id).answer_by
        if answer_by is None or answer_by >= day_of(self.now):
            return Done.NOT_DUE
        stored = self.profiles.get(mentor_id)
        if stored is None or stored.profile.opted_out_on or not stored.profile.is_available:
            line = self._member_line("settle-availability", mentor_id, answer_by)
            self.requests.settle_availability(mentor_id, Change(line))
            return Done.SETTLED
        paused = replace(stored.profile, is_available=False, returns_on=None)
        line = self._member_line("pause-silent", mentor_id, answer_by)
        events: tuple[Event, ...] = (
            *profile_events(stored.profile, paused, stored.version + 1, self.now),
            MentorPausedForSilence(member_id=mentor_id, occurrence=answer_by.isoformat(), at=self.now),
        )
        told = Change(replace(line, changes=profile_changes(stored.profile, paused)), events)
        try:
            self.requests.pause_silent(paused, stored, told)
        except NotAskedError:
            return Done.NOT_DUE
        return Done.PAUSED

    def forget(self, member_id: str) -> Done:
        """Take out what a member told mentors, and for long has neither saved nor sent (SAF-1)."""
        today = day_of(self.now)
        line = self._member_line("forget-questionnaire", member_id, today)
        is_gone = self.questionnaires.forget_unused(member_id, today, line)
        return Done.FORGOTTEN if is_gone else Done.NOT_DUE

    def _expire(self, stored: StoredRequest) -> Done:
        request = stored.request
        suggested = self.suggest(request) if request.turn is Side.MENTOR else ()
        after = replace(rules.closed(request, Act.EXPIRE, Side.SYSTEM, self.now), suggested=suggested)
        change = self._told(Act.EXPIRE, after, stored)
        answer_by = self._answer_by(request)
        if answer_by:
            asked = AvailabilityAsked(
                member_id=request.mentor_id, occurrence=request.id, at=self.now, answer_by=answer_by
            )
            change = Change(change.line, (*change.events, asked))
        self.requests.save(after, stored, change, answer_by=answer_by)
        return Done.EXPIRED

    def _answer_by(self, request: MatchRequest) -> date | None:
        """Return until when a mentor is asked to say that they still take on mentees; None for not now."""
        if request.turn is not Side.MENTOR:
            return None
        load, mentor = self.requests.load_of(request.mentor_id), self.profiles.get(request.mentor_id)
        if mentor is None or mentor.profile.opted_out_on or not mentor.profile.is_available:
            return None
        is_enough = len(load.missed | {request.id}) >= self.policy.missed_before_asked
        if load.answer_by or not is_enough:
            return None
        return day_of(self.now) + timedelta(days=self.policy.days_to_confirm - 1)

    def _told(self, act: Act, after: MatchRequest, stored: StoredRequest) -> Change:
        version = stored.version + 1
        line = AuditLine(
            actor=BY,
            action=f"request-{act}",
            member_id=after.person(after.turn),
            occurrence=f"{after.id}.{version}",
            at=self.now,
            changes={"state": (stored.request.state, after.state)},
        )
        return Change(line, request_events(after, act, Side.SYSTEM, version, self.now))

    def _member_line(self, action: str, member_id: str, day: date) -> AuditLine:
        return AuditLine(
            actor=BY,
            action=action,
            member_id=member_id,
            occurrence=day.isoformat(),
            at=self.now,
            changes={},
        )


def confirm_availability(mentor_id: str, requests: DueRequests, now: datetime) -> bool:
    """Note that a mentor says that they still take on mentees; False where nobody asked, or they said so."""
    answer_by = requests.load_of(mentor_id).answer_by
    if answer_by is None:
        return False
    line = AuditLine(
        actor=f"member:{mentor_id}",
        action="confirm-availability",
        member_id=mentor_id,
        occurrence=answer_by.isoformat(),
        at=now,
        changes={},
    )
    return requests.settle_availability(mentor_id, Change(line))


def _tried(act: Callable[[str], Done], name: str) -> Done | Exception:
    try:
        return act(name)
    except (StaleRequestError, StaleProfileError):
        return Done.NOT_DUE  # somebody acted at this moment; the next sweep looks again
    except Exception as error:  # noqa: BLE001 - told with the others
        return error
