"""Parses a sample of pages strictly: every kind of page, and mentors picked by the hash of their address.

Two readers, because each sees what the other lets pass: justhtml builds the tree as browsers do and says
where it had to mend it, the tag reader wants each element closed in order, each attribute and id once.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

from justhtml import JustHTML

from build.addresses import FACETS
from build.problems import Problem

LISTS_SAMPLED: Final = 6
MENTORS_SAMPLED: Final = 20
VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
LIST: Final = re.compile(rf"/(?:en|fr)/mentors/(?:{'|'.join(FACETS)})/")
MENTOR: Final = re.compile(r"/(?:en|fr)/mentors/[^/]+/")


def sample(pages: Iterable[str]) -> frozenset[str]:
    """Return the addresses to parse: all of staff's pages, some lists and mentors, the same each time."""
    staff: list[str] = []
    lists: list[str] = []
    mentors: list[str] = []
    for page in pages:
        (lists if LIST.match(page) else mentors if MENTOR.match(page) else staff).append(page)
    further = [page for page in lists if page.rstrip("/").rpartition("/")[2].isdigit()]
    return frozenset(
        staff + _some(lists, LISTS_SAMPLED) + _some(further, LISTS_SAMPLED) + _some(mentors, MENTORS_SAMPLED)
    )


def check_markup(page: str, text: str) -> Iterator[Problem]:
    """Yield every place where a page is no valid HTML."""
    for fault in _faults(text):
        yield Problem(page, "markup", fault)


@lru_cache(256)  # most pages are, to the byte, those of this process's last build
def _faults(text: str) -> Sequence[str]:
    errors = JustHTML(text, collect_errors=True, sanitize=False).errors
    reader = _TagReader()
    reader.feed(text)
    reader.close()
    return (
        *(f"{error.code}, line {error.line}" for error in errors),
        *reader.faults,
        *(f"<{tag}> is not closed" for tag in reader.open),
    )


def _some(pages: list[str], count: int) -> list[str]:
    return sorted(pages, key=lambda page: hashlib.sha256(page.encode()).digest())[:count]


class _TagReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self._ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self._fault(f"<{tag}> has an attribute twice")
        if (own := dict(attrs).get("id")) is not None:
            if own in self._ids or not own:
                self._fault(f"id '{own}' is not alone")
            self._ids.add(own)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self._fault(f"</{tag}> closes nothing")
        else:
            self.open.pop()

    def _fault(self, what: str) -> None:
        self.faults.append(f"{what}, line {self.getpos()[0]}")
