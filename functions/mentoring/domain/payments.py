"""What the payment provider says, as read from it: facts about money, never decisions about it.

Amounts are integer cents, instants UTC. The provider counts whole seconds: an instant of its own may lie up
to a second before the act.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mentoring.domain.errors import DomainError
from mentoring.domain.money import Charge


class CheckoutState(StrEnum):
    """Whether somebody may still pay on a checkout's page."""

    OPEN = "open"
    COMPLETE = "complete"  # filled in; whether the money came is `Checkout.settled`
    EXPIRED = "expired"


class Settled(StrEnum):
    """Whether the money of a checkout came."""

    UNPAID = "unpaid"  # also while a slow way to pay is under way
    PAID = "paid"
    NOTHING_DUE = "no_payment_required"


class PaymentState(StrEnum):
    """How far a payment has come."""

    AWAITING_METHOD = "requires_payment_method"  # none was given yet, or the last one failed
    AWAITING_CONFIRMATION = "requires_confirmation"
    AWAITING_ACTION = "requires_action"  # 3-D Secure
    PROCESSING = "processing"  # a slow way to pay: days
    AWAITING_CAPTURE = "requires_capture"
    CANCELED = "canceled"
    SUCCEEDED = "succeeded"


class RefundState(StrEnum):
    """What became of a refund. A succeeded one may still fail, weeks later."""

    PENDING = "pending"
    AWAITING_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class DisputeState(StrEnum):
    """How far a cardholder's dispute, or a bank's inquiry before one, has come."""

    INQUIRY_AWAITS_ANSWER = "warning_needs_response"
    INQUIRY_UNDER_REVIEW = "warning_under_review"
    INQUIRY_CLOSED = "warning_closed"
    AWAITS_ANSWER = "needs_response"
    UNDER_REVIEW = "under_review"
    PREVENTED = "prevented"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How something at the provider was when it was read: what it is about, how much, and how it stood."""

    about: str  # the provider's id
    cents: int
    currency: str
    state: str  # code words


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutAsked:
    """A hosted page to be opened for one attempt to pay. The provider learns ids and amounts alone."""

    registration: str  # comes back as `Checkout.reference`
    attempt: int
    charge: Charge  # the fee and each tax, as stored: the page's total must be theirs
    methods: tuple[str, ...]  # ways to pay, as the provider names them
    language: str
    return_url: str  # `{CHECKOUT_SESSION_ID}` in it becomes the session's id
    cancel_url: str
    expires_at: datetime  # 30 minutes to 24 hours from now


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A checkout session, with the payment that belongs to it."""

    session: str
    state: CheckoutState
    settled: Settled
    reference: str | None  # our registration; None where the session is not ours
    attempt: int | None
    amount_cents: int  # taxes included
    tax_cents: int
    currency: str  # lower case: "cad"
    livemode: bool
    made_at: datetime
    expires_at: datetime
    url: str | None = None  # the page, while it is open
    payment_intent: str | None = None
    charge: str | None = None  # the last one of the payment
    charged_at: datetime | None = None  # when the payer confirmed it: a slow one succeeds days later

    @property
    def found(self) -> Found:
        """Return it as a difference names it."""
        state = f"{self.state}-{self.settled}"
        return Found(about=self.session, cents=self.amount_cents, currency=self.currency, state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment intent with its last charge."""

    payment_intent: str
    state: PaymentState
    registration: str | None
    amount_cents: int
    received_cents: int
    refunded_cents: int  # succeeded and pending refunds together
    currency: str
    livemode: bool
    is_disputed: bool
    made_at: datetime
    charge: str | None = None
    charged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund, asked for by us or made by staff in the provider's dashboard."""

    refund: str  # the provider's id
    refund_id: str | None  # ours; None where somebody made it in the dashboard
    payment_intent: str | None
    charge: str | None
    amount_cents: int
    currency: str
    state: RefundState
    made_at: datetime
    failure: str | None = None  # a code word

    @property
    def found(self) -> Found:
        """Return it as a difference names it."""
        return Found(
            about=self.refund, cents=self.amount_cents, currency=self.currency, state=str(self.state)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A charge that its cardholder's bank takes back, or asks about."""

    dispute: str
    payment_intent: str | None
    charge: str
    amount_cents: int
    currency: str
    state: DisputeState
    reason: str  # a code word
    made_at: datetime

    @property
    def found(self) -> Found:
        """Return it as a difference names it."""
        return Found(
            about=self.dispute, cents=self.amount_cents, currency=self.currency, state=str(self.state)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A webhook whose signature held: something happened to this object. What, is read from the provider."""

    event: str
    kind: str  # as the provider names it: "checkout.session.completed"
    about: str  # the object's id
    payment_intent: str | None  # where the object belongs to one
    made_at: datetime
    livemode: bool


class PaymentRefusedError(DomainError):
    """The provider did not do it, and would refuse it again. `reason` is a code word, never its answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the payment provider refused: {reason}")
        self.reason = reason


class PaymentUnclearError(DomainError):
    """Nobody said whether it was done. The same key within 24 hours, or reading, tells (invariant 6)."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"what became of it at the payment provider is unclear: {reason}")
        self.reason = reason


class PaymentsDownError(DomainError):
    """The provider certainly did not do it, and may when asked again with the same key."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the payment provider cannot be asked: {reason}")
        self.reason = reason


class NoticeRefusedError(DomainError):
    """A webhook is not believed: unsigned, altered, too old, or of the future. `reason` is a code word."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the payment provider's notice was refused: {reason}")
        self.reason = reason
