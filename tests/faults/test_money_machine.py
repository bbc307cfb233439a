"""Anything that members, staff, Stripe and the clock may do about money: in any order, twice, or killed."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any, ClassVar, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mentoring.content import Content
from mentoring.domain.errors import DomainError
from mentoring.domain.ledger import entries
from mentoring.domain.payments import DisputeState, PaymentUnclearError
from mentoring.domain.registration_states import (
    ATTEMPT_NEXT,
    MADE,
    REFUND_NEXT,
    AttemptState,
    RefundState,
    RegistrationState,
)
from mentoring.domain.registrations import Registration
from mentoring.domain.settling import REFUNDED
from mentoring.gateways.payments import Payments
from mentoring.settings import StorageSettings
from mentoring.usecases.change_registration import NoSuchRegistrationError
from tests.faults.crashing import Crash, Moment
from tests.gateways.stripe_account import (
    ACCEPTED,
    DECLINED,
    FAILING_REFUND,
    LATE,
    LATE_FAILURE,
    LATE_REFUND,
    StripeAccount,
    running_stripe,
)
from tests.usecases.registering import ANNE, PAUL, Till

RUNS = count()
CHANCE: Final = st.randoms(use_true_random=True)
ORDER: Final = list(RegistrationState)
LOST: Final = PaymentUnclearError("the answer is lost")
CARDS: Final = (ACCEPTED, ACCEPTED, DECLINED, LATE, LATE_FAILURE, LATE_REFUND, FAILING_REFUND)

PLACES: Final = ("ON", "AB")
STARTS: Final = ("nothing", "registered", "paid", "paid")
FAILING: Final = ("POST /v1/refunds", "POST /v1/checkout/sessions", "GET /v1/refunds")


class Money(RuleBasedStateMachine):
    """Two members; ids and weeks of its own for each run."""

    storage: ClassVar[StorageSettings]
    content: ClassVar[Content]
    stripe: ClassVar[tuple[StripeAccount, Payments]]
    numbers: ClassVar[dict[str, list[int]]]

    @initialize(chance=CHANCE)
    def begin(self, chance: Random) -> None:
        """Nobody has registered, or somebody has, or has paid."""
        account, provider = self.stripe
        account.web.request("DELETE", f"{account.double.address}/faults")
        account.pass_time(days=40)
        self.began_at = account.now
        self.till = Till(self.storage, self.content, account, provider)
        self.members = [f"R{next(RUNS)}-{number}" for number in range(2)]
        self.seen: dict[str, Registration] = {}
        for member in self.members:
            self.till.member(member)
            start = chance.choice(STARTS)
            if start == "registered":
                self.till.register(member)
            elif start == "paid":
                self.till.paid(member)

    @rule(chance=CHANCE)
    def something_happens(self, chance: Random) -> None:
        """Any of the acts below. One seed decides which and how: Hypothesis alone would try few of them."""
        acts = (self.register, self.pay, self.pay, self.hear, self.hear, self.cancel, self.hand_in)
        more = (self.outbox_runs, self.outbox_runs, self.propose, self.decide, self.repeat)
        others = (self.stray, self.refund_in_the_dashboard, self.dispute, self.fails, self.time_passes)
        self.how: Any = self.way(chance)
        chance.choice((*acts, *more, *others))(chance)

    def way(self, chance: Random) -> Any:
        """Return how a step goes: as it should, twice, or killed, and then tried again or not."""
        killed = (chance.randint(1, 9), chance.choice(list(Moment)), chance.random() < 0.5)
        return chance.choice(("once", "once", "twice", killed, killed))

    def register(self, chance: Random) -> None:
        """A member registers, or corrects where they live."""
        who, place = chance.randint(0, 1), chance.choice(PLACES)
        one = self.current(who)
        if one:
            self.step(lambda till: till.paying(one.member_id).correct(one.id, ("en",), place))
        else:
            self.step(lambda till: till.register(self.members[who], place))

    def pay(self, chance: Random) -> None:
        """A member pays at Stripe, and comes back or closes the window."""
        one, card, comes_back = (
            self.current(chance.randint(0, 1)),
            chance.choice(CARDS),
            chance.random() < 0.5,
        )

        def pays(till: Till) -> None:
            if one and till.page(one):
                session = till.pays(one, card)
                if comes_back:
                    till.settling().session(session)

        self.step(pays)

    def hear(self, chance: Random) -> None:
        """A notice arrives: any that ever was, and not for the last time."""
        notices = self.till.provider.notices_since(self.began_at)
        if notices:
            notice = chance.choice(notices)
            self.step(lambda till: till.settling().notice(notice))

    def cancel(self, chance: Random) -> None:
        """A member cancels, or takes back what is not paid."""
        one = self.current(chance.randint(0, 1))
        if one and one.state is RegistrationState.OPEN:
            self.step(lambda till: till.paying(one.member_id).withdraw(one.id))
        elif one:
            self.step(lambda till: till.cancel(one))

    def hand_in(self, chance: Random) -> None:
        """A member hands in a workbook."""
        one = self.current(chance.randint(0, 1))
        if one:
            self.step(lambda till: till.hand_in(one, len(one.workbooks)))

    def outbox_runs(self, chance: Random) -> None:
        """A refund that was decided is asked for: late, out of order, and not for the last time."""
        found = [(one.id, refund.id) for one in self.all() for refund in one.refunds]
        if found:
            chosen = chance.choice(found)
            self.step(lambda till: till.giving().give_back(*chosen))

    def propose(self, chance: Random) -> None:
        """Staff propose an exception."""
        found = [(one, purchase) for one in self.all() for purchase in one.purchases]
        if found:
            one, purchase = chance.choice(found)
            cents = max(1, one.left_of(purchase).total_cents // chance.randint(1, 3))
            intent, seen = purchase.payment_intent, len(one.refunds)
            self.step(lambda till: till.refunding(ANNE).propose(one.id, intent, cents, "Nobody fits", seen))

    def decide(self, chance: Random) -> None:
        """Somebody else decides about it."""
        if found := self.refunds(RefundState.PROPOSED):
            chosen, is_approved = chance.choice(found), chance.random() < 0.8
            self.step(lambda till: till.refunding(PAUL).decide(*chosen, is_approved=is_approved))

    def repeat(self, chance: Random) -> None:
        """Staff try again what failed."""
        if found := self.refunds(RefundState.FAILED):
            chosen = chance.choice(found)
            self.step(lambda till: till.refunding(ANNE).repeat(*chosen))

    def stray(self, chance: Random) -> None:
        """A page that nobody should have is paid: one that was opened twice, or for what is over."""
        found = [(one, attempt) for one in self.all() for attempt in one.attempts]
        if found:
            one, attempt = chance.choice(found)
            asked = self.till.account.asked(registration=one.id, attempt=attempt.number)
            with suppress(DomainError):
                stray = replace(asked, charge=attempt.charge)
                page = self.till.provider.open_checkout(stray, f"stray-{next(RUNS)}")
                self.till.account.pay(page.url, card=ACCEPTED)

    def refund_in_the_dashboard(self, chance: Random) -> None:
        """Somebody gives money back at Stripe itself."""
        if intents := self.intents():
            cents = chance.choice((1, 3000, 11187))
            with suppress(DomainError):
                self.till.provider.refund(chance.choice(intents), cents, "", f"by-hand-{next(RUNS)}")

    def dispute(self, chance: Random) -> None:
        """A cardholder disputes a payment, or their bank decides."""
        found = [each["id"] for each in self.objects("dispute") if each["status"] not in ("won", "lost")]
        if found:
            status = chance.choice(("under_review", "won", "lost"))
            self.till.account.post(f"disputes/{chance.choice(found)}", {"status": status})
        elif (intents := self.intents()) and chance.random() < 0.2:
            self.till.account.post("disputes", {"payment_intent": chance.choice(intents)})

    def fails(self, chance: Random) -> None:
        """The next call of a kind goes wrong at Stripe."""
        kind, done = chance.choice(("drop", "500", "429", "503")), chance.random() < 0.5
        self.till.account.fault(kind, on=chance.choice(FAILING), done=done)

    def time_passes(self, chance: Random) -> None:
        """Pages run out, banks say what became of money, keys are forgotten."""
        self.till.account.pass_time(hours=chance.choice((1, 5, 23, 30)))

    @invariant()
    def money_moves_forwards(self) -> None:
        """Invariants 5, 11: nothing goes back to a state it left; no more goes back than was charged."""
        for one in self.all() if hasattr(self, "till") else ():
            before = self.seen.get(one.id)
            self.seen[one.id] = one
            check_within_charge(one)
            if before is None:
                continue
            assert ORDER.index(one.state) >= ORDER.index(before.state)
            for was, now in zip(before.attempts, one.attempts, strict=False):
                assert now.state in reached(was.state, ATTEMPT_NEXT)
            for was, now in zip(before.refunds, one.refunds, strict=False):
                assert now.state in reached(was.state, REFUND_NEXT)
                assert (was.id, was.key, was.lines, was.reason) == (now.id, now.key, now.lines, now.reason)
            assert [each.payment_intent for each in one.purchases[: len(before.purchases)]] == [
                each.payment_intent for each in before.purchases
            ]

    def teardown(self) -> None:
        """Once everything works again, Stripe's objects and ours are equal."""
        if not hasattr(self, "till"):
            return
        account = self.till.account
        account.web.request("DELETE", f"{account.double.address}/faults")
        for _ in range(2):
            account.pass_time(hours=30)
            for one in self.all():
                for refund in one.refunds:
                    with suppress(DomainError):
                        self.till.giving().give_back(one.id, refund.id)
            went_wrong = [error for _, error in self.till.reconcile_since(self.began_at) if error]
            assert not went_wrong
        self.check_equal()

    def check_equal(self) -> None:
        """Payments, refunds, disputes, numbers, letters, log and ledger."""
        registrations = self.all()
        charges = [each for each in self.objects("charge") if each["paid"]]
        purchases = {each.payment_intent: each for one in registrations for each in one.purchases}
        assert {each["payment_intent"] for each in charges} == set(purchases)
        assert {each["amount"] for each in charges} <= {
            each.charge.total_cents for each in purchases.values()
        }
        theirs = {
            each.refund: (each.payment_intent, each.amount_cents, REFUNDED[each.state])
            for intent in purchases
            for each in self.till.provider.refunds_of(intent)
        }
        ours = {
            each.provider_id: (each.payment_intent, each.lines.total_cents, each.state)
            for one in registrations
            for each in one.refunds
            if each.provider_id
        }
        assert ours == theirs
        assert {each.state for one in registrations for each in one.refunds} <= OVER
        disputes = {each.dispute: each.state for one in registrations for each in one.disputes}
        assert disputes == {each["id"]: DisputeState(each["status"]) for each in self.objects("dispute")}
        for one in registrations:
            self.check_registration(one)
        self.check_ledger(registrations, charges)

    def check_registration(self, one: Registration) -> None:
        """One fulfilment, one receipt, one letter; a line in the log for each version; one page at most."""
        stored = self.till.at(one)
        assert sum(each.receipt is not None for each in one.purchases) <= 1
        assert (one.purchase is None) == (one.state in (RegistrationState.OPEN, RegistrationState.WITHDRAWN))
        lines = self.till.audit.lines_of(one.member_id)
        assert sum(line.occurrence.startswith(f"{one.id}.") for line in lines) == stored.version
        told = Counter(
            row["pk"]["S"].split("#")[1] for row in self.till.rows("outbox") if one.id in row["body"]["S"]
        )
        assert told["PaymentReceived"] == (one.purchase is not None)
        assert told["PaymentReturned"] == sum(each.receipt is None for each in one.purchases)
        assert told["RefundSent"] == sum(each.succeeded_at is not None for each in one.refunds)
        assert told["RefundFailed"] == sum(each.state is RefundState.FAILED for each in one.refunds)
        opened = [each for each in self.objects("checkout.session") if each["client_reference_id"] == one.id]
        sessions = {each.session for each in one.attempts} - {None}
        assert sum(each["status"] == "open" and each["id"] in sessions for each in opened) <= 1
        is_payable = [each for each in one.attempts if each.state is AttemptState.OPENED]
        assert len(is_payable) <= 1

    def check_ledger(self, registrations: list[Registration], charges: list[Any]) -> None:
        """It adds up to the cent with Stripe's own list; numbers have no gap."""
        written = {entry.id: entry for entry in self.till.ledger()}
        drawn = {entry.id: entry for one in registrations for entry in entries(one)}
        assert {each: written[each] for each in drawn} == drawn
        refunds = [back for each in charges for back in self.till.provider.refunds_of(each["payment_intent"])]
        gone = sum(each.amount_cents for each in refunds if each.state == "succeeded")
        taken = sum(each["amount"] for each in self.objects("dispute") if each["status"] != "won")
        assert sum(entry.cents for entry in drawn.values()) == (
            sum(each["amount"] for each in charges) - gone - taken
        )
        self.numbers["receipt"] += [
            each.receipt for one in registrations for each in one.purchases if each.receipt
        ]
        self.numbers["note"] += [
            each.credit_note for one in registrations for each in one.refunds if each.credit_note
        ]
        for given in self.numbers.values():
            assert sorted(given) == list(range(1, len(given) + 1))

    def step(self, act: Callable[[Till], object]) -> None:
        """Do something once, twice, or until it dies and then again, or not."""
        times = 2 if self.how == "twice" else 1
        if isinstance(self.how, tuple):
            number, moment, is_tried_again = self.how
            crash = Crash(number, moment)
            dying = self.till.over(provider=crash.of(self.till.provider, LOST))
            with suppress(DomainError, NoSuchRegistrationError), crash.during(self.till.client):
                act(dying)
            times = int(is_tried_again)
        for _ in range(times):
            with suppress(DomainError, NoSuchRegistrationError):
                act(self.till)

    def refunds(self, state: RefundState) -> list[tuple[str, str]]:
        """Return registration and refund of those that are so."""
        return [(one.id, each.id) for one in self.all() for each in one.refunds if each.state is state]

    def all_of(self, who: int) -> list[Registration]:
        """Every registration of a member, as it is now."""
        return [each.registration for each in self.till.registrations.of(self.members[who])]

    def all(self) -> list[Registration]:
        """Everybody's."""
        return [*self.all_of(0), *self.all_of(1)]

    def current(self, who: int) -> Registration | None:
        """A member's current one."""
        stored = self.till.registrations.current_of(self.members[who])
        return stored.registration if stored else None

    def objects(self, kind: str) -> Iterator[dict[str, Any]]:
        """Stripe's objects of this run."""
        every = self.till.account.objects(kind)
        return (each for each in every if each["created"] >= self.began_at.timestamp())

    def intents(self) -> list[str]:
        """Payments that came."""
        return [each["payment_intent"] for each in self.objects("charge") if each["paid"]]


