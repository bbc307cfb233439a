"""One function of the template, run by worker.py in a process of its own."""

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any, Final, TextIO

from infrastructure.local.jobs import ROOT
from infrastructure.local.permissions import permissions_of
from infrastructure.local.state import State
from infrastructure.local.template import resources

SECONDS_TO_START: Final = 60


class FunctionError(Exception):
    """A function gave no answer; the message says which, its log says why."""


class Function:
    """A function whose process starts with the first event and takes one at a time, as in Lambda."""

    def __init__(
        self, template: Mapping[str, Any], name: str, environment: Mapping[str, str], state: State
    ) -> None:
        """Take a function of the template by its logical name."""
        self._name = name
        self._properties = resources(template, "AWS::Lambda::Function")[name]
        self._permissions = permissions_of(template, name)
        self._environment = environment
        self._clock = (state.root / "clock.json").resolve()
        self._log = state.logs / f"{name}.log"
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: TextIO

    def invoke(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the function's answer. Raises FunctionError where it fails, ends or takes too long."""
        with self._one_at_a_time:
            process = self._running()
            assert process.stdin  # noqa: S101 - a pipe, as asked for
            process.stdin.write(json.dumps(event) + "\n")
            process.stdin.flush()
            answered = self._next_line(self._properties["Timeout"])
        if "error" in answered:
            raise FunctionError(f"{self._name} failed: {answered['error']} ({self._log})")
        return dict(answered["answer"] or {})

    def stop(self) -> None:
        """End the process, if there is one."""
        with self._one_at_a_time:
            self._end()

    def _running(self) -> subprocess.Popen[str]:
        if self._process and self._process.poll() is None:
            return self._process
        self._end()
        reading, writing = os.pipe()
        self._answers = os.fdopen(reading, encoding="utf-8")
        self._process = self._start(writing)
        os.close(writing)
        self._next_line(SECONDS_TO_START)
        return self._process

    def _start(self, answers: int) -> subprocess.Popen[str]:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [
                    sys.executable,
                    "-u",  # a log that is written at once survives a kill
                    "-m",
                    "infrastructure.local.worker",
                    self._name,
                    self._properties["Handler"],
                    self._clock,
                    json.dumps(self._permissions),
                    str(answers),
                ],
                cwd=ROOT,
                env=dict(self._environment),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[answers],
                text=True,
                encoding="utf-8",
                start_new_session=True,  # a Ctrl-C is for the server, which ends this in order
            )

    def _next_line(self, seconds: float) -> Any:
        """Return the process's next line; a process that has none in time is ended, as Lambda does."""
        ready, _, _ = select.select([self._answers], [], [], seconds)
        line = self._answers.readline() if ready else ""
        if not line:
            self._end()
            raise FunctionError(f"{self._name} gave no answer: {self._log} says why")
        return json.loads(line)

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._answers.close()
            self._process = None
