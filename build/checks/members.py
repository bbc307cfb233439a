"""Checks the members' tree: mentors who are shown, and of their answers the shared ones alone.

What may be there is told by the mentors' consents (domain/withdrawals.py), not by what was selected, so that
a fault of either is found.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from build.files import paths_in
from build.listings import LONGEST_ANSWER, NO_TEXT, Selection
from build.problems import Problem
from mentoring.domain.email_addresses import find_addresses
from mentoring.domain.listing import Listing, MembersListing
from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, PREFER_NOT
from mentoring.domain.withdrawals import PUBLIC
from mentoring.storage.members_tree import ACCEPTING, INDEX, shard_of

PLACE: Final = "/members"
ROW: Final = frozenset(
    {
        "slug",
        "name",
        "profession",
        "city",
        "area",
        "training",
        "age",
        "province",
        "lang",
        "experience",
        "topic",
        "format",
        "available",
        "accepts_requests",
        "returns_on",
        "confirmed_on",
        "listed_on",
        "excerpt",
        "words",
    }
)
CANDIDATE: Final = frozenset({"slug", "topics", "areas", "languages"})
PROFILE: Final = frozenset(field.name for field in fields(MembersListing))
FACTS: Final = frozenset(field.name for field in fields(Listing))


def check_members_tree(tree: Path, selection: Selection, index_url: str) -> Iterator[Problem]:
    """Yield what is wrong with the members' tree, by file; of mentors it says addresses alone."""
    return _Checking(tree, selection, index_url).problems()


class _Checking:
    def __init__(self, tree: Path, selection: Selection, index_url: str) -> None:
        self._tree = tree
        self._index_url = index_url
        self._numbers = {row.listing.slug: number for number, row in enumerate(selection.arrangement.rows)}
        self._public = {listing.slug for listing in selection.listings}
        self._members_only = [listing.slug for listing in selection.members_only]
        self._subjects = {each.shown.listing.slug: each.subjects for each in selection.for_members}

    def problems(self) -> Iterator[Problem]:
        files = paths_in(self._tree)
        for missing in sorted({INDEX, ACCEPTING}.difference(files)):
            yield Problem(f"{PLACE}/{missing}", "stray")
        for file in files:
            text = (self._tree / file).read_text("utf-8")
            place = f"{PLACE}/{file}"
            if any(find_addresses(text)):
                yield Problem(place, "address")
            if file == INDEX:
                yield from self._check_index(place, json.loads(text))
            elif file == ACCEPTING:
                yield from self._check_accepting(place, json.loads(text))
            else:
                yield from self._check_shelf(place, file, json.loads(text))

    def _check_index(self, place: str, index: Mapping[str, Any]) -> Iterator[Problem]:
        rows, places = index["mentors"], index["places"]
        if [row["slug"] for row in rows] != self._members_only or len(places) != len(rows):
            yield Problem(place, "mentors-differ")
        for row in rows:
            if row.keys() != ROW or not self._is_members_only(row["slug"]):
                yield Problem(place, "members-tree", row["slug"])
        for slug, identity in index["identity"].items():
            if not self._may_say(slug, identity):
                yield Problem(place, "members-tree", slug)
        # An answer at another's number would be said of somebody who never gave it.
        shared = {slug: self._numbers[slug] for slug in index["identity"] if slug in self._numbers}
        if index["numbers"] != shared or index["public"] != self._index_url:
            yield Problem(place, "mentors-differ", "numbers")

    def _check_accepting(self, place: str, candidates: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
        shown = self._public.union(self._members_only)
        for each in candidates:
            if each.keys() != CANDIDATE or each["slug"] not in shown:
                yield Problem(place, "members-tree", each["slug"])

    def _check_shelf(self, place: str, file: str, shelf: Mapping[str, Any]) -> Iterator[Problem]:
        slugs = {*shelf["public"], *shelf["profiles"]}
        if any(shard_of(slug) != file for slug in slugs) or not self._public.issuperset(shelf["public"]):
            yield Problem(place, "mentors-differ")
        for slug, profile in shelf["profiles"].items():
            is_whole = profile.keys() == PROFILE and profile["listing"].keys() == FACTS
            if (
                not is_whole
                or profile["listing"]["slug"] != slug
                or not self._may_say(slug, profile["identity"])
            ):
                yield Problem(place, "members-tree", slug)

    def _is_members_only(self, slug: str) -> bool:
        subjects = self._subjects.get(slug, frozenset())
        return LISTING in subjects and PUBLIC not in subjects

    def _may_say(self, slug: str, identity: Mapping[str, Any]) -> bool:
        """Return whether these are answers that a mentor who is shown shares, as texts."""
        subjects = self._subjects.get(slug, frozenset())
        return (
            LISTING in subjects
            and identity.keys() <= subjects.intersection(IDENTITY_FIELDS)
            and all(_are_texts(answers) for answers in identity.values())
        )


def _are_texts(answers: Any) -> bool:
    return (
        isinstance(answers, list)
        and bool(answers)
        and all(
            isinstance(answer, str)
            and 0 < len(answer.strip()) == len(answer) <= LONGEST_ANSWER
            and answer == answer.translate(NO_TEXT)
            and answer != PREFER_NOT
            for answer in answers
        )
    )
