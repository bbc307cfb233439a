"""A month of the ledger as a file for finance: one event of money a row (STF-5, SAF-5).

Amounts are Canadian dollars with two decimals. What came in is positive, what left negative: so each column
adds up, and `total` to what the payment provider's own list has for the month.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from mentoring.domain.business_days import day_of
from mentoring.domain.finance import signed_taxes, tax_kinds
from mentoring.domain.ledger import Entry, Kind, Line
from mentoring.domain.policy import Policy
from mentoring.domain.receipts import credit_note_name, receipt_name
from mentoring.usecases.spreadsheets import harmless, sheet

BEFORE: Final = ("date", "noted_on", "event", "number", "province", "rates", "fee")
BEHIND: Final = ("total", "payment_intent", "stripe_id", "registration")


def month_sheet(lines: Sequence[Line], policy: Policy) -> bytes:
    """Return a month's events in the order of time, with a column for each kind of tax."""
    kinds = tax_kinds(policy, (line.entry for line in lines))
    header = [*BEFORE, *(kind.lower() for kind in kinds), *BEHIND]
    return sheet([header, *(_row(line, kinds) for line in lines)])


def dollars(cents: int) -> str:
    """Return an amount as a spreadsheet reads it: `-55.94`."""
    return f"{Decimal(cents) / 100:.2f}"


def _row(line: Line, kinds: Sequence[str]) -> list[str]:
    entry, taxes = line.entry, dict.fromkeys(kinds, 0)
    for kind, cents in signed_taxes(entry):
        taxes[kind] += cents
    rates = ", ".join(f"{each.rate.kind} {each.rate.percent}" for each in entry.lines.taxes)
    before = (day_of(entry.at).isoformat(), day_of(line.noted_at).isoformat(), entry.kind, _number(entry))
    behind = (entry.payment_intent, entry.about, entry.registration_id)
    return [
        *map(harmless, (*before, entry.place, rates)),
        dollars(entry.sign * entry.lines.fee_cents),
        *map(dollars, taxes.values()),
        dollars(entry.cents),
        *map(harmless, behind),
    ]


def _number(entry: Entry) -> str:
    if entry.number is None:
        return ""
    return receipt_name(entry.number) if entry.kind is Kind.PAYMENT else credit_note_name(entry.number)
