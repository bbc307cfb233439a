"""Follows every link inside the site to a file, and every fragment to an element."""

import html
import re
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from build.addresses import name_of
from build.problems import Problem
from mentoring.pages.addresses import ANSWERED

IDS: Final = re.compile(r'\sid="([^"]*)"')
PLAIN: Final = re.compile(r"(/(?!/)[\w./-]*)(?:\?[\w./=&-]*)?", re.ASCII)


class LinkCheck:
    """Collects links page by page; each target is looked up once, by the first page that names it."""

    def __init__(self, tree: Path, files: Set[str], site_url: str) -> None:
        self._tree = tree
        self._files = files
        self._site_url = site_url
        own = re.escape(site_url)
        # What scripts and other sites follow is a link as well: `data-index="/data/..."`, `og:image`. Other
        # attributes hold words: a mentor's name may begin with a stroke.
        self._links = re.compile(
            rf'\s(?:(?:href|src|action)="([^"]*)"'
            rf'|(?:data-[a-z-]+|property="og:(?:url|image)" content)="((?:{own})?/[^"]*)")'
        )
        self._known: set[str] = set()
        self._found: dict[str, str] = {}

    def add(self, page: str, content: bytes, unread: str) -> Iterator[Problem]:
        """Note the links in what is unread of a page; yield those to places in itself that are none."""
        for link in {first or second for first, second in self._links.findall(unread)} - self._known:
            if link.startswith("#"):
                if len(link) > 1 and f' id="{link[1:]}"'.encode() not in content:
                    yield Problem(page, "fragment", link)
                continue
            if link.startswith(("/", self._site_url)):
                self._known.add(link)  # it leads to one place from every page
            target = self._inside(page, html.unescape(link))
            if target is not None:
                self._found.setdefault(target, page)

    def problems(self) -> Iterator[Problem]:
        """Yield every link that leads nowhere."""
        ids: dict[str, frozenset[str]] = {}
        for target, page in sorted(self._found.items()):
            path, _, fragment = target.partition("#")
            if ANSWERED.match(path):
                continue
            if (file := name_of(path)) not in self._files:
                yield Problem(page, "link", path)
            elif fragment:
                if path not in ids:
                    ids[path] = frozenset(IDS.findall((self._tree / file).read_text("utf-8")))
                if html.escape(fragment) not in ids[path]:
                    yield Problem(page, "fragment", target)

    def _inside(self, page: str, link: str) -> str | None:
        """Return path and fragment of a link within the site, None for one that leads elsewhere."""
        link = link.removeprefix(self._site_url) if link.startswith(f"{self._site_url}/") else link
        if plain := PLAIN.fullmatch(link):
            return plain[1]
        address = urlsplit(urljoin(page, link))
        if address.scheme or address.netloc:
            return None
        path = unquote(address.path)
        return f"{path}#{unquote(address.fragment)}" if address.fragment else path
