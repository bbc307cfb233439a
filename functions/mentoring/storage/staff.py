"""Who of the staff may do what (STF-9)."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.sessions import StaffMember, StaffRole

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KIND: Final = "STAFF"


class StaffStore:
    """The staff table: one row for each person whom the staff issuer knows and who has a role here."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, issuer: str, subject: str) -> StaffMember | None:
        """Return a member of staff with the roles of this moment; None for anybody else."""
        key = staff_key(issuer, subject)
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return staff_from(answer["Item"], issuer, subject) if "Item" in answer else None

    def put(self, member: StaffMember) -> None:
        """Store a member of staff in the place of what was known of them."""
        body = json.dumps({"name": member.name, "roles": sorted(member.roles)}, ensure_ascii=False)
        row = staff_key(member.issuer, member.subject) | {"body": {"S": body}}
        self._client.put_item(TableName=self._table, Item=row)

    def remove(self, issuer: str, subject: str) -> None:
        """Take every role from somebody, at once: roles are read again on each request."""
        self._client.delete_item(TableName=self._table, Key=staff_key(issuer, subject))


def staff_key(issuer: str, subject: str) -> dict[str, Any]:
    """Return the key of a person's roles."""
    return {"pk": {"S": f"{KIND}#{issuer}#{subject}"}, "sk": {"S": KIND}}


def staff_from(row: Mapping[str, Any], issuer: str, subject: str) -> StaffMember:
    """Return the member of staff whom a row describes."""
    read = json.loads(row["body"]["S"])
    return StaffMember(
        issuer=issuer,
        subject=subject,
        name=read["name"],
        roles=frozenset(StaffRole(role) for role in read["roles"]),
    )
