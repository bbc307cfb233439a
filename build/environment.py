"""What the processes that a build starts are given of its surroundings."""

import os
import sys


def environment() -> dict[str, str]:
    """Return this process's environment; a process finds the same packages, wherever they were put."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
