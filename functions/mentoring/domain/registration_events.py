"""What a change of a registration tells (MOD-25): read off the change itself, so that none is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mentoring.domain.differences import Difference
from mentoring.domain.events import Event
from mentoring.domain.refunds import Refund, Verdict
from mentoring.domain.registration_states import RefundState, RegistrationState
from mentoring.domain.registrations import Registration


class Matter(StrEnum):
    """Why staff have to look."""

    REFUND_FAILED = "refund-failed"
    EXCEPTION_PROPOSED = "exception-proposed"
    UP_TO_STAFF = "up-to-staff"
    DISPUTED = "disputed"
    PAYMENT_DIFFERS = "payment-differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationEvent(Event):
    """Something that concerns a registration; what it says in words is read when it is told."""

    registration_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(RegistrationEvent):
    """The fee was paid: there is a receipt (MOD-24)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReturned(RegistrationEvent):
    """Something was paid for which nothing was due: all of it goes back (invariant 9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookReceived(RegistrationEvent):
    """The workbook is here (MOD-4); one that came by e-mail, before staff noted it."""

    received_at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCancelled(RegistrationEvent):
    """The mentee cancelled (MOD-6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsked(RegistrationEvent):
    """A refund is decided: the payment provider is to be asked for it (invariant 6)."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSent(RegistrationEvent):
    """Money went back: there is a credit note for what had a receipt (MOD-24)."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(RegistrationEvent):
    """Money did not reach the card: staff look into it, and the member need not wonder (invariant 10)."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAsked(RegistrationEvent):
    """A member wants a receipt or credit note by e-mail (MOD-24)."""

    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNeeded(RegistrationEvent):
    """Something about a registration's money is for a person to decide."""

    matter: Matter


def registration_events(
    before: Registration | None, after: Registration, at: datetime
) -> tuple[RegistrationEvent, ...]:
    """Return what a change tells. An event is named by what it is about: told twice it is one event."""
    said: dict[str, Any] = {"member_id": after.member_id, "at": at, "registration_id": after.id}
    return (
        *_of_purchases(before, after, said),
        *_of_workbooks(before, after, said),
        *_of_cancelling(before, after, said),
        *(event for refund in after.refunds for event in _of_refund(before, refund, said)),
        *_of_disputes(before, after, said),
        *_of_letters(before, after, said),
    )


def payment_differs(difference: Difference, member_id: str) -> StaffNeeded:
    """Return what is told where money came that is not what was asked for (invariant 2)."""
    return StaffNeeded(
        member_id=member_id,
        occurrence=difference.name,
        at=difference.noted_at,
        registration_id=difference.registration_id,
        matter=Matter.PAYMENT_DIFFERS,
    )


def _of_purchases(
    before: Registration | None, after: Registration, said: dict[str, Any]
) -> Iterator[RegistrationEvent]:
    for each in after.purchases[len(before.purchases) if before else 0 :]:
        # The registration names the event: it is paid once, whatever happens (invariant 4).
        yield (
            PaymentReceived(occurrence=after.id, **said)
            if each.receipt is not None
            else PaymentReturned(occurrence=each.payment_intent, **said)
        )


def _of_workbooks(
    before: Registration | None, after: Registration, said: dict[str, Any]
) -> Iterator[RegistrationEvent]:
    for number in range(len(before.workbooks) if before else 0, len(after.workbooks)):
        received_at = after.workbooks[number].received_at
        yield WorkbookReceived(occurrence=f"{after.id}.{number + 1}", received_at=received_at, **said)


def _of_cancelling(
    before: Registration | None, after: Registration, said: dict[str, Any]
) -> Iterator[RegistrationEvent]:
    if after.state is not RegistrationState.CANCELLED or (before and before.state is after.state):
        return
    yield RegistrationCancelled(occurrence=after.id, **said)
    if after.cancellation and after.cancellation.verdict is Verdict.UP_TO_STAFF:
        yield StaffNeeded(occurrence=after.id, matter=Matter.UP_TO_STAFF, **said)


def _of_refund(
    before: Registration | None, refund: Refund, said: dict[str, Any]
) -> Iterator[RegistrationEvent]:
    was = before.refund(refund.id) if before else None
    if was and was.state is refund.state:
        return
    about: dict[str, Any] = {"occurrence": refund.id, **said}
    match refund.state:
        case RefundState.ASKED:
            yield RefundAsked(refund_id=refund.id, **about)
        case RefundState.PROPOSED:
            yield StaffNeeded(matter=Matter.EXCEPTION_PROPOSED, **about)
        case RefundState.SUCCEEDED:
            yield RefundSent(refund_id=refund.id, **about)
        case RefundState.FAILED:
            yield RefundFailed(refund_id=refund.id, **about)
            yield StaffNeeded(matter=Matter.REFUND_FAILED, **about | {"occurrence": f"{refund.id}-failed"})


def _of_disputes(
    before: Registration | None, after: Registration, said: dict[str, Any]
) -> Iterator[RegistrationEvent]:
    known = {each.dispute for each in before.disputes} if before else set()
    for each in after.disputes:
        if each.dispute not in known:
            yield StaffNeeded(occurrence=each.dispute, matter=Matter.DISPUTED, **said)


def _of_letters(
    before: Registration | None, after: Registration, said: dict[str, Any]
) -> Iterator[RegistrationEvent]:
    for each in after.letters:
        if before is None or each not in before.letters:
            yield PaperAsked(occurrence=f"{after.id}.{each.paper}.{each.mark}", paper=each.paper, **said)
