"""Forms whose session was over when they were sent: rows of the sessions table that end by themselves."""

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.kept_forms import KeptForm
from mentoring.domain.sessions import Identity
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
            "owner": {"S": _owner(form.identity)},
            "path": {"S": form.path},
            "body": {"S": json.dumps(form.fields, ensure_ascii=False, separators=(",", ":"))},
            "until": {"S": instant_text(form.expires_at)},
            "expires_at": {"N": str(int(form.expires_at.timestamp()) + 1)},  # the table's TTL
        }
        self._client.put_item(TableName=self._table, Item=row)

    def take(self, secret: str, identity: Identity, path: str) -> KeptForm | None:
        """Return a form and forget it; None for one that is somebody else's, or another page's."""
        try:
            answer = self._client.delete_item(
                TableName=self._table,
                Key=_key(secret),
                ConditionExpression="#owner = :owner AND #path = :path",
                ExpressionAttributeNames={"#owner": "owner", "#path": "path"},
                ExpressionAttributeValues={":owner": {"S": _owner(identity)}, ":path": {"S": path}},
                ReturnValues="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        row = answer["Attributes"]
        return KeptForm(
            identity=identity,
            path=path,
            fields=tuple((name, value) for name, value in json.loads(row["body"]["S"])),
            expires_at=datetime.fromisoformat(row["until"]["S"]),
        )


def _key(secret: str) -> dict[str, Any]:
    return {"pk": {"S": f"{FORM}#{hashlib.sha256(secret.encode()).hexdigest()}"}, "sk": {"S": FORM}}


def _owner(identity: Identity) -> str:
    return f"{identity.issuer}#{identity.subject}"  # an issuer's address has no fragment
