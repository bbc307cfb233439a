"""Finds e-mail addresses in any text, also written as entities, percent codes or JavaScript escapes.

One rule for what an import takes, what a listing shows and what a release may hold: were they to differ, one
mentor's words could stop everybody's release.
"""

import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from mentoring.domain.unseen_signs import seen

AT: Final = re.compile(r"@|%40|&#0*64;|&#x0*40;|&commat;|\\u0040|\\x40|＠|﹫", re.IGNORECASE)
BEFORE: Final = re.compile(r"[\w.+-]+\s{0,2}\Z")
AFTER: Final = re.compile(
    r"\s{0,2}[\w-]+(?:(?:\.|%2e|&#0*46;|&#x0*2e;|&period;|\\u002e|[．。｡﹒])[\w-]+)*"
    r"(?:\.|%2e|&#0*46;|&#x0*2e;|&period;|\\u002e|[．。｡﹒])[^\W\d_]{2,}",
    re.IGNORECASE,
)
LONGEST_NAME: Final = 66
ESCAPE: Final = re.compile(r"\\[ux](?:00)?([0-9a-f]{2})", re.IGNORECASE)


def find_addresses(text: str) -> Iterator[str]:
    """Yield every e-mail address in a text, unescaped and in lower case."""
    # Each way of writing the sign begins with one of these, and looking for unseen signs is dear.
    if not ("@" in text or "&" in text or "%" in text or "\\" in text or "＠" in text or "﹫" in text):
        return
    # The sign is looked for first: a pattern that begins with a name runs for hours on a long word.
    text = seen(text)
    for sign in AT.finditer(text):
        before = BEFORE.search(text, max(0, sign.start() - LONGEST_NAME), sign.start())
        after = AFTER.match(text, sign.end())
        if before and after:
            yield f"{before[0].strip()}@{_plain(after[0]).strip()}".lower()


def has_address(text: str) -> bool:
    """Return whether a text, shown with its white space closed up as browsers do, holds an e-mail address."""
    return any(find_addresses(" ".join(text.split())))


def _plain(text: str) -> str:
    return ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), unquote(html.unescape(text)))
