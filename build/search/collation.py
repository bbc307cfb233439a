"""How names are sorted, as browsers would in either language; tests hold it to what they do."""

import unicodedata
from functools import lru_cache
from typing import Final

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
JOINED: Final = chr(1 + len(MARKS))  # of letters that one sign stands for, such as æ
BACKWARDS: Final = frozenset({"fr"})  # in Canada the last difference in accents decides, not the first


def sorting_key(text: str, language: str) -> tuple[str, str, str, str]:
    """Return what a name is sorted by: letters, then accents, then capitals; last the text itself."""
    letters: list[str] = []
    accents: list[str] = []
    capitals: list[str] = []
    for letter in unicodedata.normalize("NFKD", text):
        if unicodedata.category(letter) == "Mn":
            if accents:
                accents[-1] += chr(1 + MARKS.get(letter, len(MARKS) + ord(letter)))
            continue
        weights, is_joined, is_capital = _known(letter)
        letters += weights
        accents += [JOINED if is_joined else ""] * len(weights)
        capitals += [is_capital] * len(weights)
    if language in BACKWARDS:
        accents.reverse()
    return "".join(letters), "".join(f"{each}\0" for each in accents), "".join(capitals), text


@lru_cache(4096)
def _known(letter: str) -> tuple[tuple[str, ...], bool, str]:
    """Return what a letter weighs as plain letters, whether it stands for others, whether it is a capital."""
    small = letter.lower()
    plain = small.translate(ALIKE)
    return tuple(_weight(each) for each in plain), plain != small or len(plain) != 1, "01"[letter != small]


def _weight(letter: str) -> str:
    """Return two characters: the kind, and the place among its kind."""
    if letter in SIGNS:
        return "0" + chr(SIGNS[letter])
    return {"N": "2", "L": "3", "M": "3"}.get(unicodedata.category(letter)[0], "1") + letter
