"""Mentees' questionnaires, in the requests table, with the log of their consents (DIR-4, DIR-15)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.errors import RequestRefusedError, StaleRequestError
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile, StoredMenteeProfile
from mentoring.domain.profile import Audience
from mentoring.domain.refusals import Refusal
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.batches import Record, read_records
from mentoring.storage.due_rows import due_attributes, due_keys, end_due
from mentoring.storage.profiles import consent_log_write
from mentoring.storage.records import (
    as_kind,
    as_texts,
    as_typed,
    consent_record,
    instant_text,
    member_key,
    recorded_consent,
)
from mentoring.storage.transaction import Write, commit
from mentoring.storage.versioned_writes import versioned_write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KIND: Final = "MENTEE"


class MenteeProfileStore:
    """The questionnaires of members who ask."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._table = settings.requests_table
        self._consents = settings.consents_table
        self._audit = settings.audit_table

    def open(self, member_id: str) -> StoredMenteeProfile:
        """Return a member's questionnaire as it stands; an empty one at version 0 where none was begun."""
        rows = read_records(self._client, self._table, [member_key(member_id, KIND)], "body, version, begun")
        found = next((row for row in rows if row), None)
        if found is None:
            return StoredMenteeProfile(MenteeProfile(member_id=member_id), 0)
        counted = (int(found[name]["N"]) for name in ("version", "begun"))
        return StoredMenteeProfile(_profile_from(found["body"]["S"]), *counted)

    def save(
        self, profile: MenteeProfile, replacing: StoredMenteeProfile, change: Change, due_on: date
    ) -> StoredMenteeProfile:
        """Store a questionnaire in the place of a version, with what changed of its consents in the log.

        It goes on `due_on` unless it is used until then. Raises StaleRequestError when another save came
        first.
        """
        saved = replacing.saved(profile, change.line.at)
        before = replacing.profile.consents
        changed = [each for name, each in profile.consents.items() if before.get(name) != each]
        commit(
            self._client,
            [
                self._profile_write(saved, replacing.version, change.line.at, due_on),
                *(consent_log_write(self._consents, profile.member_id, each) for each in changed),
                audit_write(self._audit, change.line, change.events),
            ],
        )
        return saved

    def unused(self, today: date) -> Iterator[str]:
        """Yield every member whose questionnaire goes by today; the index may lag."""
        keys = due_keys(self._client, self._table, KIND, today)
        return (key.removeprefix("MEMBER#") for key in keys)

    def forget_unused(self, member_id: str, today: date, line: AuditLine) -> bool:
        """Take out a questionnaire that goes by today; False where it was used, or is gone."""
        key = member_key(member_id, KIND)
        return end_due(self._client, self._table, key, today, audit_write(self._audit, line))

    def _profile_write(self, saved: StoredMenteeProfile, replaced: int, at: datetime, due_on: date) -> Write:
        member_id = saved.profile.member_id
        row: Record = member_key(member_id, KIND) | {
            "body": {"S": _profile_body(saved.profile)},
            "version": {"N": str(saved.version)},
            "begun": {"N": str(saved.begun)},
            "saved_at": {"S": instant_text(at)},
            **due_attributes(due_on),
        }
        return versioned_write(self._table, row, replaced, StaleRequestError(member_id, replaced))


def sent_write(table: str, stored: StoredMenteeProfile, due_on: date) -> Write:
    """Return the write by which a questionnaire that is sent stays until another day.

    Refused: RequestRefusedError, for what would be shared is not what its member reviewed, or is erased.
    """
    due = {f":{name}": value for name, value in due_attributes(due_on).items()}
    return Write(
        {
            "Update": {
                "TableName": table,
                "Key": member_key(stored.profile.member_id, KIND),
                "UpdateExpression": "SET due_on = :due_on, #queue = :queue",
                "ConditionExpression": "version = :read",
                "ExpressionAttributeNames": {"#queue": "queue"},
                "ExpressionAttributeValues": {":read": {"N": str(stored.version)}, **due},
            }
        },
        RequestRefusedError(Refusal.CHANGED),
    )


def standing_write(table: str, request: MatchRequest) -> Write:
    """Return the check that the questionnaire which was sent is not erased, whatever was answered since.

    Refused: RequestRefusedError.
    """
    return Write(
        {
            "ConditionCheck": {
                "TableName": table,
                "Key": member_key(request.mentee_id, KIND),
                "ConditionExpression": "begun = :sent",
                "ExpressionAttributeValues": {":sent": {"N": str(request.questionnaire)}},
            }
        },
        RequestRefusedError(Refusal.MENTEE_LEFT),
    )


def _profile_body(profile: MenteeProfile) -> str:
    record = {
        "member_id": profile.member_id,
        "answers": {each.name: getattr(profile.answers, each.name) for each in fields(MenteeAnswers)},
        "consents": {name: consent_record(consent) for name, consent in profile.consents.items()},
        "answered": dict(profile.answered),
        "unfinished": dict(profile.unfinished),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _profile_from(body: str) -> MenteeProfile:
    read = json.loads(body)
    return MenteeProfile(
        member_id=as_kind(str, read["member_id"]),
        answers=_answers(read["answers"]),
        consents={name: recorded_consent(record) for name, record in read["consents"].items()},
        answered={page: as_kind(int, version) for page, version in read["answered"].items()},
        unfinished={page: as_typed(pairs) for page, pairs in read["unfinished"].items()},
    )


def _answers(read: Mapping[str, Any]) -> MenteeAnswers:
    return MenteeAnswers(
        background=as_kind(str, read["background"]),
        goals=as_kind(str, read["goals"]),
        needs=as_kind(str, read["needs"]),
        topics=as_texts(read["topics"]),
        areas=as_texts(read["areas"]),
        languages=as_texts(read["languages"]),
        formats=as_texts(read["formats"]),
        frequency=as_kind(str, read["frequency"]),
        identity={name: as_texts(values) for name, values in read["identity"].items()},
        shares={name: Audience(share) for name, share in read["shares"].items()},
    )
