"""What was written of a member over time, for erasures: consents, messages, lines of the log."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.erasures import ERASE
from mentoring.domain.events import Channel
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore, emptied_write
from mentoring.storage.batches import Record
from mentoring.storage.introductions import introduction_rows
from mentoring.storage.message_rows import id_of, message_ids, message_key
from mentoring.storage.records import instant_text
from mentoring.storage.request_holdings import messages_about
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SURE: Final = AssertionError("unconditional")
KEPT: Final = tuple(f"#{channel}" for channel in (Channel.STAFF, Channel.REFUND))
"""How messages end that an erasure leaves: what staff are told, and money that is owed."""


class History:
    """The tables that an erasure goes through."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._tables = settings
        self._audit = AuditStore(client, settings.audit_table)

    def writes(self, member_id: str, until: datetime) -> Iterator[Write]:
        """Yield what takes out, or empties, whatever was written of a member until then."""
        for key in self._consent_keys(member_id):
            if key["sk"]["S"].partition("#")[0] <= instant_text(until):
                yield delete_write(self._tables.consents_table, key)
        for row in introduction_rows(self._client, self._tables.requests_table, member_id):
            if row["saved_at"]["S"] <= instant_text(until):
                yield delete_write(self._tables.requests_table, {name: row[name] for name in ("pk", "sk")})
        taken = set()
        for key in messages_about(self._client, self._tables, member_id, until):
            taken.add(id_of(key))
            yield delete_write(self._tables.outbox_table, key)
        for line, told in self._audit.acts_of(member_id):
            if line.at > until or line.action == ERASE:
                continue
            # What it told somebody else, or the staff, is theirs: they hear of it all the same.
            own = (key for key in told if key.split("#")[1] == member_id)
            names = (name for key in own for name in message_ids(key) if not name.endswith(KEPT))
            # The line names its messages, so it goes last: whoever dies between leaves nothing unfindable.
            for name in (each for each in names if each not in taken):
                yield delete_write(self._tables.outbox_table, message_key(name))
            if line.changes or told:
                yield emptied_write(self._tables.audit_table, line)

    def _consent_keys(self, member_id: str) -> Iterator[Record]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._tables.consents_table,
            KeyConditionExpression="pk = :member",
            ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}},
            ProjectionExpression="pk, sk",  # a damaged entry goes as well
            ConsistentRead=True,
        )
        return (key for page in pages for key in page["Items"])


def delete_write(
    table: str, key: Record, condition: Mapping[str, Any] | None = None, refused: Exception = SURE
) -> Write:
    """Return the write that takes a row out, where a condition is given only if it holds."""
    delete: Any = {"TableName": table, "Key": key, **(condition or {})}
    return Write({"Delete": delete}, refused)
