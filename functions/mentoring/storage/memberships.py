"""Memberships: one record a member, as the member system's last export said."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from mentoring.domain.membership import Membership, MembershipStatus
from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record, read_records, write_records
from mentoring.storage.client import dynamodb
from mentoring.storage.records import member_key, membership_body, membership_from, readable
from mentoring.storage.scans import scan_pages

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KIND: Final = "MEMBERSHIP"


class MembershipStore:
    """The memberships table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.memberships_table

    @classmethod
    def connect(cls, settings: StorageSettings) -> "MembershipStore":
        """Return a store with a client of its own."""
        return cls(dynamodb(settings), settings)

    def get(self, member_id: str) -> Membership | None:
        """Return a member's membership, active or not; None when the association never knew them."""
        return self.get_many([member_id]).get(member_id)

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id.

        A record that is no membership goes to `unreadable` by its member id; without a place to go it raises.
        """
        keys = [member_key(member_id, KIND) for member_id in set(member_ids)]
        records = read_records(self._client, self._table, keys, "pk, body")
        memberships = readable(records, lambda record: membership_from(record["body"]["S"]), unreadable)
        return {membership.member_id: membership for membership in memberships}

    def put(self, memberships: Sequence[Membership]) -> None:
        """Store these memberships in the place of what was known of the members."""
        write_records(self._client, self._table, [_record(membership) for membership in memberships])

    def active_ids(self, today: date) -> frozenset[str]:
        """Return the ids of the members whose membership counts on this day (ELI-8)."""
        pages = scan_pages(
            self._client,
            TableName=self._table,
            ProjectionExpression="pk",
            FilterExpression="#status = :active AND expires_on >= :today",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":active": {"S": MembershipStatus.ACTIVE},
                ":today": {"S": today.isoformat()},
            },
        )
        return frozenset(row["pk"]["S"].removeprefix("MEMBER#") for page in pages for row in page["Items"])


def _record(membership: Membership) -> Record:
    return member_key(membership.member_id, KIND) | {
        "body": {"S": membership_body(membership)},
        "status": {"S": membership.status},
        "expires_on": {"S": membership.expires_on.isoformat()},
    }
