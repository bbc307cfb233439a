"""Notes who had something erased, where a restore of the database does not reach (SAF-1, invariant 23)."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.erasures import Erasure
from mentoring.domain.errors import RecordUnreadableError

ERASED: Final = "erasures/"


class Erasures(Protocol):
    """Where erasing is remembered."""

    def of(self, member_id: str) -> list[Erasure]:
        """Return a member's erasures, the newest first."""


class Objects(Protocol):
    """Files beside the member database."""

    def replace(self, key: str, decide: Callable[[bytes | None], bytes]) -> None:
        """Let a file be what `decide` says, asked again until it says what is there."""


def journal_erasure(member_id: str, erasures: Erasures, objects: Objects) -> None:
    """Note a member's erasures that are not closed: when, and which address, under the member id.

    What the journal has and the database does not is never taken out of it: a restore may have been there.
    """

    def decide(held: bytes | None) -> bytes:
        on_file = [each for each in erasures.of(member_id) if not each.is_closed]
        try:
            noted = noted_erasures(member_id, held)
        except RecordUnreadableError:
            if held and not on_file:
                return held  # somebody has to look at it: it is all that there is
            noted = []
        return _written([*noted, *on_file])

    objects.replace(journal_key(member_id), decide)


def forget_erasures(closed: Erasure, objects: Objects) -> None:
    """Take an erasure that is closed, and what is older, out of the journal; what is newer stays in it."""

    def decide(held: bytes | None) -> bytes:
        try:
            noted = noted_erasures(closed.member_id, held)
        except RecordUnreadableError:
            return held or b""
        return _written(each for each in noted if each.at > closed.at)

    objects.replace(journal_key(closed.member_id), decide)


def journal_key(member_id: str) -> str:
    """Return the file of the journal that tells of a member."""
    return f"{ERASED}{member_id}.json"


def noted_erasures(member_id: str, journal: bytes | None) -> list[Erasure]:
    """Return what a file of the journal says was erased, the oldest first. Raises RecordUnreadableError."""
    try:
        slugs = json.loads(journal or b"{}")
        if "at" in slugs:  # as it was before it named addresses
            slugs = {slugs["at"]: ""}
        noted = [_erasure(member_id, at, slug) for at, slug in slugs.items()]
        return sorted(noted, key=lambda erasure: erasure.at)
    except (AttributeError, TypeError, ValueError) as error:
        raise RecordUnreadableError(member_id) from error


def _erasure(member_id: str, at: str, slug: str) -> Erasure:
    return Erasure(member_id=member_id, slug=slug, at=datetime.fromisoformat(at), is_finished=False)


def _written(erasures: Iterable[Erasure]) -> bytes:
    """Return a journal's file. A row that has lost its address takes none out of it."""
    named_last = sorted(erasures, key=lambda erasure: erasure.slug != "")
    return json.dumps({each.at.isoformat(): each.slug for each in named_last}, sort_keys=True).encode()
