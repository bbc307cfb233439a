"""Money under fire: doubled, lost, late, killed midway; in the end Stripe's objects and ours agree."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.errors import DomainError
from mentoring.domain.payments import Checkout, CheckoutAsked, PaymentsDownError, PaymentUnclearError
from mentoring.domain.refunds import RefundReason
from mentoring.domain.registration_errors import RegistrationMovedError, RegistrationRefusedError
from mentoring.domain.registration_states import AttemptState, RefundState, RegistrationState
from mentoring.domain.registrations import Registration
from mentoring.gateways.payments import Payments
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.usecases.settle_difference import settle_difference
from tests.faults.crashing import Moment, crash_matrix
from tests.gateways.stripe_account import (
    ACCEPTED,
    FAILING_REFUND,
    GST,
    HST,
    LATE,
    LATE_FAILURE,
    LATE_REFUND,
    StripeAccount,
    running_stripe,
)
from tests.usecases.registering import ANNE, MEMBER, PAUL, Till

AT_ONCE = 50
TABLES = ("registrations", "outbox", "audit")
LOST = PaymentUnclearError("the answer is lost")


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StripeAccount, Payments]]:
    """One account at Stripe."""
    with running_stripe(tmp_path_factory.mktemp("stripe")) as running:
        yield running


@pytest.fixture
def till(
    database: StorageSettings, content: Content, stripe: tuple[StripeAccount, Payments]
) -> Iterator[Till]:
    """A member in front of the till; weeks lie between two tests, so that none sees another's money."""
    account, provider = stripe
    account.pass_time(days=40)
    till = Till(database, content, account, provider)
    till.member()
    yield till
    account.web.request("DELETE", f"{account.double.address}/faults")


def at_once(till: Till, act: Callable[[Till], object]) -> Counter[str]:
    """Let fifty act at once, each over a client of their own; count how it ended."""

    def tried(_: int) -> str:
        try:
            return str(act(till.over(client=dynamodb(till.storage))))
        except (DomainError, PaymentsDownError, PaymentUnclearError) as error:
            return type(error).__name__

    with ThreadPoolExecutor(AT_ONCE) as everybody:
        return Counter(everybody.map(tried, range(AT_ONCE)))


def sessions_of(till: Till, registration: Registration) -> list[dict[str, Any]]:
    """A registration's pages at Stripe."""
    every = till.account.objects("checkout.session")
    return [each for each in every if each["client_reference_id"] == registration.id]


def test_one_form_sent_fifty_times_registers_once(till: Till) -> None:
    """Invariant 12: a member has one registration, however often the form arrives; another one is refused."""
    ends = at_once(till, lambda each: each.register().id)
    current = till.registrations.current_of(MEMBER)
    assert current
    assert ends == {current.registration.id: AT_ONCE}
    with pytest.raises(RegistrationRefusedError, match="registered"):
        till.register(place="NS")


def test_fifty_clicks_on_pay_open_one_page(till: Till) -> None:
    """Invariant 1: one open checkout per registration; who clicks again finds it."""
    registration = till.register()
    ends = at_once(till, lambda each: each.page(registration))
    assert len({each for each in ends if each.startswith("http")}) == 1
    assert till.page(registration) in ends
    assert [each["status"] for each in sessions_of(till, registration)] == ["open"]
    assert len(till.at(registration).registration.attempts) == 1


def test_one_payment_heard_of_fifty_times_counts_once(till: Till) -> None:
    """Invariants 3, 4: one fulfilment, one receipt number, one letter, one entry in the ledger."""
    registration = till.register()
    session = till.pays(registration)
    at_once(till, lambda each: each.settling().session(session))
    after = till.at(registration).registration
    assert after.state is RegistrationState.PAID
    assert [each.receipt for each in after.purchases] == [1]
    assert till.told() == {"PaymentReceived": 1}
    assert till.balance() == till.payment(registration).received_cents == 11187


def test_receipts_of_many_have_no_gap(till: Till) -> None:
    """MOD-24: those who pay at the same moment get numbers one after the other, none twice, none left out."""
    members = [f"M-{number}" for number in range(12)]
    sessions = []
    for member in members:
        till.member(member)
        sessions.append(till.pays(till.register(member)))
    with ThreadPoolExecutor(len(members)) as everybody:
        list(
            everybody.map(
                lambda each: till.over(client=dynamodb(till.storage)).settling().session(each), sessions
            )
        )
    current = [till.registrations.current_of(member) for member in members]
    numbers = [each.registration.purchases[0].receipt for each in current if each]
    assert sorted(numbers) == list(range(1, 13))


