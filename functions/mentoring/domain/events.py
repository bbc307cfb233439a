"""What happened, said once: each event commits together with the change that it tells of (SAF-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from mentoring.domain.profile import Profile
from mentoring.domain.withdrawals import subjects_shown


class Channel(StrEnum):
    """What carries an event out of the database; each is a message of its own, sent on its own."""

    MAIL = "mail"  # to the member
    EDGE = "edge"  # what the site must not show from now on, or may again
    BUILD = "build"  # the site is made anew
    JOURNAL = "journal"  # what a restore must not bring back
    PARTING = "parting"  # requests and relationships end with whoever left
    STAFF = "staff"  # to the programme's own mailbox
    REFUND = "refund"  # to the payment provider: money goes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a member. It holds identifiers and days, never an identity value.

    `occurrence` tells it from the member's other events of its kind: the version of the profile that it made
    and when, or a day. Two events with one key are one event.
    """

    member_id: str
    occurrence: str
    at: datetime  # UTC

    @property
    def kind(self) -> str:
        """Return the event's name."""
        return type(self).__name__

    @property
    def key(self) -> str:
        """Return what names this event for ever."""
        return f"{self.kind}#{self.member_id}#{self.occurrence}"

    @property
    def facts(self) -> Mapping[str, str]:
        """Return what it says, as texts; an absent day is left out."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _text(value) for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPublished(Event):
    """A mentor opted in, for the first time or again (DIR-1)."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingChanged(Event):
    """A mentor changed what the site shows of them."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorPaused(Event):
    """A mentor takes on nobody for a while (DIR-7)."""

    slug: str
    returns_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorResumed(Event):
    """A mentor takes on mentees again (DIR-7)."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A mentor no longer shares one thing: `public` or an identity field (DIR-4)."""

    slug: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A mentor shares one thing that nobody could see: `public`, `listing` or an identity field (DIR-4)."""

    slug: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingWithdrawn(Event):
    """A mentor opted out (DIR-8)."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileErased(Event):
    """A member had their mentor profile erased (SAF-1)."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftErased(Event):
    """A member who was no mentor had erased what they had answered (SAF-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipLapsed(Event):
    """A mentor's membership no longer counts (ELI-8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipRenewed(Event):
    """A mentor's membership counts again (ELI-8)."""


def profile_events(before: Profile | None, after: Profile, version: int, at: datetime) -> tuple[Event, ...]:
    """Return what a change of a profile tells; `version` is the one that the change makes."""
    said: dict[str, Any] = {"member_id": after.member_id, "at": at, "slug": after.slug}
    once = _occurrence(version, at)
    if after.opted_out_on:
        left = before is not None and not before.opted_out_on
        return (ListingWithdrawn(occurrence=once, **said),) if left else ()
    if before is None or before.opted_out_on:
        return (ListingPublished(occurrence=once, **said),)
    if decided := consent_events(before, after, version, at):
        return decided
    if before.is_available != after.is_available:
        if after.is_available:
            return (MentorResumed(occurrence=once, **said),)
        return (MentorPaused(occurrence=once, returns_on=after.returns_on, **said),)
    # A capacity is the mentor's own: nobody sees it. The day it was confirmed on can wait for the night.
    seen = replace(before, capacity=after.capacity, confirmed_on=after.confirmed_on)
    return () if seen == after else (ListingChanged(occurrence=once, **said),)


def consent_events(before: Profile, after: Profile, version: int, at: datetime) -> tuple[Event, ...]:
    """Return what a mentor no longer lets anybody see, and what they let somebody see from now on."""
    shown, shown_now = subjects_shown(before), subjects_shown(after)
    said: dict[str, Any] = {"member_id": after.member_id, "at": at, "slug": after.slug}
    once = _occurrence(version, at)
    withdrawn, given = sorted(shown - shown_now), sorted(shown_now - shown)
    return (
        *(ConsentWithdrawn(occurrence=f"{once}-{each}", subject=each, **said) for each in withdrawn),
        *(ConsentGiven(occurrence=f"{once}-{each}", subject=each, **said) for each in given),
    )


def _occurrence(version: int, at: datetime) -> str:
    # Versions begin anew after an erasure or a restore; the instant does not.
    return f"{version}@{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
