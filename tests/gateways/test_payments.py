"""Payments at the double of Stripe, over real HTTP, with everything that goes wrong on the way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from mentoring.domain.money import charge
from mentoring.domain.payments import (
    Checkout,
    CheckoutState,
    DisputeState,
    PaymentRefusedError,
    PaymentsDownError,
    PaymentState,
    PaymentUnclearError,
    RefundState,
    Settled,
)
from mentoring.gateways.payments import Payments
from tests.gateways.stripe_account import (
    ACCEPTED,
    CHALLENGED,
    DECLINED,
    FAILING_REFUND,
    GST,
    HST,
    LATE,
    LATE_FAILURE,
    LATE_REFUND,
    NOW,
    QST,
    WARES,
    StripeAccount,
    running_stripe,
)

REFUNDS = "POST /v1/refunds"


@pytest.fixture
def stripe(tmp_path: Path) -> Iterator[tuple[StripeAccount, Payments]]:
    """Return an account with everything set up, and our gateway to it."""
    with running_stripe(tmp_path) as running:
        yield running


@pytest.fixture
def account(stripe: tuple[StripeAccount, Payments]) -> StripeAccount:
    """Return the account."""
    return stripe[0]


@pytest.fixture
def payments(stripe: tuple[StripeAccount, Payments]) -> Payments:
    """Return our gateway."""
    return stripe[1]


def paid(account: StripeAccount, payments: Payments, card: str = ACCEPTED, attempt: int = 1) -> Checkout:
    """Open a checkout, pay, and return what Stripe says of it; its payment intent is there."""
    asked = account.asked(attempt=attempt)
    opened = payments.open_checkout(asked, f"checkout:R-1:{attempt}")
    account.pay(opened.url, card=card)
    return payments.read_checkout(opened.session)


def intent_of(checkout: Checkout) -> str:
    """Return a paid checkout's payment intent."""
    assert checkout.payment_intent
    return checkout.payment_intent


def test_what_is_sold_is_set_up_once(account: StripeAccount, payments: Payments) -> None:
    """MOD-3: running the set-up again, also after a new fee, makes only what is missing."""
    assert payments.set_up(WARES) == []
    dearer = replace(WARES, fees=[9900, 10900])
    assert payments.set_up(dearer) == ["mentorship-on-demand-10900-cad"]
    assert [price["unit_amount"] for price in account.objects("price")] == [9900, 10900]
    assert len(account.objects("tax_rate")) == 3


@pytest.mark.parametrize(
    ("rates", "total", "tax"), [((HST,), 11187, 1287), ((GST, QST), 11383, 1483), ((), 9900, 0)]
)
def test_the_page_charges_what_we_computed(
    account: StripeAccount, payments: Payments, rates: tuple[object, ...], total: int, tax: int
) -> None:
    """MOD-3: fee and each tax line come to the same cents at Stripe; ids alone are sent."""
    ours = charge(9900, rates)  # type: ignore[arg-type]
    opened = payments.open_checkout(replace(account.asked(), charge=ours), "checkout:R-1:1")
    assert (opened.amount_cents, opened.tax_cents, opened.currency) == (total, tax, "cad")
    assert (opened.state, opened.settled) == (CheckoutState.OPEN, Settled.UNPAID)
    assert (opened.reference, opened.attempt, opened.livemode) == ("R-1", 1, payments.is_live)
    (session,) = account.objects("checkout.session")
    assert session["metadata"] == {"registration": "R-1", "attempt": "1"}
    assert (session["locale"], session["adaptive_pricing"]) == ("fr-CA", {"enabled": False})


def test_a_fee_or_tax_that_nobody_set_up_is_refused(account: StripeAccount, payments: Payments) -> None:
    """MOD-3: rather no page than one with another price."""
    for ours, reason in (
        (charge(100, [HST]), "price-not-set-up"),
        (charge(9900, [replace(HST, kind="PST")]), "tax-rate-not-set-up"),
    ):
        with pytest.raises(PaymentRefusedError, match=reason):
            payments.open_checkout(replace(account.asked(), charge=ours), "checkout:R-1:1")


