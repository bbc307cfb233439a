"""Looks at a line once, however many pages have it: most lines of ten thousand pages are the same."""

import re
from typing import Final

from mentoring.domain.email_addresses import AT

OF_ITS_PAGE: Final = re.compile(r'\s(?:href|src|action)="(?!/|https?://)')
"""A link that leads elsewhere from another page."""


class KnownLines:
    """The lines of a tree that were looked at, by their hashes: as texts they are most of the tree."""

    def __init__(self) -> None:
        self._known: set[int] = set()

    def unread(self, text: str) -> str:
        """Return the lines that no text before had, in no order.

        All of the text where one of them may say something only together with its neighbours: an address,
        also spread over lines, or an attribute that goes on.
        """
        lines = text.split("\n")
        by_hash = dict(zip(map(hash, lines), lines, strict=True))
        new = [(each, by_hash[each]) for each in by_hash.keys() - self._known]
        unread = "\n".join(["", *(line for _, line in new)])
        if AT.search(unread) or any(line.count('"') % 2 for _, line in new):
            return text
        self._known.update(each for each, line in new if not OF_ITS_PAGE.search(line))
        return unread
