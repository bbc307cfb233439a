"""How names are sorted, as browsers would in either language; tests hold it to what they do."""

import unicodedata
from typing import Any, Final

from build.search.words import PLAIN

# What stands before letters and numbers, in the order of the Unicode collation.
SIGNS: Final = {sign: place for place, sign in enumerate(" _-–—,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$")}
# Whichever apostrophe somebody types, D’Amour stands before D'Aoust.
ALIKE: Final = PLAIN | str.maketrans("‘’“”", "''\"\"")
MARKS: Final = {
    mark: place
    for place, mark in enumerate(
        "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0327\u0328\u0304", 1
    )
}
BACKWARDS: Final = frozenset({"fr"})  # in Canada the last difference in accents decides, not the first


def sorting_key(text: str, language: str) -> Any:
    """Return what a name is sorted by: letters, then accents, then capitals; last the text itself."""
    letters: list[tuple[int, int, str]] = []
    accents: list[tuple[int, ...]] = []
    capitals: list[bool] = []
    for letter in unicodedata.normalize("NFKD", text):
        if unicodedata.category(letter) == "Mn":
            if accents:
                accents[-1] += (MARKS.get(letter, len(MARKS) + ord(letter)),)
            continue
        plain = letter.lower().translate(ALIKE)
        letters += [_weight(each) for each in plain]
        accents += [(0,) if len(plain) == 1 and plain == letter.lower() else (0, len(MARKS))] * len(plain)
        capitals += [letter != letter.lower()] * len(plain)
    if language in BACKWARDS:
        accents.reverse()
    return letters, accents, capitals, text


def _weight(letter: str) -> tuple[int, int, str]:
    if letter in SIGNS:
        return 0, SIGNS[letter], letter
    kind = unicodedata.category(letter)[0]
    return {"N": 2, "L": 3, "M": 3}.get(kind, 1), 0, letter
