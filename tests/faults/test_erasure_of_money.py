"""An erasure meets a registration: unpaid it goes, paid it goes on, and money that is owed still arrives."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.registration_errors import RegistrationMovedError
from mentoring.domain.registration_states import RefundState, RegistrationState
from mentoring.domain.registrations import Registration
from mentoring.gateways.payments import Payments
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from tests.faults.crashing import Moment, crash_matrix
from tests.gateways.stripe_account import StripeAccount, running_stripe
from tests.usecases.desk import Desk
from tests.usecases.registering import Till


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


def desk_of(till: Till) -> Desk:
    """Who erases, with a connection of its own."""
    return Desk(till.storage, dynamodb(till.storage))


def unpaid(till: Till, member_id: str) -> Registration:
    """Somebody who has registered."""
    till.member(member_id)
    return till.register(member_id)


def refunded(till: Till, member_id: str) -> Registration:
    """Somebody who has paid and cancelled; the money has not left yet."""
    return till.cancel(till.paid(member_id))


def what_is_left(till: Till, registration: Registration) -> tuple[object, ...]:
    """State, languages, whether it is the member's current one, and what will reach Stripe."""
    found = till.at(registration).registration
    current = till.registrations.current_of(registration.member_id)
    waiting = [row["pk"]["S"] for row in till.rows("outbox") if row["state"]["S"] == "waiting"]
    owed = [each for each in waiting if each.endswith("#refund") and registration.member_id in each]
    return found.state, found.languages, current is not None, len(owed)


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (unpaid, (RegistrationState.WITHDRAWN, (), False, 0)),
        (Till.paid, (RegistrationState.PAID, ("fr",), True, 0)),
        (refunded, (RegistrationState.CANCELLED, (), False, 1)),
    ],
)
def test_wherever_an_erasure_dies(
    till: Till, before: Callable[[Till, str], Registration], left: tuple[object, ...]
) -> None:
    """SAF-1, SAF-3, SAF-5: all of it or nothing, and sent again the same; nothing that is paid changes."""
    for number, crash in enumerate(crash_matrix(Moment.AFTER)):
        member_id = f"M-{number}"
        registration = before(till, member_id)
        as_it_was, desk = what_is_left(till, registration), desk_of(till)
        desk.preparations.mark(member_id, "workbook", till.now, is_finished=True)
        money = till.at(registration).registration.purchases
        with crash.during(desk.client):
            desk.erase(member_id, till.now)
        marked = desk.preparations.of(member_id)
        assert what_is_left(till, registration) == (as_it_was if marked else left)
        desk.erase(member_id, till.now)
        assert what_is_left(till, registration) == left
        assert till.at(registration).registration.purchases == money
        assert desk.erasures.held(member_id) is None


def test_money_that_is_owed_arrives_after_an_erasure(till: Till) -> None:
    """SAF-5: the message that asks Stripe for it is not one of the letters that go."""
    registration, desk = refunded(till, "M-1"), desk_of(till)
    desk.erase("M-1", till.now)
    assert till.give_back(registration).refunds[-1].state is RefundState.SUCCEEDED
    assert [each.amount_cents for each in till.refunds_of(registration)] == [5594]


def test_an_open_page_can_still_be_paid_on(till: Till) -> None:
    """SAF-1, SAF-5: until it closes; a night later nothing is left of a registration that nobody paid."""
    first, second, desk = unpaid(till, "M-1"), unpaid(till, "M-2"), desk_of(till)
    for each in (first, second):
        desk.preparations.mark(each.member_id, "workbook", till.now, is_finished=True)
        assert till.page(each)
        desk.erase(each.member_id, till.now)
        assert till.at(each).registration.state is RegistrationState.OPEN
    till.settling().session(till.pays(first))
    till.account.pass_time(days=1)
    till.reconcile()
    desk.night(till.now)
    assert what_is_left(till, first)[0] is RegistrationState.PAID
    assert what_is_left(till, second) == (RegistrationState.WITHDRAWN, (), False, 0)
    assert till.registrations.differences() == []


def test_paying_against_erasing(till: Till) -> None:
    """SAF-1, SAF-5: whoever is first, there is never a page to pay on for a registration that is gone."""
    registration, desk, pages = unpaid(till, "M-1"), desk_of(till), list[str | None]()

    def pay(**_: object) -> None:
        if not pages:
            pages.append(None)
            pages[0] = till.page(registration)

    desk.client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", pay)
    desk.erase("M-1", till.now)
    found = till.at(registration).registration
    assert pages[0]
    assert (found.state, found.attempt is not None) == (RegistrationState.OPEN, True)
    late = unpaid(till, "M-2")
    desk.erase("M-2", till.now)
    with pytest.raises(RegistrationMovedError):
        till.page(late)


def test_who_registers_after_an_erasure_keeps_it(till: Till) -> None:
    """SAF-1: what began since is not what was erased, however often the night looks."""
    unpaid(till, "M-1")
    desk = desk_of(till)
    desk.erase("M-1", till.now)
    till.account.pass_time(minutes=1)
    again = till.register("M-1")
    desk.night(till.now + timedelta(days=1))
    assert what_is_left(till, again) == (RegistrationState.OPEN, ("fr",), True, 0)
