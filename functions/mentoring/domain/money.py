"""Amounts in integer cents, rounded once and only here (MOD-3, MOD-6, invariant 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax as the law names it: `kind` (GST, HST, QST) and its percentage, exact."""

    kind: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax of one sale, in cents, with the rate it was charged at."""

    rate: TaxRate
    cents: int


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee and its taxes, in cents."""

    fee_cents: int
    taxes: tuple[TaxLine, ...]

    @property
    def total_cents(self) -> int:
        """Return fee and taxes together, in cents."""
        return self.fee_cents + sum(line.cents for line in self.taxes)


def share_of(cents: int, percent: Decimal) -> int:
    """Return a percentage of an amount in cents, half a cent rounded up."""
    return int((cents * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def charge(fee_cents: int, rates: Sequence[TaxRate]) -> Charge:
    """Return the fee with each of its taxes, each rounded on its own (MOD-3)."""
    return Charge(fee_cents, tuple(TaxLine(rate, share_of(fee_cents, rate.percent)) for rate in rates))


def refund(paid: Charge, percent: Decimal) -> Charge:
    """Return what of a stored charge goes back: a share of each stored line (MOD-6, invariant 7)."""
    taxes = tuple(TaxLine(line.rate, share_of(line.cents, percent)) for line in paid.taxes)
    return Charge(share_of(paid.fee_cents, percent), taxes)


def part_of(paid: Charge, cents: int) -> Charge:
    """Return an amount that somebody chose, spread over the lines of what was paid.

    Each line gets its share rounded down; the cents that are left go to the largest remainders, so that the
    parts add up to the amount and none exceeds its line. Raises ValueError for more than was paid.
    """
    total = paid.total_cents
    if not 0 <= cents <= total:
        raise ValueError(f"{cents} of {total} cents")
    if not total:
        return paid
    lines = (paid.fee_cents, *(line.cents for line in paid.taxes))
    parts = [line * cents // total for line in lines]
    by_remainder = sorted(range(len(lines)), key=lambda each: -(lines[each] * cents % total))
    for each in by_remainder[: cents - sum(parts)]:
        parts[each] += 1
    return _charge_of(parts, paid)


def left_of(paid: Charge, gone: Sequence[Charge]) -> Charge:
    """Return what is left of each line once these parts of it are gone."""
    fee = paid.fee_cents - sum(each.fee_cents for each in gone)
    taxes = (
        line.cents - sum(each.taxes[place].cents for each in gone) for place, line in enumerate(paid.taxes)
    )
    return _charge_of([fee, *taxes], paid)


def _charge_of(cents: Sequence[int], paid: Charge) -> Charge:
    taxes = (TaxLine(line.rate, part) for line, part in zip(paid.taxes, cents[1:], strict=True))
    return Charge(cents[0], tuple(taxes))
