"""The brake: a directory that suddenly shrinks is more likely a broken export than a hundred decisions."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from build.listings import Selection
from build.problems import Problem
from build.targets import Manifest
from mentoring.domain.listing import Withheld

FALL: Final = "fall"  # the kind of its problem
OWN_CHOICE: Final = frozenset({Withheld.OPTED_OUT, Withheld.NO_CONSENT, Withheld.MEMBERS_ONLY})
"""A mentor's own decision to be shown to fewer; nothing may hold that up (invariant 22)."""


def gone_since(selection: Selection, previous: Manifest) -> Mapping[str, str]:
    """Return by slug why a mentor of the last release is no more shown, to everybody or to members."""
    public = {listing.slug for listing in selection.listings}
    members_only = {listing.slug for listing in selection.members_only}
    gone = {*(previous.mentors.keys() - public), *(previous.members_only.keys() - public - members_only)}
    reasons = {**selection.withheld, **dict.fromkeys(members_only, Withheld.MEMBERS_ONLY)}
    return {slug: str(reasons.get(slug, "removed")) for slug in sorted(gone)}


def check_fall(
    selection: Selection, previous: Manifest, largest_percent: Decimal, approved: Collection[str] = ()
) -> list[Problem]:
    """Return a problem when public listings, or all of them, fell by more than the policy's share.

    `approved` are slugs that a person lets go: what else falls is measured without them.
    """
    reasons = gone_since(selection, previous)
    left = {slug for slug, reason in reasons.items() if reason in OWN_CHOICE or slug in approved}
    public = [listing.slug for listing in selection.listings]
    members_only = [listing.slug for listing in selection.members_only]
    sizes = [
        (len(previous.mentors.keys() - left), len(public)),
        (len(previous.shown.keys() - left.difference(members_only)), len(public) + len(members_only)),
    ]
    return [
        Problem("/", FALL, f"{before} -> {now}")
        for before, now in sizes
        if (before - now) * 100 > before * largest_percent
    ][:1]
