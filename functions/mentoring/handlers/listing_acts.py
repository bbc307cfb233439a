"""The acts on a listing as forms: what each holds beforehand, and what is read from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mentoring.domain.profile import LISTING, Audience, Profile, StoredProfile
from mentoring.handlers.requests import Request
from mentoring.usecases.change_listing import ListingActs, shareable
from mentoring.usecases.mentor_lines import LARGEST_CAPACITY
from mentoring.usecases.typed_fields import (
    Mistakes,
    day_fields,
    typed_choice,
    typed_number,
    typed_return_day,
)

VERSION: Final = "version"
YES: Final = "yes"
NO: Final = "no"

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: what its form holds beforehand, and how it is done.

    `take` raises FormError and what its use case raises; `first` is the field where a conflict is told.
    `hides`: it may hide something, or show it again. `has_page`: it is asked about on a page of its own.
    """

    name: str
    fields: Callable[[Profile], Fields]
    take: Callable[[Request, ListingActs], StoredProfile]
    first: str = ""
    hides: bool = False
    has_page: bool = True


def sent_version(request: Request) -> int:
    """Return the version that a form was made from; none of ours where somebody changed it."""
    sent = request.form.get(VERSION)
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


def _pause_fields(profile: Profile) -> Fields:
    return day_fields("returns_on", profile.returns_on)


def _pause(request: Request, acts: ListingActs) -> StoredProfile:
    mistakes = Mistakes()
    returns_on = mistakes.note("returns_on", typed_return_day, request.form, "returns_on", request.today)
    mistakes.raise_any()
    return acts.pause(returns_on, sent_version(request))


def _capacity_fields(profile: Profile) -> Fields:
    return [("capacity", str(profile.capacity))] if profile.capacity else []


def _cap(request: Request, acts: ListingActs) -> StoredProfile:
    mistakes = Mistakes()
    capacity = mistakes.note(
        "capacity", typed_number, request.form, "capacity", 1, LARGEST_CAPACITY, may_miss=True
    )
    mistakes.raise_any()
    return acts.cap(capacity, sent_version(request))


def _sharing_fields(profile: Profile) -> Fields:
    chosen = [(subject, str(profile.audience_of(subject))) for subject in shareable(profile)]
    return [*chosen, ("search_engines", YES if profile.wants_search_engines else NO)]


def _share(request: Request, acts: ListingActs) -> StoredProfile:
    mistakes, audiences = Mistakes(), dict[str, Audience]()
    for subject in shareable(acts.stored().profile):
        audiences[subject] = mistakes.note(subject, _audience, request, subject)
    wanted = mistakes.note("search_engines", typed_choice, request.form, "search_engines", (YES, NO))
    mistakes.raise_any()
    return acts.share(audiences, wanted == YES, sent_version(request))


def _audience(request: Request, subject: str) -> Audience:
    allowed = (Audience.PUBLIC, Audience.MEMBERS) if subject == LISTING else (Audience.MEMBERS, Audience.NONE)
    return Audience(typed_choice(request.form, subject, tuple(str(each) for each in allowed)))


ACTS: Final[Mapping[str, Act]] = {
    act.name: act
    for act in (
        Act(name="pause", fields=_pause_fields, take=_pause, first="returns_on"),
        Act(name="resume", fields=lambda _: [], take=lambda _, acts: acts.resume(), has_page=False),
        Act(name="capacity", fields=_capacity_fields, take=_cap, first="capacity"),
        Act(name="sharing", fields=_sharing_fields, take=_share, first=LISTING, hides=True),
        Act(name="leave", fields=lambda _: [], take=lambda _, acts: acts.leave(), hides=True),
    )
}
