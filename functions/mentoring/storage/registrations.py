"""Registrations with all of their money, receipts' numbers, the ledger (MOD-2 to MOD-6, MOD-24, SAF-5).

A registration is one row under one version. What a change adds to the ledger, which numbers it gives and
which payments it brings are read off the change itself, and written in the same transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.audit import Change
from mentoring.domain.differences import Difference, Settlement
from mentoring.domain.ledger import Kind, Line, new_entries
from mentoring.domain.registrations import Registration, StoredRegistration
from mentoring.domain.settling import Numbers
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record, read_records
from mentoring.storage.client import dynamodb
from mentoring.storage.difference_rows import (
    DIFFERENCES,
    difference_write,
    differences_from,
    settlement_write,
)
from mentoring.storage.outbox import message_writes
from mentoring.storage.records import instant_text, member_key, readable
from mentoring.storage.registration_records import registration_from
from mentoring.storage.registration_rows import (
    CURRENT,
    LEDGER,
    PREFIX,
    SERIES,
    UNSETTLED,
    current_end_write,
    current_write,
    found_write,
    ledger_write,
    line_from,
    number_key,
    number_write,
    payment_key,
    payment_writes,
    registration_key,
    registration_write,
)
from mentoring.storage.transaction import Write, commit
from mentoring.storage.workbook_rows import cancelled_writes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX: Final = "unsettled"


class RegistrationStore:
    """The registrations table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.registrations_table
        self._requests = settings.requests_table
        self._outbox = settings.outbox_table
        self._audit = settings.audit_table

    @classmethod
    def connect(cls, settings: StorageSettings) -> "RegistrationStore":
        """Return a store with a client of its own."""
        return cls(dynamodb(settings), settings)

    def get(self, registration_id: str) -> StoredRegistration | None:
        """Return a registration, consistently read; None where there is none."""
        return next(iter(self._get_many([registration_id])), None)

    def current_of(self, member_id: str) -> StoredRegistration | None:
        """Return the registration that a member has now; None where they have none."""
        registration_id = self._pointed(member_key(member_id, CURRENT))
        return self.get(registration_id) if registration_id else None

    def of_payment(self, payment_intent: str) -> StoredRegistration | None:
        """Return the registration that a payment was taken in for; None for one that is not known."""
        registration_id = self._pointed(payment_key(payment_intent))
        return self.get(registration_id) if registration_id else None

    def of(self, member_id: str, unreadable: Callable[[str], None] | None = None) -> list[StoredRegistration]:
        """Return a member's registrations, the newest first.

        A damaged one goes to `unreadable` by its id; without a place to go it raises.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :member AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}, ":prefix": {"S": PREFIX}},
            ConsistentRead=True,
        )
        ids = [row["sk"]["S"].rpartition("#")[2] for page in pages for row in page["Items"]]
        found = self._get_many(ids, unreadable)
        return sorted(found, key=lambda each: each.registration.opened_at, reverse=True)

    def unsettled(self, until: datetime) -> Iterator[str]:
        """Yield the id of each that has waited for the payment provider since then; the index may lag."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="#queue = :unsettled AND checked_at <= :until",
            ExpressionAttributeNames={"#queue": "queue"},
            ExpressionAttributeValues={":unsettled": {"S": UNSETTLED}, ":until": {"S": instant_text(until)}},
        )
        return (row["pk"]["S"].removeprefix(PREFIX) for page in pages for row in page["Items"])

    def numbers(self) -> Numbers:
        """Return the next number of each series of documents."""
        keys = [number_key(series) for series in SERIES.values()]
        rows = read_records(self._client, self._table, keys, "sk, given")
        given = {row["sk"]["S"]: int(row["given"]["N"]) for row in rows}
        return Numbers(
            receipt=given.get(SERIES[Kind.PAYMENT], 0) + 1,
            credit_note=given.get(SERIES[Kind.REFUND], 0) + 1,
        )

    def ledger(self, month: str) -> list[Line]:
        """Return the lines of one of the association's months, such as "2026-11", in the order of time."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :month",
            ExpressionAttributeValues={":month": {"S": f"{LEDGER}#{month}"}},
            ConsistentRead=True,
        )
        return [line_from(row) for page in pages for row in page["Items"]]

    def open(self, registration: Registration, change: Change) -> StoredRegistration:
        """Store a new registration with its audit line, all or nothing (invariant 12).

        Raises RegistrationRefusedError where the member has one already.
        """
        opened = StoredRegistration(registration, 1)
        writes = [
            current_write(self._table, registration),
            registration_write(self._table, opened),
            found_write(self._table, registration),
        ]
        commit(self._client, [*writes, *self._told(change)])
        return opened

    def save(
        self,
        registration: Registration,
        replacing: StoredRegistration,
        change: Change,
        also: Sequence[Write] = (),
    ) -> StoredRegistration:
        """Store a registration in the place of a version, with everything that follows from the change.

        `also`: what commits with it. Raises StaleRegistrationError; StaleNumberError where a document's
        number was given meanwhile.
        """
        saved = StoredRegistration(registration, replacing.version + 1)
        before = replacing.registration
        writes = [registration_write(self._table, saved), *payment_writes(self._table, before, registration)]
        for entry in new_entries(before, registration):
            number = number_write(self._table, entry)
            writes += [*([number] if number else []), ledger_write(self._table, entry, change.line.at)]
        if before.is_current and not registration.is_current:
            writes.append(current_end_write(self._table, registration))
        if registration.cancellation and not before.cancellation:
            writes += cancelled_writes(self._requests, registration)
        commit(self._client, [*writes, *also, *self._told(change)])
        return saved

    def note_difference(self, difference: Difference, change: Change) -> None:
        """Store what a person has to settle, with what tells staff. Raises DifferenceKnownError."""
        commit(self._client, [difference_write(self._table, difference), *self._told(change)])

    def settle_difference(self, name: str, settlement: Settlement, change: Change) -> None:
        """Store who settled a difference. Raises DifferenceSettledError where somebody has."""
        commit(self._client, [settlement_write(self._table, name, settlement), *self._told(change)])

    def differences(self) -> list[Difference]:
        """Return what a person has to settle, or has settled, in the order of time."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :differences",
            ExpressionAttributeValues={":differences": {"S": DIFFERENCES}},
            ConsistentRead=True,
        )
        return differences_from([row for page in pages for row in page["Items"]])

    def _told(self, change: Change) -> list[Write]:
        told = message_writes(self._outbox, change.events)
        return [*told, audit_write(self._audit, change.line, change.events)]

    def _pointed(self, key: Record) -> str | None:
        rows = read_records(self._client, self._table, [key], "registration_id")
        return next((str(row["registration_id"]["S"]) for row in rows if row), None)

    def _get_many(
        self, registration_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> Iterator[StoredRegistration]:
        keys = [registration_key(each) for each in registration_ids]
        rows = read_records(self._client, self._table, keys, "pk, body, version")
        return readable(rows, _stored, unreadable)


def _stored(row: Mapping[str, Any]) -> StoredRegistration:
    return StoredRegistration(registration_from(row["body"]["S"]), int(row["version"]["N"]))
