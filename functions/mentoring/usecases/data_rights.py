"""What a member may have of what is held about them: a copy of it, and its erasure (SAF-1)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from mentoring.domain.audit import Change
from mentoring.domain.erasures import Erasure, Held, erasure_change
from mentoring.domain.errors import StaleProfileError
from mentoring.usecases.spreadsheets import harmless, sheet

FORMAT: Final = 4
ATTEMPTS: Final = 5  # a person's other tab, or another device, may save meanwhile
CSV_COLUMNS: Final = ("section", "entry", "key", "value")
STAFF: Final = "staff"
OTHER: Final = "other-member"
STAFFS: Final = ("decided_by", "ended_by")  # fields that name somebody of the staff
ACTORS: Final = ("by", "approved_by")  # fields that may


class Holdings(Protocol):
    """Everything that is held."""

    def of(self, member_id: str) -> dict[str, Any]:
        """Return what is held about a member, as plain values."""


class Erasures(Protocol):
    """Where erasing is done and remembered."""

    def held(self, member_id: str) -> Held | None:
        """Return what there is of a member to erase."""

    def erase(self, held: Held, change: Change) -> Erasure:
        """Erase a profile at a version, or a draft where there is none. Raises StaleProfileError."""

    def finish(self, erasure: Erasure) -> Erasure:
        """Erase what is left of a history."""

    def of(self, member_id: str) -> list[Erasure]:
        """Return a member's erasures that are still remembered, the newest first."""


def copy_of(
    member_id: str, holdings: Holdings, session_started_at: datetime, now: datetime
) -> dict[str, Any]:
    """Return a copy of everything that is held about a member, as plain values under documented keys.

    Who else did something is not said: that somebody of the staff, or another member, did is.
    """
    held = holdings.of(member_id)
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "member_id": member_id,
        "membership": held["membership"],
        "profile": held["profile"],
        "draft": held["draft"],
        "mentee_profile": held["mentee_profile"],
        "introductions": held["introductions"],
        "preparation": held["preparation"],
        "requests": held["requests"],
        "request_load": held["request_load"],
        "registrations": [_unnamed(each, member_id) for each in held["registrations"]],
        "workbooks": held["workbooks"],
        "exceptions": [_unnamed(each, member_id) for each in held["exceptions"]],
        "concerns": held["concerns"],
        "standing": held["standing"],
        "consents": held["consents"],
        "acts": [_act(act, member_id) for act in held["acts"]],
        "messages": held["messages"],
        "address": held["address"],
        "withdrawn": held["withdrawn"],
        "erasures": [{"at": at} for at in held["erasures"]],
        "session": {"started_at": session_started_at.isoformat()},
    }


def as_json(copy: Mapping[str, Any]) -> bytes:
    """Return a copy as JSON, UTF-8."""
    return (json.dumps(copy, ensure_ascii=False, indent=2) + "\n").encode()


def as_csv(copy: Mapping[str, Any]) -> bytes:
    """Return the same facts as CSV, one value a row: section, number of the entry, key, value.

    A value that a spreadsheet would run stands behind an apostrophe (`spreadsheets.harmless`).
    """
    rows: list[Iterable[object]] = [CSV_COLUMNS]
    for section, held in copy.items():
        entries = held if isinstance(held, list) and held else [held]
        for number, entry in enumerate(entries, 1):
            for key, value in _leaves(entry):
                rows.append([section, number, key, harmless(value)])
    return sheet(rows)


def erase(member_id: str, erasures: Erasures, now: datetime) -> Erasure | None:
    """Erase a member's profile, draft and history; return the last erasure, None where there never was any.

    Repeated it erases nothing more and returns the same. Raises StaleProfileError where others keep saving.
    """
    for attempt in range(1, ATTEMPTS + 1):
        held = erasures.held(member_id)
        if held is None:
            last = next(iter(erasures.of(member_id)), None)
            return erasures.finish(last) if last and not last.is_finished else last
        try:
            return erasures.erase(held, erasure_change(held, now))
        except StaleProfileError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _act(act: Mapping[str, Any], member_id: str) -> dict[str, Any]:
    said = {name: act[name] for name in ("at", "action", "changes") if name in act}
    return {"actor": _actor(str(act.get("actor", "")), member_id), **said}


def _actor(actor: str, member_id: str) -> str:
    by = STAFF if actor.startswith(f"{STAFF}:") else actor
    return OTHER if by.startswith("member:") and by != f"member:{member_id}" else by


def _unnamed(value: Any, member_id: str, name: str = "") -> Any:
    """Return a record in which nobody of the staff is named, however deep."""
    if isinstance(value, dict):
        return {each: _unnamed(part, member_id, each) for each, part in value.items()}
    if isinstance(value, list):
        return [_unnamed(part, member_id, name) for part in value]
    if name in STAFFS and value:
        return STAFF
    return _actor(value, member_id) if name in ACTORS else value


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value with the dotted way to it; an empty list or object is a value as well."""
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _leaves(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list) and value:
        for part in value:
            yield from _leaves(part, key)
    else:
        yield key, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or value in ([], {}) else json.dumps(value)
