"""What of a member's requests counts against a limit: a row of sets, written with the requests.

Each write names one id, so that repeating it changes nothing; a limit is a condition on a set's size.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.errors import NotAskedError, RequestRefusedError
from mentoring.domain.loads import Load
from mentoring.domain.match_requests import MatchRequest, has_answered
from mentoring.domain.profile import StoredProfile
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import TOGETHER, UNANSWERED, RequestState, Side
from mentoring.storage.batches import Record
from mentoring.storage.due_rows import DUE
from mentoring.storage.records import as_day, member_key
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

LOAD: Final = "LOAD"
FIELDS: Final = "asked, mentees, missed, answer_by"
ANSWERED: Final = "REMOVE missed, answer_by, due_on, #queue"  # nothing that was let go by counts any more
SURE: Final = AssertionError("unconditional")


def load_from(row: Record) -> Load:
    """Return the load that a row holds."""
    return Load(
        asked=_ids(row, "asked"),
        mentees=_ids(row, "mentees"),
        missed=_ids(row, "missed"),
        answer_by=as_day(row["answer_by"]["S"]) if "answer_by" in row else None,
    )


def settled_write(table: str, mentor_id: str) -> Write:
    """Return the write by which nobody waits for a mentor's word. Refused: NotAskedError."""
    return _load_write(
        table, mentor_id, ANSWERED, "attribute_exists(answer_by)", {}, NotAskedError(mentor_id)
    )


def mentee_writes(table: str, before: MatchRequest, after: MatchRequest) -> Iterator[Write]:
    """Yield what an act does to what the mentee has open."""
    if before.state in UNANSWERED and after.state not in UNANSWERED:
        yield _load_write(table, after.mentee_id, "DELETE asked :id", "", _one(after.id), SURE)


def mentor_writes(
    table: str,
    before: MatchRequest,
    after: MatchRequest,
    mentor: StoredProfile | None,
    answer_by: date | None,
) -> Iterator[Write]:
    """Yield what an act does to whom the mentor has, and to what they let go by."""
    mentor_id, one = after.mentor_id, _one(after.id)
    if before.state in UNANSWERED and after.state in TOGETHER:
        assert mentor is not None  # noqa: S101 - an acceptance is decided under a profile
        yield _accepted_write(table, after, mentor.profile.capacity)
    elif before.state in TOGETHER and after.state not in TOGETHER:
        yield _load_write(table, mentor_id, "DELETE mentees :id", "", one, SURE)
    elif after.state is RequestState.EXPIRED and after.turn is Side.MENTOR:
        asks = " SET answer_by = :by, due_on = :over, #queue = :due" if answer_by else ""
        more = _asking(answer_by) if answer_by else {}
        yield _load_write(table, mentor_id, f"ADD missed :id{asks}", "", {**one, **more}, SURE)
    elif has_answered(before, after):
        yield _load_write(table, mentor_id, ANSWERED, "", {}, SURE)


def _asking(answer_by: date) -> dict[str, Any]:
    over_on = answer_by + timedelta(days=1)
    return {":by": {"S": answer_by.isoformat()}, ":over": {"S": over_on.isoformat()}, ":due": {"S": DUE}}


def _accepted_write(table: str, request: MatchRequest, capacity: int | None) -> Write:
    values, condition = _one(request.id), ""
    if capacity is not None:
        values |= {":one": {"S": request.id}, ":most": {"N": str(capacity)}}
        condition = "attribute_not_exists(mentees) OR size(mentees) < :most OR contains(mentees, :one)"
    return _load_write(
        table,
        request.mentor_id,
        f"ADD mentees :id {ANSWERED}",
        condition,
        values,
        RequestRefusedError(Refusal.FULL),
    )


def asked_write(table: str, request: MatchRequest, most: int) -> Write:
    return _load_write(
        table,
        request.mentee_id,
        "ADD asked :id",
        "attribute_not_exists(asked) OR size(asked) < :most OR contains(asked, :one)",
        _one(request.id) | {":one": {"S": request.id}, ":most": {"N": str(most)}},
        RequestRefusedError(Refusal.TOO_MANY),
    )


def _load_write(
    table: str, member_id: str, update: str, condition: str, values: Mapping[str, Any], refused: Exception
) -> Write:
    row: UpdateTypeDef = {
        "TableName": table,
        "Key": member_key(member_id, LOAD),
        "UpdateExpression": update,
    }
    if condition:
        row["ConditionExpression"] = condition
    if values:
        row["ExpressionAttributeValues"] = dict(values)
    if "#queue" in update:
        row["ExpressionAttributeNames"] = {"#queue": "queue"}  # DynamoDB keeps the word for itself
    return Write({"Update": row}, refused)


def _one(request_id: str) -> dict[str, Any]:
    return {":id": {"SS": [request_id]}}


def _ids(row: Record, name: str) -> frozenset[str]:
    return frozenset(row[name]["SS"]) if name in row else frozenset()
