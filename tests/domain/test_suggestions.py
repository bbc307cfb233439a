"""Other mentors for whoever got no answer: the best first, and nobody always last."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.domain.match_requests import Questions
from mentoring.domain.suggestions import Candidate, Common, in_common, ranked

ASKED = Questions(
    background="",
    goals="",
    needs="",
    topics=("business", "assessments"),
    areas=("mental-health", "home-care"),
    languages=("fr",),
    formats=("video",),
    frequency="monthly",
)


def candidate(slug: str = "zoe", **changes: Any) -> Candidate:
    """A mentor who has one of everything in common, with what a test changes."""
    fields = {"topics": ("business",), "areas": ("home-care",), "languages": ("fr",), "formats": ("video",)}
    return Candidate(slug=slug, **fields | changes)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"topics": (), "areas": (), "is_new": True}, {"languages": ("en",)}),
        ({"topics": (), "areas": ()}, {"is_new": True}),
        ({"topics": ASKED.topics, "areas": ()}, {"areas": ASKED.areas}),
        ({"areas": ASKED.areas, "formats": ()}, {}),
        ({}, {"formats": ("phone",)}),
        ({}, {"topics": ("ethics", "careers", "leadership")}),
    ],
)
def test_what_counts_more_stands_first(better: dict[str, Any], worse: dict[str, Any]) -> None:
    """DIR-19: a language in common, a year of practice, topics, areas, forms of contact; no more."""
    mentors = [candidate("worse", **worse), candidate("better", **better)]
    for turn in ("1", "2", "3", "4"):
        assert [each.slug for each in ranked(ASKED, mentors, turn)] == ["better", "worse"]


def test_the_reason_is_what_both_named() -> None:
    """DIR-19: of a mentor's topics, areas and languages those that were asked for, in that order."""
    offered = candidate(topics=("ethics", *ASKED.topics[::-1]), areas=("hand-therapy",))
    assert in_common(ASKED, offered) == Common(topics=ASKED.topics, areas=(), languages=("fr",))


def test_equals_take_turns() -> None:
    """DIR-19: of mentors who suit alike each is the first for somebody; one request always has one order."""
    mentors = [candidate(slug) for slug in ("a", "b", "c", "d")]
    orders = {turn: [each.slug for each in ranked(ASKED, mentors, str(turn))] for turn in range(60)}
    assert {order[0] for order in orders.values()} == {"a", "b", "c", "d"}
    assert orders[7] == [each.slug for each in ranked(ASKED, mentors[::-1], "7")]


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.text())
def test_ranking_loses_nobody(slugs: list[str], turn: str) -> None:
    """DIR-19: whoever may be suggested is somewhere in the order, once."""
    assert sorted(each.slug for each in ranked(ASKED, map(candidate, slugs), turn)) == sorted(slugs)
