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


class StaleDraftError(DomainError):
    """Somebody, or another device of the same member, saved this draft since it was read."""

    def __init__(self, member_id: str, expected_version: int) -> None:
        super().__init__(f"the draft of {member_id} is no longer at version {expected_version}")
        self.member_id = member_id
        self.expected_version = expected_version


class StaleStandingError(DomainError):
    """What a mentor was to be told of their membership no longer holds, or was told today already."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"the standing of {member_id} is no longer what was read")
        self.member_id = member_id


class NoListingError(DomainError):
    """This member has no listing to change: they never were a mentor, or have left."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"{member_id} has no listing")
        self.member_id = member_id


class MembershipLapsedError(DomainError):
    """Something is for members whose membership counts (ELI-8)."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"the membership of {member_id} does not count")
        self.member_id = member_id


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


class MessageUnreadableError(DomainError):
    """A row of the outbox is damaged."""

    def __init__(self, name: str) -> None:
        super().__init__(f"message {name} cannot be read")
        self.name = name


class UndeliverableError(DomainError):
    """A message can reach nobody. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"undeliverable: {reason}")
        self.reason = reason


class OvertakenError(DomainError):
    """What a message would say no longer holds: it is done without anybody being told."""

    def __init__(self, name: str) -> None:
        super().__init__(f"message {name} was overtaken")
        self.name = name


class MailRefusedError(DomainError):
    """A letter was certainly not sent. `reason` is a code, never an answer: that may quote an address."""

    def __init__(self, reason: str, *, is_retryable: bool) -> None:
        super().__init__(f"the letter was refused: {reason}")
        self.reason = reason
        self.is_retryable = is_retryable


class MailUnclearError(DomainError):
    """A letter went out, and nobody said whether it was taken: it may be on its way."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the letter's fate is unclear: {reason}")
        self.reason = reason


class ReleaseMissingError(DomainError):
    """No such release is kept."""

    def __init__(self, name: str) -> None:
        super().__init__(f"release '{name}' is not kept")
        self.name = name


class ReleaseHoldsWithdrawnError(DomainError):
    """A release still shows mentors who have withdrawn since: it is never shown again (invariant 23)."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__(f"release '{name}' shows {count} mentors who have withdrawn since")
        self.name = name
        self.count = count


class ReleaseShownError(DomainError):
    """The release is the one that is shown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"release '{name}' is shown")
        self.name = name


class RefusalOutdatedError(DomainError):
    """A build is not the last one, or the brake did not refuse it: there is nothing to approve (STF-4)."""

    def __init__(self, report: str) -> None:
        super().__init__(f"build '{report}' is not the last one, refused by the brake")
        self.report = report


class RequestMovedError(DomainError):
    """A match request is no longer where this act is possible."""

    def __init__(self, request_id: str, state: str, act: str) -> None:
        super().__init__(f"{act} is not possible on {request_id}, which is {state}")
        self.request_id = request_id
        self.state = state
        self.act = act


class StaleRequestError(DomainError):
    """Somebody else saved this match request since it was read: read it again and decide anew."""

    def __init__(self, request_id: str, expected_version: int) -> None:
        super().__init__(f"match request {request_id} is no longer at version {expected_version}")
        self.request_id = request_id
        self.expected_version = expected_version


class RequestRefusedError(DomainError):
    """A mentor cannot be asked, or cannot accept, for a reason that is not this request's own.

    `reason` is a code that the page has words for.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"refused: {reason}")
        self.reason = reason


class StalePairError(DomainError):
    """Between this member and this mentor something has begun or ended since it was read."""

    def __init__(self, mentee_id: str, mentor_id: str) -> None:
        super().__init__(f"what is between {mentee_id} and {mentor_id} is no longer what was read")
        self.mentee_id = mentee_id
        self.mentor_id = mentor_id


class StaleMarkError(DomainError):
    """The mark of this member's address is no longer the one that was read."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"the mark of the address of {member_id} is no longer what was read")
        self.member_id = member_id


class StaleLoadError(DomainError):
    """What this mentor let go by is no longer what was read: read it again and decide anew."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"what {member_id} let go by is no longer what was read")
        self.member_id = member_id


class NotAskedError(DomainError):
    """Nobody waits for this mentor to say that they still take on mentees."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"{member_id} was not asked, or has answered")
        self.member_id = member_id


class NoQuestionnaireError(DomainError):
    """A member has no questionnaire that something could go with."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"{member_id} has no questionnaire")
        self.member_id = member_id


class RecordUnreadableError(DomainError):
    """A record of a member is damaged. `member_id` is whose it is."""

    def __init__(self, member_id: str) -> None:
        super().__init__(f"a record of {member_id} cannot be read")
        self.member_id = member_id
