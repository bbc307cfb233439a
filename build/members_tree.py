"""Writes what members see besides the public site: listings for them alone, shared identity answers.

The format has one reader, mentoring/storage/members_tree.py; both change together.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from build.listings import Selection
from build.search import row_of
from mentoring.content import Content
from mentoring.domain.listing import Listing, MembersListing
from mentoring.storage.listing_records import listing_record
from mentoring.storage.members_tree import ACCEPTING, INDEX, VERSION, shard_of


def write_members_tree(selection: Selection, content: Content, tree: Path, index_url: str) -> None:
    """Write the members' tree into an empty folder. The same selection and index give the same files."""
    (tree / "mentors").mkdir()
    _write(tree / INDEX, _index(selection, content, index_url))
    _write(tree / ACCEPTING, [_candidate(each) for each in _accepting(selection)])
    for path, (public, profiles) in _shelves(selection).items():
        # One after the other: all profiles at once as records are most of a build's memory.
        held = {
            each.listing.slug: {"listing": listing_record(each.listing), "identity": each.identity}
            for each in profiles
        }
        _write(tree / path, {"public": sorted(public), "profiles": held})


def _index(selection: Selection, content: Content, index_url: str) -> dict[str, Any]:
    identity = {
        each.shown.listing.slug: each.shown.identity for each in selection.for_members if each.shown.identity
    }
    return {
        "version": VERSION,
        "public": index_url,
        "mentors": [row_of(listing, content) for listing in selection.members_only],
        "places": selection.arrangement.places_of(selection.members_only),
        "identity": identity,
        "numbers": {
            row.listing.slug: number
            for number, row in enumerate(selection.arrangement.rows)
            if row.listing.slug in identity
        },
    }


def _accepting(selection: Selection) -> list[Listing]:
    everybody = [*selection.listings, *selection.members_only]
    return [listing for listing in everybody if listing.is_available and listing.accepts_requests]


def _candidate(listing: Listing) -> dict[str, Any]:
    return {
        "slug": listing.slug,
        "topics": listing.topics,
        "areas": listing.areas,
        "languages": listing.languages,
    }


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
