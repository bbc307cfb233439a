"""The rows of a match request: its own, one for each of its people, one for the pair while it is open."""

from typing import TYPE_CHECKING, Final

from mentoring.domain.errors import RequestRefusedError, StaleRequestError
from mentoring.domain.match_requests import MatchRequest, StoredRequest
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import Side
from mentoring.storage.batches import Record
from mentoring.storage.due_rows import due_attributes
from mentoring.storage.match_request_records import request_body
from mentoring.storage.records import instant_text, member_key
from mentoring.storage.request_loads import SURE
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef

KIND: Final = "REQUEST"
PAIR: Final = "PAIR#"
PREFIXES: Final = {Side.MENTEE: "SENT#", Side.MENTOR: "RECEIVED#"}


def request_key(request_id: str) -> Record:
    """Return the key of a request's own row."""
    return {"pk": {"S": f"{KIND}#{request_id}"}, "sk": {"S": KIND}}


def pair_key(mentee_id: str, mentor_id: str) -> Record:
    """Return the key of the row that a pair has while a request of theirs is open."""
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
    put: PutTypeDef = {"TableName": table, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
    if saved.version > 1:
        put["ConditionExpression"] = "version = :replaced"
        put["ExpressionAttributeValues"] = {":replaced": {"N": str(saved.version - 1)}}
    return Write({"Put": put}, StaleRequestError(request.id, saved.version - 1))


def found_write(table: str, request: MatchRequest, side: Side) -> Write:
    """Return the write of the row by which one of the two finds a request; its text sorts as time does."""
    found = f"{PREFIXES[side]}{instant_text(request.sent_at)}#{request.id}"
    return Write({"Put": {"TableName": table, "Item": member_key(request.person(side), found)}}, SURE)


def pair_write(table: str, request: MatchRequest) -> Write:
    """Return the write that keeps a pair to one open request. Refused: RequestRefusedError."""
    key = pair_key(request.mentee_id, request.mentor_id)
    return Write(
        {
            "Put": {
                "TableName": table,
                "Item": key | {"request_id": {"S": request.id}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
        RequestRefusedError(Refusal.ALREADY_OPEN),
    )


def pair_end_write(table: str, request: MatchRequest) -> Write:
    """Return the write by which a pair may have another request."""
    key = pair_key(request.mentee_id, request.mentor_id)
    return Write({"Delete": {"TableName": table, "Key": key}}, SURE)
