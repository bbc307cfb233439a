"""A month's money added up, in cents: what came in counts up, what left counts down (STF-5, SAF-5).

Months are the association's, from midnight to midnight in its zone, as the payment provider dates each event.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mentoring.domain.business_days import months_after
from mentoring.domain.ledger import Entry, Kind
from mentoring.domain.money import TaxRate
from mentoring.domain.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSum:
    """What one kind of event came to, in signed cents."""

    kind: Kind | None  # none: all of them together
    events: int
    fee_cents: int
    tax_cents: int

    @property
    def total_cents(self) -> int:
        """Return fee and taxes together."""
        return self.fee_cents + self.tax_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSum:
    """What one tax came to in one place of residence, in cents: charged, gone again, and what is left."""

    rate: TaxRate
    place: str
    in_cents: int
    out_cents: int

    @property
    def net_cents(self) -> int:
        """Return what is left."""
        return self.in_cents - self.out_cents


def months(policy: Policy, today: date) -> list[date]:
    """Return the first day of each month in which money can have moved, the newest first.

    The fee's first entry is older than any sale.
    """
    first = min(each.starts_on for each in policy.facilitated).replace(day=1)
    count = (today.year - first.year) * 12 + today.month - first.month
    return [months_after(first, later) for later in range(count, -1, -1)]


def by_kind(entries: Sequence[Entry]) -> list[KindSum]:
    """Return the sum of each kind that there was, and of all."""
    parts = [(kind, [each for each in entries if each.kind is kind]) for kind in Kind]
    return [*(_sum(kind, part) for kind, part in parts if part), _sum(None, entries)]


def by_tax(entries: Iterable[Entry]) -> list[TaxSum]:
    """Return the sum of each tax in each place where it was charged, by tax and place."""
    sums: dict[tuple[str, TaxRate], tuple[int, int]] = {}
    for entry in entries:
        for line in entry.lines.taxes:
            came, went = sums.get((entry.place, line.rate), (0, 0))
            is_in = entry.sign > 0
            sums[entry.place, line.rate] = (came + line.cents * is_in, went + line.cents * (not is_in))
    return [
        TaxSum(rate=rate, place=place, in_cents=came, out_cents=went)
        for (place, rate), (came, went) in sorted(sums.items(), key=lambda each: _order(*each[0]))
    ]


def tax_kinds(policy: Policy, entries: Iterable[Entry]) -> list[str]:
    """Return every kind of tax that the policy or an entry names, in order."""
    charged = (rate.kind for tax in policy.taxes for rate in tax.rates)
    return sorted({*charged, *(line.rate.kind for each in entries for line in each.lines.taxes)})


def signed_taxes(entry: Entry) -> Iterator[tuple[str, int]]:
    """Yield each tax of an event: its kind, and its cents with the sign of the event."""
    return ((line.rate.kind, entry.sign * line.cents) for line in entry.lines.taxes)


def _sum(kind: Kind | None, entries: Sequence[Entry]) -> KindSum:
    return KindSum(
        kind=kind,
        events=len(entries),
        fee_cents=sum(each.sign * each.lines.fee_cents for each in entries),
        tax_cents=sum(cents for each in entries for _, cents in signed_taxes(each)),
    )


def _order(place: str, rate: TaxRate) -> tuple[object, ...]:
    return rate.kind, rate.percent, place
