"""The fee with the taxes of each place, as Stripe charges it and gives half of it back (MOD-3, MOD-6)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from infrastructure.payments import wares_of
from mentoring.content import Content
from mentoring.domain.registration_states import RefundState
from mentoring.settings import StorageSettings
from tests.gateways.stripe_account import running_stripe
from tests.usecases.registering import Till

BEFORE = datetime(2025, 4, 1, 3, 30, tzinfo=UTC)  # still March 31 in Toronto: Nova Scotia's last day of 15%
SINCE = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
# When, whether registered for QST, where; then cents: each tax, the total, what comes back.
TABLE = [
    *((NOW, False, place, [495], 10395, 5198) for place in ("AB", "BC", "MB", "SK", "NT", "NU", "YT")),
    (NOW, False, "ON", [1287], 11187, 5594),
    (BEFORE, False, "NS", [1485], 11385, 5693),
    (SINCE, False, "NS", [1386], 11286, 5643),
    (NOW, False, "NS", [1386], 11286, 5643),
    *((NOW, False, place, [1485], 11385, 5693) for place in ("NB", "NL", "PE")),
    (NOW, False, "QC", [495], 10395, 5198),
    (NOW, True, "QC", [495, 988], 11383, 5692),
    (NOW, True, "ON", [1287], 11187, 5594),
    (NOW, False, "outside-canada", [], 9900, 4950),
]


@pytest.fixture
def till(database: StorageSettings, content: Content, tmp_path: Path) -> Iterator[Till]:
    """A till that was open before the programme was, with everything set up at Stripe as an operator does."""
    with running_stripe(tmp_path / "stripe") as (account, payments):
        payments.set_up(wares_of(content))
        till = Till(database, content, account, payments)
        entries = (replace(each, starts_on=date(2025, 1, 1)) for each in till.policy.facilitated)
        till.policy = replace(till.policy, facilitated=tuple(entries))
        yield till


def test_every_place_is_charged_and_half_given_back_to_the_cent(till: Till) -> None:
    """MOD-3, MOD-6, invariant 7: by Checkout with its TaxRates, on both sides of a change, with and without
    QST; a sale under the old rate goes back under it. Stripe's list, the record and the ledger are equal."""
    policy, came, went = till.policy, 0, 0
    for number, (when, has_qst, place, taxes, total, back) in enumerate(
        sorted(TABLE, key=lambda row: row[0])
    ):
        till.account.now = when
        till.policy = replace(policy, charges_qst=has_qst)
        paid = till.paid(f"M-{number}", place)
        session = till.account.objects("checkout.session")[-1]
        assert (session["amount_subtotal"], session["amount_total"]) == (9900, total), place
        assert session["total_details"]["amount_tax"] == sum(taxes)
        assert [line.cents for line in paid.purchases[0].charge.taxes] == taxes
        till.account.now += timedelta(hours=30)
        till.cancel(paid)
        (refund,) = till.give_back(paid).refunds
        assert refund.state is RefundState.SUCCEEDED
        charge = till.account.objects("charge")[-1]
        assert (charge["amount"], charge["amount_refunded"]) == (total, back), place
        assert [line.cents for line in refund.lines.taxes] == [(cents + 1) // 2 for cents in taxes]
        assert till.account.objects("refund")[-1]["amount"] == refund.lines.total_cents == back
        came, went = came + total, went + back
    written = [
        line.entry for month in ("2025-03", "2025-04", "2026-11") for line in till.registrations.ledger(month)
    ]
    assert sum(entry.cents for entry in written) == came - went
    assert (
        sum(charge["amount"] - charge["amount_refunded"] for charge in till.account.objects("charge"))
        == came - went
    )
