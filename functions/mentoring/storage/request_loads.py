"""What of a member's requests counts against a limit: a row of sets, written with the requests.

Each write names one id, so that repeating it changes nothing; a limit is a condition on a set's size.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.errors import NotAskedError, RequestRefusedError, StaleLoadError
from mentoring.domain.match_requests import MatchRequest, has_answered
from mentoring.domain.profile import StoredProfile
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_loads import Load, Missed
from mentoring.domain.request_states import TOGETHER, UNANSWERED
from mentoring.storage.batches import Record
from mentoring.storage.due_rows import DUE
from mentoring.storage.records import as_day, member_key
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

LOAD: Final = "LOAD"
FIELDS: Final = "asked, mentees, missed, missed_under, answer_by"
ANSWERED: Final = (
    "REMOVE missed, missed_under, answer_by, due_on, #queue"  # nothing that was let go by counts any more
)
SURE: Final = AssertionError("unconditional")


def load_from(row: Record) -> Load:
    """Return the load that a row holds."""
    return Load(
        asked=_ids(row, "asked"),
        mentees=_ids(row, "mentees"),
        missed=_ids(row, "missed"),
        missed_under=int(row["missed_under"]["N"]) if "missed_under" in row else 0,
        answer_by=as_day(row["answer_by"]["S"]) if "answer_by" in row else None,
    )


def settled_write(table: str, mentor_id: str, answer_by: date) -> Write:
    """Return the write by which nobody waits for a mentor's word by that day. Refused: NotAskedError."""
    values = {":asked": {"S": answer_by.isoformat()}}
    return _load_write(table, mentor_id, ANSWERED, "answer_by = :asked", values, NotAskedError(mentor_id))


def forgotten_write(table: str, mentor_id: str) -> Write:
    """Return the write by which nothing counts any more that a mentor let go by: they had it erased."""
    return _load_write(table, mentor_id, ANSWERED, "", {}, SURE)


def mentee_writes(table: str, before: MatchRequest, after: MatchRequest) -> Iterator[Write]:
    """Yield what an act does to what the mentee has open."""
    if before.state in UNANSWERED and after.state not in UNANSWERED:
        yield _load_write(table, after.mentee_id, "DELETE asked :id", "", _one(after.id), SURE)


def mentor_writes(
    table: str,
    before: MatchRequest,
    after: MatchRequest,
    mentor: StoredProfile | None,
    missed: Missed | None,
) -> Iterator[Write]:
    """Yield what an act does to whom the mentor has, and to what they let go by.

    Refused: RequestRefusedError where there is no room, StaleLoadError.
    """
    mentor_id, one = after.mentor_id, _one(after.id)
    if before.state in UNANSWERED and after.state in TOGETHER:
        assert mentor is not None  # noqa: S101 - an acceptance is decided under a profile
        yield _accepted_write(table, after, mentor.profile.capacity)
    elif before.state in TOGETHER and after.state not in TOGETHER:
        yield _load_write(table, mentor_id, "DELETE mentees :id", "", one, SURE)
    elif missed:
        yield _missed_write(table, missed)
    elif has_answered(before, after):
        yield _load_write(table, mentor_id, ANSWERED, "", {}, SURE)


def _missed_write(table: str, missed: Missed) -> Write:
    """Write what counts now in the place of what was read: the mentor may have answered meanwhile."""
    after, before, mentor_id = missed.after, missed.before, missed.mentor.profile.member_id
    values: dict[str, Any] = {
        ":missed": {"SS": sorted(after.missed)},
        ":under": {"N": str(after.missed_under)},
    }
    update = "SET missed = :missed, missed_under = :under"
    if after.answer_by:
        over_on = after.answer_by + timedelta(days=1)
        values |= {":by": {"S": after.answer_by.isoformat()}, ":over": {"S": over_on.isoformat()}}
        values |= {":due": {"S": DUE}}
        update += ", answer_by = :by, due_on = :over, #queue = :due"
    else:
        update += " REMOVE answer_by, due_on, #queue"
    conditions = ["attribute_not_exists(missed)", "attribute_not_exists(answer_by)"]
    if before.missed:
        conditions[0] = "missed = :was"
        values[":was"] = {"SS": sorted(before.missed)}
    if before.answer_by:
        conditions[1] = "answer_by = :asked"
        values[":asked"] = {"S": before.answer_by.isoformat()}
    return _load_write(table, mentor_id, update, " AND ".join(conditions), values, StaleLoadError(mentor_id))


def _accepted_write(table: str, request: MatchRequest, capacity: int | None) -> Write:
    values, condition = _one(request.id), ""
    if capacity is not None:
        values |= {":one": {"S": request.id}, ":most": {"N": str(capacity)}}
        condition = _room("mentees", capacity)
    return _load_write(
        table,
        request.mentor_id,
        f"ADD mentees :id {ANSWERED}",
        condition,
        values,
        RequestRefusedError(Refusal.FULL),
    )


def asked_write(table: str, request: MatchRequest, most: int) -> Write:
    """Return the write that counts a request among its mentee's, if they have fewer than that (DIR-19)."""
    return _load_write(
        table,
        request.mentee_id,
        "ADD asked :id",
        _room("asked", most),
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


def _room(name: str, most: int) -> str:
    """Return the condition that a set takes one more; whoever takes nobody has no set either."""
    none = f"attribute_not_exists({name}) OR " if most else ""
    return f"{none}size({name}) < :most OR contains({name}, :one)"


def _one(request_id: str) -> dict[str, Any]:
    return {":id": {"SS": [request_id]}}


def _ids(row: Record, name: str) -> frozenset[str]:
    return frozenset(row[name]["SS"]) if name in row else frozenset()
