"""Questionnaires under way: one row beside the profile, so that both are read at once and change together."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.drafts import Answers, Draft, DraftTerm, StoredDraft
from mentoring.domain.errors import RecordUnreadableError, StaleDraftError
from mentoring.domain.profile import Audience, StoredProfile
from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record, read_records
from mentoring.storage.records import (
    as_day,
    as_kind,
    as_texts,
    as_typed,
    day_text,
    instant_text,
    member_key,
    stored_profile_from,
)
from mentoring.storage.transaction import Write, commit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import ConditionCheckTypeDef, PutTypeDef

KIND: Final = "DRAFT"
PROFILE: Final = "PROFILE"


class DraftStore:
    """The drafts in the profiles table."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._profiles = settings.profiles_table

    def open(self, member_id: str, now: datetime) -> tuple[StoredDraft | None, StoredProfile | None]:
        """Return a member's draft and profile, read at one moment; None for what there is not.

        A draft that has ended is none, whether its row is gone already or not. Raises RecordUnreadableError.
        """
        keys = [member_key(member_id, kind) for kind in (KIND, PROFILE)]
        rows = {
            row["sk"]["S"]: row
            for row in read_records(self._client, self._profiles, keys, "sk, body, version, said, expires_at")
        }
        draft, profile = rows.get(KIND), rows.get(PROFILE)
        is_kept = draft is not None and (
            "expires_at" not in draft  # saved before drafts had an end: it gets one with its next save
            or now.timestamp() < int(draft["expires_at"]["N"])
        )
        try:
            return (
                StoredDraft(draft_from(draft["body"]["S"]), _version(draft)) if draft and is_kept else None,
                stored_profile_from(profile) if profile else None,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordUnreadableError(member_id) from error

    def save(self, draft: Draft, replacing: StoredDraft, term: DraftTerm) -> StoredDraft:
        """Store a draft in the place of the version it was decided on, or of one that has ended.

        Raises StaleDraftError.
        """
        saved = StoredDraft(draft, replacing.next_version(term.saved_at))
        stale = StaleDraftError(draft.member_id, replacing.version)
        writes = [Write({"Put": _draft_put(self._profiles, saved, replacing.version, term)}, stale)]
        if draft.based_on:
            # Answers of a profile that was erased meanwhile must not live on in a draft (SAF-1).
            writes.append(Write({"ConditionCheck": _profile_there(self._profiles, draft.member_id)}, stale))
        commit(self._client, writes)
        return saved


def draft_end_write(table: str, stored: StoredDraft) -> Write:
    """Return the write that ends a draft, if nobody saved it since it was read."""
    member_id = stored.draft.member_id
    return Write(
        {
            "Delete": {
                "TableName": table,
                "Key": member_key(member_id, KIND),
                "ConditionExpression": "version = :read",
                "ExpressionAttributeValues": {":read": {"N": str(stored.version)}},
            }
        },
        StaleDraftError(member_id, stored.version),
    )


def draft_body(draft: Draft) -> str:
    """Return a draft as text."""
    record = {
        "member_id": draft.member_id,
        "based_on": draft.based_on,
        "answered": dict(draft.answered),
        "unfinished": dict(draft.unfinished),
        "answers": _answers_record(draft.answers),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def draft_from(body: str) -> Draft:
    """Return the draft that a body holds. Raises KeyError, TypeError, ValueError for anything else."""
    read = json.loads(body)
    return Draft(
        member_id=as_kind(str, read["member_id"]),
        based_on=as_kind(int, read["based_on"]),
        answered={page: as_kind(int, version) for page, version in read["answered"].items()},
        unfinished={page: as_typed(pairs) for page, pairs in read["unfinished"].items()},
        answers=_answers(read["answers"]),
    )


def _answers_record(answers: Answers) -> dict[str, Any]:
    record = {each.name: getattr(answers, each.name) for each in fields(Answers)}
    return record | {"returns_on": day_text(answers.returns_on)}


def _answers(read: Mapping[str, Any]) -> Answers:
    return Answers(
        years_of_experience=_maybe(int, read["years_of_experience"]),
        areas=as_texts(read["areas"]),
        training=as_texts(read["training"]),
        client_ages=as_texts(read["client_ages"]),
        province=as_kind(str, read["province"]),
        city=as_kind(str, read["city"]),
        languages=as_texts(read["languages"]),
        topics=as_texts(read["topics"]),
        formats=as_texts(read["formats"]),
        frequency=as_kind(str, read["frequency"]),
        bio={language: as_kind(str, text) for language, text in read["bio"].items()},
        identity={name: as_texts(values) for name, values in read["identity"].items()},
        shares={name: Audience(share) for name, share in read["shares"].items()},
        is_available=_maybe(bool, read["is_available"]),
        returns_on=as_day(read["returns_on"]),
        capacity=_maybe(int, read["capacity"]),
        listing=Audience(read["listing"]),
        wants_search_engines=as_kind(bool, read["wants_search_engines"]),
        agreed={document: as_kind(str, version) for document, version in read["agreed"].items()},
        agreed_in=as_kind(str, read["agreed_in"]),
    )


def _draft_put(table: str, saved: StoredDraft, replaced: int, term: DraftTerm) -> "PutTypeDef":
    member_id = saved.draft.member_id
    record: Record = member_key(member_id, KIND) | {
        "body": {"S": draft_body(saved.draft)},
        "version": {"N": str(saved.version)},
        "saved_at": {"S": instant_text(term.saved_at)},  # what an erasure, once replayed, goes by
        "expires_at": {"N": str(int(term.ends_at.timestamp()))},  # the table's TTL
    }
    put: PutTypeDef = {
        "TableName": table,
        "Item": record,
        "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now",
        "ExpressionAttributeValues": {":now": {"N": str(int(term.saved_at.timestamp()))}},
    }
    if replaced:
        put["ConditionExpression"] = "version = :replaced"
        put["ExpressionAttributeValues"] = {":replaced": {"N": str(replaced)}}
    return put


def _profile_there(table: str, member_id: str) -> "ConditionCheckTypeDef":
    return {
        "TableName": table,
        "Key": member_key(member_id, PROFILE),
        "ConditionExpression": "attribute_exists(pk)",
    }


def _maybe(kind: type[Any], value: object) -> Any:
    return None if value is None else as_kind(kind, value)


def _version(row: Record) -> int:
    return int(row["version"]["N"])
