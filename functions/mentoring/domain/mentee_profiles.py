"""What a member tells the mentors that they ask: the questionnaire of DIR-15, kept and used again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mentoring.domain.drafts import Typed, version_after
from mentoring.domain.match_requests import Questions
from mentoring.domain.profile import IDENTITY_FIELDS, Audience, Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class MenteeAnswers:
    """Each answer checked on its own; what was not answered is empty. Fields as in `drafts.Answers`."""

    background: str = field(default="", repr=False)
    goals: str = field(default="", repr=False)
    topics: tuple[str, ...] = ()
    needs: str = field(default="", repr=False)  # learning needs, in one's own words
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    frequency: str = ""
    identity: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)  # never in a log
    shares: Mapping[str, Audience] = field(default_factory=dict)  # of the identity fields

    def share_of(self, name: str) -> Audience:
        """Return who is to see an identity field; unless somebody chose otherwise, nobody (DIR-4)."""
        return self.shares.get(name, Audience.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenteeProfile:
    """A member's questionnaire with the consents that its identity answers stand under.

    `answered` says for each page that was answered at which save. `unfinished` holds what was typed on a
    page, as it was typed, where the page was left before it could be taken.
    """

    member_id: str
    answers: MenteeAnswers = MenteeAnswers()
    consents: Mapping[str, Consent] = field(default_factory=dict)  # by identity field
    answered: Mapping[str, int] = field(default_factory=dict)
    unfinished: Mapping[str, Typed] = field(default_factory=dict, repr=False)  # may hold identity answers

    def with_answer(self, page: str, answers: MenteeAnswers, version: int) -> "MenteeProfile":
        """Return the questionnaire with a page answered by the save that makes this version."""
        unfinished = {name: typed for name, typed in self.unfinished.items() if name != page}
        return replace(
            self, answers=answers, answered={**self.answered, page: version}, unfinished=unfinished
        )

    def with_unfinished(self, page: str, typed: Typed) -> "MenteeProfile":
        """Return the questionnaire with a page that waits for its member to finish it."""
        return replace(self, unfinished={**self.unfinished, page: typed})


@dataclass(frozen=True, slots=True)
class StoredMenteeProfile:
    """A questionnaire as the database holds it. `version` counts its saves; 0 is one never saved.

    `begun` is the first version: it tells this questionnaire from one that was erased before.
    """

    profile: MenteeProfile
    version: int
    begun: int = 0

    def next_version(self, at: datetime) -> int:
        """Return the version that a save at this instant makes."""
        return version_after(self.version, at)

    def saved(self, profile: MenteeProfile, at: datetime) -> "StoredMenteeProfile":
        """Return what a save at this instant makes of it."""
        version = self.next_version(at)
        return StoredMenteeProfile(profile, version, self.begun or version)

    def is_as_shown(self, page: str, seen: int) -> bool:
        """Return whether a page's answer is still the one that was shown at a version.

        A version that was never reached is one of a questionnaire that was erased since.
        """
        return self.profile.answered.get(page, 0) <= seen <= self.version


def shared_identity(profile: MenteeProfile) -> tuple[str, ...]:
    """Return the identity fields that a mentor who is asked may see (DIR-4, DIR-15)."""
    answers = profile.answers
    return tuple(
        name
        for name in IDENTITY_FIELDS
        if answers.identity.get(name) and answers.share_of(name) is Audience.MENTORS
    )


def shown_identity(questions: Questions, profile: MenteeProfile) -> dict[str, tuple[str, ...]]:
    """Return the identity answers that a mentor who was asked may read now: shared then, not changed since.

    Whoever changes an answer, or takes it back and shares it again, does so for mentors asked from then on.
    """
    still = _identity_of(profile)
    names = (name for name, save in questions.identity.items() if still.get(name) == save)
    return {name: profile.answers.identity[name] for name in names}


def questions_of(profile: MenteeProfile) -> Questions:
    """Return the answers as a mentor who is asked now gets them."""
    answers = profile.answers
    return Questions(
        background=answers.background,
        goals=answers.goals,
        needs=answers.needs,
        topics=answers.topics,
        areas=answers.areas,
        languages=answers.languages,
        formats=answers.formats,
        frequency=answers.frequency,
        identity=_identity_of(profile),
    )


def _identity_of(profile: MenteeProfile) -> dict[str, int]:
    """Return the identity fields that are shared, each with the save that answered its page."""
    return {name: profile.answered.get(name, 0) for name in shared_identity(profile)}
