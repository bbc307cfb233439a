"""What somebody typed when their session was over: kept for them alone, for a short while."""

from dataclasses import dataclass, field
from datetime import datetime

from mentoring.domain.sessions import Identity

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A form that nobody has taken: for the person whose session it was made for, on its own page."""

    identity: Identity
    path: str
    fields: Fields = field(repr=False)  # whatever was typed, identity answers too
    expires_at: datetime
