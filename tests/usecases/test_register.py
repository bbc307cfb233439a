"""Registering, correcting, cancelling: who may, who may not, and what staff log."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.business_days import day_of
from mentoring.domain.eligibility import Outcome, Override, Programme, Role
from mentoring.domain.membership import Category, MembershipStatus, Profession
from mentoring.domain.refunds import Verdict
from mentoring.domain.registration_errors import (
    RefundMovedError,
    RegistrationMovedError,
    RegistrationRefusedError,
)
from mentoring.domain.registration_states import RegistrationState
from mentoring.gateways.payments import Payments
from mentoring.settings import StorageSettings
from mentoring.usecases.change_registration import NoSuchRegistrationError
from mentoring.usecases.send_paper import send_paper
from tests.gateways.stripe_account import StripeAccount, running_stripe
from tests.usecases.registering import ANNE, MEMBER, PAUL, Till

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StripeAccount, Payments]]:
    """One account at Stripe."""
    with running_stripe(tmp_path_factory.mktemp("stripe")) as running:
        yield running


@pytest.fixture
def till(database: StorageSettings, content: Content, stripe: tuple[StripeAccount, Payments]) -> Till:
    """Nobody is known yet."""
    stripe[0].pass_time(days=40)
    return Till(database, content, *stripe)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"category": Category.STUDENT_ASSOCIATE}, "category-not-included"),
        ({"category": Category.INDIVIDUAL_ASSOCIATE, "profession": Profession.OTA}, "ota-by-arrangement"),
        ({"status": MembershipStatus.LAPSED}, "membership-lapsed"),
    ],
)
def test_who_is_not_eligible_is_told_why(till: Till, fields: dict[str, Any], reason: str) -> None:
    """ELI-2, ELI-4, ELI-8: neither registers, with the reason that the page shows; nothing is kept."""
    till.member(**fields)
    with pytest.raises(RegistrationRefusedError, match=reason):
        till.register()
    assert list(till.rows("registrations")) == []


def test_the_staffs_word_goes_before_the_table(till: Till) -> None:
    """ELI-7: with an override an Individual Associate registers."""
    till.member(category=Category.INDIVIDUAL_ASSOCIATE, profession=Profession.OTA)
    override = Override(
        member_id=MEMBER,
        programme=Programme.FACILITATED,
        role=Role.MENTEE,
        outcome=Outcome.ELIGIBLE,
        last_day=day_of(till.now),
        reason="An assistant in training",
        decided_by="anne",
        decided_at=till.now,
    )
    ruling = till.registering(overrides=(override,)).ruling()
    assert ruling
    assert ruling.outcome is Outcome.ELIGIBLE


def test_who_lapsed_meanwhile_pays_nothing(till: Till) -> None:
    """ELI-8: eligibility is looked at again before the page to pay on."""
    till.member()
    registration = till.register()
    till.member(status=MembershipStatus.LAPSED)
    with pytest.raises(RegistrationRefusedError, match="membership-lapsed"):
        till.page(registration)


@pytest.mark.parametrize(
    "act",
    [
        lambda till, one: till.paying("M-2").pay(one.id, "fr"),
        lambda till, one: till.paying("M-2").withdraw(one.id),
        lambda till, one: till.paying("M-2").correct(one.id, ("en",), "NS"),
        lambda till, one: till.refunding("member:M-2").cancel(one.id),
        lambda till, one: till.hand_in(replace(one, member_id="M-2")),
        lambda till, one: send_paper(one.id, "M-2", "R000001", "", till.registrations, till.policy, till.now),
    ],
)
def test_somebody_elses_registration_is_not_there(till: Till, act: Callable[..., object]) -> None:
    """SAF-2: another member neither pays, changes nor cancels it, and learns nothing of it."""
    till.member("M-2")
    registration = till.paid()
    before = till.at(registration)
    with pytest.raises(NoSuchRegistrationError):
        act(till, registration)
    assert till.at(registration) == before


@pytest.mark.parametrize(
    ("received", "verdict"),
    [(timedelta(), Verdict.WORKBOOK_RECEIVED), (MILLISECOND, Verdict.IN_TIME)],
)
def test_staff_log_both_by_their_instants(till: Till, received: timedelta, verdict: Verdict) -> None:
    """MOD-4, MOD-6: a workbook and a request that came by e-mail, noted two days later in any order."""
    registration = till.paid()
    asked_at = till.now + timedelta(hours=5)
    till.account.pass_time(days=2)
    till.log(registration, asked_at + received)
    till.log(registration, asked_at + received)  # sent twice
    after = till.refunding(ANNE).cancel(registration.id, asked_at).registration
    assert after.cancellation
    assert (after.cancellation.verdict, len(after.workbooks)) == (verdict, 1)
    with pytest.raises(RegistrationMovedError):
        till.log(registration, till.now, 1)


def test_a_workbook_that_came_meanwhile_is_never_taken_for_this_one(till: Till) -> None:
    """MOD-4, SAF-3: who sends the same twice sent it once; what is not noted is not said to be."""
    registration = till.paid()
    till.account.pass_time(hours=5)
    till.log(registration, till.now - timedelta(hours=1))
    with pytest.raises(RegistrationMovedError):
        till.hand_in(registration)
    with pytest.raises(RegistrationMovedError):
        till.log(registration, till.now - timedelta(hours=2))
    till.hand_in(registration, 1)
    assert len(till.hand_in(registration, 1).workbooks) == 2


def test_a_request_that_was_overtaken_is_not_said_to_be_logged(till: Till) -> None:
    """MOD-6: by e-mail in time, by form too late: what is cancelled stays so, and staff read that it did."""
    registration = till.paid()
    asked_at = till.now + timedelta(hours=47)
    till.account.pass_time(days=3)
    too_late = till.cancel(registration)
    with pytest.raises(RegistrationMovedError):
        till.refunding(ANNE).cancel(registration.id, asked_at)
    assert till.cancel(registration) == too_late


def test_what_one_declined_they_do_not_approve_by_the_next_click(till: Till) -> None:
    """STF-5: from a page that is old; the answer says that it is not possible."""
    registration = till.paid()
    assert registration.purchase
    intent = registration.purchase.payment_intent
    proposed = till.refunding(ANNE).propose(registration.id, intent, 100, "Ill", 0).registration.refunds[0].id
    for _ in range(2):
        till.refunding(PAUL).decide(registration.id, proposed, is_approved=False)
    with pytest.raises(RefundMovedError):
        till.refunding(PAUL).decide(registration.id, proposed, is_approved=True)


def test_an_instant_to_come_is_refused(till: Till) -> None:
    """MOD-4: what staff mistype does not decide; nor does a day before there was a registration."""
    registration = till.paid()
    for at in (till.now + MILLISECOND, datetime(2020, 1, 1, tzinfo=UTC)):
        with pytest.raises(RegistrationRefusedError, match="instant"):
            till.log(registration, at)


def test_a_workbook_waits_for_the_payment(till: Till) -> None:
    """MOD-4: nothing is handed in before it is paid; afterwards it is replaced as often as one likes."""
    till.member()
    with pytest.raises(RegistrationMovedError):
        till.hand_in(till.register())
    registration = till.paid("M-3")
    till.hand_in(registration)
    after = till.hand_in(registration, 1)
    assert (after.state, len(after.workbooks)) == (RegistrationState.HANDED_IN, 2)


def test_after_a_cancellation_one_may_register_again(till: Till) -> None:
    """MOD-2: a member has one registration at a time, and keeps the former ones."""
    first = till.cancel(till.paid())
    till.account.pass_time(minutes=1)
    second = till.register()
    assert [each.registration.id for each in till.registrations.of(MEMBER)] == [second.id, first.id]
    current = till.registrations.current_of(MEMBER)
    assert current
    assert current.registration.id == second.id
