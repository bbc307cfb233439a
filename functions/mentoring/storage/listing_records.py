"""How the nightly build writes a listing, for its renderers and in the members' tree: as JSON."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from mentoring.domain.listing import Listing
from mentoring.domain.membership import Profession

FIELDS: Final = tuple(field.name for field in fields(Listing))
LISTS: Final = ("areas", "training", "client_ages", "languages", "topics", "formats")
DAYS: Final = ("returns_on", "listed_on", "confirmed_on")


def listing_record(listing: Listing) -> dict[str, Any]:
    """Return what `listing_from` reads, once it is written as JSON with `default=str`."""
    # Field by field: `asdict` copies every value, which ten thousand times over is a second.
    return {name: getattr(listing, name) for name in FIELDS}


def listing_text(listing: Listing) -> str:
    """Return a listing as one line of JSON; equal listings are equal texts."""
    return json.dumps(listing_record(listing), ensure_ascii=False, sort_keys=True, default=str)


def listing_from(record: Mapping[str, Any]) -> Listing:
    """Return the listing that a record holds, once it is no text any more."""
    lists = {name: tuple(record[name]) for name in LISTS}
    days = {name: date.fromisoformat(record[name]) if record[name] else None for name in DAYS}
    return Listing(**{**record, **lists, **days, "profession": Profession(record["profession"])})
