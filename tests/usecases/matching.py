"""A mentor, a few mentees, and what they do about each other, over one database."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mentoring.content import Content
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import StaleRequestError
from mentoring.domain.match_requests import Arrangement, MatchRequest, SharingConsent, StoredRequest
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile, StoredMenteeProfile
from mentoring.domain.profile import Acknowledgement, Profile, StoredProfile
from mentoring.domain.request_states import Side
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.mentee_profiles import MenteeProfileStore
from mentoring.storage.outbox import OutboxStore
from mentoring.storage.profiles import ProfileStore
from mentoring.usecases.ask_mentor import Asked, Asking
from mentoring.usecases.change_listing import ListingActs
from mentoring.usecases.decline_and_pause import Refusing, decline_and_pause
from mentoring.usecases.match_requests import MatchActs
from mentoring.usecases.part_ways import part_ways
from mentoring.usecases.request_deadlines import Done, Sweep
from tests.storage.people import GIVEN_AT, change, membership, profile

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
MENTOR, MENTEE = "M-1", "M-2"
ASKED = [f"{MENTOR} RequestSent", f"{MENTEE} RequestPassedOn"]
"""What a request tells when it is sent."""


class Matching:
    """Who may do what, as the functions would let them; `now` moves by hand."""

    def __init__(self, storage: StorageSettings, content: Content) -> None:
        self.storage = storage
        self.client: Any = dynamodb(storage)
        self.requests = MatchRequestStore(self.client, storage)
        self.profiles = ProfileStore(self.client, storage)
        self.mentees = MenteeProfileStore(self.client, storage)
        self.memberships = MembershipStore(self.client, storage)
        self.outbox = OutboxStore(self.client, storage.outbox_table)
        self.audit = AuditStore(self.client, storage.audit_table)
        self.documents = content.policy.documents
        self.policy = content.policy.directory_on(NOW.date())
        self.now = NOW

    def mentor(self, member_id: str = MENTOR, **changes: Any) -> StoredProfile:
        """A member who is an available mentor without a cap, with what a test changes."""
        agreed = {
            document.id: Acknowledgement(
                document=document.id,
                version=document.current(NOW.date()),
                language="en",
                given_at=GIVEN_AT,
            )
            for document in self.documents
        }
        fields = {"is_available": True, "returns_on": None, "capacity": None, "acknowledgements": agreed}
        self.memberships.put([membership(member_id)])
        return self.profiles.save(profile(member_id, **fields | changes), None, change(member_id=member_id))

    def member(self, member_id: str = MENTEE, **changes: Any) -> None:
        """A member who is no mentor."""
        self.memberships.put([membership(member_id, **changes)])

    def change(self, member_id: str = MENTOR, **changes: Any) -> Profile:
        """A mentor changes their profile."""
        stored = self.profiles.get(member_id)
        assert stored
        after = replace(stored.profile, **changes)
        return self.profiles.save(after, stored, change(member_id=member_id)).profile

    def asking(self, member_id: str = MENTEE, **changes: Any) -> Asking:
        """What a member may do about a mentor."""
        fields = {
            "requests": self.requests,
            "profiles": self.profiles,
            "memberships": self.memberships,
            "documents": self.documents,
            "policy": self.policy,
            "member_id": member_id,
            "now": self.now,
        }
        return Asking(**fields | changes)

    def ask(
        self, mentee_id: str = MENTEE, mentor_id: str = MENTOR, words: str = "Hello", **changes: Any
    ) -> MatchRequest:
        """A member asks a mentor."""
        consent = SharingConsent(given_at=self.now, wording_version="2026-01", language="en")
        mentee = self.questionnaire(mentee_id)
        asked = Asked(mentor_id=mentor_id, introduction=words, mentee=mentee, consent=consent)
        return self.asking(mentee_id, **changes).send(asked).request

    def questionnaire(self, mentee_id: str = MENTEE) -> StoredMenteeProfile:
        """The questionnaire of a member, filled in unless it is there."""
        stored = self.mentees.open(mentee_id)
        if stored.version:
            return stored
        answers = MenteeAnswers(background="New graduate", topics=("business-and-private-practice",))
        after = MenteeProfile(member_id=mentee_id, answers=answers)
        with suppress(StaleRequestError):  # somebody at once with us
            due_on = self.policy.questionnaire_due_on(day_of(self.now))
            return self.mentees.save(after, stored, change(member_id=mentee_id), due_on)
        return self.mentees.open(mentee_id)

    def acts(self, member_id: str = MENTOR, **changes: Any) -> MatchActs:
        """What a member may do about their requests."""
        fields = {
            "requests": self.requests,
            "profiles": self.profiles,
            "memberships": self.memberships,
            "policy": self.policy,
            "member_id": member_id,
            "now": self.now,
        }
        return MatchActs(**fields | changes)

    def proposal(self, by: Side = Side.MENTOR, **changes: Any) -> Arrangement:
        """A proposal how to work together."""
        fields: dict[str, Any] = {
            "by": by,
            "at": self.now,
            "months": 6,
            "frequency": "monthly",
            "formats": ("video",),
            "availabilities": "Thursdays after four",
            "goals": "A first year in private practice",
        }
        return Arrangement(**fields | changes)

    def accept(self, request: MatchRequest) -> MatchRequest:
        """The mentor says yes."""
        return self.acts(request.mentor_id).accept(request.id, self.proposal()).request

    def decline_and_pause(self, request: MatchRequest) -> None:
        """The mentor says no, and takes on nobody for a while."""
        listing = ListingActs(
            profiles=self.profiles,
            member_id=request.mentor_id,
            is_active=True,
            wording_version="2026-01",
            language="en",
            now=self.now,
        )
        said = Refusing(reason=None, words="", returns_on=None)
        decline_and_pause(request.id, said, self.acts(request.mentor_id), listing)

    def sweep(self, suggest: Any = lambda _: ()) -> list[tuple[str, Done | Exception]]:
        """The clock does what is due."""
        run = Sweep(
            requests=self.requests,
            profiles=self.profiles,
            questionnaires=self.mentees,
            suggest=suggest,
            policy=self.policy,
            now=self.now,
        )
        return list(run.run())

    def days(self, days: int) -> None:
        """So many days go by."""
        self.now += timedelta(days=days)

    def part(self, event: str, member_id: str = MENTOR) -> int:
        """What the outbox does once somebody has left."""
        return part_ways(event, member_id, self.now, self.requests, self.now)

    def stored(self, request: MatchRequest) -> StoredRequest:
        """The request as it is on file."""
        stored = self.requests.get(request.id)
        assert stored
        return stored

    def messages(self) -> list[str]:
        """The messages of requests on their way: who is told what."""
        return sorted(
            f"{row['pk']['S'].split('#')[2]} {row['pk']['S'].split('#')[1]}" for row in self.rows("outbox")
        )

    def acted(self, member_id: str) -> list[str]:
        """What the log says of a member, oldest first."""
        return [line.action for line in self.audit.lines_of(member_id) if line.action != "save"]

    def rows(self, table: str) -> Iterator[Any]:
        """Every row of a table."""
        name = getattr(self.storage, f"{table}_table")
        for page in self.client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
            yield from page["Items"]
