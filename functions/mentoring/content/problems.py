"""Where a content file is wrong: every problem at once, each with its file and line."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ContentError(Exception):
    """Content files are wrong; the message lists each problem as `file:line: what to do`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(slots=True)
class Source:
    """One TOML file that is being read, and what was found wrong in it."""

    path: Path
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Read a file; one that is missing or no TOML is a problem, not an exception."""
        source = cls(path)
        try:
            source.text = path.read_text("utf-8")
            source.values = tomllib.loads(source.text)
        except FileNotFoundError:
            source.report("the file is missing", 0)
        except UnicodeDecodeError as error:
            source.report(f"byte {error.start} is not UTF-8: save the file as UTF-8", 0)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            source.report(str(error), int(found[1]) if found else 0)
        return source

    def report(self, what: str, line: int = 0) -> None:
        """Note a problem at a line, counted from 1; 0 where the file as a whole is meant."""
        self.problems.append(f"{self.path.parent.name}/{self.path.name}:{line}: {what}")

    def line_of(self, table: str, index: int | None = None, key: str | None = None) -> int:
        """Return the line of a table's header (`[[table]]` number `index`, or `[table]`), or of a key in it.

        A key that is missing there is reported where it should be: at the header.
        """
        header = f"[{table}]" if index is None else f"[[{table}]]"
        lines = [line.split("#")[0].strip() for line in self.text.splitlines()]
        starts = [number for number, line in enumerate(lines, 1) if line == header]
        start = starts[index or 0] if len(starts) > (index or 0) else 0
        for number, line in enumerate(lines[start:], start + 1):
            if line.startswith("["):
                break
            if key and re.match(rf"{re.escape(key)}\s*=", line):
                return number
        return start
