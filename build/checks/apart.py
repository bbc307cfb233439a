"""Checks a share in a process of its own: `python -m build.checks.apart`, told and answering through pipes.

A share holds private answers, so it is never in a file or on a command line; nor is what a trace says.
"""

import pickle
import subprocess
import sys

from build.checks.pages import Checked, Share, check_share
from build.environment import environment


class CheckDiedError(Exception):
    """A check ended without an answer."""


def check_apart(share: Share) -> Checked:
    """Check a share as `check_share` does, beside this process. Raises CheckDiedError."""
    command = [sys.executable, "-m", "build.checks.apart"]
    ended = subprocess.run(  # noqa: S603 - our own module
        command, input=pickle.dumps(share), env=environment(), capture_output=True, check=False
    )
    if ended.returncode:
        last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(ended.returncode)]
        raise CheckDiedError(last[0].partition(":")[0])
    checked: Checked = pickle.loads(ended.stdout)  # noqa: S301 - from our own process
    return checked


def main() -> None:
    """Answer for the share that is told."""
    share: Share = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    pickle.dump(check_share(share), sys.stdout.buffer)


if __name__ == "__main__":
    main()
