"""Checks a share in a process of its own: `python -m build.checks.apart`, told and answering through pipes.

A share holds private answers, so it is never in a file or on a command line; nor is what a trace says.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from subprocess import PIPE
from typing import IO, cast

from build.checks.pages import Checked, Share, check_share
from build.environment import environment


class CheckDiedError(Exception):
    """A check ended without an answer."""


@contextmanager
def checking_apart(share: Share) -> Iterator[Callable[[], Checked]]:
    """Begin to check a share beside this process; what is given waits for the answer.

    It raises CheckDiedError.
    """
    command = [sys.executable, "-m", "build.checks.apart"]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, env=environment(), stdin=PIPE, stdout=PIPE, stderr=PIPE
    ) as process:
        try:
            with suppress(BrokenPipeError):  # of one that has died: its answer says so
                _tell(cast("IO[bytes]", process.stdin), share)
            yield partial(_answer, process)
        finally:
            process.kill()  # does nothing to one that has ended


def _tell(pipe: IO[bytes], share: Share) -> None:
    pickle.dump(share, pipe)
    pipe.flush()


def _answer(process: "subprocess.Popen[bytes]") -> Checked:
    answer, complaint = process.communicate()
    if process.returncode:
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(process.returncode)]
        raise CheckDiedError(last[0].partition(":")[0])
    checked: Checked = pickle.loads(answer)  # noqa: S301 - from our own process
    return checked


def main() -> None:
    """Answer for the share that is told."""
    share: Share = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    pickle.dump(check_share(share), sys.stdout.buffer)


if __name__ == "__main__":
    main()
