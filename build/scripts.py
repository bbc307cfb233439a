"""Scripts as they are sent: without what only we read."""

import re
from pathlib import Path
from typing import Final

# A comment that has its lines to itself: one line, or a block up to its end. What stands beside code stays.
COMMENT: Final = re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)$", re.MULTILINE)


def without_comments(script: str) -> str:
    """Return a script with its comments blank: each line of code keeps its number, as errors tell it."""
    return COMMENT.sub(lambda found: "\n" * found[0].count("\n"), script)


def copy_script(source: Path, target: Path) -> None:
    """Copy a script without its comments."""
    target.write_text(without_comments(source.read_text("utf-8")), "utf-8", newline="")
