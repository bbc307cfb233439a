"""The crash matrix: a use case dies at its first call out, then at its second, until it gets through.

    @pytest.mark.parametrize("moment", Moment)
    def test_leaving_is_all_or_nothing(database: StorageSettings, moment: Moment) -> None:
        \"""Invariant 12: whatever dies at whatever call, state, message and audit line agree.\"""
        for crash in crash_matrix(moment):
            client = prepared(database)  # a state of its own for each death
            mail = crash.of(Folder(...))  # optional: a gateway's calls count as well
            with crash.during(client):  # any number of boto3 clients: DynamoDB, S3, SES
                leave("M-1", ProfileStore(client, database), mail, now=NOW)
            assert state(database) in (NOTHING, ALL)  # what is there after the death
            leave("M-1", ProfileStore(client, database), mail, now=NOW)  # and after it was tried again
            assert state(database) == ALL

The calls are real, against the embedded database. `during` swallows the death and nothing else;
`crash.struck` says whether there was one. The matrix ends after the first run in which nothing was struck.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from threading import Lock
from typing import Any, Final, TypeVar, cast

Gateway = TypeVar("Gateway")


class Moment(StrEnum):
    """When, in a call, something goes wrong."""

    BEFORE = "before"  # the process dies: the request never leaves
    AFTER = "after"  # the process dies: the request is done, and nobody hears of it
    LOST = "lost"  # the process lives: the request is done, the answer lost, and botocore asks again


class Killed(BaseException):
    """The process is dead: no `except Exception` outlives it."""


MOST: Final = 60  # calls of one use case; more is a loop without end


class Crash:
    """One death, at the call with this number, counted from 1 over all clients and gateways."""

    def __init__(self, number: int, moment: Moment) -> None:
        self.number = number
        self.moment = moment
        self.struck = False
        self._calls = 0
        self._is_on = False
        self._lock = Lock()  # stores read in several threads

    @contextmanager
    def during(self, *clients: Any) -> Iterator[None]:
        """Let what runs inside die at its call; afterwards clients and gateways work as before."""
        hooks = {"before-send": self._begin, "response-received": self._end, "needs-retry": self._ask_again}
        with ExitStack() as stack:
            for client in clients:
                for hook, struck in hooks.items():
                    # First in line: botocore's own hook for retries must not decide before.
                    client.meta.events.register_first(hook, struck)
                    stack.callback(client.meta.events.unregister, hook, struck)
            self._is_on = True
            try:
                yield
            except Killed:
                pass
            finally:
                self._is_on = False

    def of(self, gateway: Gateway, lost: Exception | None = None) -> Gateway:
        """Return a gateway whose calls count too. `lost` is what it raises when an answer is lost."""
        return cast("Gateway", _Counted(gateway, self, lost))

    def around(self, call: Callable[[], Any], lost: Exception | None) -> Any:
        """Return what a gateway's call returns, or die at its moment."""
        if not self._is_on:
            return call()
        self._begin()
        answer = call()
        self._end()
        if lost is not None and self._is_now(Moment.LOST):
            raise lost
        return answer

    def _begin(self, **_: Any) -> None:
        # The dead make no further calls, whatever a `finally` or another thread is about to do.
        if (self.struck and self.moment is not Moment.LOST) or self._is_now(Moment.BEFORE):
            raise Killed

    def _end(self, **_: Any) -> None:
        if self._is_now(Moment.AFTER):
            raise Killed

    def _ask_again(self, **_: Any) -> int | None:
        return 0 if self._is_now(Moment.LOST) else None  # seconds to wait before the next attempt

    def _is_now(self, moment: Moment) -> bool:
        if moment is not self.moment:
            return False
        with self._lock:
            self._calls += 1
            is_now = self._calls == self.number
            self.struck = self.struck or is_now
            return is_now


class _Counted:
    """A gateway, each of whose methods is a call."""

    def __init__(self, gateway: object, crash: Crash, lost: Exception | None) -> None:
        self._gateway = gateway
        self._crash = crash
        self._lost = lost

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._gateway, name)
        if not callable(method):
            return method
        return lambda *given, **named: self._crash.around(lambda: method(*given, **named), self._lost)


def crash_matrix(moment: Moment) -> Iterator[Crash]:
    """Yield a crash at each call of what runs in `crash.during(...)`, until it gets through."""
    for number in range(1, MOST):
        crash = Crash(number, moment)
        yield crash
        if not crash.struck:
            assert number > 1, "nothing was called: is the client the one that the stores use?"
            return
    raise AssertionError(f"still calling after {MOST} calls")
