"""The programmes' numbers, as dated entries: a case keeps the entry that it started under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol, TypeVar

from mentoring.domain.business_days import months_after
from mentoring.domain.drafts import DraftTerm
from mentoring.domain.errors import PolicyNotInForceError
from mentoring.domain.money import TaxRate
from mentoring.domain.workbook_files import FileLimits

CHECKOUT_MINUTES: Final = range(31, 24 * 60 + 1)
"""Stripe's own bounds, and a minute more than its least: a page is made after its end was reckoned."""
PAYMENT_METHODS: Final = frozenset({"card", "acss_debit"})
"""The ways to pay that were tried, as Stripe names them: one at once, one that takes days."""


class Dated(Protocol):
    """Anything that is in force from a day on, until a later entry replaces it."""

    @property
    def starts_on(self) -> date:
        """Return the first day it is in force."""


Entry = TypeVar("Entry", bound=Dated)


def in_force(name: str, entries: Sequence[Entry], day: date) -> Entry:
    """Return the newest entry that has started. Raises PolicyNotInForceError where none has."""
    started = [entry for entry in entries if entry.starts_on <= day]
    if not started:
        raise PolicyNotInForceError(name, day)
    return max(started, key=lambda entry: entry.starts_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilitatedPolicy:
    """Mentorship On Demand (MOD-3 to MOD-23). Money in cents."""

    starts_on: date
    fee_cents: int
    refund_percent: Decimal
    refund_window_hours: int
    checkout_minutes: int
    payment_methods: tuple[str, ...]
    workbook_bytes: int
    workbook_unpacked_bytes: int
    workbook_parts: int
    workbook_draft_days: int
    selection_business_days: int
    choices: int
    pairing_business_days: int
    fit_window_business_days: int
    programme_months: int
    bank_months: int
    bank_reminder_days: int
    early_months: int
    early_contacts: int
    early_live_contacts: int
    late_contacts: int
    survey_day: int
    new_member_discount_percent: int
    paper_letters_per_day: int

    @property
    def workbook_limits(self) -> FileLimits:
        """Return how large a workbook may be that is handed in as a file (MOD-4)."""
        return FileLimits(self.workbook_bytes, self.workbook_unpacked_bytes, self.workbook_parts)

    def workbook_due_on(self, today: date) -> date:
        """Return when a workbook goes that is saved today, and neither handed in nor saved again (SAF-1)."""
        return today + timedelta(days=self.workbook_draft_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryPolicy:
    """Find an OT Mentor (DIR-16 to DIR-19) and how it is shown."""

    starts_on: date
    open_requests: int
    nudge_days: int
    expiry_days: int
    suggested: int
    lines_per_request: int
    proposals_per_request: int
    requests_per_mentor: int
    days_before_asking_again: int
    concerns_per_day: int
    missed_before_asked: int
    days_to_confirm: int
    longest_months: int
    shown_per_page: int
    compared_at_most: int
    small_count: int
    draft_days: int
    mentee_profile_months: int

    def draft_term(self, now: datetime) -> DraftTerm:
        """Return until when what is saved now waits to be finished (SAF-1)."""
        return DraftTerm(saved_at=now, ends_at=now + timedelta(days=self.draft_days))

    def questionnaire_due_on(self, today: date) -> date:
        """Return when a mentee's questionnaire goes that is saved or used today, and not again (SAF-1)."""
        return months_after(today, self.mentee_profile_months)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPolicy:
    """How long signing in and being signed in last."""

    starts_on: date
    minutes_to_sign_in: int
    kept_form_minutes: int
    idle_minutes: int
    member_hours: int
    staff_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingPolicy:
    """What stops a build or an import and asks a person first. Percentages of the last good state."""

    starts_on: date
    largest_fall_percent: Decimal
    truncated_export_percent: Decimal
    largest_lapse_percent: Decimal
    lapses_let_through: int
    export_missing_nights: int
    kept_releases: int

    def is_mass_lapse(self, lapsing: int, active: int) -> bool:
        """Return whether so many of the active ones lapse at once that a person is asked first (ELI-8)."""
        return lapsing > self.lapses_let_through and lapsing * 100 > active * self.largest_lapse_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPolicy:
    """How messages leave the outbox."""

    starts_on: date
    retry_minutes: tuple[int, ...]
    lease_minutes: int
    sweep_minutes: int
    letter_hours: int
    kept_days: int
    shown_letters: int

    def is_too_old(self, due_at: datetime | None, now: datetime) -> bool:
        """Return whether a letter that was due then is for a person to decide about."""
        return due_at is not None and now - due_at > timedelta(hours=self.letter_hours)

    def retry_at(self, attempts: int, now: datetime) -> datetime | None:
        """Return when to try again what failed so many times; None once it was tried often enough."""
        if attempts > len(self.retry_minutes):
            return None
        return now + timedelta(minutes=self.retry_minutes[attempts - 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxEntry:
    """The taxes of some places from a day on. Percentages are exact decimals."""

    starts_on: date
    places: tuple[str, ...]
    rates: tuple[TaxRate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something mentors agree to, with the day each version came into force (DIR-5)."""

    id: str
    versions: Mapping[str, date]

    def current(self, day: date) -> str:
        """Return the version in force. Raises PolicyNotInForceError before the first."""
        started = {version: start for version, start in self.versions.items() if start <= day}
        if not started:
            raise PolicyNotInForceError(self.id, day)
        return max(started, key=lambda version: started[version])

    def was_in_force(self, version: str, day: date) -> bool:
        """Return whether a version is, or once was, the one to agree to."""
        return version in self.versions and self.versions[version] <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """Days the office is closed besides the statutory ones (MOD-28): `MM-DD`, spans with both their ends."""

    starts_on: date
    rules: tuple[str, ...]
    days: tuple[str, ...]
    spans: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Who runs the programmes, as pages, receipts and mail name it."""

    name: Mapping[str, str]  # by language
    short_name: Mapping[str, str]
    address: tuple[str, ...]
    website: Mapping[str, str]
    membership_page: Mapping[str, str]
    exam_page: Mapping[str, str]
    phone: str
    phone_extension: str
    directory_mailbox: str
    directory_language: str
    facilitated_mailbox: str
    sender_domain: str
    gst_hst_number: str
    qst_number: str

    def mailbox(self, *, is_facilitated: bool) -> str:
        """Return the address of a programme."""
        return self.facilitated_mailbox if is_facilitated else self.directory_mailbox

    @property
    def mailboxes(self) -> frozenset[str]:
        """Return every address that pages may show."""
        return frozenset({self.directory_mailbox, self.facilitated_mailbox})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every number and name that staff own."""

    association: Association
    facilitated: tuple[FacilitatedPolicy, ...]
    directory: tuple[DirectoryPolicy, ...]
    publishing: tuple[PublishingPolicy, ...]
    sign_in: tuple[SignInPolicy, ...]
    outbox: tuple[OutboxPolicy, ...]
    taxes: tuple[TaxEntry, ...]
    documents: tuple[Document, ...]
    closures: tuple[Closures, ...]
    charges_qst: bool

    def facilitated_on(self, day: date) -> FacilitatedPolicy:
        """Return Mentorship On Demand's numbers for a case that starts on this day."""
        return in_force("facilitated", self.facilitated, day)

    def directory_on(self, day: date) -> DirectoryPolicy:
        """Return the directory's numbers for this day."""
        return in_force("directory", self.directory, day)

    def publishing_on(self, day: date) -> PublishingPolicy:
        """Return what stops a build or an import on this day."""
        return in_force("publishing", self.publishing, day)

    def sign_in_on(self, day: date) -> SignInPolicy:
        """Return how long signing in lasts on this day."""
        return in_force("sign_in", self.sign_in, day)

    def outbox_on(self, day: date) -> OutboxPolicy:
        """Return how messages leave the outbox on this day."""
        return in_force("outbox", self.outbox, day)

    def tax_rates(self, place: str, day: date) -> tuple[TaxRate, ...]:
        """Return the taxes of a sale to a resident of this place (MOD-3). QST only when registered for it."""
        entry = in_force(f"taxes.{place}", [tax for tax in self.taxes if place in tax.places], day)
        return tuple(rate for rate in entry.rates if rate.kind != "QST" or self.charges_qst)
