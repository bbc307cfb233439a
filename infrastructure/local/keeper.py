"""Keeps a database engine running for as long as somebody uses it; started by database.py.

    python -I keeper.py IN_USE_LOCK ENGINE ARGUMENT...

Every user of the engine holds a shared lock on one file, which the kernel drops when the user's process
ends, however it ends. Once the keeper gets that lock for itself, nobody is left and the engine is stopped.
Standard library alone, and a single thread: `preexec_fn` is safe here.
"""

import ctypes
import fcntl
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
SECONDS_TO_STOP = 5


def keep(in_use_lock: Path, command: list[str]) -> None:
    """Run the command until nobody holds the lock, or until it ends by itself."""
    signal.signal(signal.SIGCHLD, lambda *_: sys.exit("the engine ended by itself"))
    engine = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_end_with_keeper)  # noqa: S603
    with in_use_lock.open("a") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        engine.terminate()
        try:
            engine.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            engine.kill()  # loses nothing: what was answered is on the disk
            engine.wait()


def _end_with_keeper() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2:])
