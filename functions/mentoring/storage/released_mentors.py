"""Who of the release that is shown takes on mentees, public or for members alone."""

import json
from collections.abc import Callable
from typing import Any

from mentoring.domain.suggestions import Candidate
from mentoring.storage.members_tree import ACCEPTING


class ReleasedMentors:
    """The mentors of releases. `read` returns what an object holds, None where there is none."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read

    def accepting(self, release: str) -> list[Candidate]:
        """Return the mentors of a release who accepted requests when it was made."""
        content = self._read(f"members/{release}/{ACCEPTING}")
        return [_candidate(each) for each in json.loads(content)] if content is not None else []


def _candidate(record: dict[str, Any]) -> Candidate:
    return Candidate(
        slug=record["slug"],
        topics=tuple(record["topics"]),
        areas=tuple(record["areas"]),
        languages=tuple(record["languages"]),
    )