def test_one_attempt_has_one_page(account: StripeAccount, payments: Payments) -> None:
    """Invariant 1: the key of an attempt opens one page, also for a double click and after a lost answer."""
    account.fault("drop", on="POST /v1/checkout")
    with pytest.raises(PaymentUnclearError):
        payments.open_checkout(account.asked(), "checkout:R-1:1")
    opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
    assert payments.open_checkout(account.asked(), "checkout:R-1:1") == opened
    assert len(account.objects("checkout.session")) == 1
    assert account.pay(opened.url, card=ACCEPTED).headers["Location"].endswith(f"?session={opened.session}")
    read = payments.read_checkout(opened.session)
    assert (read.state, read.settled, read.charged_at) == (CheckoutState.COMPLETE, Settled.PAID, NOW)
    assert payments.read_payment(intent_of(read)).registration == "R-1"


def test_a_declined_card_leaves_the_page_open(account: StripeAccount, payments: Payments) -> None:
    """MOD-3: one payment intent for all attempts on a page, and the last one counts."""
    opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
    assert b"declined" in account.pay(opened.url, card=DECLINED).data
    read = payments.read_checkout(opened.session)
    assert (read.state, read.settled) == (CheckoutState.OPEN, Settled.UNPAID)
    assert b"Your bank asks" in account.pay(opened.url, card=CHALLENGED).data
    assert payments.read_payment(intent_of(read)).state is PaymentState.AWAITING_ACTION
    assert b"authenticate" in account.pay(opened.url, bank="no").data
    account.pay(opened.url, card=CHALLENGED)
    assert account.pay(opened.url, bank="yes").status == 303
    again = payments.read_checkout(opened.session)
    assert (again.settled, again.payment_intent) == (Settled.PAID, read.payment_intent)


@pytest.mark.parametrize(
    ("card", "settled", "told"),
    [(LATE, Settled.PAID, "async_payment_succeeded"), (LATE_FAILURE, Settled.UNPAID, "async_payment_failed")],
)
def test_a_slow_payment_is_complete_before_it_is_paid(
    account: StripeAccount, payments: Payments, card: str, settled: Settled, told: str
) -> None:
    """Invariant 2: complete says nothing about money; the bank does, a day later."""
    checkout = paid(account, payments, card)
    assert (checkout.state, checkout.settled) == (CheckoutState.COMPLETE, Settled.UNPAID)
    with pytest.raises(PaymentRefusedError):
        payments.refund(intent_of(checkout), 100, "F-1", "refund:F-1")
    account.pass_time(days=1)
    assert payments.read_checkout(checkout.session).settled is settled
    assert account.kinds[-1] == f"checkout.session.{told}"


def test_a_page_closes_by_itself_or_when_asked(account: StripeAccount, payments: Payments) -> None:
    """Invariant 1: an expired page takes no payment, and only an open one can be closed."""
    one = payments.open_checkout(account.asked(), "checkout:R-1:1")
    two = payments.open_checkout(account.asked(attempt=2), "checkout:R-1:2")
    assert payments.expire_checkout(one.session).state is CheckoutState.EXPIRED
    account.pass_time(hours=1)
    assert payments.read_checkout(two.session).state is CheckoutState.EXPIRED
    assert b"expired" in account.pay(two.url, card=ACCEPTED).data
    with pytest.raises(PaymentRefusedError):
        payments.expire_checkout(two.session)
    assert account.kinds == ["checkout.session.expired"] * 2


def test_a_refund_whose_answer_was_lost_is_made_once(account: StripeAccount, payments: Payments) -> None:
    """Invariant 6: the connection drops after a refund; the same key returns it, and so does reading."""
    intent = intent_of(paid(account, payments))
    account.fault("drop", on=REFUNDS)
    with pytest.raises(PaymentUnclearError):
        payments.refund(intent, 5594, "F-1", "refund:F-1")
    (found,) = payments.refunds_of(intent)
    assert (found.refund_id, found.amount_cents, found.state) == ("F-1", 5594, RefundState.SUCCEEDED)
    assert payments.refund(intent, 5594, "F-1", "refund:F-1") == found
    assert payments.refunds_of(intent) == [found]
    assert payments.read_payment(intent).refunded_cents == 5594


