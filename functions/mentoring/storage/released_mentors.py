"""Who of the release that is shown takes on mentees: its two indexes, the public one and the members'.

`build/search_index.py` writes the rows of both.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from mentoring.domain.suggestions import Candidate

INDEX: Final = "directory."


class ReleasedMentors:
    """The mentors of releases. `read` returns what an object holds, `names` the keys that begin so."""

    def __init__(self, read: Callable[[str], bytes | None], names: Callable[[str], list[str]]) -> None:
        self._read = read
        self._names = names

    def accepting(self, release: str) -> list[Candidate]:
        """Return the mentors of a release who accepted requests when it was made."""
        public = self._names(f"releases/{release}/data/{INDEX}")
        rows = [row for key in (*public, f"members/{release}/index.json") for row in self._rows(key)]
        return [_candidate(row) for row in rows if row["available"] and row["accepts_requests"]]

    def _rows(self, key: str) -> list[dict[str, Any]]:
        content = self._read(key)
        return list(json.loads(content)["mentors"]) if content is not None else []


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(
        slug=row["slug"],
        topics=tuple(row["topic"]),
        areas=tuple(row["area"]),
        languages=tuple(row["lang"]),
    )
