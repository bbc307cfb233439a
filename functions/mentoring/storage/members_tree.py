"""The members' tree: what a release holds for signed-in members alone. The nightly build writes it.

    index.json          rows of the listings that only members see, and who shared which identity answers
    accepting.json      who takes on mentees, public or not, by what they could be suggested for
    mentors/XX.json     what a profile page needs; XX are the first two digits of a hash of the address

A release never changes, so what was read of one is kept for as long as it is shown.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from mentoring.domain.listing import MembersListing
from mentoring.domain.members import MembersIndex, Shelf
from mentoring.storage.listing_records import listing_from

INDEX: Final = "index.json"
ACCEPTING: Final = "accepting.json"
VERSION: Final = 2


def shard_of(slug: str) -> str:
    """Return the file of the tree that a mentor's profile stands in."""
    return f"mentors/{hashlib.sha256(slug.encode()).hexdigest()[:2]}.json"


class MembersTree:
    """The members' trees of the releases. `read` returns what an object holds, None where there is none."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._release = ""
        self._index: MembersIndex | None = None
        self._shelves: dict[str, Shelf] = {}

    def holds(self, release: str) -> bool:
        """Return whether a release has a members' tree: older ones say nothing of whom they show."""
        return self._read(f"members/{release}/{INDEX}") is not None

    def index(self, release: str) -> MembersIndex:
        """Return a release's index; an empty one for a release that was made before there was one."""
        self._turn_to(release)
        if self._index is None:
            self._index = _index_from(self._record(INDEX))
        return self._index

    def shelf(self, release: str, slug: str) -> Shelf:
        """Return the part of a release that a mentor would be in."""
        self._turn_to(release)
        path = shard_of(slug)
        if path not in self._shelves:
            self._shelves[path] = _shelf_from(self._record(path))
        return self._shelves[path]

    def _turn_to(self, release: str) -> None:
        if release != self._release:
            self._release, self._index, self._shelves = release, None, {}

    def _record(self, path: str) -> dict[str, Any]:
        content = self._read(f"members/{self._release}/{path}")
        return dict(json.loads(content)) if content is not None else {}


def _index_from(record: Mapping[str, Any]) -> MembersIndex:
    identity = {
        slug: {name: tuple(values) for name, values in shared.items()}
        for slug, shared in record.get("identity", {}).items()
    }
    return MembersIndex(
        public=record.get("public", ""),
        rows=record.get("mentors", []),
        places=record.get("places", []),
        identity=identity,
        numbers=record.get("numbers", {}),
    )


def _shelf_from(record: Mapping[str, Any]) -> Shelf:
    profiles = {
        slug: MembersListing(
            listing=listing_from(profile["listing"]),
            identity={name: tuple(values) for name, values in profile["identity"].items()},
        )
        for slug, profile in record.get("profiles", {}).items()
    }
    return Shelf(profiles=profiles, public=frozenset(record.get("public", [])))
