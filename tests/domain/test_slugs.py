"""A mentor's public address."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.domain.slugs import LONGEST_SLUG, RESERVED, slug_candidates


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Amélie Tremblay", "amelie-tremblay"),
        ("Marie-Ève  L’Heureux", "marie-eve-lheureux"),
        ("Sinéad O'Brien", "sinead-obrien"),
        ("Łukasz Øster", "lukasz-oster"),
        ("Đức Nguyễn", "duc-nguyen"),
        ("Vadebonœur Straße", "vadebonoeur-strasse"),
        ("李 Wei", "wei"),
    ],
)
def test_an_address_is_the_name_in_plain_letters(name: str, slug: str) -> None:
    """DIR-2: accents are folded, apostrophes join, everything else separates."""
    assert next(slug_candidates(name, "M-1")) == slug


@pytest.mark.parametrize("name", ["نور الهدى", "李小龙", "🙂", "", "123"])
def test_a_name_without_latin_letters_has_a_neutral_address(name: str) -> None:
    """DIR-2: nobody is left without an address, and none of them says who is behind it."""
    assert re.fullmatch("mentor-[0-9a-f]{6}", next(slug_candidates(name, "M-1")))


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_reserved_words_are_never_an_address(name: str) -> None:
    """DIR-11: /mentors/area/ is a list of areas, whatever a mentor is called."""
    assert name not in slug_candidates(name.title(), "M-1")


@given(name=st.text(max_size=300), member_id=st.text("abc123-._", min_size=1, max_size=64))
def test_every_candidate_is_a_safe_address(name: str, member_id: str) -> None:
    """DIR-2: whatever the name, an address is short plain kebab-case, and the same each time."""
    candidates = list(slug_candidates(name, member_id))
    assert candidates == list(slug_candidates(name, member_id))
    assert len(candidates) == len(set(candidates))
    for slug in candidates:
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
        assert len(slug) <= LONGEST_SLUG
        assert not slug.isdigit()
