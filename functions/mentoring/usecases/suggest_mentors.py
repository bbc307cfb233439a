"""Finds other mentors for somebody whose request was not answered (DIR-19)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Final, Protocol

from mentoring.domain.errors import RecordUnreadableError
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

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, StoredProfile]:
        """Return the profiles of those of these members that have one, by member id."""

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
        unreadable: Callable[[str], None],
    ) -> None:
        """Take where mentors are read. `accepting` reads a release: once, and not before it is needed.

        Whose record cannot be read is no suggestion, and goes to `unreadable` by their member id.
        """
        self._accepting = cache(accepting)
        self._profiles = profiles
        self._requests = requests
        self._why_not = why_not
        self._policy = policy
        self._unreadable = unreadable

    def for_request(self, request: MatchRequest) -> tuple[str, ...]:
        """Return the addresses of mentors who suit what was asked, and can be asked at this moment."""
        if request.questions is None:
            return ()
        best = ranked(request.questions, self._accepting(), request.id)[:LOOKED_AT]
        owners = {each.slug: owner for each in best if (owner := self._profiles.owner_of(each.slug))}
        living = ranked(request.questions, self._living(owners), request.id)
        free = self._free(request, (each.slug for each in living), owners)
        return tuple(islice(free, self._policy.suggested))

    def for_member(self, ended: MatchRequest, questions: Questions) -> tuple[str, ...]:
        """Return the addresses of mentors whom somebody can ask now, after a request that came to nothing.

        Who was suggested then stays, as far as they can still be asked; where nobody was, the questionnaire
        of now decides.
        """
        if not ended.suggested:
            return self.for_request(replace(ended, questions=questions))
        owners = {slug: owner for slug in ended.suggested if (owner := self._profiles.owner_of(slug))}
        return tuple(self._free(ended, owners, owners))

    def _living(self, owners: Mapping[str, str]) -> Iterator[Candidate]:
        """Yield the mentors behind these addresses by their profiles of this moment."""
        found = self._profiles.get_many(owners.values(), self._unreadable)
        for slug, owner in owners.items():
            if owner in found:
                yield _candidate(slug, found[owner].profile)

    def _free(self, request: MatchRequest, slugs: Iterable[str], owners: Mapping[str, str]) -> Iterator[str]:
        """Yield the addresses of those whom the mentee can ask, and has not asked before."""
        # Whoever said no, or nothing, is no suggestion.
        asked = {each.request.mentor_id for each in self._requests.of(request.mentee_id, Side.MENTEE, _pass)}
        return (slug for slug in slugs if owners[slug] not in asked and self._may_ask(request, owners[slug]))

    def _may_ask(self, request: MatchRequest, mentor_id: str) -> bool:
        # Of those they may have open one that is not over still counts, and ends with the suggestion.
        allowed = (None, Refusal.TOO_MANY) if request.is_open else (None,)
        try:
            return self._why_not(request.mentee_id, mentor_id) in allowed
        except RecordUnreadableError as error:
            self._unreadable(error.member_id)
            return False


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
