"""The association's business-day calendar, from Ontario's statutory days and the closures of the policy."""

from datetime import date, timedelta

import holidays

from mentoring.content.closures import CLOSURE_RULES
from mentoring.domain.business_days import BusinessCalendar
from mentoring.domain.policy import Policy, in_force


def business_calendar(policy: Policy, first_year: int, last_year: int) -> BusinessCalendar:
    """Return the days the office is closed in these years, both included (MOD-28)."""
    years = range(first_year, last_year + 1)
    statutory = holidays.country_holidays("CA", subdiv="ON", years=years, observed=True)
    own = {day for year in years for day in _own_closures(policy, year)}
    return BusinessCalendar(frozenset(statutory) | own, date(first_year, 1, 1), date(last_year, 12, 31))


def _own_closures(policy: Policy, year: int) -> set[date]:
    closures = in_force("closures", policy.closures, date(year, 12, 31))
    days = {CLOSURE_RULES[rule](year) for rule in closures.rules}
    days |= {_day_of(year, text) for text in closures.days}
    for start, end in closures.spans:
        first, last = _day_of(year, start), _day_of(year, end)
        days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return days


def _day_of(year: int, month_and_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_and_day}")
