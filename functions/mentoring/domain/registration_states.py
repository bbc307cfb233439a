"""The states of a registration, of its attempts to pay and of its refunds: three tables.

`domain/README.md` has their diagrams, drawn from here. Money never moves backwards (invariant 11): no table
leads back to a state that was left.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final


class RegistrationState(StrEnum):
    """How far a registration has come (MOD-2 to MOD-6)."""

    OPEN = "open"  # nothing is paid yet
    PAID = "paid"
    HANDED_IN = "handed-in"  # the workbook is here: matching may begin (MOD-4)
    WITHDRAWN = "withdrawn"  # before anything was paid
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What moves a registration."""

    CORRECT = "correct"  # languages, place of residence
    ATTEMPT = "attempt"  # to pay: a page at the payment provider
    PAY = "pay"
    HAND_IN = "hand-in"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


class AttemptState(StrEnum):
    """How far an attempt to pay has come."""

    ASKED = "asked"  # its key is stored; whether there is a page is not known
    OPENED = "opened"
    CONFIRMING = "confirming"  # the page is filled in, the money on its way: days
    PAID = "paid"
    FAILED = "failed"  # the money did not come
    EXPIRED = "expired"  # nobody can pay it any more
    REFUSED = "refused"  # the payment provider opened no page


class RefundState(StrEnum):
    """How far a refund has come."""

    PROPOSED = "proposed"  # an exception: a second person decides (STF-5)
    DECLINED = "declined"
    ASKED = "asked"  # decided; the payment provider was not heard of
    UNKNOWN = "unknown"  # the payment provider was asked, and its answer is unclear (invariant 6)
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # the money stayed here, or came back: its case is open again (invariant 10)


_R, _A, _F = RegistrationState, AttemptState, RefundState

NEXT: Final[Mapping[tuple[RegistrationState, Act], RegistrationState]] = {
    (_R.OPEN, Act.CORRECT): _R.OPEN,
    (_R.OPEN, Act.ATTEMPT): _R.OPEN,
    (_R.OPEN, Act.PAY): _R.PAID,
    (_R.OPEN, Act.WITHDRAW): _R.WITHDRAWN,
    (_R.PAID, Act.HAND_IN): _R.HANDED_IN,
    (_R.PAID, Act.CANCEL): _R.CANCELLED,
    (_R.HANDED_IN, Act.HAND_IN): _R.HANDED_IN,
    (_R.HANDED_IN, Act.CANCEL): _R.CANCELLED,
}
"""What may be done to a registration in each state. Whatever is not here is refused."""

ATTEMPT_NEXT: Final[Mapping[AttemptState, frozenset[AttemptState]]] = {
    _A.ASKED: frozenset({_A.OPENED, _A.CONFIRMING, _A.PAID, _A.FAILED, _A.EXPIRED, _A.REFUSED}),
    _A.OPENED: frozenset({_A.CONFIRMING, _A.PAID, _A.FAILED, _A.EXPIRED}),
    _A.CONFIRMING: frozenset({_A.PAID, _A.FAILED}),
    # What was given up may have been paid all the same: money that was taken is never overlooked (SAF-5).
    _A.FAILED: frozenset({_A.PAID}),
    _A.EXPIRED: frozenset({_A.CONFIRMING, _A.PAID, _A.FAILED}),
    _A.REFUSED: frozenset({_A.CONFIRMING, _A.PAID, _A.FAILED}),
    _A.PAID: frozenset(),
}
"""What the payment provider may say of an attempt after what it said before; the rest is old news."""

REFUND_NEXT: Final[Mapping[RefundState, frozenset[RefundState]]] = {
    _F.PROPOSED: frozenset({_F.ASKED, _F.DECLINED}),
    _F.ASKED: frozenset({_F.UNKNOWN, _F.PENDING, _F.SUCCEEDED, _F.FAILED}),
    _F.UNKNOWN: frozenset({_F.PENDING, _F.SUCCEEDED, _F.FAILED}),
    _F.PENDING: frozenset({_F.SUCCEEDED, _F.FAILED}),
    _F.SUCCEEDED: frozenset({_F.FAILED}),  # a bank may send it back weeks later
    _F.DECLINED: frozenset(),
    _F.FAILED: frozenset(),
}
"""What may become of a refund after each state."""

CURRENT: Final = frozenset({_R.OPEN, _R.PAID, _R.HANDED_IN})
PAYABLE: Final = frozenset({_A.ASKED, _A.OPENED})
UNDER_WAY: Final = PAYABLE | {_A.CONFIRMING}
RESERVED: Final = frozenset(_F) - {_F.DECLINED, _F.FAILED}
"""Refunds that count against what was charged: it went back, or may (invariant 5)."""
MADE: Final = frozenset({_F.PENDING, _F.SUCCEEDED})
"""Refunds that the payment provider has made: together they never exceed what was charged (invariant 5)."""
UNSETTLED: Final = frozenset({_F.ASKED, _F.UNKNOWN, _F.PENDING})


def diagram() -> Iterator[str]:
    """Yield the lines of the table of registrations as a Mermaid state diagram."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {_R.OPEN}: register"
    for (before, act), after in NEXT.items():
        yield f"    {before} --> {after}: {act}"
    for state in RegistrationState:
        if state not in CURRENT:
            yield f"    {state} --> [*]"


def money_diagram(
    table: Mapping[AttemptState, frozenset[AttemptState]] | Mapping[RefundState, frozenset[RefundState]],
) -> Iterator[str]:
    """Yield the lines of the table of attempts or of refunds."""
    yield "stateDiagram-v2"
    for before, afters in table.items():
        for after in sorted(afters):
            yield f"    {before} --> {after}"
