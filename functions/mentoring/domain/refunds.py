"""What cancelling gives back, and the refunds that come of it (MOD-5, MOD-6, STF-5)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from mentoring.domain.money import Charge
from mentoring.domain.policy import FacilitatedPolicy
from mentoring.domain.registration_errors import RefundMovedError
from mentoring.domain.registration_states import REFUND_NEXT, RefundState

KEY_LASTS: Final = timedelta(hours=23)
"""The payment provider knows a key for 24 hours; then the same call would be a second refund. An hour less,
for the call arrives after the clock was read."""

FAILURES: Final = frozenset(
    {"disputed", "never-made"}  # ours; the others are the payment provider's
    | {"declined", "expired_or_canceled_card", "insufficient_funds", "lost_or_stolen_card"}
)
"""Code words of why a refund failed for which there are words; the provider may add others."""


class RefundReason(StrEnum):
    """Why money goes back."""

    RULE = "rule"  # MOD-6
    DUPLICATE = "duplicate"  # paid twice: all of it, outside the rule (invariant 9)
    MISTAKE = "mistake"  # paid for what was withdrawn or cancelled: likewise
    EXCEPTION = "exception"  # by two members of staff (STF-5)
    ELSEWHERE = "elsewhere"  # made in the payment provider's dashboard (invariant 10)


class Verdict(StrEnum):
    """What the rule says of a wish to cancel."""

    IN_TIME = "in-time"
    TOO_LATE = "too-late"
    WORKBOOK_RECEIVED = "workbook-received"
    UP_TO_STAFF = "up-to-staff"  # the charge is disputed, or money went back already


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund. `lines` are parts of the stored lines of its payment (invariant 7)."""

    id: str
    payment_intent: str
    reason: RefundReason
    lines: Charge
    state: RefundState
    asked_at: datetime  # UTC: when it was asked for
    by: str  # `member:M-1`, `staff:<subject>`, `system:<what>`
    words: str = field(default="", repr=False)  # why, of an exception
    approved_by: str = ""
    called_at: datetime | None = None  # UTC: before the first call under its key
    provider_id: str | None = None
    made_at: datetime | None = None  # UTC: by the payment provider
    succeeded_at: datetime | None = None  # UTC
    credit_note: int | None = None
    failed_at: datetime | None = None  # UTC: when we heard of it
    failure: str = ""  # a code word

    @property
    def key(self) -> str:
        """Return the key of every call about it, which never changes (invariant 6)."""
        return f"refund:{self.id}"

    def may_be_called(self, now: datetime) -> bool:
        """Return whether a call under its key does it once, however often it is made (invariant 6)."""
        return self.called_at is None or elapsed(self.called_at, now) < KEY_LASTS

    def follows(self, failed: "Refund") -> bool:
        """Return whether this later refund stands for one that failed: it was asked for since.

        One from the dashboard does in any case: what staff did there may have been that.
        """
        if self.payment_intent != failed.payment_intent or self.state is RefundState.DECLINED:
            return False
        is_since = failed.failed_at is None or self.asked_at >= failed.failed_at
        return is_since or self.reason is RefundReason.ELSEWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What cancelling gives back now (MOD-5): the lines, and until which instant that holds."""

    verdict: Verdict
    back: Charge
    until: datetime | None  # UTC; None where nothing comes back


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return how much time went by between two instants, whatever clocks on walls did meanwhile."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def window_end(paid_at: datetime, policy: FacilitatedPolicy) -> datetime:
    """Return the last instant (UTC) at which asking is in time."""
    return paid_at.astimezone(UTC) + timedelta(hours=policy.refund_window_hours)


def verdict(
    paid_at: datetime,
    requested_at: datetime,
    workbook_received_at: datetime | None,
    policy: FacilitatedPolicy,
) -> Verdict:
    """Return what the rule says by instants alone (MOD-6, invariant 8).

    The workbook's is that of the first one. Exactly 48:00:00.000 is in time; a workbook received at the very
    instant of the request was received first.
    """
    if workbook_received_at is not None and elapsed(workbook_received_at, requested_at) >= timedelta():
        return Verdict.WORKBOOK_RECEIVED
    is_late = elapsed(paid_at, requested_at) > timedelta(hours=policy.refund_window_hours)
    return Verdict.TOO_LATE if is_late else Verdict.IN_TIME


def refund_moved(refund: Refund, state: RefundState, now: datetime) -> Refund:
    """Return a refund in another state. Raises RefundMovedError for one that the table has not."""
    if state not in REFUND_NEXT[refund.state]:
        raise RefundMovedError(refund.id, refund.state, state)
    return replace(refund, state=state, failed_at=now if state is RefundState.FAILED else None)
