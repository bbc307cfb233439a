"""Registrations as they are kept: whole, once, numbered without gaps, with their ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mentoring.content import Content
from mentoring.domain import payments
from mentoring.domain.cancelling import cancelled
from mentoring.domain.differences import Difference, DifferenceSettledError, Settlement
from mentoring.domain.payments import Found
from mentoring.domain.registration_errors import (
    DifferenceKnownError,
    RegistrationRefusedError,
    StaleNumberError,
    StaleRegistrationError,
)
from mentoring.domain.registrations import StoredRegistration
from mentoring.domain.settling import Numbers, dispute_taken, refund_taken, settled
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.registrations import RegistrationStore
from tests.domain.registering import (
    NOW,
    asking,
    checkout,
    dispute,
    refund_said,
    registration,
    with_workbook,
)
from tests.storage.people import change

FIRST = Numbers(receipt=1, credit_note=1)


@pytest.fixture
def store(settings: StorageSettings) -> RegistrationStore:
    """An empty store, on each engine."""
    return RegistrationStore(dynamodb(settings), settings)


def test_everything_comes_back_as_it_was(store: RegistrationStore, content: Content) -> None:
    """SAF-5: attempts, purchases, workbooks, refunds, disputes, cancellation: to the cent and microsecond."""
    asked = asking(content.policy)
    opened = store.open(registration(), change())
    saved = store.save(asked, opened, change())
    paid = settled(asked, checkout(asked), False, FIRST, NOW + timedelta(microseconds=7))
    saved = store.save(paid, saved, change())
    handed = with_workbook(paid, NOW + timedelta(hours=3))
    after = cancelled(
        handed, NOW + timedelta(hours=1), "staff:anne", content.policy, NOW + timedelta(hours=4)
    )
    after = dispute_taken(
        refund_taken(after, refund_said(after, payments.RefundState.SUCCEEDED), FIRST, NOW), dispute()
    )
    stored = store.save(after, saved, change())
    assert store.get(after.id) == stored == StoredRegistration(after, 4)
    assert store.of_payment("pi_1") == stored == store.of("M-1")[0]
    assert store.current_of("M-1") is None
    entries = [line.entry for line in store.ledger("2026-11")]
    assert [(each.kind, each.cents, each.number) for each in entries] == [
        ("dispute", -11187, None),
        ("payment", 11187, 1),
        ("refund", -5594, 1),
    ]
    assert store.numbers() == Numbers(receipt=2, credit_note=2)


def test_nobody_writes_over_what_they_did_not_read(store: RegistrationStore, content: Content) -> None:
    """Invariant 12: a stale version, a number that is given, a second registration: nothing is written."""
    opened = store.open(registration(), change())
    asked = asking(content.policy)
    saved = store.save(asked, opened, change())
    with pytest.raises(StaleRegistrationError):
        store.save(asked, opened, change())
    with pytest.raises(RegistrationRefusedError, match="registered"):
        store.open(registration(id="r2"), change())
    for number in (0, 2, 3):
        paid = settled(asked, checkout(asked), False, replace(FIRST, receipt=number), NOW)
        with pytest.raises(StaleNumberError):
            store.save(paid, saved, change())
    assert store.get("r1") == saved
    assert store.ledger("2026-11") == []


def test_what_waits_for_stripe_is_found(store: RegistrationStore, content: Content) -> None:
    """Invariant 10: from the moment that an attempt or a refund waits, until it is settled."""
    saved = store.save(asking(content.policy), store.open(registration(), change()), change())
    assert list(store.unsettled(NOW - timedelta(seconds=1))) == []
    assert list(store.unsettled(NOW)) == ["r1"]
    asked = saved.registration
    store.save(settled(asked, checkout(asked), False, FIRST, NOW), saved, change())
    assert list(store.unsettled(NOW)) == []


def test_a_difference_is_noted_once(store: RegistrationStore) -> None:
    """Invariant 2: a person settles it; told again it is the same one."""
    differs = Difference(
        registration_id="r1",
        code="amount",
        found=Found(about="cs_1", cents=10395, currency="cad", state="complete-paid"),
        noted_at=NOW,
    )
    store.note_difference(differs, change())
    with pytest.raises(DifferenceKnownError):
        store.note_difference(differs, change())
    assert store.differences() == [differs]


def test_a_difference_is_settled_once_and_stays_on_file(store: RegistrationStore) -> None:
    """STF-5, invariant 10: by whom, when and why; found again it is known, found otherwise it is another."""
    differs = Difference(
        registration_id="r1",
        code="refund",
        found=Found(about="re_1", cents=5594, currency="cad", state="pending"),
        noted_at=NOW,
    )
    store.note_difference(differs, change())
    settlement = Settlement(by="staff:anne", at=NOW, words="Given back in the dashboard")
    store.settle_difference(differs.name, settlement, change())
    with pytest.raises(DifferenceSettledError):
        store.settle_difference(differs.name, replace(settlement, by="staff:paul"), change())
    with pytest.raises(DifferenceKnownError):
        store.note_difference(differs, change())
    other = replace(differs, found=replace(differs.found, state="succeeded"))
    store.note_difference(other, change())
    assert store.differences() == [replace(differs, settlement=settlement), other]
