"""What is held of a member's workbooks, as they may have it (SAF-1): a damaged one is theirs as well.

A file is not in it: they download it from its page. Under which name it is stored is a key, and left out.
"""

import json
from typing import TYPE_CHECKING, Any

from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record
from mentoring.storage.workbook_rows import DRAFT, KEPT, workbook_rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def workbooks_held(client: "DynamoDBClient", tables: StorageSettings, member_id: str) -> list[dict[str, Any]]:
    """Return what was handed in, by registration, and then the draft; a draft is for none."""
    return [_told(row) for row in workbook_rows(client, tables.requests_table, member_id)]


def _told(row: Record) -> dict[str, Any]:
    key = row["sk"]["S"]
    about = {
        "registration_id": None if key == DRAFT else key.removeprefix(KEPT),
        "saved_at": row["saved_at"]["S"],
    }
    try:
        read: dict[str, Any] = json.loads(row["body"]["S"])
        file = read["file"] and {name: value for name, value in read["file"].items() if name != "id"}
        return about | read | {"file": file}
    except (AttributeError, KeyError, TypeError, ValueError):
        return about | {"unreadable": row.get("body", {}).get("S", "")}
