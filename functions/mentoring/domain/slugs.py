"""A mentor's public address: `amelie-tremblay` in `/en/mentors/amelie-tremblay/`."""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from mentoring.domain.email_addresses import has_address

LONGEST_SLUG: Final = 60
RESERVED: Final = frozenset({"area", "province", "language", "page", "compare"})  # pages of ours
# Those after the longest are for who comes back after an erasure: what was erased is never given again.
SUFFIX_LENGTHS: Final = (4, 5, 6, 12, 7, 8, 9, 10, 11)
MOST_RETURNS: Final = 100
# Latin letters that Unicode does not take apart into a letter and a mark.
LETTERS: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Return whether a text could be a mentor's address."""
    return len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None


def slug_candidates(name: str, member_id: str) -> Iterator[str]:
    """Yield the addresses to try for a mentor, best first; the same for the same name and member.

    Only the first of two Amélie Tremblays is `amelie-tremblay`; a piece of the member id's hash tells
    the others apart. A name without Latin letters, or one with an e-mail address in it, has only the hash.
    """
    # Last, for who was erased more often than that: a hash for each time.
    again = [sha256(f"{member_id} {turn}".encode()).hexdigest()[:12] for turn in range(1, MOST_RETURNS + 1)]
    digest = sha256(member_id.encode()).hexdigest()
    name_part = "" if has_address(name) else _latin(name)[: LONGEST_SLUG - 1 - max(SUFFIX_LENGTHS)].strip("-")
    if not re.search("[a-z]", name_part):
        yield from (f"mentor-{digest[:length]}" for length in (6, 12, 7, 8, 9, 10, 11))
        yield from (f"mentor-{each}" for each in again)
        return
    if name_part not in RESERVED:
        yield name_part
    yield from (f"{name_part}-{digest[:length]}" for length in SUFFIX_LENGTHS)
    yield from (f"{name_part}-{each}" for each in again)


def _latin(name: str) -> str:
    """Return a name in lower-case kebab-case ASCII; an apostrophe joins (`O'Brien` is `obrien`)."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    ascii_letters = re.sub(r"['’ʼ]", "", letters).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", ascii_letters).strip("-")
