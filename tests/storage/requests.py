"""A made-up match request, for tests of what is said about one."""

from datetime import UTC, date, datetime
from typing import Any

from mentoring.domain.match_requests import MatchRequest, SharingConsent
from mentoring.domain.request_states import RequestState, Side

SENT_AT = datetime(2026, 11, 2, 3, tzinfo=UTC)
INTRODUCTION = "Bonjour,\n\nI work in <b>Gatineau</b>.\nMay I ask you something?"


def match_request(**changes: Any) -> MatchRequest:
    """An unanswered request of M-2 to the mentor M-1, with what a test changes."""
    fields: dict[str, Any] = {
        "id": "5ca1ab1e" * 4,
        "mentee_id": "M-2",
        "mentor_id": "M-1",
        "slug": "zoe-secret",
        "state": RequestState.SENT,
        "sent_at": SENT_AT,
        "turn": Side.MENTOR,
        "nudge_on": date(2026, 11, 8),
        "answer_by": date(2026, 11, 15),
        "nudged": False,
        "introduction": INTRODUCTION,
        "questions": None,
        "questionnaire": 1,
        "consent": SharingConsent(given_at=SENT_AT, wording_version="2026-01", language="fr"),
        "words": "",
    }
    return MatchRequest(**fields | changes)
