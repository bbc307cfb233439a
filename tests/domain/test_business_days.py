"""The association's business days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.content import Content
from mentoring.content.calendar import business_calendar
from mentoring.domain.business_days import BusinessCalendar
from mentoring.domain.errors import CalendarRangeError

SUMMER = BusinessCalendar(frozenset({date(2026, 7, 1)}), date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (date(2026, 11, 20), 5, date(2026, 11, 27)),  # a Friday, 23:59 or not: the day is day 0
        (date(2026, 11, 21), 3, date(2026, 11, 25)),  # a Saturday
        (date(2026, 12, 23), 3, date(2027, 1, 6)),  # over the closed week and New Year's Day
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Good Friday and Easter Monday
        (date(2026, 9, 29), 1, date(2026, 10, 1)),  # over 30 September
        (date(2026, 8, 31), 10, date(2026, 9, 15)),  # over Labour Day
        (date(2026, 7, 31), 1, date(2026, 8, 4)),  # over the Civic Holiday
        (date(2026, 11, 10), 1, date(2026, 11, 12)),  # over Remembrance Day
        (date(2026, 6, 30), 0, date(2026, 6, 30)),
    ],
)
def test_due_dates_over_weekends_and_closures(content: Content, received: date, days: int, due: date) -> None:
    """MOD-28: the day of receipt is day 0, and only days the office works count."""
    assert business_calendar(content.policy, 2026, 2027).add(received, days) == due


@given(start=st.dates(date(2026, 1, 1), date(2026, 12, 31)), days=st.integers(1, 60))
def test_what_is_left_on_the_day_of_receipt_is_what_was_promised(start: date, days: int) -> None:
    """MOD-28: counting back agrees with counting on; a due date is a business day."""
    due = SUMMER.add(start, days)
    assert SUMMER.is_business_day(due)
    assert SUMMER.left(start, due) == days
    assert SUMMER.left(due, due) == 0
    assert SUMMER.left(due + timedelta(days=7), due) < 0


def test_a_day_beyond_the_known_years_is_refused() -> None:
    """MOD-28: a promise is never computed from holidays that are not known."""
    with pytest.raises(CalendarRangeError):
        SUMMER.add(date(2027, 12, 30), 5)
