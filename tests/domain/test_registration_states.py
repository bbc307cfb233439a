"""The tables of registrations, attempts and refunds, and their diagrams."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mentoring.domain.registration_states import (
    ATTEMPT_NEXT,
    CURRENT,
    NEXT,
    REFUND_NEXT,
    AttemptState,
    RefundState,
    RegistrationState,
    diagram,
    money_diagram,
)

README = Path(__file__).parent.parent.parent / "functions/mentoring/domain/README.md"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("registration states", diagram()),
        ("attempt states", money_diagram(ATTEMPT_NEXT)),
        ("refund states", money_diagram(REFUND_NEXT)),
    ],
)
def test_the_diagrams_of_the_readme_are_current(name: str, lines: Any) -> None:
    """Whoever changes a table draws its diagram anew; this says with what."""
    drawn = "\n".join(("```mermaid", *lines, "```", ""))
    _, _, after = README.read_text("utf-8").partition(f"<!-- {name}: begin -->\n")
    shown, _, _ = after.partition(f"<!-- {name}: end -->")
    assert shown == drawn, f"put this between the marks of {README.name}:\n{drawn}"


@pytest.mark.parametrize("table", [ATTEMPT_NEXT, REFUND_NEXT])
def test_money_never_moves_backwards(table: Mapping[Any, frozenset[Any]]) -> None:
    """Invariant 11: every state has its row, and from none a way leads back to it."""

    def reached(state: Any, seen: frozenset[Any] = frozenset()) -> frozenset[Any]:
        assert state not in seen, f"{state} can be reached from itself"
        return frozenset.union(frozenset({state}), *(reached(each, seen | {state}) for each in table[state]))

    for state in table:
        reached(state)
    assert set(table) in ({*AttemptState}, {*RefundState})


def test_what_is_over_stays_over_and_paid_is_never_open_again() -> None:
    """Invariant 11: the order of registrations' states is one way."""
    order = list(RegistrationState)
    for (before, _), after in NEXT.items():
        assert before in CURRENT
        assert order.index(after) >= order.index(before)
