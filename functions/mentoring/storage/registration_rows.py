"""The rows of a registration: its own, those by which it is found, numbers of documents, the ledger."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.business_days import day_of
from mentoring.domain.ledger import Entry, Kind, Line
from mentoring.domain.registration_errors import (
    RegistrationRefusedError,
    StaleNumberError,
    StaleRegistrationError,
)
from mentoring.domain.registrations import Registration, StoredRegistration
from mentoring.storage.batches import Record
from mentoring.storage.money_records import charge_from, charge_record, json_text, maybe
from mentoring.storage.records import as_kind, instant_text, member_key
from mentoring.storage.registration_records import registration_body
from mentoring.storage.transaction import Write
from mentoring.storage.versioned_writes import versioned_write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, UpdateTypeDef

KIND: Final = "REGISTRATION"
PREFIX: Final = "REGISTRATION#"
CURRENT: Final = "CURRENT"
PAYMENT: Final = "PAYMENT"
NUMBERS: Final = "NUMBERS"
LEDGER: Final = "LEDGER"
UNSETTLED: Final = "UNSETTLED"  # the index's one partition: what waits for the payment provider's word
SERIES: Final = {Kind.PAYMENT: "RECEIPT", Kind.REFUND: "CREDIT_NOTE"}
"""Which series of numbers an event of money takes one of."""
SURE: Final = AssertionError("unconditional")


def registration_key(registration_id: str) -> Record:
    """Return the key of a registration's own row."""
    return {"pk": {"S": f"{PREFIX}{registration_id}"}, "sk": {"S": KIND}}


def payment_key(payment_intent: str) -> Record:
    """Return the key of the row by which a payment finds its registration."""
    return {"pk": {"S": f"{PAYMENT}#{payment_intent}"}, "sk": {"S": PAYMENT}}


def number_key(series: str) -> Record:
    """Return the key of the last number that a series of documents has given."""
    return {"pk": {"S": NUMBERS}, "sk": {"S": series}}


def registration_write(table: str, saved: StoredRegistration) -> Write:
    """Return the write of a registration in the place of the version before.

    Refused: StaleRegistrationError.
    """
    registration = saved.registration
    row: Record = registration_key(registration.id) | {
        "body": {"S": registration_body(registration)},
        "version": {"N": str(saved.version)},
    }
    if registration.checked_at:
        row |= {"queue": {"S": UNSETTLED}, "checked_at": {"S": instant_text(registration.checked_at)}}
    replaced = saved.version - 1
    return versioned_write(table, row, replaced, StaleRegistrationError(registration.id, replaced))


def found_write(table: str, registration: Registration) -> Write:
    """Return the write of the row by which a member's registrations are found, in the order of time."""
    found = f"{PREFIX}{instant_text(registration.opened_at)}#{registration.id}"
    return Write({"Put": {"TableName": table, "Item": member_key(registration.member_id, found)}}, SURE)


def current_write(table: str, registration: Registration) -> Write:
    """Return the write that keeps a member to one registration. Refused: RegistrationRefusedError."""
    row: Record = member_key(registration.member_id, CURRENT) | {"registration_id": {"S": registration.id}}
    put: PutTypeDef = {"TableName": table, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
    return Write({"Put": put}, RegistrationRefusedError("registered"))


def current_end_write(table: str, registration: Registration) -> Write:
    """Return the write by which a member may have another registration."""
    key = member_key(registration.member_id, CURRENT)
    return Write({"Delete": {"TableName": table, "Key": key}}, SURE)


def payment_writes(table: str, before: Registration, after: Registration) -> Iterator[Write]:
    """Yield the write by which each new payment finds its registration, and no other ever."""
    for each in after.purchases[len(before.purchases) :]:
        row: Record = payment_key(each.payment_intent) | {"registration_id": {"S": after.id}}
        put: PutTypeDef = {"TableName": table, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
        yield Write({"Put": put}, AssertionError(f"{each.payment_intent} is another registration's"))


def number_write(table: str, entry: Entry) -> Write | None:
    """Return the write that takes a document's number, the one after the last. Refused: StaleNumberError."""
    if entry.number is None or entry.kind not in SERIES:
        return None
    series = SERIES[entry.kind]
    is_first = entry.number == 1
    before = {} if is_first else {":before": {"N": str(entry.number - 1)}}
    update: UpdateTypeDef = {
        "TableName": table,
        "Key": number_key(series),
        "UpdateExpression": "SET given = :number",
        "ConditionExpression": "attribute_not_exists(pk)" if is_first else "given = :before",
        "ExpressionAttributeValues": {":number": {"N": str(entry.number)}, **before},
    }
    return Write({"Update": update}, StaleNumberError(series, entry.number))


def ledger_month(at: datetime) -> str:
    """Return the association's month of an instant, such as "2026-11"."""
    return f"{day_of(at):%Y-%m}"


def ledger_write(table: str, entry: Entry, noted_at: datetime) -> Write:
    """Return the write that appends an entry. It is never written over."""
    body = {
        "kind": entry.kind,
        "about": entry.about,
        "registration_id": entry.registration_id,
        "payment_intent": entry.payment_intent,
        "place": entry.place,
        "at": instant_text(entry.at),
        "lines": charge_record(entry.lines),
        "number": entry.number,
    }
    row: Record = {
        "pk": {"S": f"{LEDGER}#{ledger_month(entry.at)}"},
        "sk": {"S": f"{instant_text(entry.at)}#{entry.id}"},
        "body": {"S": json_text(body)},
        "noted_at": {"S": instant_text(noted_at)},
    }
    put: PutTypeDef = {"TableName": table, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
    return Write({"Put": put}, AssertionError(f"{entry.id} is in the ledger"))


def line_from(row: Mapping[str, Any]) -> Line:
    """Return the line that a row of the ledger holds. Raises KeyError, TypeError, ValueError."""
    read = json.loads(row["body"]["S"])
    entry = Entry(
        kind=Kind(read["kind"]),
        about=as_kind(str, read["about"]),
        registration_id=as_kind(str, read["registration_id"]),
        payment_intent=as_kind(str, read["payment_intent"]),
        place=as_kind(str, read["place"]),
        at=datetime.fromisoformat(read["at"]),
        lines=charge_from(read["lines"]),
        number=maybe(int, read["number"]),
    )
    return Line(entry, datetime.fromisoformat(row["noted_at"]["S"]))
