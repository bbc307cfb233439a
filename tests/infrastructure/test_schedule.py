"""When the nights are due, daylight saving included, and that each runs once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.clock import Clock
from infrastructure.local.schedule import ScheduleError, due_between, next_due, schedules, thinned
from infrastructure.local.scheduler import ClockRefusedError, Job, Scheduler
from infrastructure.local.template import load_template

OTHERS = ("mentoring.handlers.deadlines.handler", "mentoring.handlers.reconciliation.handler")
NIGHTLY = "build.nightly.handler"
ALL = schedules(load_template())
PLANNED = [schedule for schedule in ALL if schedule.handler == NIGHTLY]


def nights(after: datetime, until: datetime) -> list[datetime]:
    """Return the instants at which the template's build is due."""
    return [due.at for due in due_between(PLANNED, after, until)]


def test_a_night_is_two_in_toronto() -> None:
    """02:00 is 07:00 UTC in winter and 06:00 in summer."""
    assert nights(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)) == [
        datetime(2026, 1, 5, 7, tzinfo=UTC)
    ]
    assert nights(datetime(2026, 7, 5, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC)) == [
        datetime(2026, 7, 5, 6, tzinfo=UTC)
    ]


@pytest.mark.parametrize("year", range(2026, 2036))
def test_every_day_of_a_year_has_one_build(year: int) -> None:
    """The spring night without a 02:00 has a build, and the autumn's long night has one, not two."""
    zone = PLANNED[0].zone
    built = nights(datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone))
    days = [moment.astimezone(zone).date() for moment in built]
    first = datetime(year, 1, 1, tzinfo=UTC).date()
    assert days == [first + timedelta(days=day) for day in range(len(days))]
    assert days[-1] == datetime(year, 12, 31, tzinfo=UTC).date()
    gaps = [later - earlier for earlier, later in pairwise(built)]
    assert max(gaps) == timedelta(hours=25)


def test_the_very_instant_is_not_due_again() -> None:
    """A turn that has run is not the next one."""
    night = datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert next_due(PLANNED, night) == night + timedelta(days=1)
    assert next_due(PLANNED, night - timedelta(microseconds=1)) == night


def test_an_expression_that_is_not_understood_is_refused() -> None:
    """The embedded cloud refuses a schedule it would run at the wrong time."""
    template = load_template()
    template["Resources"]["NightlySchedule"]["Properties"]["ScheduleExpression"] = "rate(1 day)"
    with pytest.raises(ScheduleError, match="NightlySchedule"):
        schedules(template)


def scheduler(folder: Path, job: Callable[[datetime], None]) -> tuple[Clock, Scheduler]:
    """Return a clock and the template's builds over it, which run this job."""
    clock = Clock(folder / "clock.json")
    jobs = {NIGHTLY: lambda due, _: job(due)}
    return clock, Scheduler(clock, PLANNED, jobs, folder / "schedules.json")


def test_a_jump_runs_every_night_once_with_the_clock_at_its_hour(tmp_path: Path) -> None:
    """Forty days ahead are forty builds, in order, each at its own instant, all before the answer."""
    seen: list[tuple[datetime, timedelta]] = []
    clock, running = scheduler(tmp_path, lambda due: seen.append((due, clock.now() - due)))
    with running:
        start = clock.now()
        target = start + timedelta(days=40)
        runs = running.move_to(target)
        assert [run.due for run in runs] == [due for due, _ in seen] == nights(start, target)
        assert all(timedelta(0) <= late < timedelta(minutes=5) for _, late in seen)
        assert timedelta(0) <= clock.now() - target < timedelta(minutes=5)


