"""Looks at a line once, however many pages have it: most lines of ten thousand pages are the same."""

import re
from collections.abc import Sequence
from typing import Final

from mentoring.domain.email_addresses import AT

OF_ITS_PAGE: Final = re.compile(rb'\s(?:href|src|action)="(?!/|https?://)')
"""A link that leads elsewhere from another page."""

MOST_KEPT: Final = 2_048  # lines that stand on all pages of a kind are a few hundred


class KnownLines:
    """The lines of a tree that were looked at, by their hashes: as texts they are most of the tree."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._of_their_page: set[int] = set()
        self._often: set[bytes] = set()  # some of those known: set against set, they cost a tenth

    def unread(self, lines: Sequence[bytes]) -> str:
        """Return the lines of a text that no text before had, in no order.

        All of the text where one of them may say something only together with its neighbours: an address,
        also spread over lines, or an attribute that goes on.
        """
        rare = set(lines) - self._often
        new = [line for line in rare if hash(line) not in self._known]
        unread = b"\n".join([b"", *new]).decode()
        if AT.search(unread) or any(line.count(b'"') % 2 for line in new):
            return b"\n".join(lines).decode()
        if len(self._often) < MOST_KEPT:
            self._often.update(rare.difference(new))
        self._note([line for line in new if hash(line) not in self._of_their_page])
        return unread

    def _note(self, lines: Sequence[bytes]) -> None:
        if OF_ITS_PAGE.search(b"\n".join([b"", *lines])):
            self._of_their_page.update(hash(line) for line in lines if OF_ITS_PAGE.search(b"\n" + line))
        self._known.update({hash(line) for line in lines} - self._of_their_page)
