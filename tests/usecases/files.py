"""Rows and lines of made-up people, as the two files of an import hold them."""

import csv
import io
import json
from typing import Any

from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.usecases.member_rows import COLUMNS

MEMBER = {
    "member_id": "M-1",
    "given_name": "Amélie",
    "family_name": "Tremblay",
    "email": "amelie@example.org",
    "language": "fr",
    "category": "member",
    "profession": "ot",
    "status": "active",
    "expires_on": "2027-09-30",
    "province": "QC",
    "city": "Gatineau",
    "country": "CA",
    "joined_on": "2015-09-01",
}
IDENTITY = {
    "gender": {"value": ["woman"], "share": "members"},
    "race": {"value": ["white"], "share": "none"},
    "ethnicity": {"value": [], "share": "none"},
    "orientation": {"value": ["prefer-not-to-answer"], "share": "members"},
    "indigenous": {"value": [], "share": "none"},
}
MENTOR = {
    "member_id": "M-1",
    "listing": "public",
    "years_of_experience": 12,
    "areas": ["mental-health", "home-care"],
    "training": ["msc-ot"],
    "client_ages": ["0-4"],
    "languages": ["fr", "en"],
    "topics": ["transition-to-practice"],
    "province": "QC",
    "city": "Gatineau",
    "formats": ["video"],
    "frequency": "monthly",
    "bio": {"fr": "Bonjour 🙂", "en": "Hello"},
    "available": True,
    "returns_on": None,
    "capacity": None,
    "identity": IDENTITY,
    "terms_version": "2026-01",
    "opted_in_on": "2026-03-01",
    "confirmed_on": "2026-10-01",
}


def member(number: int = 1, **changes: str) -> dict[str, str]:
    """A row of members.csv."""
    return MEMBER | {"member_id": f"M-{number}"} | changes


def members_csv(*rows: dict[str, str], line_end: str = "\n") -> bytes:
    """A members.csv with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def mentor(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A line of mentors.jsonl."""
    return MENTOR | {"member_id": f"M-{number}"} | changes


def mentors_jsonl(*lines: dict[str, Any]) -> bytes:
    """A mentors.jsonl."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def damage(settings: StorageSettings, table: str, member_id: str, kind: str) -> None:
    """Leave a stored record that nobody can read."""
    dynamodb(settings).update_item(
        TableName=table,
        Key={"pk": {"S": f"MEMBER#{member_id}"}, "sk": {"S": kind}},
        UpdateExpression="SET body = :half",
        ExpressionAttributeValues={":half": {"S": "{"}},
    )
