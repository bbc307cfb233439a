"""A member registers for Mentorship On Demand, pays, hands in a workbook, or cancels (MOD-2 to MOD-6).

One record holds everything that was paid and given back, so that one version check guards all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from mentoring.domain import payments
from mentoring.domain.business_days import day_of
from mentoring.domain.money import Charge, charge, left_of
from mentoring.domain.payments import DisputeState
from mentoring.domain.policy import Policy
from mentoring.domain.refunds import Refund, Verdict
from mentoring.domain.registration_errors import RegistrationMovedError
from mentoring.domain.registration_states import (
    CURRENT,
    NEXT,
    RESERVED,
    UNDER_WAY,
    UNSETTLED,
    Act,
    AttemptState,
    RefundState,
    RegistrationState,
)

HARMLESS = frozenset({DisputeState.INQUIRY_CLOSED, DisputeState.PREVENTED, DisputeState.WON})


class Source(StrEnum):
    """How a workbook came (MOD-4)."""

    FORM = "form"
    UPLOAD = "upload"
    EMAIL = "email"  # logged by staff with the instant at which it was received


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed to: which version, when, in which language."""

    version: str
    agreed_at: datetime  # UTC
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to pay, with everything that its call says: it can be made again word for word."""

    number: int  # from 1
    state: AttemptState
    asked_at: datetime  # UTC
    expires_at: datetime  # UTC
    place: str
    charge: Charge
    methods: tuple[str, ...]  # ways to pay that were offered
    language: str
    session: str | None = None
    url: str | None = None

    @property
    def priced_on(self) -> date:
        """Return the association's day whose fee, taxes and rule were shown."""
        return day_of(self.asked_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Money that was taken. Without a receipt it was taken by mistake, and all of it goes back."""

    payment_intent: str
    session: str
    attempt: int
    place: str
    charge: Charge
    priced_on: date
    paid_at: datetime  # UTC: the purchase, from which the hours of the rule are counted
    taken_at: datetime  # UTC: when we took note
    receipt: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A workbook that was handed in; the instant at which it was received decides (MOD-6)."""

    received_at: datetime  # UTC
    noted_at: datetime  # UTC
    source: Source
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """That the mentee cancelled, and what the rule said of the refund."""

    requested_at: datetime  # UTC: when the request was received, in writing
    noted_at: datetime  # UTC
    by: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLetter:
    """That a member wanted a receipt or credit note once more, by e-mail (MOD-24)."""

    paper: str  # its name
    asked_at: datetime  # UTC

    @property
    def mark(self) -> str:
        """Return what tells it from the paper's other letters, in the order of time."""
        return self.asked_at.isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Everything about one registration, from the terms to the last cent."""

    id: str
    member_id: str
    state: RegistrationState
    opened_at: datetime  # UTC
    languages: tuple[str, ...]  # preferred for mentoring
    place: str  # of residence: it decides the tax
    terms: Terms
    attempts: tuple[Attempt, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    workbooks: tuple[Workbook, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[payments.Dispute, ...] = ()
    cancellation: Cancellation | None = None
    closed_at: datetime | None = None
    letters: tuple[PaperLetter, ...] = ()  # of today, and the last one with each paper

    @property
    def is_current(self) -> bool:
        """Return whether the member has this registration and can have no other."""
        return self.state in CURRENT

    @property
    def purchase(self) -> Purchase | None:
        """Return the one payment that counts; None until there is one."""
        return next((each for each in self.purchases if each.receipt is not None), None)

    @property
    def attempt(self) -> Attempt | None:
        """Return the attempt that is under way; there is never more than one (invariant 1)."""
        last = self.attempts[-1] if self.attempts else None
        return last if last and last.state in UNDER_WAY else None

    @property
    def workbook_received_at(self) -> datetime | None:
        """Return when the first workbook was received."""
        return min((each.received_at for each in self.workbooks), default=None)

    @property
    def unsettled(self) -> tuple[Refund, ...]:
        """Return the refunds whose end is not known."""
        return tuple(each for each in self.refunds if each.state in UNSETTLED)

    @property
    def checked_at(self) -> datetime | None:
        """Return since when something here waits for the payment provider's word; None where nothing does."""
        waits = [each.asked_at for each in self.unsettled]
        return min([*waits, self.attempt.asked_at] if self.attempt else waits, default=None)

    def purchase_of(self, payment_intent: str | None) -> Purchase | None:
        """Return a purchase by its payment."""
        return next((each for each in self.purchases if each.payment_intent == payment_intent), None)

    def refund(self, refund_id: str) -> Refund | None:
        """Return a refund by its id."""
        return next((each for each in self.refunds if each.id == refund_id), None)

    def reserved(self, payment_intent: str) -> tuple[Refund, ...]:
        """Return what of a payment went back, or may (invariant 5)."""
        mine = (each for each in self.refunds if each.payment_intent == payment_intent)
        return tuple(each for each in mine if each.state in RESERVED)

    def decided(self, payment_intent: str) -> tuple[Refund, ...]:
        """Return the same without what one person proposed."""
        mine = self.reserved(payment_intent)
        return tuple(each for each in mine if each.state is not RefundState.PROPOSED)

    def left_of(self, purchase: Purchase) -> Charge:
        """Return what of a payment can still go back, line by line."""
        return left_of(purchase.charge, [each.lines for each in self.reserved(purchase.payment_intent)])

    def is_disputed(self, payment_intent: str) -> bool:
        """Return whether a payment is disputed, or was and is lost: nothing of it goes back by itself."""
        mine = (each for each in self.disputes if each.payment_intent == payment_intent)
        return any(each.state not in HARMLESS for each in mine)


@dataclass(frozen=True, slots=True)
class StoredRegistration:
    """A registration as the database holds it. `version` counts its saves."""

    registration: Registration
    version: int


def checkout_key(registration_id: str, attempt: int) -> str:
    """Return the key of an attempt's call, stored before it is made (invariant 1)."""
    return f"checkout:{registration_id}:{attempt}"


def moved(registration: Registration, act: Act) -> RegistrationState:
    """Return the state that an act leads to. Raises RegistrationMovedError for one not in the table."""
    try:
        return NEXT[registration.state, act]
    except KeyError:
        raise RegistrationMovedError(registration.id, registration.state, act) from None


def price(place: str, policy: Policy, day: date) -> Charge:
    """Return the fee with the taxes of a place of residence on a day (MOD-3)."""
    return charge(policy.facilitated_on(day).fee_cents, policy.tax_rates(place, day))


def attempted(
    registration: Registration, policy: Policy, language: str, expires_at: datetime, now: datetime
) -> Registration:
    """Return a registration with a new attempt to pay, before anybody is asked.

    Raises RegistrationMovedError where one is under way (invariant 1), or nothing is to be paid.
    """
    state = moved(registration, Act.ATTEMPT)
    if registration.attempt:
        raise RegistrationMovedError(registration.id, registration.attempt.state, Act.ATTEMPT)
    attempt = Attempt(
        number=len(registration.attempts) + 1,
        state=AttemptState.ASKED,
        asked_at=now,
        expires_at=expires_at,
        place=registration.place,
        charge=price(registration.place, policy, day_of(now)),
        methods=policy.facilitated_on(day_of(now)).payment_methods,
        language=language,
    )
    return replace(registration, state=state, attempts=(*registration.attempts, attempt))


def with_attempt(registration: Registration, attempt: Attempt) -> Registration:
    """Return a registration with an attempt in the place of the one of its number."""
    attempts = (attempt if each.number == attempt.number else each for each in registration.attempts)
    return replace(registration, attempts=tuple(attempts))


def with_refund(registration: Registration, refund: Refund) -> Registration:
    """Return a registration with a refund in the place of the one of its id, or with one more."""
    if registration.refund(refund.id) is None:
        return replace(registration, refunds=(*registration.refunds, refund))
    refunds = (refund if each.id == refund.id else each for each in registration.refunds)
    return replace(registration, refunds=tuple(refunds))


def corrected(registration: Registration, languages: tuple[str, ...], place: str) -> Registration:
    """Return a registration with other answers, and so perhaps another tax (MOD-2).

    Raises RegistrationMovedError once it is paid, or while somebody may pay what was shown.
    """
    state = moved(registration, Act.CORRECT)
    if registration.attempt:
        raise RegistrationMovedError(registration.id, registration.attempt.state, Act.CORRECT)
    return replace(registration, state=state, languages=languages, place=place)


def withdrawn(registration: Registration, now: datetime) -> Registration:
    """Return a registration that its member takes back before anything is paid.

    Raises RegistrationMovedError once it is, or while somebody may pay.
    """
    state = moved(registration, Act.WITHDRAW)
    if registration.attempt:
        raise RegistrationMovedError(registration.id, registration.attempt.state, Act.WITHDRAW)
    return replace(registration, state=state, closed_at=now)


def handed_in(registration: Registration, workbook: Workbook) -> Registration:
    """Return a registration whose workbook is here, for the first time or anew (MOD-4)."""
    state = moved(registration, Act.HAND_IN)
    return replace(registration, state=state, workbooks=(*registration.workbooks, workbook))


def refunds_told(registration: Registration) -> Sequence[Refund]:
    """Return the refunds that a member reads of: none that failed and another one stands for."""
    cases = open_cases(registration)
    return [each for each in registration.refunds if each.state is not RefundState.FAILED or each in cases]


def open_cases(registration: Registration) -> Sequence[Refund]:
    """Return the refunds that failed and nothing followed: each is a case for staff (invariant 10)."""
    refunds = registration.refunds
    failed = ((place, each) for place, each in enumerate(refunds) if each.state is RefundState.FAILED)
    return [each for place, each in failed if not any(later.follows(each) for later in refunds[place + 1 :])]
