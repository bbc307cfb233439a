"""What the payment provider says, taken in: in any order, twice, and only what is ours."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain import payments
from mentoring.domain.cancelling import cancelled
from mentoring.domain.ledger import entries, new_entries
from mentoring.domain.payments import CheckoutState, DisputeState, Settled
from mentoring.domain.policy import Policy
from mentoring.domain.refunds import RefundReason
from mentoring.domain.registration_errors import PaymentDiffersError, RegistrationMovedError
from mentoring.domain.registration_events import registration_events
from mentoring.domain.registration_states import AttemptState, RefundState, RegistrationState
from mentoring.domain.registrations import Registration, attempted, withdrawn
from mentoring.domain.settling import dispute_taken, refund_taken, settled
from tests.domain.registering import (
    HOUR,
    NOW,
    NUMBERS,
    asking,
    checkout,
    dispute,
    paid,
    paying,
    refund_said,
    registration,
)

Said = payments.RefundState


@pytest.fixture
def policy(content: Content) -> Policy:
    """The programme's numbers, as they ship."""
    return content.policy


def told(before: Registration, after: Registration) -> list[str]:
    """The kinds of what a change tells."""
    return [each.kind for each in registration_events(before, after, NOW)]


def test_a_paid_checkout_of_ours_makes_paid(policy: Policy) -> None:
    """Invariants 2, 4: one purchase, one receipt, one letter; told again it changes nothing."""
    asked = asking(policy)
    after = paying(asked)
    assert (after.state, after.attempts[0].state) == (RegistrationState.PAID, AttemptState.PAID)
    assert after.purchase
    assert (after.purchase.receipt, after.purchase.paid_at) == (NUMBERS.receipt, NOW)
    assert told(asked, after) == ["PaymentReceived"]
    assert settled(after, checkout(asked), False, NUMBERS, NOW + HOUR) == after


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reference": "r2"}, "reference"),
        ({"reference": None}, "reference"),
        ({"attempt": 2}, "reference"),
        ({"amount_cents": 11186}, "amount"),
        ({"amount_cents": 11187, "tax_cents": 0}, "tax"),
        ({"currency": "usd"}, "currency"),
        ({"livemode": True}, "mode"),
        ({"payment_intent": None}, "payment"),
        ({"settled": Settled.NOTHING_DUE, "amount_cents": 0}, "amount"),
    ],
)
def test_what_is_not_what_was_asked_for_pays_nothing(
    policy: Policy, changes: dict[str, Any], code: str
) -> None:
    """Invariant 2: another reference, amount, tax, currency or mode is a difference that a person settles."""
    with pytest.raises(PaymentDiffersError) as differs:
        paying(asking(policy), **changes)
    assert differs.value.code == code


@pytest.mark.parametrize(
    ("state", "money", "becomes"),
    [
        (CheckoutState.OPEN, Settled.UNPAID, AttemptState.OPENED),
        (CheckoutState.OPEN, Settled.PAID, AttemptState.OPENED),
        (CheckoutState.COMPLETE, Settled.UNPAID, AttemptState.CONFIRMING),
        (CheckoutState.EXPIRED, Settled.UNPAID, AttemptState.EXPIRED),
    ],
)
def test_what_is_not_both_complete_and_paid_pays_nothing(
    policy: Policy, state: CheckoutState, money: Settled, becomes: AttemptState
) -> None:
    """Invariant 2: a page that is open, expired, or complete without the money pays nothing."""
    after = paying(asking(policy), state=state, settled=money)
    assert (after.state, after.purchases) == (RegistrationState.OPEN, ())
    assert after.attempts[0].state is becomes


def test_a_slow_payment_is_a_purchase_once_the_money_is_here(policy: Policy) -> None:
    """MOD-6: its hours begin when it succeeds, not when the page was filled in days before."""
    slow = paying(asking(policy), settled=Settled.UNPAID)
    later = NOW + timedelta(days=4)
    after = paying(slow, now=later)
    assert after.purchase
    assert after.purchase.paid_at == later


