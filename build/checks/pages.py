"""Reads each file of a share once and runs the checks over it, in bounded memory."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from build.checks.heads import check_head
from build.checks.identity import IdentityCheck, own_text
from build.checks.lines import KnownLines
from build.checks.links import LinkCheck
from build.checks.markup import check_markup
from build.files import FileHash, hash_of
from build.listings import Listed
from build.problems import Problem
from mentoring.content import Content
from mentoring.domain.email_addresses import find_addresses

NO_TEXT: Final = (".bin", ".woff2", ".png", ".ico", ".jpg", ".webp", ".avif")
# In an attribute: what mentors write is escaped, so that naming somebody who left stops nobody's release.
MENTOR_LINK: Final = re.compile(r'="[^"<>]*/mentors/([\w%.~-]+)')
SHORTEST_NUMBER: Final = 5  # a member number of fewer digits cannot be told from a year or a count


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some files of a tree, and what they should be."""

    files: Sequence[str]
    tree: Path
    all_files: Set[str]  # of the tree: where links may lead
    pages: Mapping[str, bool]  # address, and whether search engines may list it
    sample: Set[str]  # addresses of pages whose markup is read
    references: Mapping[str, Sequence[Sequence[str]]]  # by language, pages of made-up mentors
    content: Content
    listed: Sequence[Listed]
    withheld: Set[str]  # addresses of mentors whom no page may name
    site_url: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with some files, and what each of them holds."""

    problems: Sequence[Problem]
    files: Mapping[str, FileHash]


def check_share(share: Share) -> Checked:
    """Return everything that is wrong with a share's files."""
    files: dict[str, FileHash] = {}
    problems = list(_Checking(share, files).problems())
    return Checked(problems, files)


def address_of(file: str) -> str | None:
    """Return the address of the page in a file, None for a file that is no page."""
    if not file.endswith(".html"):
        return None
    return f"/{file.removesuffix('index.html')}" if file.endswith("index.html") else f"/{file}"


class _Checking:
    def __init__(self, share: Share, files: dict[str, FileHash]) -> None:
        self._share = share
        self._read = files
        self._lines = KnownLines()
        self._links = LinkCheck(share.tree, share.all_files, share.site_url)
        self._identity = IdentityCheck(share.content, share.references)
        self._listed = {each.listing.slug: each for each in share.listed}
        self._mailboxes = share.content.policy.association.mailboxes

    def problems(self) -> Iterator[Problem]:
        for file in self._share.files:
            with open(f"{self._share.tree}/{file}", "rb") as stream:  # noqa: PTH123 - as in build/files.py
                content = stream.read()
            self._read[file] = hash_of(content)
            if not file.endswith(NO_TEXT):
                yield from self._check_text(file, content)
        yield from self._links.problems()

    def _check_text(self, file: str, content: bytes) -> Iterator[Problem]:
        page = address_of(file)
        lines = content.split(b"\n")
        unread = self._lines.unread(lines)
        yield from self._check_leaks(page or f"/{file}", unread)
        if page:
            yield from self._links.add(page, content, unread)
            yield from self._check_page(page, content, lines)

    def _check_leaks(self, place: str, text: str) -> Iterator[Problem]:
        if any(address not in self._mailboxes for address in find_addresses(text)):
            yield Problem(place, "address")
        if not self._share.withheld.isdisjoint(MENTOR_LINK.findall(text)):
            yield Problem(place, "withheld")

    def _check_page(self, page: str, content: bytes, lines: Sequence[bytes]) -> Iterator[Problem]:
        is_indexable = self._share.pages.get(page, page == "/")
        yield from check_head(page, content, self._share.site_url, is_indexable=is_indexable)
        if page in self._share.sample:
            yield from check_markup(page, content.decode())
        slug = page.removeprefix(f"{page[:3]}/mentors/").rstrip("/")
        if page != "/" and (listed := self._listed.get(slug)):
            # As with identity answers: what mentors write of themselves is theirs to say.
            if _names_number(content, listed) and not _is_said(listed.member_id, own_text(listed.listing)):
                yield Problem(page, "member-id")
            if self._identity.is_said(listed, page[1:3], lines):
                yield Problem(page, "identity")


def _names_number(content: bytes, listed: Listed) -> bool:
    return listed.member_id.encode() in content and _is_said(listed.member_id, content.decode())


def _is_said(member_id: str, text: str) -> bool:
    if member_id.isdigit() and len(member_id) < SHORTEST_NUMBER:
        return False
    return bool(re.search(rf"(?<!\w){re.escape(member_id)}(?!\w)", text))
