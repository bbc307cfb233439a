"""What counts as an e-mail address, for imports, listings and releases alike."""

import time

import pytest

from mentoring.domain.email_addresses import has_address
from mentoring.domain.slugs import slug_candidates


@pytest.mark.parametrize(
    "text",
    [
        "write to robin@example.org",
        "robin @ example.org",
        "robin    @\n\n  example.org",
        "robin%40example%2Eorg",
        "robin&#64;example.org",
        "robin＠example.org",
        "robin＠example。org",
        "robin@\u200bexample.org",
        r"robin\u0040example.org",
    ],
)
def test_an_address_is_found_however_it_is_written(text: str) -> None:
    """DIR-12: what a release would be refused for is found where it comes in."""
    assert has_address(text)


@pytest.mark.parametrize(
    "text", ["coffee @ 10.30", "name (at) example dot org", "https://example.com/@robin", "@mentors", "a@b"]
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    """DIR-2: a time of day or a handle costs nobody their biography."""
    assert not has_address(text)


def test_a_very_long_word_is_read_at_once() -> None:
    """SAF-4: one mentor's pasted noise does not hold up the night."""
    began = time.process_time()
    assert not has_address("a" * 300_000)
    assert time.process_time() - began < 1


def test_an_address_given_as_a_name_is_no_part_of_the_page_address() -> None:
    """DIR-12: a page's address is kept for good, also once the name is put right."""
    candidates = list(slug_candidates("robin@example.org", "M-1"))
    assert candidates
    assert all(each.startswith("mentor-") for each in candidates)