@pytest.mark.parametrize("done", [True, False])
def test_a_failure_is_repeated_under_its_key(
    account: StripeAccount, payments: Payments, *, done: bool
) -> None:
    """Invariant 6: Stripe replays a 500 for a day, whether it did it or not: only reading tells."""
    intent = intent_of(paid(account, payments))
    account.fault("500", on=REFUNDS, done=done)
    with pytest.raises(PaymentUnclearError, match="unclear: api_error"):
        payments.refund(intent, 5594, "F-1", "refund:F-1")
    account.pass_time(hours=23)
    with pytest.raises(PaymentUnclearError, match="replayed"):
        payments.refund(intent, 5594, "F-1", "refund:F-1")
    assert len(payments.refunds_of(intent)) == int(done)


def test_after_a_day_a_key_is_forgotten(account: StripeAccount, payments: Payments) -> None:
    """Invariant 6: a retry after 25 hours would pay twice; that is why it reads instead."""
    intent = intent_of(paid(account, payments))
    payments.refund(intent, 100, "F-1", "refund:F-1")
    account.pass_time(hours=25)
    payments.refund(intent, 100, "F-1", "refund:F-1")
    assert [each.refund_id for each in payments.refunds_of(intent)] == ["F-1", "F-1"]


@pytest.mark.parametrize("kind", ["429", "503"])
def test_a_burst_of_refusals_does_nothing(account: StripeAccount, payments: Payments, kind: str) -> None:
    """Invariant 6: a 429 did nothing, a 503 may have; in the end it is done once."""
    intent = intent_of(paid(account, payments))
    account.fault(kind, on=REFUNDS, times=3)
    for _ in range(3):
        with pytest.raises(PaymentsDownError if kind == "429" else PaymentUnclearError):
            payments.refund(intent, 5594, "F-1", "refund:F-1")
    payments.refund(intent, 5594, "F-1", "refund:F-1")
    assert len(payments.refunds_of(intent)) == 1


def test_what_never_reached_stripe_was_not_done(account: StripeAccount) -> None:
    """Invariant 6: nobody listens there: to be asked again, and nothing to wonder about."""
    nobody = Payments(replace(account.settings, address="http://127.0.0.1:9"))
    with pytest.raises(PaymentsDownError, match="NotSentError"):
        nobody.refund("pi_1", 5594, "F-1", "refund:F-1")


def test_reading_is_tried_again(account: StripeAccount, payments: Payments) -> None:
    """SAF-5: a read gets over one failure, and says that Stripe is down when they do not end."""
    checkout = paid(account, payments)
    account.fault("503", on="GET ")
    assert payments.read_checkout(checkout.session) == checkout
    account.fault("429", on="GET ")
    with pytest.raises(PaymentsDownError):
        payments.read_checkout(checkout.session)


def test_a_key_means_one_thing(account: StripeAccount, payments: Payments) -> None:
    """Invariant 6: the same key with another amount is refused, and nothing is done."""
    intent = intent_of(paid(account, payments))
    payments.refund(intent, 5594, "F-1", "refund:F-1")
    with pytest.raises(PaymentRefusedError, match="idempotency_error"):
        payments.refund(intent, 5595, "F-1", "refund:F-1")
    assert len(payments.refunds_of(intent)) == 1


def test_two_of_the_staff_refund_at_once(account: StripeAccount, payments: Payments) -> None:
    """Invariants 5, 6: one key, many callers: one refund; never more than was charged."""
    intent = intent_of(paid(account, payments))

    def refund(_: int) -> str:
        try:
            return payments.refund(intent, 5594, "F-1", "refund:F-1").refund
        except PaymentUnclearError as error:
            return error.reason

    with ThreadPoolExecutor(8) as pool:
        said = {*pool.map(refund, range(8))} - {"idempotency_key_in_use"}
    assert len(said) == len(payments.refunds_of(intent)) == 1
    with pytest.raises(PaymentRefusedError):
        payments.refund(intent, 5594, "F-2", "refund:F-2")
    payments.refund(intent, 5593, "F-3", "refund:F-3")
    with pytest.raises(PaymentRefusedError, match="charge_already_refunded"):
        payments.refund(intent, 1, "F-4", "refund:F-4")


