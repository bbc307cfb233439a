"""Match requests, and what of them counts against a limit (DIR-9, DIR-19).

A request is one row. Beside it stand a row for each of its two people, by which theirs are found, a row for
the pair while it is open, and for each person a row of sets: a limit is a condition on the size of a set, so
of fifty who come at once as many get through as there is room for.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from mentoring.domain.audit import Change, ProfileChange
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import NotAskedError
from mentoring.domain.loads import Load
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.mentee_profiles import StoredMenteeProfile
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.request_states import Side
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import read_records
from mentoring.storage.client import dynamodb
from mentoring.storage.due_rows import due_keys
from mentoring.storage.introductions import introduction_end_write
from mentoring.storage.match_request_records import request_from
from mentoring.storage.mentee_profiles import sent_write
from mentoring.storage.outbox import message_writes
from mentoring.storage.profiles import ProfileStore, unchanged_profile
from mentoring.storage.records import member_key
from mentoring.storage.request_loads import (
    FIELDS,
    LOAD,
    asked_write,
    load_from,
    mentee_writes,
    mentor_writes,
    settled_write,
)
from mentoring.storage.request_rows import (
    KIND,
    PAIR,
    PREFIXES,
    found_write,
    pair_end_write,
    pair_key,
    pair_write,
    request_key,
    request_write,
)
from mentoring.storage.scans import scan_pages
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class MatchRequestStore:
    """The requests table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.requests_table
        self._profiles = settings.profiles_table
        self._outbox = settings.outbox_table
        self._audit = settings.audit_table
        self._mentors = ProfileStore(client, settings)

    @classmethod
    def connect(cls, settings: StorageSettings) -> "MatchRequestStore":
        """Return a store with a client of its own."""
        return cls(dynamodb(settings), settings)

    def get(self, request_id: str) -> StoredRequest | None:
        """Return a request, consistently read; None where there is none."""
        return next(iter(self._get_many([request_id])), None)

    def of(
        self, member_id: str, side: Side, unreadable: Callable[[str], None] | None = None
    ) -> list[StoredRequest]:
        """Return the requests in which a member is on this side, the newest first.

        A row that is no request goes to `unreadable` by its id; without a place to go it raises.
        """
        prefix = PREFIXES[side]
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :member AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
        )
        ids = [row["sk"]["S"].rpartition("#")[2] for page in pages for row in page["Items"]]
        return sorted(self._get_many(ids, unreadable), key=lambda each: each.request.sent_at, reverse=True)

    def load_of(self, member_id: str) -> Load:
        """Return what of a member's requests counts against a limit."""
        rows = read_records(self._client, self._table, [member_key(member_id, LOAD)], FIELDS)
        return next((load_from(row) for row in rows), Load())

    def open_between(self, mentee_id: str, mentor_id: str) -> str | None:
        """Return the id of the open request of a pair; None where there is none."""
        rows = read_records(self._client, self._table, [pair_key(mentee_id, mentor_id)], "request_id")
        return next((row["request_id"]["S"] for row in rows if row), None)

    def mentees(self) -> frozenset[str]:
        """Return everybody who has an open request that they sent, answered or not."""
        pages = scan_pages(
            self._client,
            TableName=self._table,
            ProjectionExpression="pk",
            FilterExpression="begins_with(pk, :pair)",
            ExpressionAttributeValues={":pair": {"S": PAIR}},
        )
        return frozenset(row["pk"]["S"].removeprefix(PAIR) for page in pages for row in page["Items"])

    def due(self, today: date) -> Iterator[str]:
        """Yield the id of every request that the clock has something to do with; the index may lag."""
        keys = due_keys(self._client, self._table, KIND, today)
        return (key.removeprefix(f"{KIND}#") for key in keys)

    def silent(self, today: date) -> Iterator[str]:
        """Yield every mentor whose day to say that they still take on mentees has come; the index may lag."""
        return (key.removeprefix("MEMBER#") for key in due_keys(self._client, self._table, LOAD, today))

    def send(
        self,
        request: MatchRequest,
        change: Change,
        mentor: StoredProfile,
        mentee: StoredMenteeProfile,
        policy: DirectoryPolicy,
    ) -> StoredRequest:
        """Store a new request, with its messages and its audit line, all or nothing (invariant 12).

        Raises RequestRefusedError where the pair has an open one, or the mentee as many as they may have, or
        a questionnaire that is no longer the one that was reviewed;
        StaleProfileError where the mentor's profile is no longer the one that was looked at.
        """
        sent = StoredRequest(request, 1)
        commit(
            self._client,
            [
                pair_write(self._table, request),
                asked_write(self._table, request, policy.open_requests),
                sent_write(self._table, mentee, policy.questionnaire_due_on(day_of(request.sent_at))),
                introduction_end_write(self._table, request),
                unchanged_profile(self._profiles, mentor),
                request_write(self._table, sent),
                *(found_write(self._table, request, side) for side in PREFIXES),
                *message_writes(self._outbox, change.events),
                audit_write(self._audit, change.line, change.events),
            ],
        )
        return sent

    def save(
        self,
        request: MatchRequest,
        replacing: StoredRequest,
        change: Change,
        mentor: StoredProfile | None = None,
        answer_by: date | None = None,
    ) -> StoredRequest:
        """Store a request in the place of a version, with what is told of it, all or nothing.

        `mentor` is the profile whose capacity an acceptance was decided under; `answer_by` asks a mentor who
        let this one go by whether they still take on mentees. Raises StaleRequestError, StaleProfileError;
        RequestRefusedError where the mentor has no room (DIR-9).
        """
        saved = StoredRequest(request, replacing.version + 1)
        commit(self._client, self._writes(saved, replacing.request, change, mentor, answer_by))
        return saved

    def save_with_profile(
        self, request: MatchRequest, replacing: StoredRequest, change: Change, mentor: ProfileChange
    ) -> StoredRequest:
        """Store a request and a change of its mentor's profile, each with what is told of it, all or nothing.

        Raises StaleRequestError, StaleProfileError.
        """
        saved = StoredRequest(request, replacing.version + 1)
        writes = self._writes(saved, replacing.request, change)
        self._mentors.save(mentor.after, mentor.replacing, mentor.told, also=writes)
        return saved

    def settle_availability(self, mentor_id: str, change: Change) -> bool:
        """Note that a mentor said that they take on mentees; False where nobody waited for that."""
        told = message_writes(self._outbox, change.events)
        line = audit_write(self._audit, change.line, change.events)
        try:
            commit(self._client, [settled_write(self._table, mentor_id), *told, line])
        except NotAskedError:
            return False
        return True

    def pause_silent(self, profile: Profile, replacing: StoredProfile, change: Change) -> StoredProfile:
        """Store the paused profile of a mentor who did not say so, in one transaction with that.

        Raises NotAskedError where they did meanwhile; StaleProfileError.
        """
        settled = settled_write(self._table, profile.member_id)
        return self._mentors.save(profile, replacing, change, also=[settled])

    def _writes(
        self,
        saved: StoredRequest,
        before: MatchRequest,
        change: Change,
        mentor: StoredProfile | None = None,
        answer_by: date | None = None,
    ) -> list[Write]:
        """Return the writes of a request in the place of what it was, with what is told of it."""
        request = saved.request
        writes = [
            request_write(self._table, saved),
            *mentee_writes(self._table, before, request),
            *([unchanged_profile(self._profiles, mentor)] if mentor else []),
            *mentor_writes(self._table, before, request, mentor, answer_by),
            *message_writes(self._outbox, change.events),
            audit_write(self._audit, change.line, change.events),
        ]
        if before.is_open and not request.is_open:
            writes.append(pair_end_write(self._table, request))
        return writes

    def _get_many(
        self, request_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> Iterator[StoredRequest]:
        keys = [request_key(request_id) for request_id in request_ids]
        rows = read_records(self._client, self._table, keys, "pk, body, version")
        for row in rows:
            try:
                yield StoredRequest(request_from(row["body"]["S"]), int(row["version"]["N"]))
            except (AttributeError, KeyError, TypeError, ValueError):
                if unreadable is None:
                    raise
                unreadable(row["pk"]["S"].removeprefix(f"{KIND}#"))