def test_fifty_who_cancel_get_one_refund(till: Till) -> None:
    """Invariants 5, 6: one refund under one key, however often it is asked for and delivered."""
    registration = till.paid()
    at_once(till, lambda each: each.cancel(registration))
    at_once(till, lambda each: each.give_back(registration))
    after = till.give_back(registration)
    assert [(each.state, each.credit_note) for each in after.refunds] == [(RefundState.SUCCEEDED, 1)]
    assert [each.amount_cents for each in till.refunds_of(registration)] == [5594]
    assert till.told() == {
        "PaymentReceived": 1,
        "RegistrationCancelled": 1,
        "RefundAsked": 1,
        "RefundSent": 1,
    }
    assert till.balance() == 11187 - 5594


def test_a_small_refund_that_many_deliver_is_made_once(till: Till) -> None:
    """Invariant 6: where the amount would leave room for several, its one key is what makes it one."""
    registration = till.paid()
    intent = registration.purchases[0].payment_intent
    till.refunding(ANNE).propose(registration.id, intent, 1000, "The mentor was ill", 0)
    (exception,) = till.at(registration).registration.refunds
    till.refunding(PAUL).decide(registration.id, exception.id, is_approved=True)
    with ThreadPoolExecutor(8) as everybody:
        for each in [till.over(client=dynamodb(till.storage)) for _ in range(8)]:
            everybody.submit(each.give_back, registration)
    till.give_back(registration)
    assert [each.amount_cents for each in till.refunds_of(registration)] == [1000]


def test_two_members_of_staff_refund_at_once(till: Till) -> None:
    """Invariant 5: of two whole refunds proposed at the same moment there is room for one."""
    registration = till.paid()
    intent = registration.purchases[0].payment_intent

    def propose(actor: str) -> str:
        mine = till.over(client=dynamodb(till.storage)).refunding(actor)
        try:
            mine.propose(registration.id, intent, 11187, "The mentor was ill", 1)
        except DomainError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(2) as both:
        ends = list(both.map(propose, (ANNE, PAUL)))
    assert sorted(ends) == ["RefundTooLargeError", "done"]
    assert len(till.at(registration).registration.refunds) == 1


def state_of(till: Till, registration: Registration) -> tuple[object, ...]:
    """Everything that must agree about a registration: record, pointers, messages, log, ledger."""
    stored = till.at(registration)
    lines = [
        each for each in till.audit.lines_of(registration.member_id) if registration.id in each.occurrence
    ]
    told = [row for row in till.rows("outbox") if registration.id in str(row["body"])]
    written = [row for row in till.rows("registrations") if row["pk"]["S"].startswith("LEDGER")]
    here = [row for row in written if registration.id in row["body"]["S"]]
    assert len(lines) == stored.version
    current = till.registrations.current_of(registration.member_id)
    return stored.registration, len(told), len(here), current is not None


@pytest.mark.parametrize("moment", Moment)
def test_whoever_dies_while_paying_pays_once(till: Till, moment: Moment) -> None:
    """Invariants 1, 2, 4, 12: whoever dies at whatever call, the next click and notice finish it."""
    for number, crash in enumerate(crash_matrix(moment)):
        member = f"M-{moment}-{number}"
        till.member(member)
        registration = till.register(member)
        dying = till.over(provider=crash.of(till.provider, LOST))
        with suppress(PaymentUnclearError), crash.during(till.client):
            dying.settling().session(dying.pays(registration))
        state_of(till, registration)
        if till.page(registration):
            till.pays(registration)
        till.reconcile(1)
        after = till.at(registration).registration
        assert (after.state, len(after.purchases)) == (RegistrationState.PAID, 1)
        assert len(sessions_of(till, registration)) == 1
        assert state_of(till, registration)[1:] == (1, 1, True)


