"""Which other mentors suit what somebody asked of one who did not answer (DIR-19)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from mentoring.domain.match_requests import Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mentor who may be suggested, by what everybody, or every member, may see of them."""

    slug: str
    topics: tuple[str, ...]
    areas: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...] = ()  # a release's index does not have them


def ranked(questions: Questions, candidates: Iterable[Candidate], turn: str) -> list[Candidate]:
    """Return the candidates, whoever suits best first.

    A language in common comes before everything; then the more of the topics, the areas, the forms of
    contact. Equals stand in an order that another `turn` shuffles, so that nobody is always the last.
    """

    def suits(candidate: Candidate) -> tuple[bool, int, int, int, int, str]:
        languages = _shared(questions.languages, candidate.languages)
        return (
            languages == 0,
            -_shared(questions.topics, candidate.topics),
            -_shared(questions.areas, candidate.areas),
            -_shared(questions.formats, candidate.formats),
            -languages,
            hashlib.sha256(f"{turn} {candidate.slug}".encode()).hexdigest(),
        )

    return sorted(candidates, key=suits)


def _shared(wished: tuple[str, ...], offered: tuple[str, ...]) -> int:
    return len({*wished} & {*offered})
