"""One function in a process of its own, as in the cloud: its own environment and log, one event at a time.

    python -m infrastructure.local.worker NAME HANDLER CLOCK_FILE PERMISSIONS ANSWERS

An event a line on stdin, an answer a line on the descriptor ANSWERS, the first of them `null`: ready. It ends
with its stdin, and so with the process that started it, however that one ends.
"""

import importlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import uuid4

import mentoring.handlers.clock
from infrastructure.local.clock import Clock
from infrastructure.local.permissions import refusing
from mentoring.storage import client

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a function of the call."""

    function_name: str
    invoked_function_arn: str = "arn:aws:lambda:ca-central-1:000000000000:function:local"
    memory_limit_in_mb: int = 1024
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))


def work(name: str, function: Callable[[Any, Any], Any], events: Iterable[str], answers: TextIO) -> None:
    """Answer every event; of what a function dies of, the log has the trace and the answer the name."""
    for line in events:
        try:
            answer = {"answer": function(json.loads(line), Context(name))}
        except Exception as error:  # as in the cloud: the process lives on
            LOG.exception("%s failed", name)
            answer = {"error": type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main(name: str, handler: str, clock_file: str, permissions: str, answers: str) -> None:
    """Load a handler such as `mentoring.handlers.account.handler`, and answer until stdin ends."""
    mentoring.handlers.clock.now = Clock(Path(clock_file)).now
    isolated_session, permitted = client.isolated_session, json.loads(permissions)
    client.isolated_session = lambda: refusing(permitted, isolated_session())
    module, _, attribute = handler.rpartition(".")
    function = getattr(importlib.import_module(module), attribute)
    with os.fdopen(int(answers), "w", encoding="utf-8") as opened:
        opened.write("null\n")
        opened.flush()
        work(name, function, sys.stdin, opened)


if __name__ == "__main__":
    main(*sys.argv[1:])
