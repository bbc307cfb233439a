"""The template's schedules, and when they are due by EventBridge Scheduler's rules."""

import heapq
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

from infrastructure.local.template import resources

EXPRESSION = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)")
DAY_OF_WEEK = re.compile(r"(?<!#)\b[1-7]\b")
DAYLIGHT_SAVING = timedelta(hours=1)


class ScheduleError(Exception):
    """The template holds a schedule that the embedded cloud does not understand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Which handler runs when, and with what. `cron` is the five fields of Unix, read in `zone`."""

    name: str
    handler: str
    event: Mapping[str, Any]
    cron: str
    zone: ZoneInfo

    @property
    def is_frequent(self) -> bool:
        """Return whether it comes every hour, or more often."""
        return self.cron.split()[1] == "*"

    def occurrences(self, after: datetime) -> Iterator[datetime]:
        """Yield each instant it is due, in UTC, later than `after`, without end.

        As the Scheduler does it: a time that the spring leaves out is skipped, one that the autumn repeats
        comes once.
        """
        start = after.astimezone(self.zone).replace(tzinfo=None) - DAYLIGHT_SAVING
        for local in CronSim(self.cron, start):
            due = local.replace(tzinfo=self.zone).astimezone(UTC)
            exists = due.astimezone(self.zone).replace(tzinfo=None) == local
            if exists and due > after:
                yield due


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A schedule's turn."""

    at: datetime
    schedule_name: str
    handler: str
    event: Mapping[str, Any] = field(compare=False)
    is_frequent: bool


def schedules(template: Mapping[str, Any]) -> list[Schedule]:
    """Return the template's schedules. Raises ScheduleError for an expression that is not understood."""
    return [
        _schedule(name, properties, template)
        for name, properties in resources(template, "AWS::Scheduler::Schedule").items()
    ]


def due_between(planned: Iterable[Schedule], after: datetime, until: datetime) -> Iterator[Due]:
    """Yield every turn with after < at <= until, in order."""
    yield from takewhile(lambda due: due.at <= until, _merged(planned, after))


def thinned(turns: Iterable[Due]) -> Iterator[Due]:
    """Leave a frequent turn out where the same schedule comes again before any that is not frequent.

    A sweep of every five minutes looks at what is due: between two other turns, the last one finds it all.
    """
    last: dict[str, Due] = {}
    for due in turns:
        if due.is_frequent:
            last[due.schedule_name] = due
            continue
        yield from sorted(last.values())
        last.clear()
        yield due
    yield from sorted(last.values())


def next_due(planned: Iterable[Schedule], after: datetime) -> datetime:
    """Return the first instant later than `after` at which a schedule is due."""
    return next(_merged(planned, after)).at


def _merged(planned: Iterable[Schedule], after: datetime) -> Iterator[Due]:
    return heapq.merge(*(_turns(schedule, after) for schedule in planned))


def _turns(schedule: Schedule, after: datetime) -> Iterator[Due]:
    return (
        Due(at, schedule.name, schedule.handler, schedule.event, schedule.is_frequent)
        for at in schedule.occurrences(after)
    )


def _schedule(name: str, properties: Mapping[str, Any], template: Mapping[str, Any]) -> Schedule:
    expression = EXPRESSION.fullmatch(properties["ScheduleExpression"])
    if expression is None:
        raise ScheduleError(f"{name}: {properties['ScheduleExpression']} is not cron(... *)")
    minute, hour, day, month, weekday = expression.groups()
    # AWS counts the days of the week from 1, Unix from 0; `#2` is no day.
    weekday = DAY_OF_WEEK.sub(lambda found: str(int(found[0]) - 1), weekday)
    function, _ = properties["Target"]["Arn"]["Fn::GetAtt"].split(".")
    return Schedule(
        name=name,
        handler=resources(template, "AWS::Lambda::Function")[function]["Handler"],
        event=json.loads(properties["Target"].get("Input", "{}")),
        cron=f"{minute} {hour} {day} {month} {weekday}".replace("?", "*"),
        zone=ZoneInfo(properties["ScheduleExpressionTimezone"]),
    )