OVER: Final = frozenset(
    {RefundState.PROPOSED, RefundState.DECLINED, RefundState.SUCCEEDED, RefundState.FAILED}
)


def reached(state: Any, table: Any) -> frozenset[Any]:
    """Every state that steps of a table lead to, and this one."""
    return frozenset.union(frozenset({state}), *(reached(each, table) for each in table[state]))


def check_within_charge(one: Registration) -> None:
    """No more goes back than was charged."""
    for purchase in one.purchases:
        made = [each for each in one.reserved(purchase.payment_intent) if each.state in MADE]
        assert sum(each.lines.total_cents for each in made) <= purchase.charge.total_cents


@pytest.fixture
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StripeAccount, Payments]]:
    """An account at Stripe."""
    with running_stripe(tmp_path_factory.mktemp("stripe")) as running:
        yield running


def test_whatever_happens_to_money_stripe_and_we_agree(
    database: StorageSettings, content: Content, stripe: tuple[StripeAccount, Payments]
) -> None:
    """SAF-5, invariants 1 to 12: whatever is doubled, reordered, lost or killed, in the end all agrees."""
    Money.storage, Money.content, Money.stripe = database, content, stripe
    Money.numbers = {"receipt": [], "note": []}
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],  # to shrink a failure over a real database takes minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
