"""What members marked as watched or done (MOD-1): a row of its own partition in the profiles table."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.errors import StaleProfileError
from mentoring.domain.preparation import Preparation
from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record, read_records
from mentoring.storage.records import instant_text
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "PREPARATION#"
KIND: Final = "PREPARATION"


class PreparationStore:
    """The marks in the profiles table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.profiles_table

    def of(self, member_id: str) -> Preparation | None:
        """Return what a member marked; None for who never did."""
        keys = [preparation_key(member_id)]
        rows = read_records(self._client, self._table, keys, "finished, saved_at")
        return next(map(_preparation, rows), None)

    def mark(self, member_id: str, task: str, at: datetime, *, is_finished: bool) -> None:
        """Note that a member finished a task, or did not after all.

        Only this name is touched, so that marks from two devices both stay; repeated it changes nothing.
        """
        self._client.update_item(
            TableName=self._table,
            Key=preparation_key(member_id),
            UpdateExpression=f"SET saved_at = :at {'ADD' if is_finished else 'DELETE'} finished :task",
            ExpressionAttributeValues={":at": {"S": instant_text(at)}, ":task": {"SS": [task]}},
        )


def preparation_key(member_id: str) -> Record:
    """Return the key of the row that a member's marks stand in."""
    return {"pk": {"S": f"{PREFIX}{member_id}"}, "sk": {"S": KIND}}


def preparation_end_write(table: str, member_id: str, until: datetime | None = None) -> Write:
    """Return the write that takes a member's marks out, where an instant is given only those until then.

    Refused: StaleProfileError, for something was marked after it.
    """
    delete: Any = {"TableName": table, "Key": preparation_key(member_id)}
    if until:
        delete["ConditionExpression"] = "attribute_not_exists(pk) OR saved_at <= :until"
        delete["ExpressionAttributeValues"] = {":until": {"S": instant_text(until)}}
    return Write({"Delete": delete}, StaleProfileError(member_id, 0))


def _preparation(row: Record) -> Preparation:
    finished = row.get("finished", {"SS": []})["SS"]  # an empty set is no attribute
    return Preparation(finished=frozenset(finished), saved_at=datetime.fromisoformat(row["saved_at"]["S"]))
