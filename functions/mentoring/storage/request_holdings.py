"""What is held of a member's requests, as they may have it (SAF-1): their own words, and what they were told.

Nobody else's member id is in it, nor a mentee's answers in their mentor's copy: those are read on the site,
for as long as they may be.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.channels import MAILED
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_states import Side
from mentoring.settings import StorageSettings
from mentoring.storage.batches import Record, read_records
from mentoring.storage.match_request_records import request_body
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.message_rows import message_ids, message_key
from mentoring.storage.records import day_text
from mentoring.storage.request_rows import PREFIXES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TOLD: Final = (
    *(
        "id",
        "slug",
        "state",
        "sent_at",
        "turn",
        "nudge_on",
        "answer_by",
        "introduction",
        "lines",
        "offers",
        "proposal",
    ),
    *("arrangement", "accepted_at", "agreed_at", "closed_at", "closed_by", "reason", "words"),
)
OF_MENTEES: Final = ("questions", "consent", "suggested")


class RequestHoldings:
    """The requests table, read for one of the two."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings, member_id: str) -> None:
        self._requests = MatchRequestStore(client, settings)
        self._member_id = member_id
        self.unreadable: list[str] = []
        self.of_side = {side: self._requests.of(member_id, side, self.unreadable.append) for side in PREFIXES}

    def requests(self) -> list[dict[str, Any]]:
        """Return every request of both sides; of one that cannot be read only that there is one."""
        damaged = [{"id": request_id, "unreadable": True} for request_id in self.unreadable]
        told = (_told(each.request, side) for side, found in self.of_side.items() for each in found)
        return [*sorted(told, key=lambda each: str(each["sent_at"])), *damaged]

    def load(self) -> dict[str, Any] | None:
        """Return what of them counts against a limit; None where nothing does."""
        load = self._requests.load_of(self._member_id)
        held = {name: sorted(getattr(load, name)) for name in ("asked", "mentees", "missed")}
        return {**held, "answer_by": day_text(load.answer_by)} if any(held.values()) else None

    def event_keys(self) -> Iterator[str]:
        """Yield what names every message that a request may have led to for this member, by whoever's act."""
        stored = [each for found in self.of_side.values() for each in found]
        for each in stored:
            for version in range(1, each.version + 1):
                for kind in MAILED:
                    yield f"{kind.__name__}#{self._member_id}#{each.request.id}.{version}"


def messages_about(
    client: "DynamoDBClient", tables: StorageSettings, member_id: str, until: datetime
) -> Iterator[Record]:
    """Yield the key of every message of a request that told this member something until then."""
    events = RequestHoldings(client, tables, member_id).event_keys()
    keys = [message_key(name) for event in events for name in message_ids(event)]
    for row in read_records(client, tables.outbox_table, keys, "pk, sk, body"):
        told_at = json.loads(row["body"]["S"])["facts"]["at"]
        if datetime.fromisoformat(told_at) <= until:
            yield {"pk": row["pk"], "sk": row["sk"]}


def _told(request: MatchRequest, side: Side) -> dict[str, Any]:
    record, names = json.loads(request_body(request)), (*TOLD, *(OF_MENTEES if side is Side.MENTEE else ()))
    # Why a mentor declined is told to no mentee, neither on a page nor here.
    hidden = {"reason"} if request.closed_by is side.other else set[str]()
    return {"side": side.value, **{name: record[name] for name in names if name not in hidden}}
