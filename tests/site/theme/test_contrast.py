"""Every pair of colours that meet on a page, computed as WCAG 2.2 defines contrast (1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

TEXT, PARTS = 4.5, 3.0

ON_GROUNDS = ["ink", "ink-soft", "teal", "teal-deep", "plum", "plum-deep", "red", "green"]
GROUNDS = ["paper", "surface", "sand"]
PAIRS = [(front, ground, TEXT) for front in ON_GROUNDS for ground in GROUNDS] + [
    # text on colour
    ("surface", "teal", TEXT),
    ("surface", "teal-deep", TEXT),
    ("surface", "plum", TEXT),
    ("surface", "plum-deep", TEXT),
    ("surface", "green", TEXT),
    ("surface", "red", TEXT),
    ("surface", "red-deep", TEXT),
    ("ink", "teal-tint", TEXT),
    ("teal", "teal-tint", TEXT),
    ("teal-deep", "teal-tint", TEXT),
    ("ink-soft", "teal-tint", TEXT),
    ("plum-deep", "plum-tint", TEXT),
    ("ink", "marigold-tint", TEXT),
    ("teal", "marigold-tint", TEXT),
    ("plum", "marigold-tint", TEXT),
    ("marigold-deep", "marigold-tint", TEXT),
    ("green", "green-tint", TEXT),
    ("red-deep", "red-tint", TEXT),
    ("ink", "line", TEXT),
    # focus: text on its ground, and the ring against what lies around it
    ("ink", "marigold", TEXT),
    ("ink", "paper", PARTS),
    ("ink", "surface", PARTS),
    ("ink", "sand", PARTS),
    ("marigold", "teal-deep", PARTS),
    ("marigold", "plum-deep", PARTS),
    ("marigold", "ink", PARTS),
    # what tells a field from its ground
    ("control", "surface", PARTS),
    ("control", "paper", PARTS),
    ("control", "sand", PARTS),
]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(scope="module")
def tokens(theme: Path) -> dict[str, str]:
    sheet = (theme / "static" / "css" / "site.css").read_text("utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", sheet[: sheet.index("/* Ground */")]))


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(
    tokens: dict[str, str], front: str, ground: str, least: float
) -> None:
    """MOD-27: text has a contrast of 4.5 to 1 and more, borders and focus of 3 to 1 and more."""
    assert contrast(tokens[front], tokens[ground]) >= least


def test_black_on_white_is_twenty_one_to_one() -> None:
    """MOD-27: the computation agrees with the one contrast that everybody knows."""
    assert contrast("#000", "#ffffff") == pytest.approx(21)