@pytest.mark.parametrize("moment", Moment)
def test_whoever_dies_while_giving_back_gives_back_once(till: Till, moment: Moment) -> None:
    """Invariants 5, 6, 12: dead at any call between wish and credit note, half goes back, and once."""
    for number, crash in enumerate(crash_matrix(moment)):
        registration = till.paid(f"M-{moment}-{number}")
        dying = till.over(provider=crash.of(till.provider, LOST))
        with suppress(PaymentUnclearError), crash.during(till.client):
            dying.cancel(registration)
            dying.give_back(registration)
        state_of(till, registration)
        till.cancel(registration)
        after = till.give_back(registration)
        assert [each.state for each in after.refunds] == [RefundState.SUCCEEDED]
        assert [each.amount_cents for each in till.refunds_of(registration)] == [5594]
        assert state_of(till, registration)[1:] == (4, 2, False)


def propose(till: Till, registration: Registration) -> None:
    """Staff propose to give all of it back."""
    intent = registration.purchases[0].payment_intent
    till.refunding(ANNE).propose(registration.id, intent, 11187, "The mentor was ill", 0)


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("act", [Till.hand_in, propose])
def test_whoever_dies_in_an_act_has_done_it_or_not(
    till: Till, moment: Moment, act: Callable[[Till, Registration], object]
) -> None:
    """Invariant 12: workbook or proposal, message and audit line are there together or not at all."""
    for number, crash in enumerate(crash_matrix(moment)):
        registration = till.paid(f"M-{moment}-{number}")
        before = state_of(till, registration)
        with crash.during(till.client):
            act(till, registration)
        halfway = state_of(till, registration)
        act(till, registration)
        after = state_of(till, registration)
        assert halfway in (before, after)
        assert after[1] == before[1] + 1


@pytest.mark.parametrize("moment", Moment)
def test_whoever_dies_while_taking_back_leaves_nothing_to_pay(till: Till, moment: Moment) -> None:
    """Invariants 1, 12: registered once, and withdrawn with no page left on which anybody could pay."""
    for number, crash in enumerate(crash_matrix(moment)):
        member = f"M-{moment}-{number}"
        till.member(member)
        dying = till.over(provider=crash.of(till.provider, LOST))
        with suppress(PaymentUnclearError, RegistrationMovedError), crash.during(till.client):
            registration = dying.register(member)
            dying.page(registration)
            dying.paying(member).withdraw(registration.id)
        current = till.registrations.current_of(member)
        if current:
            till.paying(member).withdraw(current.registration.id)
        every = [each.registration for each in till.registrations.of(member)]
        assert {each.state for each in every} <= {RegistrationState.WITHDRAWN}
        assert len(every) <= 1
        shown = {attempt.session for each in every for attempt in each.attempts} - {None}
        found = [page for each in every for page in sessions_of(till, each) if page["id"] in shown]
        assert all(page["status"] == "expired" for page in found)


def test_an_answer_that_is_lost_leads_to_the_same_page(till: Till) -> None:
    """Invariants 1, 6: a dropped connection is no second page: the key brings the first one."""
    registration = till.register()
    till.account.fault("drop", on="POST /v1/checkout/sessions")
    with pytest.raises(PaymentUnclearError):
        till.page(registration)
    assert till.page(registration)
    assert len(sessions_of(till, registration)) == 1


@pytest.mark.parametrize("done", [True, False])
def test_a_replayed_500_ends_by_reading(till: Till, done: bool) -> None:
    """Invariant 6: where the key brings a 500 for a day, the page is found, or the next attempt begun."""
    registration = till.register()
    till.account.fault("500", on="POST /v1/checkout/sessions", done=done)
    for _ in range(2):
        with pytest.raises(PaymentUnclearError):
            till.page(registration)
    till.account.pass_time(minutes=6)
    assert till.page(registration)
    assert len(sessions_of(till, registration)) == 1
    assert len(till.at(registration).registration.attempts) == (1 if done else 2)


class Meanwhile:
    """The gateway to Stripe, where something happens here just before a page is opened."""

    def __init__(self, till: Till, happens: Callable[[], object]) -> None:
        self._provider, self._happens = till.provider, happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    def open_checkout(self, asked: CheckoutAsked, key: str) -> Checkout:
        """Open it afterwards."""
        self._happens()
        return self._provider.open_checkout(asked, key)


def test_a_page_that_nobody_waits_for_any_more_is_shown_to_nobody(till: Till) -> None:
    """Invariant 1: withdrawn in one tab while the other one asks for the page, it is not handed out."""
    registration = till.register()
    late = till.over(provider=Meanwhile(till, lambda: till.paying().withdraw(registration.id)))
    with pytest.raises(RegistrationMovedError):
        late.page(registration)
    assert till.at(registration).registration.attempts[0].session is None


