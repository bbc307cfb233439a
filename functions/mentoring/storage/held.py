"""What there is of a member to erase, also where the record is damaged (SAF-1)."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from mentoring.domain.erasures import Held
from mentoring.domain.profile import IDENTITY_FIELDS, Consent, Profile
from mentoring.domain.withdrawals import EVERYTHING, subjects_of, subjects_shown
from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record, read_records
from mentoring.storage.mentee_profiles import KIND as MENTEE
from mentoring.storage.records import consent_from, member_key, profile_from, readable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KINDS: Final = ("PROFILE", "DRAFT")
FIELDS: Final = "sk, body, version, slug, saved_at"


def held_of(client: "DynamoDBClient", tables: StorageSettings, member_id: str) -> Held | None:
    """Return what there is of a member to erase; None where there is nothing.

    Requests are not asked for: nobody has one without a profile or a questionnaire, and both erase them.
    """
    keys = [member_key(member_id, kind) for kind in KINDS]
    found = read_records(client, tables.profiles_table, keys, FIELDS)
    profile, draft = map({row["sk"]["S"]: row for row in found}.get, KINDS)
    told = [member_key(member_id, MENTEE)]
    mentee = next((row for row in read_records(client, tables.requests_table, told, FIELDS) if row), None)
    if profile is None and draft is None and mentee is None:
        return None
    read = _profile(profile) if profile else None
    consents = list(read.consents.values()) if read else _logged(client, tables, member_id) if profile else []
    return Held(
        member_id=member_id,
        version=_version(profile),
        slug=profile["slug"]["S"] if profile else "",
        shown=subjects_shown(read) if read else _shown(consents) if profile else frozenset(),
        given_at=max((each.given_at for each in consents), default=None),
        draft_version=_version(draft),
        draft_saved_at=_saved_at(draft),
        mentee_version=_version(mentee),
        mentee_saved_at=_saved_at(mentee),
    )


def _profile(row: Record) -> Profile | None:
    return next(
        readable([row | {"pk": {"S": ""}}], lambda read: profile_from(read["body"]["S"]), lambda _: None),
        None,
    )


def _logged(client: "DynamoDBClient", tables: StorageSettings, member_id: str) -> list[Consent]:
    """Return the last consent about each subject, by the log of a profile that cannot be read."""
    pages = client.get_paginator("query").paginate(
        TableName=tables.consents_table,
        KeyConditionExpression="pk = :member",
        ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}},
        ConsistentRead=True,
    )
    rows = (row for page in pages for row in page["Items"])
    entries = readable(rows, lambda row: consent_from(row["body"]["S"]), lambda _: None)
    return list({each.subject: each for each in entries}.values())  # the log is in order


def _shown(logged: list[Consent]) -> frozenset[str]:
    """Return what a profile that cannot be read may show: where the log is silent, everything."""
    audiences = {each.subject: each.audience for each in logged}
    return subjects_of(audiences, IDENTITY_FIELDS) if audiences else EVERYTHING


def _version(row: Record | None) -> int:
    return int(row["version"]["N"]) if row else 0


def _saved_at(row: Record | None) -> datetime | None:
    return datetime.fromisoformat(row["saved_at"]["S"]) if row and "saved_at" in row else None
