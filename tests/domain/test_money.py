"""The fee, its taxes, and what goes back."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.content import Content
from mentoring.domain.money import Charge, TaxLine, TaxRate, charge, left_of, part_of, refund, share_of

TODAY = date(2026, 11, 21)
HALF = Decimal(50)
PLACES = ("AB", "BC", "MB", "SK", "NT", "NU", "YT")


@pytest.mark.parametrize(
    ("place", "day", "taxes", "total", "back"),
    [
        *((place, TODAY, [495], 10395, 5198) for place in PLACES),
        ("ON", TODAY, [1287], 11187, 5594),
        ("NS", TODAY, [1386], 11286, 5643),
        ("NS", date(2025, 4, 1), [1386], 11286, 5643),
        ("NS", date(2025, 3, 31), [1485], 11385, 5693),
        *((place, TODAY, [1485], 11385, 5693) for place in ("NB", "NL", "PE")),
        ("QC", TODAY, [495], 10395, 5198),
        ("outside-canada", TODAY, [], 9900, 4950),
    ],
)
def test_fee_tax_total_and_half_of_each_place(
    content: Content, place: str, day: date, taxes: list[int], total: int, back: int
) -> None:
    """MOD-3, MOD-6: each place pays its tax to the cent, on both sides of a change, and gets half back."""
    fee = content.policy.facilitated_on(TODAY).fee_cents
    paid = charge(fee, content.policy.tax_rates(place, day))
    assert [line.cents for line in paid.taxes] == taxes
    assert paid.total_cents == total
    assert refund(paid, HALF).total_cents == back


def test_quebec_when_registered_for_its_sales_tax() -> None:
    """MOD-3: GST and QST are each computed on the fee and rounded on their own."""
    paid = charge(9900, [TaxRate("GST", Decimal(5)), TaxRate("QST", Decimal("9.975"))])
    assert [line.cents for line in paid.taxes] == [495, 988]
    assert (paid.total_cents, refund(paid, HALF).total_cents) == (11383, 5692)


@given(cents=st.integers(0, 10**9), percent=st.decimals(0, 100, places=3))
def test_a_share_never_exceeds_the_amount_and_rounds_half_up(cents: int, percent: Decimal) -> None:
    """SAF-5: a refund never exceeds the charge; a half cent is rounded up, any other to the nearest."""
    share = share_of(cents, percent)
    assert 0 <= share <= cents
    exact = cents * percent / 100
    assert -Decimal("0.5") < share - exact <= Decimal("0.5")


@given(lines=st.lists(st.integers(0, 20000), min_size=1, max_size=3), percent=st.integers(0, 100))
def test_a_part_that_somebody_chose_adds_up(lines: list[int], percent: int) -> None:
    """Invariants 5, 7: spread over the lines no cent is lost, no line exceeded, and the rest is the rest."""
    rates = [TaxRate(kind, Decimal(5)) for kind in ("GST", "QST")]
    paid = Charge(lines[0], tuple(map(TaxLine, rates, lines[1:])))
    cents = paid.total_cents * percent // 100
    part = part_of(paid, cents)
    left = left_of(paid, [part])
    assert (part.total_cents, left.total_cents) == (cents, paid.total_cents - cents)
    assert min(left.fee_cents, *(line.cents for line in left.taxes), part.fee_cents) >= 0


@pytest.mark.parametrize("cents", [-1, 10396])
def test_no_part_exceeds_what_was_paid(cents: int) -> None:
    """SAF-5: more than was charged cannot be spread."""
    with pytest.raises(ValueError, match="of 10395 cents"):
        part_of(charge(9900, [TaxRate("GST", Decimal(5))]), cents)