def test_a_page_that_ran_out_is_followed_by_another(till: Till) -> None:
    """Invariant 1: the next click after it expired opens the next attempt, never a second page beside it."""
    registration = till.register()
    first = till.page(registration)
    till.account.pass_time(hours=3)
    second = till.page(registration)
    assert second != first
    assert [each["status"] for each in sessions_of(till, registration)] == ["expired", "open"]


def test_a_slow_payment_that_comes(till: Till) -> None:
    """MOD-6: "completed" without the money pays nothing; four days of silence later it is taken in once."""
    registration = till.register()
    till.settling().session(till.pays(registration, LATE))
    waits = till.at(registration).registration
    assert (waits.state, waits.attempts[0].state) == (RegistrationState.OPEN, AttemptState.CONFIRMING)
    assert till.page(registration) is None
    with pytest.raises(RegistrationMovedError):
        till.paying().withdraw(registration.id)
    till.account.pass_time(days=4)
    till.reconcile()
    after = till.at(registration).registration
    assert after.purchase
    assert after.purchase.paid_at == till.now
    assert till.told() == {"PaymentReceived": 1}


def test_a_slow_payment_that_fails(till: Till) -> None:
    """Invariant 2: where the bank returned the debit the next click opens another page."""
    registration = till.register()
    till.settling().session(till.pays(registration, LATE_FAILURE))
    till.account.pass_time(days=2)
    till.reconcile()
    assert till.at(registration).registration.attempts[0].state is AttemptState.FAILED
    assert till.page(registration)


def test_a_correction_closes_the_page_that_showed_another_tax(till: Till) -> None:
    """MOD-3: with another province nobody can pay the former price."""
    registration = till.register()
    first = till.page(registration)
    till.paying().correct(registration.id, ("fr", "en"), "AB")
    assert till.page(registration) != first
    assert [each["amount_total"] for each in sessions_of(till, registration)] == [11187, 10395]
    assert [each["status"] for each in sessions_of(till, registration)] == ["expired", "open"]


def test_a_refund_that_was_made_and_not_heard_of(till: Till) -> None:
    """Invariant 6: UNKNOWN after a dropped answer; found by reading, also after the key was forgotten."""
    registration = till.cancel(till.paid())
    till.account.fault("drop", on="POST /v1/refunds")
    with pytest.raises(PaymentUnclearError):
        till.give_back(registration)
    assert till.at(registration).registration.refunds[0].state is RefundState.UNKNOWN
    till.account.pass_time(hours=25)
    assert till.give_back(registration).refunds[0].state is RefundState.SUCCEEDED
    assert [each.amount_cents for each in till.refunds_of(registration)] == [5594]


def test_a_refund_that_was_never_made_is_a_case_for_staff(till: Till) -> None:
    """Invariant 6: after 25 hours the forgotten key is not used again; a person begins a new refund."""
    registration = till.cancel(till.paid())
    till.account.fault("500", on="POST /v1/refunds", times=2)
    with pytest.raises(PaymentUnclearError):
        till.give_back(registration)
    till.account.pass_time(hours=25)
    failed = till.give_back(registration)
    assert (failed.refunds[0].state, failed.refunds[0].failure) == (RefundState.FAILED, "never-made")
    till.account.web.request("DELETE", f"{till.account.double.address}/faults")
    till.refunding(ANNE).repeat(registration.id, failed.refunds[0].id)
    assert till.give_back(registration).refunds[1].state is RefundState.SUCCEEDED
    assert till.told()["StaffNeeded"] == 1
    assert [each.amount_cents for each in till.refunds_of(registration)] == [5594]


@pytest.mark.parametrize("done", [True, False])
def test_a_refund_behind_a_replayed_500(till: Till, done: bool) -> None:
    """Invariant 6: what was done all the same is found by reading; what was not is not done by that key."""
    registration = till.cancel(till.paid())
    till.account.fault("500", on="POST /v1/refunds", done=done)
    with pytest.raises(PaymentUnclearError):
        till.give_back(registration)
    with suppress(PaymentUnclearError):
        till.give_back(registration)
    after = till.at(registration).registration
    assert after.refunds[0].state is (RefundState.SUCCEEDED if done else RefundState.UNKNOWN)
    assert [each.amount_cents for each in till.refunds_of(registration)] == [5594] * done


