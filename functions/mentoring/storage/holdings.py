"""Everything that is held about one member, as it is held (SAF-1): a damaged record is theirs as well."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mentoring.domain.concerns import Concern
from mentoring.settings import StorageSettings
from mentoring.storage.address_marks import mark_key
from mentoring.storage.batches import Record, read_records
from mentoring.storage.concerns import ConcernStore
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.introductions import introduction_rows
from mentoring.storage.mentee_profiles import KIND as MENTEE
from mentoring.storage.message_rows import message_ids, message_key
from mentoring.storage.overrides import override_key
from mentoring.storage.preparations import PreparationStore
from mentoring.storage.records import instant_text, member_key
from mentoring.storage.registration_holdings import registrations_held
from mentoring.storage.request_holdings import RequestHoldings
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.storage.workbook_holdings import workbooks_held

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class HoldingsStore:
    """Every table that may know of a member, read alone."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._tables = settings
        self._withdrawals = WithdrawalStore(client, settings.withdrawals_table)
        self._erasures = ErasureStore(client, settings)
        self._concerns = ConcernStore(client, settings)
        self._preparations = PreparationStore(client, settings)

    def of(self, member_id: str) -> dict[str, Any]:
        """Return what is held about a member, as plain values; None or an empty list for nothing."""
        tables = self._tables
        rows = self._known(tables.profiles_table, member_id, "PROFILE", "DRAFT", "STANDING")
        acts = [_body(row) for row in self._rows(tables.audit_table, member_id).values()]
        profile = _body(rows["PROFILE"]) if "PROFILE" in rows else None
        told = self._known(tables.requests_table, member_id, MENTEE)
        requests = RequestHoldings(self._client, tables, member_id)
        return {
            "membership": next(
                map(_body, self._known(tables.memberships_table, member_id, "MEMBERSHIP").values()), None
            ),
            "profile": profile,
            "draft": _body(rows["DRAFT"]) if "DRAFT" in rows else None,
            "mentee_profile": next(map(_body, told.values()), None),
            "introductions": self._introductions(member_id),
            "preparation": self._preparation(member_id),
            "requests": requests.requests(),
            "request_load": requests.load(),
            "registrations": registrations_held(self._client, tables, member_id),
            "workbooks": workbooks_held(self._client, tables, member_id),
            "exceptions": self._exceptions(member_id),
            "concerns": [_concern(each) for each in self._concerns.of(member_id)],
            "standing": _standing(rows.get("STANDING")),
            "consents": [_body(row) for row in self._rows(tables.consents_table, member_id).values()],
            "acts": acts,
            "messages": self._messages(
                {*(key for act in acts for key in act.get("told", ())), *requests.event_keys()}
            ),
            "address": self._address(member_id),
            "withdrawn": self._withdrawn(profile.get("slug", "") if profile else ""),
            "erasures": [instant_text(each.at) for each in self._erasures.of(member_id)],
        }

    def _known(self, table: str, member_id: str, *kinds: str) -> dict[str, Record]:
        keys = [member_key(member_id, kind) for kind in kinds]
        found = read_records(self._client, table, keys, "sk, body, membership, since")
        return {row["sk"]["S"]: row for row in found}

    def _rows(self, table: str, member_id: str) -> dict[str, Record]:
        pages = self._client.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="pk = :member",
            ExpressionAttributeValues={":member": {"S": f"MEMBER#{member_id}"}},
            ConsistentRead=True,
        )
        return {row["sk"]["S"]: row for page in pages for row in page["Items"]}

    def _messages(self, event_keys: Iterable[str]) -> list[dict[str, Any]]:
        names = [name for key in event_keys for name in message_ids(key)]
        keys = [message_key(name) for name in names]
        found = read_records(
            self._client,
            self._tables.outbox_table,
            keys,
            "pk, body, #state, sent_at",
            {"#state": "state"},
        )
        return sorted(map(_message, found), key=lambda each: (each["at"], each["event"], each["channel"]))

    def _introductions(self, member_id: str) -> list[dict[str, str]]:
        """Return what they wrote to mentors and have not sent, by the mentors' addresses."""
        rows = introduction_rows(self._client, self._tables.requests_table, member_id)
        names = {"slug": "slug", "text": "body", "saved_at": "saved_at"}
        return [{name: row[kept]["S"] for name, kept in names.items()} for row in rows]

    def _address(self, member_id: str) -> dict[str, str] | None:
        keys = [mark_key(member_id)]
        marks = read_records(self._client, self._tables.outbox_table, keys, "fault, due_at")
        return next(({"fault": mark["fault"]["S"], "since": mark["due_at"]["S"]} for mark in marks), None)

    def _preparation(self, member_id: str) -> dict[str, Any] | None:
        found = self._preparations.of(member_id)
        if found is None:
            return None
        return {"finished": sorted(found.finished), "saved_at": instant_text(found.saved_at)}

    def _exceptions(self, member_id: str) -> list[dict[str, Any]]:
        """Return what staff decided about what they may do (ELI-7)."""
        keys = [override_key(member_id)]
        rows = read_records(self._client, self._tables.memberships_table, keys, "body")
        return next((_list(row) for row in rows), [])

    def _withdrawn(self, slug: str) -> list[dict[str, str]]:
        found = self._withdrawals.of(slug) if slug else []
        return [{"subject": each.subject, "at": instant_text(each.at)} for each in found if each.stands]


def _concern(concern: Concern) -> dict[str, Any]:
    """Return what somebody reported; whom it is about is not theirs to take along."""
    return {
        "at": instant_text(concern.at),
        "text": concern.text,
        "is_about_somebody": bool(concern.about_id),
        "seen_at": instant_text(concern.seen_at) if concern.seen_at else None,
    }


def _body(row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        read = json.loads(row["body"]["S"])
    except (KeyError, ValueError):
        read = row.get("body", {}).get("S", "")
    return read if isinstance(read, dict) else {"unreadable": read}


def _list(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        read = json.loads(row["body"]["S"])
    except (KeyError, ValueError):
        read = None
    return read if isinstance(read, list) else [{"unreadable": row.get("body", {}).get("S", "")}]


def _message(row: Mapping[str, Any]) -> dict[str, Any]:
    read = _body(row)
    facts = read.get("facts", {})
    return {
        "event": read.get("event", ""),
        "channel": read.get("channel", ""),
        "at": facts.get("at", ""),
        "about": {name: fact for name, fact in facts.items() if name not in ("at", "member_id")},
        "state": row.get("state", {}).get("S", ""),
        "sent_at": row.get("sent_at", {}).get("S"),
    }


def _standing(row: Mapping[str, Any] | None) -> dict[str, str] | None:
    return {"membership": row["membership"]["S"], "since": row["since"]["S"]} if row else None
