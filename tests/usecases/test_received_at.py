"""When staff say that something was received: by the association's clock, twice a year with care."""

from datetime import UTC, datetime

import pytest

from mentoring.usecases.questionnaires import Shown
from mentoring.usecases.received_at import typed_received_at
from mentoring.usecases.typed_fields import FormError

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)


def typed(day: tuple[int, int], time: str, which: str = "") -> datetime:
    """The instant of a day of 2026."""
    month, number = str(day[0]), str(day[1])
    pairs = [("received-day", number), ("received-month", month), ("received-year", "2026"), ("time", time)]
    return typed_received_at(Shown([*pairs, *([("which", which)] if which else [])]), NOW)


@pytest.mark.parametrize(
    ("day", "time", "which", "utc"),
    [
        ((11, 20), "16:30", "", "2026-11-20T21:30"),
        ((7, 1), "9 h 05", "", "2026-07-01T13:05"),
        ((11, 1), "1:30", "earlier", "2026-11-01T05:30"),
        ((11, 1), "1:30", "later", "2026-11-01T06:30"),
        ((11, 1), "2:00", "", "2026-11-01T07:00"),
        ((3, 8), "3:00", "", "2026-03-08T07:00"),
    ],
)
def test_a_moment_is_one_instant(day: tuple[int, int], time: str, which: str, utc: str) -> None:
    """MOD-6: 48 hours are counted in instants, over both changes of the clock."""
    assert typed(day, time, which) == datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    ("day", "time", "field", "code"),
    [
        ((11, 1), "1:30", "which", "missing"),  # it was 1:30 twice
        ((3, 8), "2:30", "time", "skipped"),
        ((11, 21), "10:01", "received", "to-come"),
        ((11, 21), "25:00", "time", "not-a-time"),
        ((2, 30), "10:00", "received", "not-a-date"),
    ],
)
def test_what_is_no_instant_is_asked_about(day: tuple[int, int], time: str, field: str, code: str) -> None:
    """MOD-4, MOD-6: nothing is guessed that decides about money."""
    with pytest.raises(FormError) as refused:
        typed(day, time)
    assert {name: error.code for name, error in refused.value.by_field.items()} == {field: code}