@pytest.mark.parametrize(
    ("card", "fault", "ends"),
    [
        (LATE_REFUND, {}, RefundState.SUCCEEDED),
        (FAILING_REFUND, {}, RefundState.FAILED),
        (ACCEPTED, {"state": "failed", "seconds": 3600}, RefundState.FAILED),
    ],
    ids=["pending-succeeded", "succeeded-failed", "pending-failed"],
)
def test_a_refund_that_takes_a_day(till: Till, card: str, fault: dict[str, Any], ends: RefundState) -> None:
    """Invariant 10: pending, then sent or failed; what failed is open again, and the ledger agrees."""
    registration = till.register()
    if fault:
        till.account.fault("refund", **fault)
    till.settling().session(till.pays(registration, card))
    till.cancel(registration)
    till.give_back(registration)
    till.account.pass_time(days=2)
    till.reconcile()
    after = till.at(registration).registration
    assert after.refunds[0].state is ends
    assert till.balance() == (11187 - 5594 if ends is RefundState.SUCCEEDED else 11187)


def test_a_refund_and_a_dispute_made_at_stripe_appear_here(till: Till) -> None:
    """Invariant 10: within one reconciliation, though every notice was lost; payments first."""
    registration = till.register()
    till.pays(registration)
    intent = sessions_of(till, registration)[-1]["payment_intent"]
    till.provider.refund(intent, 1000, "", "by-hand")
    till.account.post("disputes", {"payment_intent": intent})
    till.account.fault("429", on="GET /v1/events")  # the lists are enough
    with pytest.raises(PaymentsDownError):
        till.reconcile()
    after = till.at(registration).registration
    assert [(each.reason, each.lines.total_cents) for each in after.refunds] == [
        (RefundReason.ELSEWHERE, 1000)
    ]
    assert after.is_disputed(intent)
    assert not till.cancel(registration).refunds[1:]
    assert till.told() == {
        "PaymentReceived": 1,
        "RefundSent": 1,
        "RegistrationCancelled": 1,
        "StaffNeeded": 2,  # the dispute, and a cancellation that the rule does not decide
    }


def test_a_dispute_that_began_before_we_heard_of_the_money(till: Till) -> None:
    """Invariant 10: a slow payment is a purchase once it is taken in, days after its bank may dispute it."""
    registration = till.register()
    till.settling().session(till.pays(registration, LATE))
    till.account.pass_time(days=4)
    intent = sessions_of(till, registration)[-1]["payment_intent"]
    till.account.post("disputes", {"payment_intent": intent})
    till.account.pass_time(days=1)
    till.settling().session(sessions_of(till, registration)[-1]["id"])
    till.settling().disputes_of(intent)
    assert till.at(registration).registration.is_disputed(intent)


def test_a_dispute_during_a_refund(till: Till) -> None:
    """Invariant 10: what was decided and not yet asked for is not asked for once the charge is disputed."""
    registration = till.cancel(till.paid())
    till.account.post("disputes", {"payment_intent": registration.purchases[0].payment_intent})
    till.reconcile()
    after = till.give_back(registration)
    assert (after.refunds[0].state, after.refunds[0].failure) == (RefundState.FAILED, "disputed")
    assert till.refunds_of(registration) == []


def test_money_that_differs_is_reported_once(till: Till) -> None:
    """Invariant 2: a paid page in our name over another amount pays nothing, and staff are told once."""
    registration = till.register()
    till.page(registration)
    wrong = till.account.asked(GST, registration=registration.id)
    page = till.provider.open_checkout(wrong, "another")
    till.account.pay(page.url, card=ACCEPTED)
    ours = till.account.asked(HST, registration="nobody")
    till.account.pay(till.provider.open_checkout(ours, "nobody").url, card=ACCEPTED)
    for _ in range(2):
        assert not [error for _, error in till.reconcile() if error]
    assert till.at(registration).registration.state is RegistrationState.OPEN
    found = sorted((each.registration_id, each.code) for each in till.registrations.differences())
    assert found == sorted([(registration.id, "amount"), ("nobody", "registration")])
    assert till.told() == {"StaffNeeded": 2}
    for each in till.registrations.differences():
        settle_difference(each, "Given back by hand", "anne", till.registrations, till.now)
    till.reconcile()
    assert all(each.settlement for each in till.registrations.differences())
    assert till.told() == {"StaffNeeded": 2}


