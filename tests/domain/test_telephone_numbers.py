"""Telephone numbers in free text."""

import pytest

from mentoring.domain.telephone_numbers import has_telephone_number

NUMBERS = (
    "705-555-1234",
    "Tél. 613 555 0199",
    "(613) 555-0199",
    "+1 613.555.0199",
    "1-800-555-0199",
    "6135550199",
    "613\u2011555\u20110199",
    "613\u00a0555\u00a00199",
    "613 - 555 - 0199",
    "613/555/0199",
    "06 12 34 56 78",
    "+33 6 12 34 56 78",
    "+44 (0)20 7946 0958",
    "6\u200b1\u200b3\u200b5550199",
)
OTHERS = (
    "Depuis 1998, 2004 et 2012",
    "2015-2026",
    "12 ans, 300 personnes, 4 500 heures",
    "Born 1970-01-02",
    "scores of 100 to 1000",
    "10,000,000 steps",
    "2015/2016 - 2018/2019",
    "04-06, 10-12 ans",
    "",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_found_wherever_it_stands(number: str) -> None:
    """DIR-17: an address is seen only after an acceptance, and so is a number that a biography held."""
    assert has_telephone_number(number)
    assert has_telephone_number(f"Call me: {number}, any day.")


@pytest.mark.parametrize("text", OTHERS)
def test_other_figures_are_no_numbers(text: str) -> None:
    """DIR-2: a biography may speak of years, hours and ages."""
    assert not has_telephone_number(text)
