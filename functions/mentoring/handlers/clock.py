"""The one place where a function reads the time. The embedded cloud puts its own clock here."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the instant it is, in UTC."""
    return datetime.now(UTC)
