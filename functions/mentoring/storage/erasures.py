"""Takes out of the database what a member had erased (SAF-1), and remembers that it must stay out."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.audit import Change
from mentoring.domain.erasures import Erasure, Held, told_again
from mentoring.domain.errors import StaleProfileError
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record, read_records
from mentoring.storage.erased_history import SURE, History, delete_write
from mentoring.storage.held import held_of
from mentoring.storage.mentee_profiles import KIND as MENTEE
from mentoring.storage.outbox import MessageExistsError, message_writes
from mentoring.storage.preparations import preparation_end_write
from mentoring.storage.records import instant_text, member_key
from mentoring.storage.registration_traces import RegistrationTraces
from mentoring.storage.request_holdings import has_words
from mentoring.storage.request_loads import LOAD, forgotten_write
from mentoring.storage.transaction import MOST_WRITES, Write, commit
from mentoring.storage.withdrawals import WithdrawalStore, taken_writes
from mentoring.storage.workbook_rows import workbook_end_writes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARTITION: Final = "ERASED"  # in the withdrawals table: an erasure is the last withdrawal
FINISHED: Final = "finished"
BEGUN: Final = "begun"
CLOSED: Final = "closed"
LAST: Final = datetime.max.replace(tzinfo=UTC)


class ErasureStore:
    """Every table that knows of a mentor, for this one purpose; and a row for each erasure."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._tables = settings
        self._history = History(client, settings)
        self._withdrawals = WithdrawalStore(client, settings.withdrawals_table)
        self._registrations = RegistrationTraces(client, settings)

    def held(self, member_id: str) -> Held | None:
        """Return what there is of a member to erase; None where there is nothing."""
        held = held_of(self._client, self._tables, member_id)
        if held:
            return held
        last = next(iter(self.of(member_id)), None)
        wrote = has_words(self._client, self._tables, member_id, last.at if last else None)
        is_left = wrote or self._registrations.are_left(member_id, LAST)
        return Held(member_id=member_id) if is_left else None

    def erase(self, held: Held, change: Change) -> Erasure:
        """Erase what there is of a member, at the versions that were read, with everything that led to it.

        One transaction: answers, draft, questionnaire, workbook, standing, marks, consents and what nothing
        was paid for go, the address stays without a name beside it, what was shown is withdrawn, lines of
        the log are emptied, and older messages go. Only a history too long for that follows piece by piece;
        the first piece has the profile, and the row that says what is still to do. Raises StaleProfileError
        when anybody saved, or erased, since it was read.
        """
        at = change.line.at
        history = list(self._history.writes(held.member_id, LAST))
        heads = [
            *self._profile_writes(held),
            self._mentee_write(held),
            *self._load_writes(held.member_id),
            preparation_end_write(self._tables.profiles_table, held.member_id),
            *workbook_end_writes(self._client, self._tables.requests_table, held.member_id),
            *self._registrations.writes(held.member_id, at),
            *(taken_writes(self._tables.withdrawals_table, held.slug, held.shown, at) if held.slug else ()),
            *message_writes(self._tables.outbox_table, change.events),
            audit_write(self._tables.audit_table, change.line, change.events),
        ]
        is_one = len(heads) + 1 + len(history) <= MOST_WRITES
        erasure = Erasure(member_id=held.member_id, slug=held.slug, at=at, is_finished=is_one)
        commit(self._client, [*heads, self._row_write(erasure), *(history if is_one else ())])
        return erasure if is_one else self.finish(erasure)

    def finish(self, erasure: Erasure) -> Erasure:
        """Erase what is left of a history. Repeated it finds what a restored backup has brought back."""
        self._drop_answers(erasure)
        history = list(self._history.writes(erasure.member_id, erasure.at))
        for start in range(0, len(history), MOST_WRITES):
            commit(self._client, history[start : start + MOST_WRITES])
        finished = replace(erasure, is_finished=True)
        if finished != erasure:
            commit(self._client, [self._row_write(finished)])
        return finished

    def remember(self, erasure: Erasure) -> Erasure:
        """Note anew an erasure that a restore has taken away, and erase what is from before it."""
        commit(self._client, [self._row_write(erasure)])
        return self.finish(erasure)

    def tell_again(self, member_id: str, at: datetime, now: datetime) -> None:
        """Tell once more of an erasure: requests that a restore brought back end, and are emptied."""
        with suppress(MessageExistsError):  # told at this very instant
            commit(self._client, message_writes(self._tables.outbox_table, [told_again(member_id, at, now)]))

    def of(self, member_id: str) -> list[Erasure]:
        """Return a member's erasures, the newest first."""
        values = {":erased": {"S": PARTITION}, ":member": {"S": f"{member_id}#"}}
        found = self._query("pk = :erased AND begins_with(sk, :member)", values)
        return sorted(found, key=lambda erasure: erasure.at, reverse=True)

    def all(self) -> Iterator[Erasure]:
        """Yield every erasure that ever was."""
        return self._query("pk = :erased", {":erased": {"S": PARTITION}})

    def show_again(self, erasure: Erasure) -> None:
        """Forget what was withdrawn of an address that no release and no backup holds any more."""
        for each in self._withdrawals.of(erasure.slug) if erasure.slug else ():
            key = {"pk": {"S": "WITHDRAWN"}, "sk": {"S": f"{each.slug}#{each.subject}"}}
            self._client.delete_item(TableName=self._tables.withdrawals_table, Key=key)

    def close(self, erasure: Erasure) -> None:
        """Keep of an erasure that it happened, and when: nothing of it is left to do."""
        closed = replace(erasure, slug="", is_finished=True, is_closed=True)
        commit(self._client, [self._row_write(closed)])

    def _drop_answers(self, erasure: Erasure) -> None:
        held = held_of(self._client, self._tables, erasure.member_id)
        profiles = self._tables.profiles_table
        if held and held.is_draft_from_before(erasure.at):
            self._drop(profiles, member_key(erasure.member_id, "DRAFT"), held.draft_version)
        if held and held.is_mentee_from_before(erasure.at):
            self._drop(
                self._tables.requests_table, member_key(erasure.member_id, MENTEE), held.mentee_version
            )
        if held and held.is_preparation_from_before(erasure.at):
            with suppress(StaleProfileError):  # what is marked just now is not from before
                commit(self._client, [preparation_end_write(profiles, erasure.member_id, erasure.at)])
        if held and held.is_workbook_from_before(erasure.at):
            table = self._tables.requests_table
            with suppress(StaleProfileError):  # somebody uses it just now: the next run takes it
                commit(self._client, workbook_end_writes(self._client, table, erasure.member_id, erasure.at))
        if unpaid := list(self._registrations.writes(erasure.member_id, erasure.at)):
            with suppress(StaleProfileError):  # somebody pays just now: the next run looks again
                commit(self._client, unpaid)

    def _drop(self, table: str, key: Record, version: int) -> None:
        with suppress(StaleProfileError):  # somebody uses it just now: the next run takes it
            commit(self._client, [delete_write(table, key, _at(version), StaleProfileError("", version))])

    def _mentee_write(self, held: Held) -> Write:
        """Take a questionnaire along; where there was none, none may have been begun since."""
        table, key = self._tables.requests_table, member_key(held.member_id, MENTEE)
        stale = StaleProfileError(held.member_id, held.version)
        if held.mentee_version:
            return delete_write(table, key, _at(held.mentee_version), stale)
        return _absent(table, key, stale)

    def _load_writes(self, member_id: str) -> Iterator[Write]:
        """Yield what forgets the requests that a mentor let go by, where there are any."""
        key = member_key(member_id, LOAD)
        for _ in read_records(self._client, self._tables.requests_table, [key], "pk"):
            yield forgotten_write(self._tables.requests_table, member_id)

    def _profile_writes(self, held: Held) -> list[Write]:
        member_id, table = held.member_id, self._tables.profiles_table
        draft, standing = member_key(member_id, "DRAFT"), member_key(member_id, "STANDING")
        stale = StaleProfileError(member_id, held.version)
        if not held.version:
            there = {"ConditionExpression": "attribute_exists(pk)"} if held.draft_version else None
            return [
                delete_write(table, draft, there, stale),
                delete_write(table, standing),
                _absent(table, member_key(member_id, "PROFILE"), stale),
            ]
        return [
            delete_write(table, member_key(member_id, "PROFILE"), _at(held.version), stale),
            delete_write(table, draft),
            delete_write(table, standing),
            *([self._address_write(held.slug)] if held.slug else ()),
        ]

    def _address_write(self, slug: str) -> Write:
        """Nobody's from now on, so that nobody ever gets it: not even the member who had it."""
        row = {"pk": {"S": f"SLUG#{slug}"}, "sk": {"S": "SLUG"}}
        return Write({"Put": {"TableName": self._tables.profiles_table, "Item": row}}, SURE)

    def _row_write(self, erasure: Erasure) -> Write:
        state = CLOSED if erasure.is_closed else FINISHED if erasure.is_finished else BEGUN
        row = _key(erasure) | {"slug": {"S": erasure.slug}, "erasure": {"S": state}}
        return Write({"Put": {"TableName": self._tables.withdrawals_table, "Item": row}}, SURE)

    def _query(self, condition: str, values: Mapping[str, Any]) -> Iterator[Erasure]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._tables.withdrawals_table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return (_erasure(row) for page in pages for row in page["Items"])


def _at(version: int) -> dict[str, Any]:
    return {
        "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {":read": {"N": str(version)}},
    }


def _absent(table: str, key: Record, refused: Exception) -> Write:
    check: Any = {"TableName": table, "Key": key, "ConditionExpression": "attribute_not_exists(pk)"}
    return Write({"ConditionCheck": check}, refused)


def _key(erasure: Erasure) -> Record:
    return {"pk": {"S": PARTITION}, "sk": {"S": f"{erasure.member_id}#{instant_text(erasure.at)}"}}


def _erasure(row: Mapping[str, Any]) -> Erasure:
    member_id, _, at = row["sk"]["S"].partition("#")
    return Erasure(
        member_id=member_id,
        slug=row["slug"]["S"],
        at=datetime.fromisoformat(at),
        is_finished=row["erasure"]["S"] != BEGUN,
        is_closed=row["erasure"]["S"] == CLOSED,
    )
