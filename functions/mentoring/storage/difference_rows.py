"""The rows of money that differs: one for what was found, one for who settled it; none is written over."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.differences import Difference, DifferenceSettledError, Settlement
from mentoring.domain.payments import Found
from mentoring.domain.registration_errors import DifferenceKnownError
from mentoring.storage.batches import Record
from mentoring.storage.records import instant_text
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef

DIFFERENCES: Final = "DIFFERENCES"
SETTLED: Final = "#SETTLED"  # behind a difference's name

Row = Mapping[str, Any]


def difference_write(table: str, difference: Difference) -> Write:
    """Return the write of something that a person has to settle. Refused: DifferenceKnownError."""
    found = difference.found
    row: Record = _key(difference.name) | {
        "registration_id": {"S": difference.registration_id},
        "code": {"S": difference.code},
        "about": {"S": found.about},
        "cents": {"N": str(found.cents)},
        "currency": {"S": found.currency},
        "found_state": {"S": found.state},
        "noted_at": {"S": instant_text(difference.noted_at)},
    }
    return _put(table, row, DifferenceKnownError(difference.name))


def settlement_write(table: str, name: str, settlement: Settlement) -> Write:
    """Return the write of who settled a difference. Refused: DifferenceSettledError."""
    row: Record = _key(f"{name}{SETTLED}") | {
        "settled_by": {"S": settlement.by},
        "settled_at": {"S": instant_text(settlement.at)},
        "words": {"S": settlement.words},
    }
    return _put(table, row, DifferenceSettledError(name))


def differences_from(rows: list[Row]) -> list[Difference]:
    """Return the differences that these rows hold, each with its settlement, in the order of time."""
    settled = {_name(row): row for row in rows if row["sk"]["S"].endswith(SETTLED)}
    found = (_difference(row, settled.get(_name(row))) for row in rows if "code" in row)
    return sorted(found, key=lambda each: each.noted_at)


def _difference(row: Row, settled: Row | None) -> Difference:
    return Difference(
        registration_id=row["registration_id"]["S"],
        code=row["code"]["S"],
        found=Found(
            about=row["about"]["S"],
            cents=int(row["cents"]["N"]),
            currency=row["currency"]["S"],
            state=row["found_state"]["S"],
        ),
        noted_at=datetime.fromisoformat(row["noted_at"]["S"]),
        settlement=_settlement(settled) if settled else None,
    )


def _settlement(row: Row) -> Settlement:
    return Settlement(
        by=row["settled_by"]["S"],
        at=datetime.fromisoformat(row["settled_at"]["S"]),
        words=row["words"]["S"],
    )


def _name(row: Row) -> str:
    return str(row["sk"]["S"].removesuffix(SETTLED))


def _key(name: str) -> Record:
    return {"pk": {"S": DIFFERENCES}, "sk": {"S": name}}


def _put(table: str, row: Record, refused: Exception) -> Write:
    put: PutTypeDef = {"TableName": table, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
    return Write({"Put": put}, refused)
