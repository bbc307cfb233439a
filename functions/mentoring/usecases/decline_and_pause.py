"""A mentor says no and takes on nobody for a while, by one act (DIR-16, DIR-7)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from mentoring.domain.errors import NoListingError
from mentoring.domain.request_states import Reason
from mentoring.usecases.change_listing import ListingActs
from mentoring.usecases.match_requests import MatchActs


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusing:
    """How a mentor says no. `returns_on` is None for a pause until further notice."""

    reason: Reason | None
    words: str
    returns_on: date | None


def decline_and_pause(request_id: str, said: Refusing, matches: MatchActs, listing: ListingActs) -> None:
    """Decline and pause, both or neither. Repeated it changes nothing more."""
    pausing = partial(listing.decided_pause, said.returns_on)
    matches.decline(request_id, said.reason, said.words, pausing)
    with suppress(NoListingError):
        listing.pause(said.returns_on)  # by itself, where the refusal was given before, in another tab