def test_old_news_moves_nothing_backwards(policy: Policy) -> None:
    """Invariants 11, 13: "open", "unpaid" or "expired" that arrive after "paid" change nothing."""
    asked = asking(policy)
    after = paying(asked)
    for state in CheckoutState:
        late = checkout(asked, state=state, settled=Settled.UNPAID)
        assert settled(after, late, False, NUMBERS, NOW) == after


def test_only_one_attempt_is_under_way(policy: Policy) -> None:
    """Invariant 1: no second page while one may still be paid; the next one has another key."""
    asked = asking(policy)
    for under_way in (asked, paying(asked, state=CheckoutState.OPEN), paying(asked, settled=Settled.UNPAID)):
        with pytest.raises(RegistrationMovedError):
            attempted(under_way, policy, "fr", NOW + HOUR, NOW)
    over = paying(asked, state=CheckoutState.EXPIRED)
    assert [each.number for each in attempted(over, policy, "fr", NOW + HOUR, NOW).attempts] == [1, 2]


def second(policy: Policy, first: Registration) -> Registration:
    """Another attempt after the first was taken for expired."""
    expired = paying(first, state=CheckoutState.EXPIRED)
    return attempted(expired, policy, "fr", NOW + HOUR, NOW)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_is_paid_twice_goes_back_whole(policy: Policy, order: tuple[int, int]) -> None:
    """Invariants 4, 9: of two payments in either order one counts, and all of the other goes back."""
    first = asking(policy)
    both = second(policy, first)
    reads = [checkout(first, "cs_1"), checkout(both, "cs_2")]
    after = both
    for place in (*order, *order):
        after = settled(after, reads[place], False, NUMBERS, NOW + timedelta(days=3))
    assert [each.receipt for each in after.purchases] == [NUMBERS.receipt, None]
    (back,) = after.refunds
    assert back.payment_intent == reads[order[1]].payment_intent
    assert (back.reason, back.lines) == (RefundReason.DUPLICATE, after.purchases[1].charge)
    assert told(both, after) == ["PaymentReceived", "PaymentReturned", "RefundAsked"]


def test_a_payment_for_what_was_withdrawn_goes_back_whole(policy: Policy) -> None:
    """Invariant 9: withdrawn in one tab and paid in the other, nothing is owed, however late."""
    asked = asking(policy)
    with pytest.raises(RegistrationMovedError):
        withdrawn(asked, NOW)
    gone = withdrawn(paying(asked, state=CheckoutState.EXPIRED), NOW)
    after = settled(gone, checkout(asked), False, NUMBERS, NOW + timedelta(days=3))
    assert after.state is RegistrationState.WITHDRAWN
    assert after.purchase is None
    assert [(each.reason, each.lines.total_cents) for each in after.refunds] == [
        (RefundReason.MISTAKE, 11187)
    ]
    done = refund_taken(after, refund_said(after, Said.SUCCEEDED), NUMBERS, NOW)
    assert done.refunds[0].credit_note is None  # without a receipt there is nothing to credit
    assert sum(each.cents for each in entries(done)) == 0


@pytest.mark.parametrize(
    "order",
    [
        (Said.PENDING, Said.SUCCEEDED),
        (Said.SUCCEEDED, Said.PENDING),
        (Said.SUCCEEDED, Said.SUCCEEDED, Said.FAILED, Said.SUCCEEDED, Said.PENDING),
        (Said.PENDING, Said.CANCELED, Said.PENDING),
        (Said.AWAITING_ACTION, Said.FAILED),
    ],
)
def test_refunds_never_move_backwards(policy: Policy, order: tuple[Said, ...]) -> None:
    """Invariants 11, 13: news of a refund in any order; the ledger has what went and what came back, once."""
    before = cancelled(paid(policy), NOW, "member:M-1", policy, NOW)
    after, added = before, []
    for state in order:
        last, after = after, refund_taken(after, refund_said(after, state), NUMBERS, NOW)
        added += new_entries(last, after)
    is_over = {Said.FAILED, Said.CANCELED} & {*order}
    assert after.refunds[0].state is (RefundState.FAILED if is_over else RefundState.SUCCEEDED)
    balance = sum(each.cents for each in entries(after))
    assert balance == (11187 if is_over else 11187 - 5594)
    assert [each.id for each in added] == [each.id for each in entries(after)][1:]


