"""Notes who had something erased, where a restore of the database does not reach (SAF-1, invariant 23)."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from mentoring.domain.erasures import Erasure

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
    """Note when a member last had something erased: that alone, under the member id.

    What the journal has and the database does not is never taken out of it: a restore may have been there.
    """

    def decide(held: bytes | None) -> bytes:
        known = [each.at for each in erasures.of(member_id)]
        noted = erased_at(held) if held else None
        last = max([*known, *([noted] if noted else [])], default=None)
        return json.dumps({"at": last.isoformat()} if last else {}).encode()

    objects.replace(journal_key(member_id), decide)


def journal_key(member_id: str) -> str:
    """Return the file of the journal that tells of a member."""
    return f"{ERASED}{member_id}.json"


def erased_at(journal: bytes) -> datetime | None:
    """Return when a file of the journal says that something was erased; None where it says nothing."""
    at = json.loads(journal).get("at")
    return datetime.fromisoformat(at) if at else None
