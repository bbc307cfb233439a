"""What there is of a member to erase, also where the record is damaged (SAF-1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from mentoring.domain.erasures import Held
from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, Audience, Profile
from mentoring.domain.withdrawals import EVERYTHING, subjects_of, subjects_shown
from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record, read_records
from mentoring.storage.introductions import introduction_rows
from mentoring.storage.mentee_profiles import KIND as MENTEE
from mentoring.storage.preparations import KIND as PREPARATION
from mentoring.storage.preparations import preparation_key
from mentoring.storage.records import consent_from, member_key, profile_from, readable
from mentoring.storage.workbook_rows import workbook_rows, workbook_saved_at

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KINDS: Final = ("PROFILE", "DRAFT")
FIELDS: Final = "sk, body, version, slug, saved_at"


@dataclass(frozen=True, slots=True)
class _Content:
    """What there is to know of a profile, read or not."""

    slug: str
    shown: frozenset[str]
    opted_in_on: date | None
    given_at: Iterable[datetime]


NOTHING: Final = _Content("", frozenset(), None, ())


def held_of(client: "DynamoDBClient", tables: StorageSettings, member_id: str) -> Held | None:
    """Return what there is of a member to erase; None where there is nothing.

    Requests are not asked for: they end with what is here, and without it `ErasureStore` looks.
    """
    keys = [*(member_key(member_id, kind) for kind in KINDS), preparation_key(member_id)]
    found = read_records(client, tables.profiles_table, keys, FIELDS)
    rows = {row["sk"]["S"]: row for row in found}
    profile, draft, preparation = map(rows.get, (*KINDS, PREPARATION))
    told = [member_key(member_id, MENTEE)]
    mentee = next((row for row in read_records(client, tables.requests_table, told, FIELDS) if row), None)
    workbook = workbook_saved_at(workbook_rows(client, tables.requests_table, member_id))
    if not (profile or draft or mentee or preparation or workbook):
        wrote = introduction_rows(client, tables.requests_table, member_id)
        return Held(member_id=member_id) if wrote else None
    content = _content(client, tables, member_id, profile) if profile else NOTHING
    return Held(
        member_id=member_id,
        version=_version(profile),
        slug=content.slug,
        shown=content.shown,
        opted_in_on=content.opted_in_on,
        began_at=min(content.given_at, default=None),
        draft_version=_version(draft),
        draft_saved_at=_saved_at(draft),
        mentee_version=_version(mentee),
        mentee_saved_at=_saved_at(mentee),
        workbook_saved_at=workbook,
        prepared_at=_saved_at(preparation),
    )


def _content(client: "DynamoDBClient", tables: StorageSettings, member_id: str, row: Record) -> _Content:
    read = _profile(row)
    if read:
        given = [each.given_at for each in read.consents.values()]
        agreed = [each.given_at for each in read.acknowledgements.values()]
        return _Content(read.slug, subjects_shown(read), read.opted_in_on, [*given, *agreed])
    logged = _logged(client, tables, member_id)
    shown = _shown({subject: audience for subject, (_, audience) in logged.items()})
    return _Content(_address(row), shown, None, [given_at for given_at, _ in logged.values()])


def _profile(row: Record) -> Profile | None:
    return next(
        readable([row | {"pk": {"S": ""}}], lambda read: profile_from(read["body"]["S"]), lambda _: None),
        None,
    )


def _address(row: Record) -> str:
    """Return a damaged profile's address: a row from before it stood there has it in its text, if at all."""
    if "slug" in row:
        return str(row["slug"]["S"])
    found = re.search(r'"slug":"([a-z0-9-]+)"', row.get("body", {}).get("S", ""))
    return found[1] if found else ""


def _logged(
    client: "DynamoDBClient", tables: StorageSettings, member_id: str
) -> dict[str, tuple[datetime, Audience]]:
    """Return the last choice about each subject, by the log of a profile that cannot be read.

    A last choice that cannot be read either counts as the widest.
    """
    pages = client.get_paginator("query").paginate(
        TableName=tables.consents_table,
        KeyConditionExpression="pk = :member",
        ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}},
        ConsistentRead=True,
    )
    last = {}  # the log is in order
    for row in (row for page in pages for row in page["Items"]):
        given_at, _, subject = row["sk"]["S"].partition("#")
        entry = next(readable([row], lambda row: consent_from(row["body"]["S"]), lambda _: None), None)
        widest = Audience.PUBLIC if subject == LISTING else Audience.MEMBERS
        last[subject] = datetime.fromisoformat(given_at), entry.audience if entry else widest
    return last


def _shown(audiences: Mapping[str, Audience]) -> frozenset[str]:
    """Return what a profile that cannot be read may show: where the log is silent, everything."""
    return subjects_of(audiences, IDENTITY_FIELDS) if audiences else EVERYTHING


def _version(row: Record | None) -> int:
    return int(row["version"]["N"]) if row else 0


def _saved_at(row: Record | None) -> datetime | None:
    return datetime.fromisoformat(row["saved_at"]["S"]) if row and "saved_at" in row else None
