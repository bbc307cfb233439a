"""Reads every file of a tree once and runs the checks over it, in bounded memory."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from build.addresses import mentor_url
from build.checks.heads import check_head
from build.checks.identity import IdentityCheck, own_text
from build.checks.index import check_index
from build.checks.lines import KnownLines
from build.checks.links import LinkCheck
from build.checks.markup import check_markup, sample
from build.checks.members import check_members_tree
from build.listings import Selection
from build.problems import Problem
from build.rendering import RenderAnswer
from build.targets import MEMBERS, PUBLIC, Trees, paths_in
from mentoring.content import Content
from mentoring.domain.email_addresses import find_addresses
from mentoring.domain.slugs import RESERVED
from mentoring.pages.addresses import LANGUAGES, twin_of

NO_TEXT: Final = frozenset({".bin", ".woff2", ".png", ".ico", ".jpg", ".webp", ".avif"})
# In an attribute: what mentors write is escaped, so that naming somebody who left stops nobody's release.
MENTOR_LINK: Final = re.compile(r'="[^"<>]*/mentors/([\w%.~-]+)')
SHORTEST_NUMBER: Final = 5  # a member number of fewer digits cannot be told from a year or a count


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Both trees of a build, and what they should be."""

    tree: Path
    members_tree: Path
    content: Content
    selection: Selection
    answers: Mapping[str, RenderAnswer]  # by language
    site_url: str
    index_url: str

    @property
    def trees(self) -> Trees:
        """Return both trees as a release takes them."""
        return {PUBLIC: self.tree, MEMBERS: self.members_tree}


def check_tree(expected: Expected) -> list[Problem]:
    """Return everything that is wrong with the two trees, in the order of their pages."""
    files = paths_in(expected.tree)
    return sorted(
        [
            *_check_twins(files, expected),
            *_Checking(files, expected).problems(),
            *check_members_tree(expected.members_tree, expected.selection, expected.index_url),
        ]
    )


def address_of(file: str) -> str | None:
    """Return the address of the page in a file, None for a file that is no page."""
    if not file.endswith(".html"):
        return None
    return f"/{file.removesuffix('index.html')}" if file.endswith("index.html") else f"/{file}"


def _check_twins(files: Sequence[str], expected: Expected) -> Iterator[Problem]:
    """Yield pages without their twin, files of nobody, and mentors in one language alone (MOD-27)."""
    pages = {page for file in files if (page := address_of(file)) and page != "/"}
    around, folders = (
        {"robots.txt", "sitemap.xml"},
        ("assets/", expected.index_url[1:].removesuffix("manifest.json")),
    )
    for file in files:
        if address_of(file) is None and file not in around and not file.startswith(folders):
            yield Problem(f"/{file}", "stray")
    for page in sorted(pages):
        if page[1:3] not in LANGUAGES or twin_of(page) not in pages:
            yield Problem(page, "twin")
    if len(set(slugs := [listing.slug for listing in expected.selection.listings])) != len(slugs):
        yield Problem("/", "duplicate-slug")
    for language, answer in expected.answers.items():
        said = {path for path, _ in answer.pages}
        for page in sorted(said.symmetric_difference(page for page in pages if page[1:3] == language)):
            yield Problem(page, "stray")
        for slug in slugs:
            if mentor_url(language, slug) not in said:
                yield Problem(mentor_url(language, slug), "mentors-differ")


class _Checking:
    def __init__(self, files: Sequence[str], expected: Expected) -> None:
        self._tree = expected.tree
        self._files = files
        self._expected = expected
        self._lines = KnownLines()
        self._links = LinkCheck(expected.tree, frozenset(files), expected.site_url)
        self._identity = IdentityCheck(
            expected.content, {language: answer.references for language, answer in expected.answers.items()}
        )
        # A slug that reads like an address of ours is withheld as unusable; that page itself may be named.
        members_only = {listing.slug for listing in expected.selection.members_only}
        self._withheld = (expected.selection.withheld.keys() | members_only) - RESERVED
        self._listed = {each.listing.slug: each for each in expected.selection.listed}
        self._pages = {path: may for answer in expected.answers.values() for path, may in answer.pages}
        self._sample = sample(page for file in files if (page := address_of(file)))

    def problems(self) -> Iterator[Problem]:
        for file in self._files:
            if Path(file).suffix in NO_TEXT:
                continue
            text = (self._tree / file).read_text("utf-8")
            page = address_of(file)
            unread = self._lines.unread(text)
            yield from self._check_leaks(page or f"/{file}", unread)
            if page:
                yield from self._links.add(page, text, unread)
                yield from self._check_page(page, text)
        yield from self._links.problems()
        yield from check_index(self._tree, self._expected.index_url, self._expected.selection, self._identity)

    def _check_leaks(self, place: str, text: str) -> Iterator[Problem]:
        allowed = self._expected.content.policy.association.mailboxes
        if any(address not in allowed for address in find_addresses(text)):
            yield Problem(place, "address")
        if not self._withheld.isdisjoint(MENTOR_LINK.findall(text)):
            yield Problem(place, "withheld")

    def _check_page(self, page: str, text: str) -> Iterator[Problem]:
        yield from check_head(
            page, text, self._expected.site_url, is_indexable=self._pages.get(page, page == "/")
        )
        if page in self._sample:
            yield from check_markup(page, text)
        slug = page.removeprefix(f"{page[:3]}/mentors/").rstrip("/")
        if page != "/" and (listed := self._listed.get(slug)):
            # As with identity answers: what mentors write of themselves is theirs to say.
            if _is_said(listed.member_id, text) and not _is_said(listed.member_id, own_text(listed.listing)):
                yield Problem(page, "member-id")
            if self._identity.is_said(listed, page[1:3], text):
                yield Problem(page, "identity")


def _is_said(member_id: str, text: str) -> bool:
    if member_id.isdigit() and len(member_id) < SHORTEST_NUMBER:
        return False
    return member_id in text and bool(re.search(rf"(?<!\w){re.escape(member_id)}(?!\w)", text))
