"""What the clock does with match requests, and with mentors who let them go by (DIR-19, invariant 14).

A sweep reads what is due and decides; run twice, late or never it does no more than once, later or nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from mentoring.domain import match_requests as rules
from mentoring.domain.audit import AuditLine, Change, profile_changes
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import (
    NotAskedError,
    RecordUnreadableError,
    StaleLoadError,
    StaleProfileError,
    StaleRequestError,
)
from mentoring.domain.events import Event, profile_events
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.request_events import AvailabilityAsked, MentorPausedForSilence, request_events
from mentoring.domain.request_loads import Load, Missed
from mentoring.domain.request_states import Act, Side

BY: Final = "system:deadlines"
ATTEMPTS: Final = 5
"""How often is decided anew what met somebody else's act."""


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
        missed: Missed | None = None,
    ) -> StoredRequest:
        """Store a request in the place of a version.

        Raises StaleRequestError, StaleProfileError, StaleLoadError.
        """

    def settle_availability(self, mentor_id: str, answer_by: date, change: Change) -> bool:
        """Note that nobody waits any more for a mentor to say by this day that they take on mentees."""

    def pause_silent(
        self, profile: Profile, replacing: StoredProfile, answer_by: date, change: Change
    ) -> StoredProfile:
        """Store the paused profile of a mentor who did not say so.

        Raises NotAskedError, StaleProfileError.
        """


class Mentors(Protocol):
    """Where mentors' profiles are read."""

    def get(self, member_id: str) -> StoredProfile | None:
        """Return a mentor's profile, opted out or not."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, StoredProfile]:
        """Return the profiles of those of these members that have one, by member id."""


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
    """One run. `suggest` returns the addresses of other mentors for whoever got no answer.

    `unreadable` gathers whose records could not be read: requests end all the same, and the run tells of it.
    """

    requests: DueRequests
    profiles: Mentors
    questionnaires: Questionnaires
    suggest: Suggest
    policy: DirectoryPolicy
    now: datetime
    unreadable: set[str] = field(default_factory=set)

    def run(self) -> Iterator[tuple[str, Done | Exception]]:
        """Do everything that is due, and yield what became of each. One that fails stops nobody."""
        today = day_of(self.now)
        for request_id in self.requests.due(today):
            yield request_id, tried(self.move, request_id)
        for mentor_id in self.requests.silent(today):
            yield mentor_id, tried(self.pause, mentor_id)
        for member_id in self.questionnaires.unused(today):
            yield member_id, tried(self.forget, member_id)
        yield from ((member_id, RecordUnreadableError(member_id)) for member_id in sorted(self.unreadable))

    def move(self, request_id: str) -> Done:
        """Remind of a request, or end it. Raises Stale...Error where somebody acts at this moment."""
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
        """Pause a mentor who neither said in time that they take on mentees, nor changed their profile."""
        load = self.requests.load_of(mentor_id)
        answer_by = load.answer_by
        if answer_by is None or answer_by >= day_of(self.now):
            return Done.NOT_DUE
        stored = self.profiles.get(mentor_id)
        if stored is None or not _takes_on(stored) or not load.under(stored.version).answer_by:
            line = self._member_line("settle-availability", mentor_id, answer_by)
            self.requests.settle_availability(mentor_id, answer_by, Change(line))
            return Done.SETTLED
        paused = replace(stored.profile, is_available=False, returns_on=None)
        line = self._member_line("pause-silent", mentor_id, answer_by)
        events: tuple[Event, ...] = (
            *profile_events(stored.profile, paused, stored.version + 1, self.now),
            MentorPausedForSilence(member_id=mentor_id, occurrence=answer_by.isoformat(), at=self.now),
        )
        told = Change(replace(line, changes=profile_changes(stored.profile, paused)), events)
        try:
            self.requests.pause_silent(paused, stored, answer_by, told)
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
        missed = self._missed(request)
        if missed and missed.after.answer_by and not missed.before.answer_by:
            asked = AvailabilityAsked(
                member_id=request.mentor_id,
                occurrence=request.id,
                at=self.now,
                answer_by=missed.after.answer_by,
            )
            change = Change(change.line, (*change.events, asked))
        self.requests.save(after, stored, change, missed=missed)
        return Done.EXPIRED

    def _missed(self, request: MatchRequest) -> Missed | None:
        """Return what counts of a mentor who let a request go by; None for one who takes on nobody anyway.

        After so many they are asked whether they still take on mentees, once.
        """
        mentor = self.profiles.get_many([request.mentor_id], self.unreadable.add).get(request.mentor_id)
        if request.turn is not Side.MENTOR or mentor is None or not _takes_on(mentor):
            return None
        before = self.requests.load_of(request.mentor_id)
        load = before.under(mentor.version)
        missed, answer_by = load.missed | {request.id}, load.answer_by
        if not answer_by and len(missed) >= self.policy.missed_before_asked:
            answer_by = day_of(self.now) + timedelta(days=self.policy.days_to_confirm - 1)
        return Missed(mentor=mentor, before=before, after=replace(load, missed=missed, answer_by=answer_by))

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


def _takes_on(mentor: StoredProfile) -> bool:
    return mentor.profile.is_available and not mentor.profile.opted_out_on


def tried(act: Callable[[str], Done], name: str) -> Done | Exception:
    """Return what an act did about something that is due, or the exception that stopped it."""
    for _ in range(ATTEMPTS):
        try:
            return act(name)
        except (StaleRequestError, StaleProfileError, StaleLoadError):
            continue  # somebody acted at this moment
        except Exception as error:  # noqa: BLE001 - told with the others
            return error
    return Done.NOT_DUE  # the next sweep looks again
