"""Finds other mentors for somebody whose request was not answered (DIR-19)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Final, Protocol

from mentoring.domain.match_requests import MatchRequest, Questions, StoredRequest
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import Side
from mentoring.domain.suggestions import Candidate, ranked

LOOKED_AT: Final = 20
"""Of how many that suit best by the release's index the profiles are read: some have left or paused since."""

WhyNot = Callable[[str, str], Refusal | None]
"""Why a member cannot ask a mentor now: member id, mentor's member id -> reason."""


class Requests(Protocol):
    """Where match requests are kept."""

    def of(
        self, member_id: str, side: Side, unreadable: Callable[[str], None] | None = None
    ) -> list[StoredRequest]:
        """Return the requests in which a member is on this side."""


class Mentors(Protocol):
    """Where mentors' profiles are read."""

    def get(self, member_id: str) -> StoredProfile | None:
        """Return a mentor's profile, opted out or not."""

    def owner_of(self, slug: str) -> str | None:
        """Return the member whose address this is, or was."""


class Suggesting:
    """One sweep's suggestions."""

    def __init__(
        self,
        accepting: Callable[[], list[Candidate]],
        profiles: Mentors,
        requests: Requests,
        why_not: WhyNot,
        policy: DirectoryPolicy,
    ) -> None:
        """Take where mentors are read. `accepting` reads a release: once, and not before it is needed."""
        self._accepting = cache(accepting)
        self._profiles = profiles
        self._requests = requests
        self._why_not = why_not
        self._policy = policy

    def for_request(self, request: MatchRequest) -> tuple[str, ...]:
        """Return the addresses of mentors who suit what was asked, and can be asked at this moment."""
        if request.questions is None:
            return ()
        best = ranked(request.questions, self._accepting(), request.id)[:LOOKED_AT]
        owners = {each.slug: owner for each in best if (owner := self._profiles.owner_of(each.slug))}
        living = ranked(request.questions, self._living(owners), request.id)
        free = (each.slug for each in living if self._can_be_asked(request, owners[each.slug]))
        return tuple(islice(free, self._policy.suggested))

    def for_member(self, ended: MatchRequest, questions: Questions) -> tuple[str, ...]:
        """Return the addresses of mentors whom somebody can ask now, after a request that came to nothing.

        Who was suggested then stays, as far as they can still be asked; where nobody was, the questionnaire
        of now decides.
        """
        if not ended.suggested:
            return self.for_request(replace(ended, questions=questions))
        owners = ((slug, self._profiles.owner_of(slug)) for slug in ended.suggested)
        return tuple(slug for slug, owner in owners if owner and self._can_be_asked(ended, owner))

    def _living(self, owners: Mapping[str, str]) -> Iterator[Candidate]:
        """Yield the mentors behind these addresses by their profiles of this moment."""
        for slug, owner in owners.items():
            stored = self._profiles.get(owner)
            if stored:
                yield _candidate(slug, stored.profile)

    def _can_be_asked(self, request: MatchRequest, mentor_id: str) -> bool:
        mentee = self._requests.of(request.mentee_id, Side.MENTEE, _pass)
        if mentor_id in {each.request.mentor_id for each in mentee}:
            return False  # whoever said no, or nothing, is no suggestion
        # Of those they may have open one that is not over still counts, and ends with the suggestion.
        allowed = (None, Refusal.TOO_MANY) if request.is_open else (None,)
        return self._why_not(request.mentee_id, mentor_id) in allowed


def _candidate(slug: str, profile: Profile) -> Candidate:
    return Candidate(
        slug=slug,  # as the release has it: a new one has no page yet
        topics=profile.topics,
        areas=profile.areas,
        languages=profile.languages,
        formats=profile.formats,
        is_new=profile.years_of_experience == 0,
    )


def _pass(_request_id: str) -> None:
    """A damaged row is the sweep's own finding, and nobody's reason not to be suggested."""
