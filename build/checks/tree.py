"""Checks both trees of a build: the pages of each language, and what is around them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from build.addresses import mentor_url
from build.checks.apart import checking_apart
from build.checks.identity import IdentityCheck
from build.checks.index import check_index
from build.checks.markup import sample
from build.checks.members import check_members_tree
from build.checks.pages import Checked, Share, address_of, check_share
from build.files import paths_in
from build.listings import Selection
from build.problems import Problem
from build.rendering import RenderAnswer
from build.targets import MEMBERS, PUBLIC, Trees
from mentoring.content import Content
from mentoring.domain.slugs import RESERVED
from mentoring.pages.addresses import LANGUAGES, twin_of

FEW: Final = 4_000
"""So many files are checked before a process has started."""


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


def check_tree(expected: Expected, few: int = FEW) -> Checked:
    """Return everything that is wrong with the two trees, in the order of their pages, and the public files.

    Of more than `few` files, those of each language are read by a process of their own.
    """
    files = paths_in(expected.tree)
    around, *of_languages = _shares(files, expected)
    with ExitStack() as stack:
        if len(files) > few:
            answers = [stack.enter_context(checking_apart(share)) for share in of_languages]
        else:
            answers = [partial(check_share, share) for share in of_languages]
        problems = [*_check_twins(files, expected), *_check_data(expected)]
        checked = [check_share(around), *(answer() for answer in answers)]
    return Checked(
        sorted([*problems, *(problem for share in checked for problem in share.problems)]),
        {path: file for share in checked for path, file in share.files.items()},
    )


def _shares(files: Sequence[str], expected: Expected) -> Iterator[Share]:
    """Yield what is around the pages, then the pages of each language."""
    selection, answers = expected.selection, expected.answers
    # A slug that reads like an address of ours is withheld as unusable; that page itself may be named.
    members_only = {listing.slug for listing in selection.members_only}
    whole = Share(
        files=files,
        tree=expected.tree,
        all_files=frozenset(files),
        pages={path: may for answer in answers.values() for path, may in answer.pages},
        sample=sample(page for file in files if (page := address_of(file))),
        references={language: answer.references for language, answer in answers.items()},
        content=expected.content,
        listed=selection.listed,
        withheld=(selection.withheld.keys() | members_only) - RESERVED,
        site_url=expected.site_url,
    )
    of_languages = tuple(f"{language}/" for language in LANGUAGES)
    yield replace(whole, files=[file for file in files if not file.startswith(of_languages)], listed=())
    for start in of_languages:
        yield replace(whole, files=[file for file in files if file.startswith(start)])


def _check_data(expected: Expected) -> Iterator[Problem]:
    identity = IdentityCheck(expected.content, {})
    yield from check_index(expected.tree, expected.index_url, expected.selection, identity)
    yield from check_members_tree(expected.members_tree, expected.selection, expected.index_url)


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
