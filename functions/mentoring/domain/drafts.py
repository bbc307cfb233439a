"""What a member has answered so far of "I want to be a mentor", before any of it counts (DIR-1, DIR-2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, Audience, Profile, StoredProfile

Typed = tuple[tuple[str, str], ...]

# What a mentor can also change outside the questionnaire, beside the shares; one choice stands together.
LIVE: Final = (("is_available", "returns_on"), ("capacity",), ("listing",), ("wants_search_engines",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Each answer checked on its own; what was not answered is None or empty."""

    years_of_experience: int | None = None
    areas: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    client_ages: tuple[str, ...] = ()
    province: str = ""
    city: str = ""
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    frequency: str = ""
    bio: Mapping[str, str] = field(default_factory=dict)
    identity: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)  # never in a log
    shares: Mapping[str, Audience] = field(default_factory=dict)  # of the identity fields
    is_available: bool | None = None
    returns_on: date | None = None
    capacity: int | None = None
    listing: Audience = Audience.NONE
    wants_search_engines: bool = False
    agreed: Mapping[str, str] = field(default_factory=dict)  # document: version
    agreed_in: str = ""  # the language in which the documents were agreed to

    def share_of(self, name: str) -> Audience:
        """Return who is to see an identity field; unless somebody chose otherwise, nobody (DIR-4)."""
        return self.shares.get(name, Audience.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A questionnaire under way. `answered` says for each page that was answered at which save of the draft.

    `based_on` is the version of the profile that the answers stand over, 0 for none. `unfinished` holds what
    was typed on a page, as it was typed, where the page was left before it could be taken.
    """

    member_id: str
    based_on: int
    answers: Answers
    answered: Mapping[str, int] = field(default_factory=dict)
    unfinished: Mapping[str, Typed] = field(default_factory=dict, repr=False)  # may hold identity answers

    def with_answer(self, page: str, answers: Answers, version: int) -> "Draft":
        """Return the draft with a page answered by the save that makes this version."""
        unfinished = {name: typed for name, typed in self.unfinished.items() if name != page}
        return replace(
            self, answers=answers, answered={**self.answered, page: version}, unfinished=unfinished
        )

    def with_unfinished(self, page: str, typed: Typed) -> "Draft":
        """Return the draft with a page that waits for its member to finish it."""
        return replace(self, unfinished={**self.unfinished, page: typed})


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerm:
    """When a draft is saved, and until when it is kept unless it is saved again (UTC)."""

    saved_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as the database holds it. `version` counts its saves; 0 is one that was never saved."""

    draft: Draft
    version: int

    def next_version(self, at: datetime) -> int:
        """Return the version that a save at this instant makes."""
        return version_after(self.version, at)


def version_after(version: int, at: datetime) -> int:
    """Return the version that a save at this instant makes; 0 is the one before the first.

    The first is the instant itself, in milliseconds: no page that showed an earlier questionnaire of this
    member, erased since, is taken for one of this questionnaire.
    """
    return version + 1 if version else int(at.timestamp() * 1000)


def fresh_draft(member_id: str, stored: StoredProfile | None) -> Draft:
    """Return where a questionnaire starts: empty, or with what the mentor published before."""
    if stored is None:
        return Draft(member_id=member_id, based_on=0, answers=Answers())
    return Draft(member_id=member_id, based_on=stored.version, answers=published_answers(stored.profile))


def published_answers(profile: Profile) -> Answers:
    """Return a profile as answers. Who has opted out chooses and agrees anew: they took all of it back."""
    left = profile.opted_out_on is not None
    return Answers(
        years_of_experience=profile.years_of_experience,
        areas=profile.areas,
        training=profile.training,
        client_ages=profile.client_ages,
        province=profile.province,
        city=profile.city,
        languages=profile.languages,
        topics=profile.topics,
        formats=profile.formats,
        frequency=profile.frequency,
        bio=dict(profile.bio),
        identity=dict(profile.identity),
        shares={} if left else {name: profile.audience_of(name) for name in IDENTITY_FIELDS},
        is_available=None if left else profile.is_available,
        returns_on=None if left else profile.returns_on,
        capacity=profile.capacity,
        listing=Audience.NONE if left else profile.audience_of(LISTING),
        wants_search_engines=profile.wants_search_engines and not left,
        agreed={} if left else {name: given.version for name, given in profile.acknowledgements.items()},
    )


def rebased(draft: Draft, stored: StoredProfile | None) -> Draft:
    """Return a draft over the profile as it is now: what was changed there since is not undone by it.

    What was not changed there stays as the draft has it, so whichever was said last counts: also where it was
    changed and changed back.
    """
    version = stored.version if stored else 0
    if draft.based_on == version:
        return draft
    now = published_answers(stored.profile) if stored else Answers()
    anew = replace(draft, based_on=version)
    if stored is None or stored.profile.opted_out_on:
        # What was agreed to and chosen ended with the listing (DIR-5).
        return replace(
            anew, answers=_with_live(replace(draft.answers, agreed={}), now, LIVE, IDENTITY_FIELDS)
        )
    newer = {name for name, said in stored.said.items() if said > draft.based_on}
    changed = [names for names in LIVE if names[0] in newer]
    reshared = [name for name in IDENTITY_FIELDS if name in newer]
    return replace(anew, answers=_with_live(draft.answers, now, changed, reshared))


def saved_over(profile: Profile, replaced: StoredProfile | None) -> StoredProfile:
    """Return a profile as it is stored in the place of another one, or as a first one."""
    version = replaced.version + 1 if replaced else 1
    before = _live(published_answers(replaced.profile) if replaced else Answers())
    after = _live(published_answers(profile))
    changed = {name: version for name in after if after[name] != before[name]}
    return StoredProfile(profile, version, {**(replaced.said if replaced else {}), **changed})


def _with_live(
    answers: Answers, now: Answers, changed: Iterable[Sequence[str]], reshared: Iterable[str]
) -> Answers:
    values = {name: getattr(now, name) for names in changed for name in names}
    shares = {**answers.shares, **{name: now.share_of(name) for name in reshared}}
    return replace(answers, shares=shares, **values)


def _live(answers: Answers) -> dict[str, object]:
    """Return what can also be changed outside the questionnaire, a choice by its first name."""
    choices: dict[str, object] = {names[0]: [getattr(answers, name) for name in names] for names in LIVE}
    return choices | {name: answers.share_of(name) for name in IDENTITY_FIELDS}
