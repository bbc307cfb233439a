"""The builds of the serving process: at their time or when asked for, one after the other."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from build.problems import BuildRefusedError
from build.requests import serve_requests
from infrastructure.local.clock import Clock
from infrastructure.local.jobs import build_settings, build_site, releases_of
from infrastructure.local.scheduler import Job
from infrastructure.local.state import State, StateBusyError
from mentoring.settings import StorageSettings


class Builds:
    """What the site-build function does in the cloud."""

    def __init__(self, state: State, storage: StorageSettings) -> None:
        self._state = state
        self._storage = storage
        self._releases = releases_of(storage)
        self._clock = Clock(state.root / "clock.json")
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()
        self._building = threading.Event()

    def stop(self) -> None:
        """Begin no further build: what is asked for waits for the next start."""
        self._stopping.set()

    def jobs(self) -> dict[str, Job]:
        """Return what a schedule runs, by handler."""
        return {"build.nightly.handler": self._nightly}

    def serve(self) -> bool:
        """Make what was asked for, after a build that runs; return whether anything was asked.

        While another process builds, what was asked goes on waiting.
        """
        with self._one_at_a_time:
            if self._stopping.is_set() or not self.is_requested:
                return False
            try:
                with self._state.held_for("building"), self._noted():
                    # Whoever still has a lease was killed: alive, it would hold the state.
                    self._releases.let_go()
                    settings = build_settings(self._storage, self._state)
                    serve_requests(settings, self._clock.now, lambda: not self._stopping.is_set())
            except StateBusyError:
                return False
        return True

    @property
    def is_running(self) -> bool:
        """Return whether a build of this process runs."""
        return self._building.is_set()

    @property
    def is_requested(self) -> bool:
        """Return whether anything was asked for that no build has served."""
        return self._releases.waiting_request() is not None

    def _nightly(self, due: datetime, _event: Mapping[str, Any]) -> None:
        with self._one_at_a_time, self._noted():
            report = build_site(self._state, self._storage, due)
        if report.problems:
            raise BuildRefusedError(list(report.problems))

    @contextmanager
    def _noted(self) -> Iterator[None]:
        self._building.set()
        try:
            yield
        finally:
            self._building.clear()
