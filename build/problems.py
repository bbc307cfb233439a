"""What stops a build: each problem names the page or file and what is wrong with it, for the report."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One reason. `kind` is the key `report.problem.<kind>` of content/strings; `detail` names no person."""

    page: str
    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.page}: {self.kind}" + (f": {self.detail}" if self.detail else "")


class SiteRolledBackError(Exception):
    """Staff put an older release back: until they ask for a build, nothing else replaces it (STF-4)."""

    def __init__(self) -> None:
        super().__init__("staff put an older release back; it stays until they ask for a build")


class BuildRefusedError(Exception):
    """The build publishes nothing; its problems say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
