"""How money is written, as parts of a registration's body: amounts in cents, percentages as texts."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from mentoring.domain.money import Charge, TaxLine, TaxRate
from mentoring.domain.payments import Dispute, DisputeState
from mentoring.domain.refunds import Refund, RefundReason
from mentoring.domain.registration_states import RefundState
from mentoring.domain.registrations import Purchase
from mentoring.storage.records import as_kind, instant_text

Value = TypeVar("Value")


def charge_record(charge: Charge) -> dict[str, Any]:
    """Return a fee and its taxes as a part of a record."""
    taxes = [
        {"kind": line.rate.kind, "percent": str(line.rate.percent), "cents": line.cents}
        for line in charge.taxes
    ]
    return {"fee_cents": charge.fee_cents, "taxes": taxes}


def charge_from(read: Mapping[str, Any]) -> Charge:
    """Return the fee and its taxes that a part of a record holds."""
    taxes = (
        TaxLine(
            TaxRate(as_kind(str, line["kind"]), Decimal(as_kind(str, line["percent"]))),
            as_kind(int, line["cents"]),
        )
        for line in read["taxes"]
    )
    return Charge(as_kind(int, read["fee_cents"]), tuple(taxes))


def json_text(record: Mapping[str, Any]) -> str:
    """Return a record as text."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def purchase_record(purchase: Purchase) -> dict[str, Any]:
    """Return a purchase as a part of a record."""
    return {
        "payment_intent": purchase.payment_intent,
        "session": purchase.session,
        "attempt": purchase.attempt,
        "place": purchase.place,
        "charge": charge_record(purchase.charge),
        "priced_on": purchase.priced_on.isoformat(),
        "paid_at": instant_text(purchase.paid_at),
        "taken_at": instant_text(purchase.taken_at),
        "receipt": purchase.receipt,
    }


def purchase_from(read: Mapping[str, Any]) -> Purchase:
    """Return the purchase that a part of a record holds."""
    return Purchase(
        payment_intent=as_kind(str, read["payment_intent"]),
        session=as_kind(str, read["session"]),
        attempt=as_kind(int, read["attempt"]),
        place=as_kind(str, read["place"]),
        charge=charge_from(read["charge"]),
        priced_on=date.fromisoformat(read["priced_on"]),
        paid_at=datetime.fromisoformat(read["paid_at"]),
        taken_at=datetime.fromisoformat(read["taken_at"]),
        receipt=maybe(int, read["receipt"]),
    )


def refund_record(refund: Refund) -> dict[str, Any]:
    """Return a refund as a part of a record."""
    return {
        "id": refund.id,
        "payment_intent": refund.payment_intent,
        "reason": refund.reason,
        "lines": charge_record(refund.lines),
        "state": refund.state,
        "asked_at": instant_text(refund.asked_at),
        "by": refund.by,
        "words": refund.words,
        "approved_by": refund.approved_by,
        "called_at": instant_or_none(refund.called_at),
        "provider_id": refund.provider_id,
        "made_at": instant_or_none(refund.made_at),
        "succeeded_at": instant_or_none(refund.succeeded_at),
        "credit_note": refund.credit_note,
        "failed_at": instant_or_none(refund.failed_at),
        "failure": refund.failure,
    }


def refund_from(read: Mapping[str, Any]) -> Refund:
    """Return the refund that a part of a record holds."""
    return Refund(
        id=as_kind(str, read["id"]),
        payment_intent=as_kind(str, read["payment_intent"]),
        reason=RefundReason(read["reason"]),
        lines=charge_from(read["lines"]),
        state=RefundState(read["state"]),
        asked_at=datetime.fromisoformat(read["asked_at"]),
        by=as_kind(str, read["by"]),
        words=as_kind(str, read["words"]),
        approved_by=as_kind(str, read["approved_by"]),
        called_at=when(read["called_at"]),
        provider_id=maybe(str, read["provider_id"]),
        made_at=when(read["made_at"]),
        succeeded_at=when(read["succeeded_at"]),
        credit_note=maybe(int, read["credit_note"]),
        failed_at=when(read["failed_at"]),
        failure=as_kind(str, read["failure"]),
    )


def dispute_record(dispute: Dispute) -> dict[str, Any]:
    """Return a dispute as a part of a record."""
    return {
        "dispute": dispute.dispute,
        "payment_intent": dispute.payment_intent,
        "charge": dispute.charge,
        "amount_cents": dispute.amount_cents,
        "currency": dispute.currency,
        "state": dispute.state,
        "reason": dispute.reason,
        "made_at": instant_text(dispute.made_at),
    }


def dispute_from(read: Mapping[str, Any]) -> Dispute:
    """Return the dispute that a part of a record holds."""
    return Dispute(
        dispute=as_kind(str, read["dispute"]),
        payment_intent=maybe(str, read["payment_intent"]),
        charge=as_kind(str, read["charge"]),
        amount_cents=as_kind(int, read["amount_cents"]),
        currency=as_kind(str, read["currency"]),
        state=DisputeState(read["state"]),
        reason=as_kind(str, read["reason"]),
        made_at=datetime.fromisoformat(read["made_at"]),
    )


def maybe(kind: type[Value], value: object) -> Value | None:
    """Return a value of its kind, or none. Raises TypeError."""
    return None if value is None else as_kind(kind, value)


def instant_or_none(instant: datetime | None) -> str | None:
    """Return an instant as text, or none."""
    return instant_text(instant) if instant else None


def when(text: str | None) -> datetime | None:
    """Return the instant of a text, or none."""
    return datetime.fromisoformat(text) if text else None
