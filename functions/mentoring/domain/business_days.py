"""The association's business days (MOD-28). The day of receipt is day 0."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mentoring.domain.errors import CalendarRangeError

ZONE: Final = ZoneInfo("America/Toronto")
SATURDAY: Final = 5


def day_of(instant: datetime) -> date:
    """Return the association's day at an instant (UTC): a deadline is a date in its zone."""
    return instant.astimezone(ZONE).date()


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    _, last = monthrange(day.year + years, month + 1)
    return date(day.year + years, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The days the office is closed between two dates, weekends apart.

    `closed` holds dates in the association's zone; outside `first` to `last` nothing is known, so a
    question that reaches there raises `CalendarRangeError` rather than take a holiday for a working day.
    """

    closed: frozenset[date]
    first: date
    last: date

    def is_business_day(self, day: date) -> bool:
        """Return whether the office works on this day."""
        if not self.first <= day <= self.last:
            raise CalendarRangeError(day, self.first, self.last)
        return day.weekday() < SATURDAY and day not in self.closed

    def add(self, start: date, business_days: int) -> date:
        """Return the business day that many business days after the day of receipt (day 0)."""
        day = start
        left = business_days
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_business_day(day)
        return day

    def left(self, today: date, due_on: date) -> int:
        """Return how many business days remain after today until the due date; negative once overdue."""
        if due_on < today:
            return -self.left(due_on, today)
        days = (today + timedelta(days=n) for n in range(1, (due_on - today).days + 1))
        return sum(self.is_business_day(day) for day in days)
