"""The months' money for finance: it adds up to the cent with Stripe's own list (STF-5, SAF-5)."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from infrastructure.payments import wares_of
from mentoring.content import Content
from mentoring.domain.registrations import Registration
from mentoring.domain.sessions import StaffRole
from tests.gateways.stripe_account import ACCEPTED, FAILING_REFUND, GST, LATE_REFUND
from tests.handlers.asked import words
from tests.handlers.browser import Browser
from tests.handlers.conftest import Clock, Enter
from tests.usecases.registering import Till

HOME = "/en/staff/finance/"
TORONTO = ZoneInfo("America/Toronto")
# Months that begin in one time and end in the other, and the ends of their neighbours.
STARTS = [datetime(2026, month, 1, tzinfo=TORONTO) for month in (3, 4, 11, 12)]
MONTHS = [datetime(2026, month, 1, tzinfo=TORONTO) for month in (2, 3, 4, 10, 11, 12)]
INWARD = ("payment", "refund-returned", "dispute-returned")
AMOUNTS = ("fee", "gst", "hst", "qst")


def bought(till: Till, member: str, place: str, card: str = ACCEPTED) -> Registration:
    """Somebody pays."""
    till.member(member)
    registration = till.register(member, place)
    till.settling().session(till.pays(registration, card))
    return till.at(registration).registration


def keeps(_till: Till, _paid: Registration) -> None:
    """Nothing comes after it."""


def cancels(till: Till, paid: Registration) -> None:
    """The rule gives half back."""
    till.cancel(paid)
    till.give_back(paid)


def by_hand(till: Till, paid: Registration) -> None:
    """Somebody gives ten dollars back in the dashboard."""
    till.provider.refund(paid.purchases[0].payment_intent, 1000, "", f"by-hand-{paid.id}")


def pays_twice(till: Till, paid: Registration) -> None:
    """A second page is paid, and goes back whole."""
    attempt = paid.attempts[0]
    stray = till.account.asked(registration=paid.id, attempt=attempt.number)
    stray = replace(stray, charge=attempt.charge)
    page = till.provider.open_checkout(stray, f"stray-{paid.id}")
    till.account.pay(page.url, card=ACCEPTED)
    till.settling().session(page.session)
    till.give_back(paid)


def disputed(status: str) -> Callable[[Till, Registration], None]:
    """The cardholder disputes it, and a month later the bank decides."""

    def act(till: Till, paid: Registration) -> None:
        intent = paid.purchases[0].payment_intent
        made = till.account.post("disputes", {"payment_intent": intent})
        till.reconcile(1)
        till.account.post(f"disputes/{made['id']}", {"status": status})

    return act


ACTS: list[tuple[str, str, Callable[[Till, Registration], None]]] = [
    ("ON", ACCEPTED, cancels),
    ("NS", FAILING_REFUND, cancels),
    ("AB", LATE_REFUND, cancels),
    ("QC", ACCEPTED, by_hand),
    ("outside-canada", ACCEPTED, pays_twice),
    ("ON", ACCEPTED, disputed("lost")),
    ("NB", ACCEPTED, disputed("won")),
    ("BC", ACCEPTED, keeps),
]


def rows_of(browser: Browser, month: datetime) -> list[dict[str, str]]:
    """A month's file, as a spreadsheet reads it."""
    answer = browser.get(f"{HOME}{month:%Y-%m}.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.body.startswith("\ufeff")
    return list(csv.DictReader(StringIO(answer.body.removeprefix("\ufeff"))))


def at_stripe(till: Till, month: datetime) -> tuple[Decimal, set[str]]:
    """What Stripe's own list of a month comes to, in dollars, and which objects are on it."""
    after = (month + timedelta(days=32)).replace(day=1)

    def listed(kind: str, **fields: Any) -> list[dict[str, Any]]:
        every = till.account.objects(kind)
        here = [each for each in every if month.timestamp() <= each["created"] < after.timestamp()]
        return [each for each in here if all(each[name] == value for name, value in fields.items())]

    charges, refunds = listed("charge", paid=True), listed("refund", status="succeeded")
    lost = listed("dispute", status="lost")
    cents = sum(each["amount"] for each in charges)
    cents -= sum(each["amount"] for each in [*refunds, *lost])
    return Decimal(cents) / 100, {
        *(each["payment_intent"] for each in charges),
        *(each["id"] for each in [*refunds, *lost]),
    }


def test_every_month_adds_up_with_stripes_own_list(
    till: Till, enter: Enter, time: Clock, content: Content
) -> None:
    """SAF-5, STF-5: with refunds that failed or were made by hand, money paid twice, disputes; at midnight
    between months and a second before, over both changes of the clock."""
    till.provider.set_up(wares_of(content))
    acts = iter([*ACTS, *ACTS[2:], *ACTS[:2]])  # each at the end of a month and at the beginning of one
    for number, start in enumerate(STARTS):
        for moment in (start.astimezone(UTC) - timedelta(seconds=1), start.astimezone(UTC)):
            till.account.now = moment
            till.account.double.drain()
            for _ in range(2):
                place, card, act = next(acts)
                act(till, bought(till, f"M-{number}-{moment.second}-{place}-{act}", place, card))
            till.reconcile(2)
        till.account.pass_time(days=3)
        till.reconcile(5)
    time.instant = till.account.now
    anne = enter("anne", StaffRole.FINANCE)
    for month in MONTHS:
        rows, (dollars, ids) = rows_of(anne, month), at_stripe(till, month)
        assert sum(Decimal(row["total"]) for row in rows) == dollars
        assert ids <= {row["stripe_id"] for row in rows}
        for row in rows:
            assert sum(Decimal(row[name]) for name in AMOUNTS) == Decimal(row["total"])
            assert (Decimal(row["total"]) > 0) == (row["event"] in INWARD)
            assert row["date"].startswith(f"{month:%Y-%m}")
        shown = words(anne.get(f"{HOME}?month={month:%Y-%m}"))
        assert f"{abs(dollars):,.2f}" in shown
    assert 'data-label="Came in"' in anne.get(f"{HOME}?month=2026-11").body  # where cells stand as blocks
    kinds = {row["event"] for month in MONTHS for row in rows_of(anne, month)}
    assert kinds == {"payment", "refund", "refund-returned", "dispute", "dispute-returned"}


def test_money_that_differs_is_named_beside_the_sums(till: Till, enter: Enter, time: Clock) -> None:
    """Invariant 2: what Stripe has and the ledger has not stands on the page of its month."""
    till.member()
    registration = till.register()
    till.page(registration)
    wrong = till.account.asked(GST, registration=registration.id)
    till.account.pay(till.provider.open_checkout(wrong, "another").url, card=ACCEPTED)
    till.reconcile()
    time.instant = till.account.now
    anne = enter("anne", StaffRole.FINANCE)
    shown = words(anne.get(HOME))
    assert "Another amount than the one asked for" in shown
    assert "No money moved" in shown
    assert "not over yet" in shown
    assert "Another amount" not in words(anne.get(f"{HOME}?month=2026-10"))


def test_only_months_that_there_are(till: Till, enter: Enter) -> None:
    """SAF-2, STF-9: none before the programme, none to come, no other file; for finance alone."""
    assert till
    anne = enter("anne", StaffRole.FINANCE)
    for name in ("2025-12", "2026-12", "2026-13", "now", "../refunds"):
        assert anne.get(f"{HOME}?month={name}").status == 404
    for name in ("2025-12.csv", "2026-11.pdf", "2026-11"):
        assert anne.get(f"{HOME}{name}").status == 404
    assert "January 2026" in words(anne.get(HOME))
    assert enter("cleo", StaffRole.COORDINATOR).get(f"{HOME}2026-11.csv").status == 403