def test_what_is_paid_after_it_was_cancelled_goes_back(till: Till) -> None:
    """Invariant 9: a second page, paid once the registration is over: all of it, beside the rule's half."""
    registration = till.cancel(till.paid())
    till.give_back(registration)
    stray = till.account.asked(HST, registration=registration.id)
    till.account.pay(till.provider.open_checkout(stray, f"late-{registration.id}").url, card=ACCEPTED)
    till.reconcile()
    after = till.give_back(registration)
    assert after.state is RegistrationState.CANCELLED
    assert sorted(each.amount_cents for each in till.refunds_of(registration)) == [5594, 11187]
    assert till.balance() == 11187 - 5594


def test_what_is_paid_after_it_was_withdrawn_goes_back(till: Till) -> None:
    """Invariant 9: in a page that nobody should have had; all of it, outside the rule, told by letter."""
    registration = till.register()
    till.page(registration)
    till.paying().withdraw(registration.id)
    stray = till.account.asked(HST, registration=registration.id)
    till.account.pay(till.provider.open_checkout(stray, "stray").url, card=ACCEPTED)
    till.reconcile()
    after = till.give_back(registration)
    assert after.state is RegistrationState.WITHDRAWN
    assert [each.amount_cents for each in till.refunds_of(registration)] == [11187]
    assert till.told() == {"PaymentReturned": 1, "RefundAsked": 1, "RefundSent": 1}
    assert till.balance() == 0


def test_a_restore_gives_nothing_back_twice(till: Till) -> None:
    """Invariant 6: a refund that a restore forgot is found by reading, days after its key was forgotten."""
    registration = till.cancel(till.paid())
    backup = {table: list(till.rows(table)) for table in TABLES}
    till.give_back(registration)
    restore(till, backup)
    till.account.pass_time(days=3)
    assert till.give_back(registration).refunds[0].state is RefundState.SUCCEEDED
    assert [each.amount_cents for each in till.refunds_of(registration)] == [5594]


def test_an_index_that_lags_costs_nothing(till: Till) -> None:
    """Invariant 10: what the index still has and the table has not is passed over, and stops no other."""
    registration = till.register()
    till.pays(registration)
    till.client.put_item(
        TableName=till.storage.registrations_table,
        Item={
            "pk": {"S": "REGISTRATION#gone"},
            "sk": {"S": "GONE"},
            "queue": {"S": "UNSETTLED"},
            "checked_at": {"S": "2026-01-01T00:00:00.000000+00:00"},
        },
    )
    till.account.pass_time(minutes=10)
    went_wrong = [error for _, error in till.reconcile() if error]
    assert not went_wrong
    assert till.at(registration).registration.purchase


def test_after_a_restore_no_receipt_gets_a_number_that_somebody_has(till: Till) -> None:
    """MOD-24: as the runbook says: the series begin behind whatever may have been given since the backup."""
    till.paid("M-before")
    opened = {}
    for member in ("M-first", "M-second"):
        till.member(member)
        registration = till.register(member)
        opened[registration.id] = till.page(registration)
    backup = {table: list(till.rows(table)) for table in TABLES}
    given = {}
    for registration_id, url in opened.items():
        till.account.pay(url, card=ACCEPTED)
        stored = till.settling().session(str(url).rpartition("/")[2])
        assert stored
        given[registration_id] = stored.registration.purchases[0].receipt
    assert list(given.values()) == [2, 3]
    restore(till, backup)
    raise_number(till, "RECEIPT", len(given))
    till.reconcile(1)
    again = [till.registrations.get(registration_id) for registration_id in given]
    assert sorted(each.registration.purchases[0].receipt or 0 for each in again if each) == [4, 5]


def raise_number(till: Till, series: str, lost: int) -> None:
    """Do what the runbook says about a series of documents after a restore."""
    till.client.update_item(
        TableName=till.storage.registrations_table,
        Key={"pk": {"S": "NUMBERS"}, "sk": {"S": series}},
        UpdateExpression="SET given = if_not_exists(given, :none) + :lost",
        ExpressionAttributeValues={":none": {"N": "0"}, ":lost": {"N": str(lost)}},
    )


def restore(till: Till, backup: dict[str, list[Any]]) -> None:
    """Take tables back to an earlier moment."""
    for table, rows in backup.items():
        name = getattr(till.storage, f"{table}_table")
        for row in list(till.rows(table)):
            till.client.delete_item(TableName=name, Key={"pk": row["pk"], "sk": row["sk"]})
        for row in rows:
            till.client.put_item(TableName=name, Item=row)
