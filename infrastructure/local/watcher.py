"""Something that is done again and again beside everything else."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

LOG: Final = logging.getLogger(__name__)
SECONDS: Final = 0.5  # between two looks where nobody wakes it: a look costs about two milliseconds
LONGEST: Final = 300  # seconds after failures: each one in a row doubles the pause


class Watcher:
    """Looks at once when it is woken, and by itself every half second, in a thread of its own."""

    def __init__(self, name: str, look: Callable[[], object]) -> None:
        self._name = name
        self._look = look
        self._woken = threading.Event()
        self._is_stopping = False
        self._failures = 0
        self._thread = threading.Thread(target=self._watch, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Look no more, and wait for what is being done."""
        self._is_stopping = True
        self._woken.set()
        self._thread.join()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def _watch(self) -> None:
        while not self._is_stopping:
            self._woken.clear()
            self._look_once()
            self._woken.wait(min(SECONDS * 2**self._failures, LONGEST))

    def _look_once(self) -> None:
        try:
            self._look()
        except Exception:
            # What one look dies of is told; the next one comes all the same.
            LOG.exception("%s failed", self._name)
            self._failures += 1
        else:
            self._failures = 0
