"""What must no longer be shown, at once and in every release there ever was (invariant 23)."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mentoring.domain.errors import ReleaseHoldsWithdrawnError
from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, Audience, Profile

PUBLIC: Final = "public"
EVERYTHING: Final = frozenset({PUBLIC, LISTING, *IDENTITY_FIELDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One thing of a mentor that somebody could see and nobody may any more.

    `subject` is `public` (the public page), `listing` (the listing altogether) or an identity field.
    """

    slug: str
    subject: str
    at: datetime  # UTC


def subjects_shown(profile: Profile | None) -> frozenset[str]:
    """Return what of a profile its consents let somebody see: `public`, `listing`, identity fields."""
    if profile is None or profile.opted_out_on or profile.audience_of(LISTING) is Audience.NONE:
        return frozenset()
    audiences = {subject: consent.audience for subject, consent in profile.consents.items()}
    return subjects_of(audiences, [name for name in IDENTITY_FIELDS if profile.identity.get(name)])


def subjects_of(audiences: Mapping[str, Audience], answered: Iterable[str]) -> frozenset[str]:
    """Return what these consents let somebody see, of a mentor who answered these identity questions."""
    listing = audiences.get(LISTING, Audience.NONE)
    if listing is Audience.NONE:
        return frozenset()
    public = {PUBLIC} if listing is Audience.PUBLIC else set()
    return frozenset(
        {LISTING} | public | {name for name in answered if audiences.get(name) is Audience.MEMBERS}
    )


def hides_page(withdrawals: Iterable[Withdrawal]) -> bool:
    """Return whether what was withdrawn of a mentor hides their public page.

    A listing that only members ever saw has no such page: a hidden one would tell that it existed.
    """
    return any(each.subject == PUBLIC for each in withdrawals)


def check_shows_nobody_withdrawn(
    release: str, shown: Collection[str], withdrawals: Iterable[Withdrawal]
) -> None:
    """Refuse a release whose public pages, by slug, show somebody who has withdrawn since.

    The edge hides their own pages, and no script reads a list for somebody who has none. Raises
    ReleaseHoldsWithdrawnError.
    """
    held = {each.slug for each in withdrawals if each.subject == PUBLIC and each.slug in shown}
    if held:
        raise ReleaseHoldsWithdrawnError(release, len(held))


def withdrawn_file(withdrawals: Iterable[Withdrawal], kept_since: datetime | None) -> bytes:
    """Return the public file that the directory's script reads: whom a kept release may still show.

    Addresses of public pages alone, sorted. What was withdrawn before any kept release was begun stands in
    none of them; `kept_since` is that instant, None where there is no release yet.
    """
    slugs = {
        each.slug
        for each in withdrawals
        if each.subject == PUBLIC and (kept_since is None or each.at >= kept_since)
    }
    return json.dumps(sorted(slugs), separators=(",", ":")).encode()
