"""What the messages of each channel do."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from mentoring.domain.address_marks import AddressMark
from mentoring.domain.errors import UndeliverableError
from mentoring.domain.matters import Matter
from mentoring.domain.membership import Membership
from mentoring.domain.messages import WITHHELD, Letter, Message, ParkingReason
from mentoring.domain.receipts import Paper
from mentoring.usecases.part_ways import OpenRequests, Parting, Presence
from mentoring.usecases.read_matter import Matters, Memberships, Registrations, Requests, paper_of

BY: Final = "system:outbox"


class Letters(Protocol):
    """Who writes letters."""

    def compose(
        self, message: Message, membership: Membership, matter: Matter | None, paper: Paper | None
    ) -> Letter:
        """Return the letter that tells a member of an event, in their language."""

    def compose_for_staff(self, message: Message) -> Letter:
        """Return the letter that tells the programme's staff of an event."""


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


class Marks(Protocol):
    """Which addresses nothing is sent to."""

    def of(self, member_id: str) -> AddressMark | None:
        """Return a member's mark, about whichever address it is."""


class LetterEffect:
    """The member is written to: once, whatever happens."""

    is_repeatable: Final = False

    def __init__(
        self,
        memberships: Memberships,
        marks: Marks,
        requests: Requests,
        registrations: Registrations,
        letters: Letters,
        mail: Mail,
    ) -> None:
        self._memberships = memberships
        self._marks = marks
        self._matters = Matters(requests, memberships)
        self._registrations = registrations
        self._letters = letters
        self._mail = mail

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:
        """Return the sending of a finished letter, which says what is so at this moment.

        Raises UndeliverableError where nobody can get it, OvertakenError where it would no longer be true.
        """
        matter = self._matters.of(message, now)
        paper = paper_of(message, self._registrations)
        member_id = message.facts["member_id"]
        # Active or not: who lapsed or left is told so. A record that is damaged has no address.
        membership = self._memberships.get_many([member_id], lambda _: None).get(member_id)
        if membership is None or "@" not in membership.email:
            raise UndeliverableError(ParkingReason.NO_ADDRESS)
        mark = self._marks.of(member_id)
        if mark and mark.is_about(membership.email):
            raise UndeliverableError(WITHHELD[mark.fault])
        letter = self._letters.compose(message, membership, matter, paper)
        return lambda: self._mail.send(letter, message.id, now)


class StaffEffect:
    """The programme's own mailbox is written to: once, and nothing of what somebody reported (DIR-21)."""

    is_repeatable: Final = False

    def __init__(self, letters: Letters, mail: Mail) -> None:
        self._letters = letters
        self._mail = mail

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:
        """Return the sending of a finished letter."""
        letter = self._letters.compose_for_staff(message)
        return lambda: self._mail.send(letter, message.id, now)


class PartingEffect:
    """What somebody who left had open or under way ends, and the other of the two is told (DIR-8)."""

    is_repeatable: Final = True

    def __init__(self, requests: OpenRequests, presence: Presence) -> None:
        self._requests = requests
        self._presence = presence

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:
        """Return the ending of everything that began before they left."""
        left_at = datetime.fromisoformat(message.facts["at"])
        parting = Parting(self._requests, self._presence, now)

        def part() -> None:
            deque(parting.part(message.event, message.facts["member_id"], left_at), maxlen=0)

        return part


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


class RefundEffect:
    """Money goes back: asked for as often as need be, and given once (invariant 6)."""

    is_repeatable: Final = True

    def __init__(self, give_back: Callable[[str, str, datetime], None]) -> None:
        self._give_back = give_back

    def prepare(self, message: Message, now: datetime) -> Callable[[], None]:
        """Return the asking for this refund."""
        facts = message.facts
        return partial(self._give_back, facts["registration_id"], facts["refund_id"], now)


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
