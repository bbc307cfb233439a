"""The brake: a directory that suddenly shrinks is more likely a broken export than a hundred decisions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from build.listings import Selection
from build.problems import Problem
from build.targets import Manifest
from mentoring.domain.listing import Withheld

OWN_CHOICE: Final = frozenset({Withheld.OPTED_OUT, Withheld.NO_CONSENT, Withheld.MEMBERS_ONLY})
"""A mentor's own decision to leave the public site; nothing may hold that up (invariant 22)."""


def gone_since(selection: Selection, previous: Manifest) -> Mapping[str, str]:
    """Return why each mentor of the last release is not shown any more, by slug."""
    shown = {listing.slug for listing in selection.listings}
    return {
        slug: str(selection.withheld.get(slug, "removed")) for slug in previous.mentors if slug not in shown
    }


def check_fall(selection: Selection, previous: Manifest, largest_percent: Decimal) -> list[Problem]:
    """Return a problem when the number of listings fell by more than the policy's share."""
    withdrawn = sum(reason in OWN_CHOICE for reason in gone_since(selection, previous).values())
    before = len(previous.mentors) - withdrawn
    now = len(selection.listed)
    if (before - now) * 100 <= before * largest_percent:
        return []
    return [Problem("/", "fall", f"{before} -> {now}")]
