"""Addresses that letters do not reach, or whose owner wants none (MOD-26).

A mark is about one address, by its hash: with another address on file it means nothing any more.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mentoring.domain.audit import AuditLine


class Fault(StrEnum):
    """What came back instead of an arrival."""

    BOUNCED = "bounced"  # for good: no such mailbox, or one that takes nothing
    COMPLAINED = "complained"  # somebody called a letter of ours unwanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the mail service says of a letter, by the name of its message."""

    message: str
    fault: Fault
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressMark:
    """That nothing is sent to an address of a member."""

    member_id: str
    fault: Fault
    address_hash: str
    since: datetime  # UTC

    def is_about(self, address: str) -> bool:
        """Return whether this is the address that was marked."""
        return self.address_hash == hash_of(address)


def hash_of(address: str) -> str:
    """Return what an address is known by here; capitals make no other one."""
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()


def marked_line(mark: AddressMark, before: AddressMark | None) -> AuditLine:
    """Return the audit line of a mark."""
    return AuditLine(
        actor="system:mail-notices",
        action=f"address-{mark.fault}",
        member_id=mark.member_id,
        occurrence=mark.address_hash[:12],
        at=mark.since,
        changes={"address": (before.fault if before else "", mark.fault)},
    )


def cleared_line(mark: AddressMark, now: datetime, *, is_changed: bool = False) -> AuditLine:
    """Return the audit line of a mark that a person takes away, or that another address on file does."""
    return AuditLine(
        actor="system:member-import" if is_changed else "staff:mail",
        action="address-changed" if is_changed else "address-cleared",
        member_id=mark.member_id,
        occurrence=mark.address_hash[:12],
        at=now,
        changes={"address": (mark.fault, "")},
    )
