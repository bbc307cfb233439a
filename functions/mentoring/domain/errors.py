"""Errors of the rules. Each carries facts; their wording and their HTTP status are given elsewhere, once."""

from datetime import date


class DomainError(Exception):
    """A rule refused something."""


class CalendarRangeError(DomainError):
    """A day lies outside the years whose holidays are known."""

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(f"{day} is outside the known calendar, {first} to {last}")
        self.day = day


class PolicyNotInForceError(DomainError):
    """No dated entry of a policy covers a day."""

    def __init__(self, name: str, day: date) -> None:
        super().__init__(f"no entry of policy '{name}' is in force on {day}")
        self.name = name
        self.day = day


class StaleProfileError(DomainError):
    """Somebody else saved this mentor's profile since it was read: read it again and decide anew."""

    def __init__(self, member_id: str, expected_version: int) -> None:
        super().__init__(f"the profile of {member_id} is no longer at version {expected_version}")
        self.member_id = member_id
        self.expected_version = expected_version


class SlugTakenError(DomainError):
    """A public address belongs to another mentor, or once did: addresses are never given twice."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"the address '{slug}' is taken")
        self.slug = slug


class SignInRefusedError(DomainError):
    """Somebody who came back from their issuer is not let in. `reason` is a code, never what they sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"sign-in refused: {reason}")
        self.reason = reason


class NotStaffError(DomainError):
    """The staff issuer knows this person, and the association gave them no role (STF-9)."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"{subject} has no role here")
        self.subject = subject
