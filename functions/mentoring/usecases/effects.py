"""What the messages of each channel do."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from mentoring.domain.errors import UndeliverableError
from mentoring.domain.membership import Membership
from mentoring.domain.messages import Letter, Message, ParkingReason

BY: Final = "system:outbox"


class Memberships(Protocol):
    """Where a member's address is found: the only place that has it."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id."""


class Letters(Protocol):
    """Who writes letters."""

    def compose(self, message: Message, membership: Membership) -> Letter:
        """Return the letter that tells a member of an event, in their language."""


class Mail(Protocol):
    """Who sends letters."""

    def send(self, letter: Letter, name: str, at: datetime) -> None:
        """Send a letter under the name of its message. Raises MailRefusedError, MailUnclearError."""


class Builds(Protocol):
    """Where builds are asked for."""

    def request_build(self, at: datetime, by: str) -> None:
        """Ask for a build that begins later than now."""


class Builder(Protocol):
    """Who builds."""

    def wake(self) -> None:
        """Let the builds that were asked for begin."""


class LetterEffect:
    """The member is written to: once, whatever happens."""

    is_repeatable: Final = False

    def __init__(self, memberships: Memberships, letters: Letters, mail: Mail) -> None:
        self._memberships = memberships
        self._letters = letters
        self._mail = mail

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:
        """Return the sending of a finished letter. Raises UndeliverableError where nobody can get it."""
        member_id = message.facts["member_id"]
        # Active or not: who lapsed or left is told so. A record that is damaged has no address.
        membership = self._memberships.get_many([member_id], lambda _: None).get(member_id)
        if membership is None or "@" not in membership.email:
            raise UndeliverableError(ParkingReason.NO_ADDRESS)
        letter = self._letters.compose(message, membership)
        return lambda: self._mail.send(letter, message.id, now)


class EdgeEffect:
    """What may be shown of a mentor is made to agree with the withdrawals on file."""

    is_repeatable: Final = True

    def __init__(self, settle: Callable[[str], None]) -> None:
        self._settle = settle

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:  # noqa: ARG002 - as others
        """Return the settling of this mentor's address."""
        return partial(self._settle, message.facts["slug"])


class JournalEffect:
    """It is noted beside the database who had something erased."""

    is_repeatable: Final = True

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:  # noqa: ARG002 - as others
        """Return the noting of this member's erasure."""
        return partial(self._note, message.facts["member_id"])


class BuildEffect:
    """The site is made anew."""

    is_repeatable: Final = True

    def __init__(self, builds: Builds, builder: Builder) -> None:
        self._builds = builds
        self._builder = builder

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:  # noqa: ARG002 - as others
        """Return the request for a build."""

        def ask() -> None:
            self._builds.request_build(now, BY)
            self._builder.wake()

        return ask
