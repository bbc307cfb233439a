"""Money that is not what was asked for: noted as it was found, settled by a person (invariants 2 and 10)."""

from dataclasses import dataclass, field
from datetime import datetime

from mentoring.domain.errors import DomainError
from mentoring.domain.payments import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """That a person has looked into it: who, when, and why nothing remains to be done."""

    by: str  # `staff:<subject>`
    at: datetime  # UTC
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One finding. What is found again as it was is this one; what has changed since is another."""

    registration_id: str  # as the payment provider names it: perhaps of none of ours
    code: str  # in what it differs
    found: Found
    noted_at: datetime  # UTC
    settlement: Settlement | None = None

    @property
    def name(self) -> str:
        """Return what names this finding for ever, in an address too."""
        return difference_name(self.code, self.found)


def difference_name(code: str, found: Found) -> str:
    """Return the name of a finding: whatever is about it is found there."""
    return f"{found.about}-{code}-{found.cents}{found.currency}-{found.state}"


class DifferenceSettledError(DomainError):
    """Somebody else has settled this difference."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is settled")
        self.name = name
