"""Brings one message to where it is going: it is claimed, has its effect, and is done.

A letter is sent at most once: who finds it claimed by somebody who is gone cannot know whether it went out,
and leaves that to a person. What the site shows is repeatable, and is repeated (invariant 13).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from mentoring.domain.errors import (
    MailRefusedError,
    MailUnclearError,
    MessageUnreadableError,
    OvertakenError,
    UndeliverableError,
)
from mentoring.domain.events import Channel
from mentoring.domain.messages import Message, MessageState, ParkingReason
from mentoring.domain.policy import OutboxPolicy


class Outbox(Protocol):
    """Where messages wait. Every step tells whether it was ours to take."""

    def find(self, name: str) -> Message | None:
        """Return a message. Raises MessageUnreadableError."""

    def waiting(self, until: datetime) -> Iterator[str]:
        """Yield the id of every message that was due by then."""

    def claim(self, message: Message, until: datetime) -> Message | None:
        """Return the message as ours until then; None where somebody else was first."""

    def finish(self, claimed: Message, now: datetime, kept: timedelta) -> bool:
        """Note that a claimed message was sent."""

    def drop(self, message: Message, now: datetime, kept: timedelta) -> bool:
        """Note that a message was overtaken."""

    def release(self, claimed: Message, due_at: datetime) -> bool:
        """Let a claimed message wait again."""

    def park(self, message: Message, reason: ParkingReason, now: datetime) -> bool:
        """Set a message aside for a person."""

    def park_unreadable(self, name: str, now: datetime) -> bool:
        """Set a damaged message aside for a person."""


class Effect(Protocol):
    """What a channel's messages do."""

    @property
    def is_repeatable(self) -> bool:
        """Return whether doing it twice does no more than doing it once."""

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:
        """Return the deed, with everything that can fail without it behind us.

        Raises UndeliverableError; OvertakenError where it would no longer say what is.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What deliveries work with."""

    outbox: Outbox
    effects: Mapping[Channel, Effect]
    policy: OutboxPolicy


class Outcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    NOT_DUE = "not-due"  # it is done, somebody else's, or for later
    OVERTAKEN = "overtaken"
    POSTPONED = "postponed"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a message, and why."""

    outcome: Outcome
    reason: str = ""


NOT_DUE = Delivered(Outcome.NOT_DUE)


def deliver(name: str, made: Delivery, now: datetime) -> Delivered:
    """Deliver one message, if it is due: in any order, any number of times, by any number at once.

    An error that is not the mail's own is raised, after the message was put off where that is safe.
    """
    try:
        message = made.outbox.find(name)
    except MessageUnreadableError:
        is_parked = made.outbox.park_unreadable(name, now)
        return Delivered(Outcome.PARKED, ParkingReason.UNREADABLE) if is_parked else NOT_DUE
    if message is None or not message.is_due(now):
        return NOT_DUE
    effect = made.effects[message.channel]
    if message.state is MessageState.SENDING:
        if not effect.is_repeatable:  # however late it is found, it may have gone out
            return _park(message, ParkingReason.UNCLEAR, made, now)
        if made.policy.retry_at(message.attempts, now) is None:
            return _park(message, ParkingReason.EXHAUSTED, made, now)
    elif not effect.is_repeatable and made.policy.is_too_old(message.due_at, now):
        return _park(message, ParkingReason.TOO_OLD, made, now)
    return _send(message, effect, made, now)


def sweep(made: Delivery, now: datetime) -> Iterator[tuple[str, Delivered | Exception]]:
    """Deliver what missed its turn, one at a time; yield each message's id and what became of it.

    Nobody's error stops the others. Who stops asking stops the sweep; the next one goes on from there.
    """
    for name in made.outbox.waiting(now - timedelta(minutes=made.policy.sweep_minutes)):
        delivered: Delivered | Exception
        try:
            delivered = deliver(name, made, now)
        except Exception as error:  # noqa: BLE001 - told with the others; the row knows when to try again
            delivered = error
        yield name, delivered


def _send(message: Message, effect: Effect, made: Delivery, now: datetime) -> Delivered:
    # What can go wrong without the effect comes before the claim: whoever dies there leaves nothing unclear.
    try:
        act = effect.prepare(message, now)
    except UndeliverableError as error:
        return _park(message, ParkingReason(error.reason), made, now)
    except OvertakenError:
        is_dropped = made.outbox.drop(message, now, timedelta(days=made.policy.kept_days))
        return Delivered(Outcome.OVERTAKEN) if is_dropped else NOT_DUE
    except Exception as error:
        claimed = _claim(message, made, now)
        if claimed:
            _postpone(claimed, type(error).__name__, made, now)
        raise
    claimed = _claim(message, made, now)
    return _act(claimed, act, effect, made, now) if claimed else NOT_DUE


def _claim(message: Message, made: Delivery, now: datetime) -> Message | None:
    return made.outbox.claim(message, now + timedelta(minutes=made.policy.lease_minutes))


def _act(
    claimed: Message, act: Callable[[], None], effect: Effect, made: Delivery, now: datetime
) -> Delivered:
    try:
        act()
    except MailRefusedError as error:
        if not error.is_retryable:
            return _park(claimed, ParkingReason.REJECTED, made, now)
        return _postpone(claimed, error.reason, made, now)
    except MailUnclearError:
        return _park(claimed, ParkingReason.UNCLEAR, made, now)
    except Exception as error:
        if effect.is_repeatable:
            _postpone(claimed, type(error).__name__, made, now)
        raise
    made.outbox.finish(claimed, now, timedelta(days=made.policy.kept_days))
    return Delivered(Outcome.SENT)


def _postpone(claimed: Message, reason: str, made: Delivery, now: datetime) -> Delivered:
    retry_at = made.policy.retry_at(claimed.attempts, now)
    if retry_at is None:
        return _park(claimed, ParkingReason.EXHAUSTED, made, now)
    made.outbox.release(claimed, retry_at)
    return Delivered(Outcome.POSTPONED, reason)


def _park(message: Message, reason: ParkingReason, made: Delivery, now: datetime) -> Delivered:
    is_parked = made.outbox.park(message, reason, now)
    return Delivered(Outcome.PARKED, reason) if is_parked else NOT_DUE
