"""Forms whose session was over when they were sent: rows of the sessions table that end by themselves."""

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.kept_forms import KeptForm
from mentoring.domain.sessions import Identity, is_form_of
from mentoring.storage.records import instant_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FORM: Final = "FORM"


class KeptFormStore:
    """Kept forms in the sessions table, each found by the hash of a secret that the browser holds."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, secret: str, form: KeptForm) -> None:
        """Keep a form until it is taken or expires."""
        row = _key(secret) | {
            "form_token": {"S": form.form_token},
            "path": {"S": form.path},
            "body": {"S": json.dumps(form.fields, ensure_ascii=False, separators=(",", ":"))},
            "until": {"S": instant_text(form.expires_at)},
            "expires_at": {"N": str(int(form.expires_at.timestamp()) + 1)},  # the table's TTL
        }
        self._client.put_item(TableName=self._table, Item=row)

    def take(self, secret: str, identity: Identity, path: str) -> KeptForm | None:
        """Return a form and forget it; None for one that is somebody else's, or another page's."""
        key = _key(secret)
        row = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if row is None or row["path"]["S"] != path or not is_form_of(row["form_token"]["S"], identity):
            return None
        try:
            self._client.delete_item(
                TableName=self._table, Key=key, ConditionExpression="attribute_exists(pk)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:  # another tab was faster
            return None
        return KeptForm(
            form_token=row["form_token"]["S"],
            path=path,
            fields=tuple((name, value) for name, value in json.loads(row["body"]["S"])),
            expires_at=datetime.fromisoformat(row["until"]["S"]),
        )


def _key(secret: str) -> dict[str, Any]:
    return {"pk": {"S": f"{FORM}#{hashlib.sha256(secret.encode()).hexdigest()}"}, "sk": {"S": FORM}}
