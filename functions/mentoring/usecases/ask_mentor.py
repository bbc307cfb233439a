"""A member asks a mentor, unless there is a reason why not (DIR-15, DIR-19)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain import match_requests as rules
from mentoring.domain.audit import Change
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import RequestRefusedError, StaleProfileError
from mentoring.domain.listing import changed_documents
from mentoring.domain.loads import Load
from mentoring.domain.match_requests import MatchRequest, SharingConsent, StoredRequest
from mentoring.domain.mentee_profiles import StoredMenteeProfile, questions_of
from mentoring.domain.policy import DirectoryPolicy, Document
from mentoring.domain.profile import LISTING, Audience, Profile, StoredProfile
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_events import sent_events
from mentoring.domain.request_states import RequestState, Side
from mentoring.usecases.match_requests import ATTEMPTS, Members, Mentors, acted_line

ID_BYTES: Final = 16  # 128 random bits: an address that nobody guesses


class Requests(Protocol):
    """Where match requests are kept."""

    def get(self, request_id: str) -> StoredRequest | None:
        """Return a request; None where there is none."""

    def load_of(self, member_id: str) -> Load:
        """Return what of a member's requests counts against a limit."""

    def open_between(self, mentee_id: str, mentor_id: str) -> str | None:
        """Return the id of the open request of a pair."""

    def send(
        self,
        request: MatchRequest,
        change: Change,
        mentor: StoredProfile,
        mentee: StoredMenteeProfile,
        policy: DirectoryPolicy,
    ) -> StoredRequest:
        """Store a new request. Raises RequestRefusedError, StaleProfileError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a mentee sends: to whom, in which words, and that the questionnaire may be read."""

    mentor_id: str
    introduction: str
    mentee: StoredMenteeProfile  # as it was reviewed
    consent: SharingConsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What one member may do about a mentor now."""

    requests: Requests
    profiles: Mentors
    memberships: Members
    documents: tuple[Document, ...]
    policy: DirectoryPolicy
    member_id: str
    now: datetime

    def why_not(self, mentor_id: str) -> Refusal | None:
        """Return why this person cannot ask a mentor now; None where they can (DIR-19)."""
        mentor = self.profiles.get(mentor_id)
        refusal = self._mentor_refusal(mentor_id, mentor)
        if refusal:
            return refusal
        if self.requests.open_between(self.member_id, mentor_id):
            return Refusal.ALREADY_OPEN
        is_most = len(self.requests.load_of(self.member_id).asked) >= self.policy.open_requests
        return Refusal.TOO_MANY if is_most else None

    def send(self, asked: Asked) -> StoredRequest:
        """Ask a mentor. Whoever sends the same twice has asked once.

        Raises RequestRefusedError; with CHANGED where the questionnaire was saved, or erased, since it was
        reviewed.
        """
        for _ in range(ATTEMPTS):
            if same := self._sent_already(asked):
                return same
            mentor = self.profiles.get(asked.mentor_id)
            if refusal := self._mentor_refusal(asked.mentor_id, mentor):
                raise RequestRefusedError(refusal)
            assert mentor is not None  # noqa: S101 - it was not refused
            request = self._new(asked, mentor.profile)
            change = Change(
                acted_line(self.member_id, "ask", request, None, 1, self.now), sent_events(request, self.now)
            )
            try:
                return self.requests.send(request, change, mentor, asked.mentee, self.policy)
            except StaleProfileError:
                continue
            except RequestRefusedError as refused:
                if same := self._sent_already(asked):  # by the other click of two
                    return same
                raise refused from None
        raise StaleProfileError(asked.mentor_id, 0)

    def _mentor_refusal(self, mentor_id: str, mentor: StoredProfile | None) -> Refusal | None:
        if mentor_id == self.member_id:
            return Refusal.ONESELF
        return self.closed(mentor_id, mentor)

    def closed(self, mentor_id: str, mentor: StoredProfile | None) -> Refusal | None:
        """Return why nobody can ask a mentor now; None where members can."""
        today = day_of(self.now)
        membership = self.memberships.get(mentor_id)
        if membership is None or not membership.is_active(today):
            return Refusal.NOT_LISTED
        if mentor is None or mentor.profile.opted_out_on:
            return Refusal.NOT_LISTED
        profile = mentor.profile
        if profile.audience_of(LISTING) is Audience.NONE:
            return Refusal.NOT_LISTED
        if not profile.is_available:
            return Refusal.PAUSED
        if changed_documents(profile, self.documents, today):
            return Refusal.DOCUMENTS_CHANGED
        if profile.capacity is None:
            return None
        return Refusal.FULL if self.requests.load_of(mentor_id).is_full(profile.capacity) else None

    def _sent_already(self, asked: Asked) -> StoredRequest | None:
        """Return the open request that says the same to the same mentor."""
        request_id = self.requests.open_between(self.member_id, asked.mentor_id)
        stored = self.requests.get(request_id) if request_id else None
        is_same = stored and stored.request.introduction == asked.introduction
        return stored if is_same else None

    def _new(self, asked: Asked, mentor: Profile) -> MatchRequest:
        request = MatchRequest(
            id=secrets.token_hex(ID_BYTES),
            mentee_id=self.member_id,
            mentor_id=mentor.member_id,
            slug=mentor.slug,
            state=RequestState.SENT,
            sent_at=self.now,
            turn=Side.MENTOR,
            nudge_on=day_of(self.now),
            answer_by=day_of(self.now),
            nudged=False,
            introduction=asked.introduction,
            questions=questions_of(asked.mentee.profile),
            consent=asked.consent,
        )
        return rules.with_turn(request, Side.MENTOR, self.policy, self.now)
