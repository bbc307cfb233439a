"""What each mentor knows of their membership: a row beside the profile; a lapse is told once (ELI-8)."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.audit import Change
from mentoring.domain.errors import StaleStandingError
from mentoring.domain.membership import Membership
from mentoring.domain.profile import StoredProfile
from mentoring.domain.standing import Standing
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record, read_records
from mentoring.storage.outbox import MessageExistsError, message_writes
from mentoring.storage.records import member_key
from mentoring.storage.transaction import MOST_WRITES, Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KIND: Final = "STANDING"
PROFILE: Final = "PROFILE"
MEMBERSHIP: Final = "MEMBERSHIP"
ACTIVE: Final = "active"
LAPSED: Final = "lapsed"


class StandingStore:
    """The standings in the profiles table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._profiles = settings.profiles_table
        self._memberships = settings.memberships_table
        self._outbox = settings.outbox_table
        self._audit = settings.audit_table

    def get_many(self, member_ids: Iterable[str]) -> dict[str, Standing]:
        """Return the standings of those of these mentors that have one, by member id."""
        keys = [member_key(member_id, KIND) for member_id in set(member_ids)]
        records = read_records(self._client, self._profiles, keys, "pk, membership, since")
        standings = (standing_from(record) for record in records)
        return {standing.member_id: standing for standing in standings}

    def note_first(self, standings: Sequence[Standing]) -> None:
        """Note the standing of mentors seen for the first time; who has one, or no profile, is left alone."""
        together = MOST_WRITES // 2  # each with a look at its profile
        for start in range(0, len(standings), together):
            some = standings[start : start + together]
            try:
                commit(self._client, [write for each in some for write in self._first_writes(each)])
            except StaleStandingError:
                for each in some:
                    with suppress(StaleStandingError):
                        commit(self._client, self._first_writes(each))

    def change(
        self,
        mentor: StoredProfile,
        membership: Membership | None,
        before: Standing,
        after: Standing,
        change: Change,
    ) -> None:
        """Note that a mentor is told of a standing, with the message and the audit line, all or nothing.

        Raises StaleStandingError when the profile, the membership or the standing is no longer what this was
        decided on, or when the mentor was told the same on the same day already.
        """
        stale = StaleStandingError(after.member_id)
        writes = [
            self._check(self._profiles, member_key(after.member_id, PROFILE), _is_version(mentor), stale),
            self._check(
                self._memberships, member_key(after.member_id, MEMBERSHIP), _is_same(membership), stale
            ),
            _put(self._profiles, after, _tells(before), stale),
            *message_writes(self._outbox, change.events),
            audit_write(self._audit, change.line, change.events),
        ]
        try:
            commit(self._client, writes)
        except MessageExistsError as told:
            raise stale from told

    def _first_writes(self, standing: Standing) -> list[Write]:
        stale = StaleStandingError(standing.member_id)
        key = member_key(standing.member_id, PROFILE)
        return [
            # An erasure meanwhile must not leave a row behind.
            self._check(self._profiles, key, {"ConditionExpression": "attribute_exists(pk)"}, stale),
            _put(self._profiles, standing, {"ConditionExpression": "attribute_not_exists(pk)"}, stale),
        ]

    def _check(self, table: str, key: Record, condition: Mapping[str, Any], refused: Exception) -> Write:
        check: Any = {"TableName": table, "Key": key, **condition}
        return Write({"ConditionCheck": check}, refused)


def active_write(table: str, member_id: str, since: date) -> Write:
    """Return the write that notes an active standing: who opts in here is active, and knows it."""
    standing = Standing(member_id=member_id, is_active=True, since=since)
    return _put(table, standing, {}, AssertionError("unconditional"))


def standing_from(record: Mapping[str, Any]) -> Standing:
    """Return the standing that a row holds."""
    return Standing(
        member_id=record["pk"]["S"].removeprefix("MEMBER#"),
        is_active=record["membership"]["S"] == ACTIVE,
        since=date.fromisoformat(record["since"]["S"]),
    )


def _put(table: str, standing: Standing, condition: Mapping[str, Any], refused: Exception) -> Write:
    row = member_key(standing.member_id, KIND) | {
        "membership": {"S": ACTIVE if standing.is_active else LAPSED},
        "since": {"S": standing.since.isoformat()},
    }
    put: Any = {"TableName": table, "Item": row, **condition}
    return Write({"Put": put}, refused)


def _is_version(mentor: StoredProfile) -> dict[str, Any]:
    return {
        "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {":read": {"N": str(mentor.version)}},
    }


def _is_same(membership: Membership | None) -> dict[str, Any]:
    if membership is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#status = :status AND expires_on = :expires_on",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {
            ":status": {"S": membership.status},
            ":expires_on": {"S": membership.expires_on.isoformat()},
        },
    }


def _tells(standing: Standing) -> dict[str, Any]:
    return {
        "ConditionExpression": "membership = :told",
        "ExpressionAttributeValues": {":told": {"S": ACTIVE if standing.is_active else LAPSED}},
    }
