"""What every page must have: one first heading, its language, a title, its address and its twin's."""

import re
from collections.abc import Iterator
from typing import Final

from build.problems import Problem
from mentoring.pages.addresses import twin_of

HEADING: Final = re.compile(rb"<h1[\s>]")
LANGUAGE: Final = re.compile(r'<html[^>]*\slang="([^"]*)"')
TITLE: Final = re.compile(r"<title>([^<]*)</title>")
CANONICAL: Final = re.compile(r'<link rel="canonical" href="([^"]*)"')
ALTERNATE: Final = re.compile(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)"')
HIDDEN: Final = re.compile(r'<meta name="robots" content="[^"]*noindex')


def check_head(page: str, content: bytes, site_url: str, *, is_indexable: bool) -> Iterator[Problem]:
    """Yield what a page lacks. `page` is its address, `/` the choice of language, which is its own twin."""
    head = content[: content.find(b"</head>")].decode()
    language = "en" if page == "/" else page[1:3]
    if (headings := _headings(content)) != 1:
        yield Problem(page, "heading", str(headings))
    if not (found := LANGUAGE.search(head)) or found[1] != language:
        yield Problem(page, "language")
    if len(titles := TITLE.findall(head)) != 1 or not titles[0].strip():
        yield Problem(page, "title")
    if CANONICAL.findall(head) != [f"{site_url}{page}"]:
        yield Problem(page, "canonical")
    if (
        not _twins(page).items()
        <= {language: address.removeprefix(site_url) for language, address in ALTERNATE.findall(head)}.items()
    ):
        yield Problem(page, "hreflang")
    if bool(HIDDEN.search(head)) == is_indexable:
        yield Problem(page, "robots")


def _headings(content: bytes) -> int:
    first = content.find(b"<h1")
    if HEADING.match(content, first) and content.rfind(b"<h1") == first:
        return 1  # without a pattern: of nearly every page
    return len(HEADING.findall(content))


def _twins(page: str) -> dict[str, str]:
    if page == "/":
        return {"en": "/en/", "fr": "/fr/"}
    twin = twin_of(page)
    return {page[1:3]: page, twin[1:3]: twin}
