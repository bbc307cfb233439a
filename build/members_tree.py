"""Writes what members see besides the public site: listings for them alone, shared identity answers.

The format has one reader, mentoring/storage/members_tree.py; both change together.
"""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from build.addresses import in_daily_order
from build.listings import Selection
from build.search_index import row_of
from mentoring.content import Content
from mentoring.domain.listing import MembersListing
from mentoring.storage.listing_records import listing_record
from mentoring.storage.members_tree import INDEX, VERSION, shard_of


def write_members_tree(selection: Selection, content: Content, tree: Path, today: date) -> None:
    """Write the members' tree into an empty folder. The same selection and day give the same files."""
    (tree / "mentors").mkdir()
    _write(tree / INDEX, _index(selection, content, today))
    for path, (public, profiles) in _shelves(selection).items():
        # One after the other: all profiles at once as records are most of a build's memory.
        held = {
            each.listing.slug: {"listing": listing_record(each.listing), "identity": each.identity}
            for each in profiles
        }
        _write(tree / path, {"public": sorted(public), "profiles": held})


def _index(selection: Selection, content: Content, today: date) -> dict[str, Any]:
    shown = [each.shown for each in selection.for_members]
    return {
        "version": VERSION,
        "mentors": [row_of(listing, content.vocabularies) for listing in selection.members_only],
        "places": _places(selection, today),
        "identity": {each.listing.slug: each.identity for each in shown if each.identity},
    }


def _places(selection: Selection, today: date) -> list[int]:
    """Return before how many public mentors each of the others stands in the order of the day."""
    private = {listing.slug for listing in selection.members_only}
    places, public = [], 0
    for listing in in_daily_order([*selection.listings, *selection.members_only], today):
        if listing.slug in private:
            places.append(public)
        else:
            public += 1
    return places


def _shelves(selection: Selection) -> dict[str, tuple[list[str], list[MembersListing]]]:
    shelves = defaultdict[str, tuple[list[str], list[MembersListing]]](lambda: ([], []))
    for listing in selection.listings:
        shelves[shard_of(listing.slug)][0].append(listing.slug)
    for each in selection.for_members:
        shelves[shard_of(each.shown.listing.slug)][1].append(each.shown)
    return shelves


def _write(file: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    file.write_text(text, "utf-8", newline="")