def test_a_failing_night_does_not_stop_the_next(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each failed turn is told with its reason, and the nights after it run all the same."""

    def job(due: datetime) -> None:
        raise ValueError(f"no build on {due.date()}")

    clock, running = scheduler(tmp_path, job)
    clock.set(datetime(2026, 11, 21, 12, tzinfo=UTC))
    with running:
        runs = running.move_to(datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert len(runs) == 3
    assert all(run.error == f"ValueError: no build on {run.due.date()}" for run in runs)
    assert "NightlySchedule" in caplog.text


def test_every_schedule_of_the_template_has_its_turn_in_order(tmp_path: Path) -> None:
    """The export is read before the build, and the outbox is swept on the way, with what each is handed."""
    clock = Clock(tmp_path / "clock.json")
    clock.set(datetime(2026, 11, 21, 5, 30, tzinfo=UTC))
    seen: list[tuple[str, datetime, Any]] = []

    def job(handler: str) -> Job:
        return lambda due, event: seen.append((handler.split(".")[-2], due, event))

    jobs = {schedule.handler: job(schedule.handler) for schedule in ALL}
    with Scheduler(clock, ALL, jobs, tmp_path / "schedules.json") as running:
        running.move_to(datetime(2026, 11, 21, 7, 20, tzinfo=UTC))
    at = partial(datetime, 2026, 11, 21, tzinfo=UTC)
    assert seen == [
        ("reconciliation", at(5, 45), {"hours": 3}),
        ("outbox", at(5, 55), {"sweep": True}),
        ("member_import", at(6), {}),
        ("reconciliation", at(6, 45), {"hours": 3}),
        ("outbox", at(6, 55), {"sweep": True}),
        ("nightly", at(7), {}),
        ("reconciliation", at(7, 15), {"hours": 3}),
        ("outbox", at(7, 20), {"sweep": True}),
    ]


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_export_is_read_before_every_build(year: int) -> None:
    """ELI-8: no night of the year is built from the day before's export, daylight saving or not."""
    zone = PLANNED[0].zone
    start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    rare = [schedule for schedule in ALL if not schedule.is_frequent]
    kinds = [due.handler for due in due_between(rare, start, end)]
    nights = [kind for kind in kinds if kind not in OTHERS]
    assert nights == ["mentoring.handlers.member_import.handler", NIGHTLY] * (len(nights) // 2)
    assert {kind: kinds.count(kind) for kind in OTHERS} == dict.fromkeys(OTHERS, 365)


def test_thousands_of_sweeps_are_as_many_as_tell_something() -> None:
    """A year ahead is a sweep between any two other turns, not a hundred thousand of them."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    turns = list(thinned(due_between(ALL, start, start + timedelta(days=40))))
    assert len([due for due in turns if due.is_frequent]) == 2 * 161
    assert len([due for due in turns if not due.is_frequent]) == 160


def test_the_clock_moves_on_only_when_all_that_waits_is_done(tmp_path: Path) -> None:
    """What was committed before a move is delivered at its time, what a turn leaves behind at the turn's."""
    clock = Clock(tmp_path / "clock.json")
    start = datetime(2026, 11, 21, 6, 59, tzinfo=UTC)
    clock.set(start)
    settled: list[datetime] = []
    jobs: dict[str, Job] = {NIGHTLY: lambda _due, _event: None}
    planned = Scheduler(
        clock, PLANNED, jobs, tmp_path / "schedules.json", lambda: settled.append(clock.now())
    )
    with planned as running:
        running.move_to(start + timedelta(hours=1))
    instants = [moment.replace(second=0, microsecond=0) for moment in settled]
    assert instants == [start, start + timedelta(minutes=1), start + timedelta(hours=1)]


@pytest.mark.parametrize(("step", "reason"), [(-1, "backwards"), (401, "400 days")])
def test_the_clock_refuses_what_cannot_be(tmp_path: Path, step: int, reason: str) -> None:
    """Time does not run backwards, and a slip of the year does not start a century of builds."""
    clock, running = scheduler(tmp_path, lambda _: None)
    with running, pytest.raises(ClockRefusedError, match=reason):
        running.move_to(clock.now() + timedelta(days=step))


def test_real_time_runs_what_falls_due(tmp_path: Path) -> None:
    """A second before 02:00 the build comes by itself a second later, without anybody moving the clock."""
    ran = threading.Event()
    clock, running = scheduler(tmp_path, lambda _: ran.set())
    night = next_due(PLANNED, clock.now())
    with running:
        running.move_to(night - timedelta(seconds=1))
        assert ran.wait(120)


def test_a_night_that_passed_while_nothing_ran_is_made_up_for_once(tmp_path: Path) -> None:
    """After a week's stop one build runs at the start, for the last night."""
    seen: list[datetime] = []
    ran = threading.Event()
    clock, running = scheduler(tmp_path, lambda _: None)
    with running:
        stopped_at = clock.now()
    clock.set(stopped_at + timedelta(days=7))

    def job(due: datetime) -> None:
        seen.append(due)
        ran.set()

    _, again = scheduler(tmp_path, job)
    with again:
        assert ran.wait(120)
    assert seen == nights(stopped_at, stopped_at + timedelta(days=7))[-1:]


def test_the_clock_survives(tmp_path: Path) -> None:
    """A clock set ahead is still ahead for the next process, and goes on running."""
    clock = Clock(tmp_path / "clock.json")
    target = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    clock.set(target)
    first = Clock(tmp_path / "clock.json").now()
    assert timedelta(0) <= first - target < timedelta(minutes=5)
    assert Clock(tmp_path / "clock.json").now() > first