@pytest.mark.parametrize(
    ("card", "at_first", "later"),
    [
        (LATE_REFUND, RefundState.PENDING, RefundState.SUCCEEDED),
        (FAILING_REFUND, RefundState.SUCCEEDED, RefundState.FAILED),
    ],
)
def test_a_refund_is_not_over_with_its_answer(
    account: StripeAccount, payments: Payments, card: str, at_first: RefundState, later: RefundState
) -> None:
    """Invariant 10: pending ones come through, and succeeded ones fail, later; failed ones gave nothing."""
    intent = intent_of(paid(account, payments, card))
    assert payments.refund(intent, 5594, "F-1", "refund:F-1").state is at_first
    account.pass_time(days=1)
    (refund,) = payments.refunds_of(intent)
    assert refund.state is later
    assert payments.read_payment(intent).refunded_cents == (5594 if later is RefundState.SUCCEEDED else 0)
    assert ("refund.failed" in account.kinds) is (later is RefundState.FAILED)


def test_a_refund_can_be_canceled(account: StripeAccount, payments: Payments) -> None:
    """Invariant 10: what a refund becomes can be asked for."""
    intent = intent_of(paid(account, payments))
    account.fault("refund", state="canceled", seconds=60)
    assert payments.refund(intent, 5594, "F-1", "refund:F-1").state is RefundState.PENDING
    account.pass_time(minutes=1)
    assert payments.refunds_of(intent)[0].state is RefundState.CANCELED


def test_a_disputed_charge_is_seen_and_not_refunded(account: StripeAccount, payments: Payments) -> None:
    """Invariant 10: a dispute is found by reading, and stands in the way of a refund."""
    intent = intent_of(paid(account, payments))
    dispute = account.post("disputes", {"payment_intent": intent})
    assert payments.read_payment(intent).is_disputed
    with pytest.raises(PaymentRefusedError, match="charge_disputed"):
        payments.refund(intent, 5594, "F-1", "refund:F-1")
    account.post(f"disputes/{dispute['id']}", {"status": "lost"})
    (found,) = payments.disputes_since(NOW)
    assert (found.payment_intent, found.state, found.amount_cents) == (intent, DisputeState.LOST, 11187)


def test_what_was_since_is_read_to_the_last_page(account: StripeAccount, payments: Payments) -> None:
    """Invariant 10: reconciliation sees everything, however much there is, and nothing older."""
    intent = intent_of(paid(account, payments))
    account.pass_time(hours=2)
    for number in range(101):
        payments.refund(intent, 1, f"F-{number}", f"refund:F-{number}")
    assert len({each.refund_id for each in payments.refunds_since(account.now)}) == 101
    assert payments.checkouts_since(account.now) == []
    (checkout,) = payments.checkouts_since(NOW.astimezone(UTC) - timedelta(seconds=1))
    assert checkout.charge is not None
    assert {notice.payment_intent for notice in payments.notices_since(NOW)} - {None} == {intent}


def test_what_does_not_exist_is_refused(account: StripeAccount, payments: Payments) -> None:
    """SAF-5: an id that somebody made up, or a key that is not ours, is an answer and no crash."""
    with pytest.raises(PaymentRefusedError, match="resource_missing"):
        payments.read_checkout("cs_test_nobody")
    stranger = account.folder / "stranger.json"
    stranger.write_text('{"api_key": "sk_test_other", "webhook_secrets": []}')
    with pytest.raises(PaymentsDownError, match="invalid_request_error"):
        Payments(replace(account.settings, secret=stranger)).refunds_of("pi_1")
    stranger.write_text("{}")
    with pytest.raises(PaymentsDownError, match="keys"):
        Payments(replace(account.settings, secret=stranger)).refunds_of("pi_1")
