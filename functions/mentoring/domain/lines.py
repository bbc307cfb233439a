"""Texts that somebody else wrote, where one plain line has to stand: a header, a greeting."""

import re
import unicodedata
from typing import Final

# What reverses, hides or breaks the line that a mail program shows.
UNSEEN: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")


def one_line(text: str, longest: int) -> str:
    """Return a text as one line of so many characters at most, without characters that control it."""
    spaced = "".join(" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in text)
    line = " ".join(UNSEEN.sub(" ", spaced).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
