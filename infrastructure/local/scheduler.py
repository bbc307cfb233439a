"""Runs what is due: as real time passes, and at once when the clock is moved."""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from infrastructure.local.clock import Clock
from infrastructure.local.schedule import Due, Schedule, due_between, next_due, thinned
from infrastructure.local.state import write_whole

Job = Callable[[datetime, Mapping[str, Any]], object]
"""What runs at a schedule's turn: it is given the instant, and the schedule's event."""

LOG: Final = logging.getLogger(__name__)
LONGEST_JUMP: Final = timedelta(days=400)  # a slip of the year would run every night of a century
LONGEST_WAIT: Final = timedelta(minutes=1)  # a machine that slept notices within a minute


class ClockRefusedError(Exception):
    """The clock cannot be moved there."""


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a turn; `error` is empty when it went well."""

    schedule: str
    due: datetime
    error: str = ""


class Scheduler:
    """Runs every turn once, one at a time.

    What has run is kept in a file: a kill may repeat a turn, and never loses one.
    """

    def __init__(
        self,
        clock: Clock,
        planned: Sequence[Schedule],
        jobs: Mapping[str, Job],
        file: Path,
        settle: Callable[[], object] = lambda: None,
    ) -> None:
        """Take the schedules and what runs at their turn, by handler. Raises KeyError for a missing one.

        `settle` does what turns leave behind, and whatever else waits: the clock moves on only after it.
        """
        self._clock = clock
        self._planned = planned
        self._jobs = {schedule.handler: jobs[schedule.handler] for schedule in planned}
        self._file = file
        self._settle = settle
        self._one_at_a_time = threading.Lock()
        self._wake = threading.Event()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._watch, name="schedules", daemon=True)

    def __enter__(self) -> Self:
        if not self._file.exists():
            self._mark(self._clock.now())
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Start no further turn, and wait for the one that runs."""
        self._is_stopping = True
        self._wake.set()
        self._thread.join()
        with self._one_at_a_time:
            return

    def move_to(self, moment: datetime) -> list[Run]:
        """Move the clock forward and return every turn up to there, each run with the clock at its instant.

        Raises ClockRefusedError for an instant that has passed, or one too far ahead.
        """
        with self._one_at_a_time:
            now = self._clock.now()
            if moment < now:
                raise ClockRefusedError(f"it is {now.isoformat()} already, and time does not run backwards")
            if moment - now > LONGEST_JUMP:
                raise ClockRefusedError(f"that is more than {LONGEST_JUMP.days} days ahead: go in steps")
            self._settle()
            runs = []
            for due in self._unstopped(thinned(due_between(self._planned, self._ran_until(), moment))):
                self._clock.set(max(due.at, now))
                runs.append(self._run(due))
                self._settle()
            self._clock.set(moment)
            self._settle()
        self._wake.set()
        return runs

    def _watch(self) -> None:
        """Run what fell due while nobody ran, of each schedule the last turn alone; then what falls due."""
        self._run_due(_last_of_each)
        while not self._is_stopping:
            now = self._clock.now()
            self._wake.wait(min(next_due(self._planned, now) - now, LONGEST_WAIT).total_seconds())
            self._wake.clear()
            self._run_due(list)

    def _run_due(self, chosen: Callable[[Iterable[Due]], list[Due]]) -> None:
        with self._one_at_a_time:
            turns = due_between(self._planned, self._ran_until(), self._clock.now())
            for due in self._unstopped(chosen(thinned(turns))):
                self._run(due)

    def _unstopped(self, turns: Iterable[Due]) -> Iterator[Due]:
        return takewhile(lambda _: not self._is_stopping, turns)

    def _run(self, due: Due) -> Run:
        try:
            self._jobs[due.handler](due.at, due.event)
        except Exception as error:
            # As in the cloud: what one turn dies of is reported, and the next turn comes all the same.
            LOG.exception("%s, due at %s, failed", due.schedule_name, due.at.isoformat())
            return Run(due.schedule_name, due.at, f"{type(error).__name__}: {error}")
        finally:
            self._mark(due.at)
        return Run(due.schedule_name, due.at)

    def _ran_until(self) -> datetime:
        return datetime.fromisoformat(json.loads(self._file.read_text("utf-8"))["ran_until"])

    def _mark(self, moment: datetime) -> None:
        write_whole(self._file, json.dumps({"ran_until": moment.isoformat()}))


def _last_of_each(turns: Iterable[Due]) -> list[Due]:
    return sorted({due.schedule_name: due for due in turns}.values())
