"""Mentors' profiles, the addresses they claimed, and the log of their consents."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mentoring.domain.audit import Change
from mentoring.domain.business_days import day_of
from mentoring.domain.drafts import StoredDraft, saved_over
from mentoring.domain.errors import SlugTakenError, StaleProfileError
from mentoring.domain.events import ListingPublished
from mentoring.domain.profile import Consent, Profile, StoredProfile
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record, read_records
from mentoring.storage.client import dynamodb
from mentoring.storage.consent_changes import BuildBeganError, consent_change_writes
from mentoring.storage.drafts import draft_end_write
from mentoring.storage.outbox import message_writes
from mentoring.storage.records import (
    consent_body,
    consent_from,
    instant_text,
    member_key,
    profile_from,
    readable,
    stored_profile_from,
    stored_profile_row,
)
from mentoring.storage.scans import scan_pages
from mentoring.storage.standings import active_write
from mentoring.storage.transaction import ContentionError, Write, commit
from mentoring.storage.versioned_writes import versioned_write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KIND: Final = "PROFILE"
ATTEMPTS: Final = 5  # builds are let in seconds apart


class ConsentLoggedError(Exception):
    """The log already holds another choice about this subject at this very instant."""

    def __init__(self, member_id: str, subject: str) -> None:
        super().__init__(f"{member_id} has another consent about {subject} at the same instant")


class ProfileStore:
    """The profiles and consents tables."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._tables = settings
        self._profiles = settings.profiles_table
        self._consents = settings.consents_table
        self._outbox = settings.outbox_table
        self._audit = settings.audit_table

    @classmethod
    def connect(cls, settings: StorageSettings) -> "ProfileStore":
        """Return a store with a client of its own."""
        return cls(dynamodb(settings), settings)

    def get(self, member_id: str) -> StoredProfile | None:
        """Return a mentor's profile, opted out or not; None when the member never was a mentor."""
        return self.get_many([member_id]).get(member_id)

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, StoredProfile]:
        """Return the profiles of those of these members that have one, by member id.

        A record that is no profile goes to `unreadable` by its member id; without a place to go it raises.
        """
        keys = [member_key(member_id, KIND) for member_id in set(member_ids)]
        records = read_records(self._client, self._profiles, keys, "pk, body, version, said")
        stored = readable(records, stored_profile_from, unreadable)
        return {each.profile.member_id: each for each in stored}

    def owner_of(self, slug: str) -> str | None:
        """Return the member whose address this is, or was; None for one that is free, or was erased."""
        records = read_records(self._client, self._profiles, [_slug_key(slug)], "member_id")
        return next((record["member_id"]["S"] for record in records if record), None)

    def listed(self, unreadable: Callable[[str], None] | None = None) -> Iterator[Profile]:
        """Yield every profile, in no order, read consistently and in parallel; rules decide what shows.

        A record that is no profile goes to `unreadable` by its member id; without a place to go it raises.
        """
        pages = scan_pages(
            self._client,
            TableName=self._profiles,
            ProjectionExpression="pk, body",
            FilterExpression="sk = :kind",  # leaves the claims of addresses out
            ExpressionAttributeValues={":kind": {"S": KIND}},
        )
        for page in pages:
            yield from readable(page["Items"], lambda record: profile_from(record["body"]["S"]), unreadable)

    def consents_of(self, member_id: str) -> list[Consent]:
        """Return every consent a member ever gave or withdrew, oldest first (DIR-4)."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._consents,
            KeyConditionExpression="pk = :member",
            ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}},
            ConsistentRead=True,
        )
        return [consent_from(record["body"]["S"]) for page in pages for record in page["Items"]]

    def save(
        self,
        profile: Profile,
        replacing: StoredProfile | None,
        change: Change,
        draft: StoredDraft | None = None,
        also: Iterable[Write] = (),
    ) -> StoredProfile:
        """Store a profile in the place of the version it was decided on, None for a first one.

        In one transaction with it the address is claimed, consents that changed are logged, what may no
        longer be shown is noted, and the change's messages and audit line are written (invariant 12).
        A draft that the profile came from ends; `also` is what else must hold. Raises StaleProfileError when
        another save came first, StaleDraftError when the draft was saved since, SlugTakenError when the
        address is, or ever was, another mentor's.
        """
        saved = saved_over(profile, replacing)
        writes = [self._profile_write(saved)]
        if replacing is None or replacing.profile.slug != profile.slug:
            writes.append(self._claim(profile))
        before = replacing.profile.consents if replacing else {}
        writes += [
            consent_log_write(self._consents, profile.member_id, consent)
            for subject, consent in profile.consents.items()
            if before.get(subject) != consent
        ]
        if any(isinstance(event, ListingPublished) for event in change.events):
            writes.append(active_write(self._profiles, profile.member_id, day_of(change.line.at)))
        writes += also
        if draft:
            writes.append(draft_end_write(self._profiles, draft))
        writes += message_writes(self._outbox, change.events)
        writes.append(audit_write(self._audit, change.line, change.events))
        self._commit(writes, replacing.profile if replacing else None, profile, change.line.at)
        return saved

    def _commit(self, writes: list[Write], before: Profile | None, after: Profile, at: datetime) -> None:
        """Commit with what may no longer be shown, or may again. Raises ContentionError."""
        for _ in range(ATTEMPTS):
            with suppress(BuildBeganError):
                commit(
                    self._client,
                    [*writes, *consent_change_writes(self._client, self._tables, before, after, at)],
                )
                return
        raise ContentionError

    def _profile_write(self, saved: StoredProfile) -> Write:
        member_id = saved.profile.member_id
        record: Record = member_key(member_id, KIND) | stored_profile_row(saved)
        # What an erasure needs to know where the body is damaged.
        record["slug"] = {"S": saved.profile.slug}
        replaced = saved.version - 1
        return versioned_write(self._profiles, record, replaced, StaleProfileError(member_id, replaced))

    def _claim(self, profile: Profile) -> Write:
        return Write(
            {
                "Put": {
                    "TableName": self._profiles,
                    "Item": _slug_key(profile.slug) | {"member_id": {"S": profile.member_id}},
                    "ConditionExpression": "attribute_not_exists(pk) OR member_id = :member",
                    "ExpressionAttributeValues": {":member": {"S": profile.member_id}},
                }
            },
            SlugTakenError(profile.slug),
        )


def consent_log_write(table: str, member_id: str, consent: Consent) -> Write:
    """Return the write that appends a consent to the log of them (DIR-4)."""
    key = member_key(member_id, f"{instant_text(consent.given_at)}#{consent.subject}")
    body = {"S": consent_body(consent)}
    return Write(
        {
            "Put": {
                "TableName": table,
                "Item": key | {"body": body},
                # A log is never rewritten; the same entry once more changes nothing.
                "ConditionExpression": "attribute_not_exists(pk) OR body = :body",
                "ExpressionAttributeValues": {":body": body},
            }
        },
        ConsentLoggedError(member_id, consent.subject),
    )


def unchanged_profile(table: str, stored: StoredProfile) -> Write:
    """Return the check that nobody saved a profile since it was read. Refused: StaleProfileError."""
    member_id = stored.profile.member_id
    return Write(
        {
            "ConditionCheck": {
                "TableName": table,
                "Key": member_key(member_id, KIND),
                "ConditionExpression": "version = :read",
                "ExpressionAttributeValues": {":read": {"N": str(stored.version)}},
            }
        },
        StaleProfileError(member_id, stored.version),
    )


def _slug_key(slug: str) -> Record:
    return {"pk": {"S": f"SLUG#{slug}"}, "sk": {"S": "SLUG"}}
