"""Which other mentors suit what somebody asked of one with whom nothing is under way any more (DIR-19)."""

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
    is_new: bool = False  # in the first year of practice; a release's index does not have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What a mentor offers of what somebody asked for: the reason why they are suggested."""

    topics: tuple[str, ...]
    areas: tuple[str, ...]
    languages: tuple[str, ...]


def in_common(questions: Questions, candidate: Candidate) -> Common:
    """Return what a mentor and the answers of whoever asks have in common, in the order of the answers."""
    return Common(
        topics=_shared(questions.topics, candidate.topics),
        areas=_shared(questions.areas, candidate.areas),
        languages=_shared(questions.languages, candidate.languages),
    )


def ranked(questions: Questions, candidates: Iterable[Candidate], turn: str) -> list[Candidate]:
    """Return the candidates, whoever suits best first.

    A language in common comes before everything, then whoever has practised for a year: nobody is asked how
    long they have, and a beginner seldom looks for another. Then the more of the topics, the areas, the
    forms of contact. Equals stand in an order that another `turn` shuffles: nobody is always the last.
    """

    def suits(candidate: Candidate) -> tuple[bool, bool, int, int, int, int, str]:
        common = in_common(questions, candidate)
        return (
            not common.languages,
            candidate.is_new,
            -len(common.topics),
            -len(common.areas),
            -len(_shared(questions.formats, candidate.formats)),
            -len(common.languages),
            hashlib.sha256(f"{turn} {candidate.slug}".encode()).hexdigest(),
        )

    return sorted(candidates, key=suits)


def _shared(wished: tuple[str, ...], offered: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in wished if each in offered)
