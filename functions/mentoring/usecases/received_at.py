"""When something was received that staff log: a day and a time of the association's clock (MOD-4, MOD-6)."""

import re
from datetime import UTC, datetime
from typing import Final

from mentoring.domain.business_days import ZONE
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.typed_fields import Mistakes, Typed, typed_choice, typed_day, typed_text

TIME: Final = re.compile(r"(\d{1,2})\s?[:h]\s?(\d{2})", re.IGNORECASE)
WHICH: Final = "which"  # of an hour that the clock shows twice
TWICE: Final = ("earlier", "later")


def typed_received_at(typed: Typed, now: datetime) -> datetime:
    """Return the instant (UTC) of a day and a time of the association's. Raises FormError.

    An hour that is repeated in autumn is asked about, one that is skipped in spring is none.
    """
    mistakes = Mistakes()
    day = mistakes.note("received", typed_day, typed, "received")
    if day is None and "received" not in mistakes.by_field:
        mistakes.by_field["received"] = FieldError("missing")
    clock = mistakes.note("time", _time, typed)
    mistakes.raise_any()
    assert day is not None  # noqa: S101 - a mistake otherwise
    hour, minute = clock
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
    which = _instants(local)
    if not which:
        mistakes.by_field["time"] = FieldError("skipped")
    chosen = mistakes.note(WHICH, typed_choice, typed, WHICH, TWICE) if len(which) > 1 else TWICE[0]
    mistakes.raise_any()
    at = which[TWICE.index(chosen)]
    if at > now:
        mistakes.by_field["received"] = FieldError("to-come")
    mistakes.raise_any()
    return at


def _instants(local: datetime) -> list[datetime]:
    """Return the instants (UTC) at which the clock shows this, the earlier first."""
    found = {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in found if at.astimezone(ZONE).replace(fold=0) == local.replace(fold=0))


def _time(typed: Typed) -> tuple[int, int]:
    text = typed_text(typed, "time", 20)
    found = TIME.fullmatch(text)
    if not text:
        raise FieldError("missing")
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise FieldError("not-a-time")
    return int(found[1]), int(found[2])
