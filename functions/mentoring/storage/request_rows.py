"""The rows of a match request: its own, one for each of its people, one of the pair for all of theirs."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from mentoring.domain.errors import StalePairError, StaleRequestError
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.pairs import Pair
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.request_states import RequestState, Side
from mentoring.storage.batches import Record
from mentoring.storage.due_rows import due_attributes
from mentoring.storage.match_request_records import request_body
from mentoring.storage.records import instant_text, member_key
from mentoring.storage.request_loads import SURE
from mentoring.storage.transaction import Write
from mentoring.storage.versioned_writes import versioned_write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, UpdateTypeDef

KIND: Final = "REQUEST"
PAIR: Final = "PAIR#"
PAIRED: Final = "request_id, asked_at, declined_at"
PREFIXES: Final = {Side.MENTEE: "SENT#", Side.MENTOR: "RECEIVED#"}


def request_key(request_id: str) -> Record:
    """Return the key of a request's own row."""
    return {"pk": {"S": f"{KIND}#{request_id}"}, "sk": {"S": KIND}}


def pair_key(mentee_id: str, mentor_id: str) -> Record:
    """Return the key of the row that a pair has once one of the two has asked the other."""
    return {"pk": {"S": f"{PAIR}{mentee_id}"}, "sk": {"S": mentor_id}}


def request_write(table: str, saved: StoredRequest) -> Write:
    """Return the write of a request in the place of the version before. Refused: StaleRequestError."""
    request = saved.request
    row: Record = request_key(request.id) | {
        "body": {"S": request_body(request)},
        "version": {"N": str(saved.version)},
        "told": {"L": [{"S": key} for key in saved.told]},
    }
    if request.due_on:
        row |= due_attributes(request.due_on)
    replaced = saved.version - 1
    return versioned_write(table, row, replaced, StaleRequestError(request.id, replaced))


def found_write(table: str, request: MatchRequest, side: Side) -> Write:
    """Return the write of the row by which one of the two finds a request; its text sorts as time does."""
    found = f"{PREFIXES[side]}{instant_text(request.sent_at)}#{request.id}"
    return Write({"Put": {"TableName": table, "Item": member_key(request.person(side), found)}}, SURE)


def pair_from(row: Record) -> Pair:
    """Return what a pair's row holds."""
    asked_at = row["asked_at"]["S"].split() if "asked_at" in row else ()
    return Pair(
        open_id=row["request_id"]["S"] if "request_id" in row else None,
        asked_at=tuple(datetime.fromisoformat(at) for at in asked_at),
        declined_at=datetime.fromisoformat(row["declined_at"]["S"]) if "declined_at" in row else None,
    )


def pair_write(table: str, request: MatchRequest, replacing: Pair, policy: DirectoryPolicy) -> Write:
    """Return the write that keeps a pair to one open request, in the place of what was read of the pair.

    Refused: StalePairError.
    """
    pair = replacing.with_request(request.id, request.sent_at, policy)
    row = pair_key(request.mentee_id, request.mentor_id) | {
        "request_id": {"S": request.id},
        "asked_at": {"S": _instants(pair)},
    }
    if pair.declined_at:
        row["declined_at"] = {"S": instant_text(pair.declined_at)}
    put: PutTypeDef = {"TableName": table, "Item": row}
    put["ConditionExpression"] = "attribute_not_exists(request_id) AND attribute_not_exists(asked_at)"
    if replacing.asked_at:
        put["ConditionExpression"] = "attribute_not_exists(request_id) AND asked_at = :read"
        put["ExpressionAttributeValues"] = {":read": {"S": _instants(replacing)}}
    return Write({"Put": put}, StalePairError(request.mentee_id, request.mentor_id))


def pair_end_write(table: str, request: MatchRequest) -> Write:
    """Return the write by which a pair may have another request, at once or after some days."""
    update: UpdateTypeDef = {
        "TableName": table,
        "Key": pair_key(request.mentee_id, request.mentor_id),
        "UpdateExpression": "REMOVE request_id",
    }
    if request.state is RequestState.DECLINED and request.closed_at:
        update["UpdateExpression"] += " SET declined_at = :at"
        update["ExpressionAttributeValues"] = {":at": {"S": instant_text(request.closed_at)}}
    return Write({"Update": update}, SURE)


def _instants(pair: Pair) -> str:
    return " ".join(instant_text(at) for at in pair.asked_at)