def test_a_refund_of_the_dashboard_is_taken_in(policy: Policy) -> None:
    """Invariant 10: it counts against the charge and has a credit note; heard twice it is one."""
    said = refund_said(paid(policy), Said.SUCCEEDED, amount_cents=3001)
    after = refund_taken(paid(policy), said, NUMBERS, NOW)
    (found,) = after.refunds
    assert (found.reason, found.lines.total_cents) == (RefundReason.ELSEWHERE, 3001)
    assert found.credit_note == NUMBERS.credit_note
    assert refund_taken(after, said, NUMBERS, NOW) == after
    assert after.purchase
    assert after.left_of(after.purchase).total_cents == 11187 - 3001
    assert told(paid(policy), after) == ["RefundSent"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_cents": 11188}, "amount"),
        ({"payment_intent": "pi_9"}, "payment"),
        ({"currency": "usd"}, "currency"),
    ],
)
def test_a_refund_that_cannot_be_ours_is_a_difference(
    policy: Policy, changes: dict[str, Any], code: str
) -> None:
    """Invariant 5: nothing is taken in that exceeds the charge, or is of other money."""
    with pytest.raises(PaymentDiffersError) as differs:
        refund_taken(paid(policy), refund_said(paid(policy), Said.SUCCEEDED, **changes), NUMBERS, NOW)
    assert differs.value.code == code


def test_a_refund_that_was_given_up_and_turns_up_is_a_difference(policy: Policy) -> None:
    """Invariant 6: it may have been made good already, so a person looks."""
    asked = cancelled(paid(policy), NOW, "member:M-1", policy, NOW)
    given_up = replace(asked, refunds=(replace(asked.refunds[0], state=RefundState.FAILED),))
    with pytest.raises(PaymentDiffersError):
        refund_taken(given_up, refund_said(asked, Said.SUCCEEDED), NUMBERS, NOW)


def test_a_dispute_is_taken_in_and_ends(policy: Policy) -> None:
    """Invariant 10: known once, told to staff once; lost the money is gone, won it is back."""
    before = paid(policy)
    after = dispute_taken(dispute_taken(before, dispute()), dispute(DisputeState.UNDER_REVIEW))
    assert told(before, after) == ["StaffNeeded"]
    assert sum(each.cents for each in entries(after)) == 0
    for end, balance in ((DisputeState.WON, 11187), (DisputeState.LOST, 0)):
        over = dispute_taken(after, dispute(end))
        assert sum(each.cents for each in entries(over)) == balance
        assert told(after, over) == []
        assert dispute_taken(over, dispute()) == over


def test_registering_tells_nobody(policy: Policy) -> None:
    """MOD-25: a letter comes with the payment; an attempt and a withdrawal need none."""
    assert told(registration(), asking(policy)) == []
    assert told(registration(), withdrawn(registration(), NOW)) == []


def test_old_news_of_a_dispute_undoes_nothing(policy: Policy) -> None:
    """Invariants 11, 13: an inquiry that became a dispute, read before and taken in after, stays one."""
    asked_about = dispute_taken(paid(policy), dispute(DisputeState.INQUIRY_UNDER_REVIEW))
    taken = dispute_taken(asked_about, dispute())
    assert dispute_taken(taken, dispute(DisputeState.INQUIRY_UNDER_REVIEW)) == taken
    closed = dispute_taken(asked_about, dispute(DisputeState.INQUIRY_CLOSED))
    assert dispute_taken(closed, dispute(DisputeState.INQUIRY_AWAITS_ANSWER)) == closed
    assert sum(each.cents for each in entries(dispute_taken(closed, dispute()))) == 0
