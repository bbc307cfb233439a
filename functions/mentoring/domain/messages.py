"""Messages on their way out of the outbox, and the letters that some of them become."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from mentoring.domain.address_marks import Fault
from mentoring.domain.events import Channel


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    SENDING = "sending"  # somebody has claimed it; until their lease ends nobody else touches it
    SENT = "sent"
    OVERTAKEN = "overtaken"  # what it would have said no longer held: nobody was told
    PARKED = "parked"  # a person has to decide


class ParkingReason(StrEnum):
    """Why a message goes no further by itself."""

    NO_ADDRESS = "no-address"  # the member is not known, or without an e-mail address
    ADDRESS_BOUNCED = "address-bounced"  # letters to it came back: nothing more is sent there (MOD-26)
    ADDRESS_COMPLAINED = "address-complained"  # somebody there called a letter of ours unwanted
    REJECTED = "rejected"  # it was refused, and would be again
    EXHAUSTED = "exhausted"  # it was tried as often as the policy allows
    UNCLEAR = "unclear"  # it may have been sent: only a person may send it again
    TOO_OLD = "too-old"  # nobody has tried it for long: a restore may have brought back what went out
    UNREADABLE = "unreadable"  # the row is damaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of an event to one channel. `facts` are identifiers and days, as texts."""

    id: str
    channel: Channel
    event: str  # its kind
    facts: Mapping[str, str]
    state: MessageState
    attempts: int  # claims so far
    due_at: datetime | None = None  # UTC: when to try, when a lease ends, or since when it is parked
    claim: str = ""  # names the last claim

    def is_due(self, now: datetime) -> bool:
        """Return whether somebody should take care of it: it waits, or whoever claimed it is gone."""
        is_open = self.state in (MessageState.WAITING, MessageState.SENDING)
        return is_open and self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedMessage:
    """What staff see of a parked message."""

    id: str
    reason: str
    since: datetime  # UTC


WITHHELD: Final = {
    Fault.BOUNCED: ParkingReason.ADDRESS_BOUNCED,
    Fault.COMPLAINED: ParkingReason.ADDRESS_COMPLAINED,
}
"""Why nothing goes to a marked address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLetter:
    """What a member may know of a letter to them (MOD-26)."""

    id: str
    event: str  # its kind
    told_at: datetime  # UTC, when what it tells happened
    state: MessageState
    reason: str  # of a parked one
    came_back: Fault | None

    @property
    def is_withheld(self) -> bool:
        """Return whether it waits for another address, or for this one to take letters again."""
        return self.state is MessageState.PARKED and self.reason in WITHHELD.values()

    @property
    def outcome(self) -> str:
        """Return what became of it, as far as is known; the words are `addresses.outcome.<this>`."""
        if self.came_back:
            return self.came_back
        if self.state is MessageState.PARKED:
            return "withheld" if self.is_withheld else "stopped"
        return "sent" if self.state is MessageState.SENT else "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along with a letter."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail, ready to be sent. It knows a person, so it is never shown in a log."""

    language: str
    sender: str  # a name
    reply_to: str
    recipient: str = field(repr=False)  # a name, as its owner wrote it
    address: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
