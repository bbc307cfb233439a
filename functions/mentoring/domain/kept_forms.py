"""What somebody typed when their session was over: kept for them alone, for a short while."""

from dataclasses import dataclass, field
from datetime import datetime

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A form that nobody has taken: for the person it was made for, on its own page.

    `form_token` came with it. It is of a session that does not count here, and says whose the form is
    (`sessions.is_form_of`).
    """

    form_token: str
    path: str
    fields: Fields = field(repr=False)  # whatever was typed, identity answers too
    expires_at: datetime
