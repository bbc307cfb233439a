"""How builds, and what was asked of them, stand in the releases table."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from mentoring.domain.builds import BuildRecord, BuildRequest, Ending, Outcome, Wish
from mentoring.storage.records import instant_text
from mentoring.storage.release_rows import SITE, instant

LOCK: Final = {"pk": {"S": SITE}, "sk": {"S": "LOCK"}}
POINTER: Final = {"pk": {"S": SITE}, "sk": {"S": "POINTER"}}


def build_key(fence: int) -> dict[str, Any]:
    """Return the key of a build; the keys' order is the builds'."""
    return {"pk": {"S": SITE}, "sk": {"S": f"BUILD#{fence:012}"}}


def build_row(record: BuildRecord) -> dict[str, Any]:
    """Return a build or a roll-back as a row."""
    row = build_key(record.fence) | {
        "asked_by": {"S": record.by},
        "started_at": instant(record.started_at),
    }
    return row | ({"ending": {"S": ending_text(record.ending)}} if record.ending else {})


def build_from(row: Mapping[str, str]) -> BuildRecord:
    """Return the build that a row holds."""
    return BuildRecord(
        fence=int(row["sk"].removeprefix("BUILD#")),
        by=row["asked_by"],
        started_at=datetime.fromisoformat(row["started_at"]),
        ending=_ending(json.loads(row["ending"])) if "ending" in row else None,
    )


def ending_text(ending: Ending) -> str:
    """Return how a build ended as one line of JSON."""
    return json.dumps(asdict(ending) | {"at": instant_text(ending.at)}, sort_keys=True)


def request_key(wish: Wish) -> dict[str, Any]:
    """Return the key of a kind of wish: one row each, so that requests run together."""
    return {"pk": {"S": SITE}, "sk": {"S": f"REQUEST#{wish}"}}


def waiting_from(row: Mapping[str, str], held_since: str) -> BuildRequest | None:
    """Return the wish that a row holds; None where every asking was served.

    What staff asked before they rolled back, at `held_since`, is no word of theirs against it.
    """
    turn, served = int(row["asked"]), int(row.get("served", 0))
    if turn <= served:
        return None
    is_approved = int(row.get("approved_turn", 0)) > served
    is_by_staff = int(row.get("staff_turn", 0)) > served and row.get("staff_at", "") >= held_since
    return BuildRequest(
        wish=Wish(row["sk"].removeprefix("REQUEST#")),
        turn=turn,
        asked_at=datetime.fromisoformat(row["asked_at"]),
        by=row["asked_by"],
        release=row.get("wanted", ""),
        approved=row.get("approved", "") if is_approved else "",
        is_by_staff=is_by_staff,
    )


def _ending(read: dict[str, Any]) -> Ending:
    return Ending(**read | {"at": datetime.fromisoformat(read["at"]), "outcome": Outcome(read["outcome"])})
