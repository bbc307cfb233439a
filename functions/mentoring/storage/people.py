"""Who somebody is at this moment: what three tables say of one person, in one call."""

from typing import TYPE_CHECKING, Any

from mentoring.domain.sessions import Identity, IssuerKind, Person
from mentoring.storage.batches import read_tables
from mentoring.storage.memberships import KIND as MEMBERSHIP
from mentoring.storage.records import member_key, membership_from
from mentoring.storage.sessions import signed_out_before, signed_out_key
from mentoring.storage.staff import staff_from, staff_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PeopleStore:
    """The tables of memberships, of the staff's roles and of sessions, asked at once."""

    def __init__(
        self, client: "DynamoDBClient", *, memberships_table: str, staff_table: str, sessions_table: str
    ) -> None:
        self._client = client
        self._memberships = memberships_table
        self._staff = staff_table
        self._sessions = sessions_table

    def get(self, identity: Identity) -> Person:
        """Return what is known of a person, read consistently.

        Only the members' issuer speaks of members, and only the staff's of staff.
        """
        is_staff = identity.kind is IssuerKind.STAFF
        table = self._staff if is_staff else self._memberships
        rows = read_tables(self._client, {self._sessions: signed_out_key(identity), table: _key_of(identity)})
        signed_out, known = rows.get(self._sessions), rows.get(table)
        return Person(
            signed_out_before=signed_out_before(signed_out) if signed_out else None,
            membership=membership_from(known["body"]["S"]) if known and not is_staff else None,
            staff=staff_from(known, identity.issuer, identity.subject) if known and is_staff else None,
        )


def _key_of(identity: Identity) -> dict[str, Any]:
    if identity.kind is IssuerKind.STAFF:
        return staff_key(identity.issuer, identity.subject)
    return member_key(identity.subject, MEMBERSHIP)
