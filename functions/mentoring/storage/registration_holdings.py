"""What is held of a member's registrations and payments, as they may have it (SAF-1).

The payment provider's own names of pages, payments and refunds are left out: they are keys, and say nothing
of the member. Why somebody of the staff proposed something is told once it is decided.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mentoring.settings import StorageSettings
from mentoring.storage.batches import read_records
from mentoring.storage.registration_rows import PREFIX, registration_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS: Final = frozenset({"session", "url", "payment_intent", "provider_id", "dispute"})
PROPOSED: Final = "proposed"


def registrations_held(
    client: "DynamoDBClient", tables: StorageSettings, member_id: str
) -> list[dict[str, Any]]:
    """Return every registration, the oldest first; of one that cannot be read what there is of it."""
    pages = client.get_paginator("query").paginate(
        TableName=tables.registrations_table,
        KeyConditionExpression="pk = :member AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}, ":prefix": {"S": PREFIX}},
        ConsistentRead=True,
    )
    ids = [row["sk"]["S"].rpartition("#")[2] for page in pages for row in page["Items"]]
    rows = read_records(client, tables.registrations_table, [registration_key(each) for each in ids], "body")
    return sorted((_told(row["body"]["S"]) for row in rows), key=lambda each: str(each.get("opened_at")))


def _told(body: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(body)
        parts = {name: [_shown(each) for each in read[name]] for name in ("attempts", "purchases")}
        return read | {
            **parts,
            "refunds": [_shown(each, KEYS | _undecided(each)) for each in read["refunds"]],
            # Of a dispute the charge is a key as well.
            "disputes": [_shown(each, KEYS | {"charge"}) for each in read["disputes"]],
        }
    except (KeyError, TypeError, ValueError):
        return {"unreadable": body}


def _undecided(refund: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({"words"} if refund["state"] == PROPOSED else ())


def _shown(part: Mapping[str, Any], hidden: frozenset[str] = KEYS) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in hidden}
