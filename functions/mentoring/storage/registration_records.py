"""How a registration is written: one body in JSON (`records` says why)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mentoring.domain.refunds import Verdict
from mentoring.domain.registration_states import AttemptState, RegistrationState
from mentoring.domain.registrations import (
    Attempt,
    Cancellation,
    PaperLetter,
    Registration,
    Source,
    Terms,
    Workbook,
)
from mentoring.storage.money_records import (
    charge_from,
    charge_record,
    dispute_from,
    dispute_record,
    instant_or_none,
    json_text,
    maybe,
    purchase_from,
    purchase_record,
    refund_from,
    refund_record,
    when,
)
from mentoring.storage.records import as_kind, as_texts, instant_text


def registration_body(registration: Registration) -> str:
    """Return a registration as text; equal registrations give equal texts."""
    terms, cancellation = registration.terms, registration.cancellation
    record = {
        "id": registration.id,
        "member_id": registration.member_id,
        "state": registration.state,
        "opened_at": instant_text(registration.opened_at),
        "languages": registration.languages,
        "place": registration.place,
        "terms": {
            "version": terms.version,
            "agreed_at": instant_text(terms.agreed_at),
            "language": terms.language,
        },
        "attempts": [_attempt_record(each) for each in registration.attempts],
        "purchases": [purchase_record(each) for each in registration.purchases],
        "workbooks": [_workbook_record(each) for each in registration.workbooks],
        "refunds": [refund_record(each) for each in registration.refunds],
        "disputes": [dispute_record(each) for each in registration.disputes],
        "cancellation": _cancellation_record(cancellation) if cancellation else None,
        "closed_at": instant_or_none(registration.closed_at),
        "letters": [
            {"paper": each.paper, "asked_at": instant_text(each.asked_at)} for each in registration.letters
        ],
    }
    return json_text(record)


def registration_from(body: str) -> Registration:
    """Return the registration that a body holds. Raises KeyError, TypeError, ValueError for anything else."""
    read = json.loads(body)
    return Registration(
        id=as_kind(str, read["id"]),
        member_id=as_kind(str, read["member_id"]),
        state=RegistrationState(read["state"]),
        opened_at=datetime.fromisoformat(read["opened_at"]),
        languages=as_texts(read["languages"]),
        place=as_kind(str, read["place"]),
        terms=Terms(
            version=as_kind(str, read["terms"]["version"]),
            agreed_at=datetime.fromisoformat(read["terms"]["agreed_at"]),
            language=as_kind(str, read["terms"]["language"]),
        ),
        attempts=tuple(_attempt(each) for each in read["attempts"]),
        purchases=tuple(purchase_from(each) for each in read["purchases"]),
        workbooks=tuple(_workbook(each) for each in read["workbooks"]),
        refunds=tuple(refund_from(each) for each in read["refunds"]),
        disputes=tuple(dispute_from(each) for each in read["disputes"]),
        cancellation=_cancellation(read["cancellation"]) if read["cancellation"] else None,
        closed_at=when(read["closed_at"]),
        letters=tuple(
            PaperLetter(paper=as_kind(str, each["paper"]), asked_at=datetime.fromisoformat(each["asked_at"]))
            for each in read["letters"]
        ),
    )


def _attempt_record(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "state": attempt.state,
        "asked_at": instant_text(attempt.asked_at),
        "expires_at": instant_text(attempt.expires_at),
        "place": attempt.place,
        "charge": charge_record(attempt.charge),
        "methods": attempt.methods,
        "language": attempt.language,
        "session": attempt.session,
        "url": attempt.url,
    }


def _attempt(read: Mapping[str, Any]) -> Attempt:
    return Attempt(
        number=as_kind(int, read["number"]),
        state=AttemptState(read["state"]),
        asked_at=datetime.fromisoformat(read["asked_at"]),
        expires_at=datetime.fromisoformat(read["expires_at"]),
        place=as_kind(str, read["place"]),
        charge=charge_from(read["charge"]),
        methods=as_texts(read["methods"]),
        language=as_kind(str, read["language"]),
        session=maybe(str, read["session"]),
        url=maybe(str, read["url"]),
    )


def _workbook_record(workbook: Workbook) -> dict[str, Any]:
    return {
        "received_at": instant_text(workbook.received_at),
        "noted_at": instant_text(workbook.noted_at),
        "source": workbook.source,
        "by": workbook.by,
    }


def _workbook(read: Mapping[str, Any]) -> Workbook:
    return Workbook(
        received_at=datetime.fromisoformat(read["received_at"]),
        noted_at=datetime.fromisoformat(read["noted_at"]),
        source=Source(read["source"]),
        by=as_kind(str, read["by"]),
    )


def _cancellation_record(cancellation: Cancellation) -> dict[str, Any]:
    return {
        "requested_at": instant_text(cancellation.requested_at),
        "noted_at": instant_text(cancellation.noted_at),
        "by": cancellation.by,
        "verdict": cancellation.verdict,
    }


def _cancellation(read: Mapping[str, Any]) -> Cancellation:
    return Cancellation(
        requested_at=datetime.fromisoformat(read["requested_at"]),
        noted_at=datetime.fromisoformat(read["noted_at"]),
        by=as_kind(str, read["by"]),
        verdict=Verdict(read["verdict"]),
    )
