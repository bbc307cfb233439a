"""What must no longer be shown, at once and in every release there ever was (invariant 23)."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mentoring.domain.builds import fence_of
from mentoring.domain.errors import ReleaseHoldsWithdrawnError
from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, Audience, Profile

PUBLIC: Final = "public"
ALWAYS: Final = "always"
EVERYTHING: Final = frozenset({PUBLIC, LISTING, *IDENTITY_FIELDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One thing of a mentor that somebody could see and nobody may any more.

    `subject` is `public` (the public page), `listing` (the listing altogether) or an identity field. What was
    given again since may be another answer than the one withdrawn, as is one changed while it was shown:
    `again` is the fence of the last build let in before, and releases up to that one stay without it.
    """

    slug: str
    subject: str
    at: datetime  # UTC
    again: int | None = None

    @property
    def stands(self) -> bool:
        """Return whether it was not given again."""
        return self.again is None

    def hides_in(self, release: str) -> bool:
        """Return whether a release must not show it; without a name there is none that could."""
        return self.again is None or (release != "" and fence_of(release) <= self.again)


def subjects_shown(profile: Profile | None) -> frozenset[str]:
    """Return what of a profile its consents let somebody see: `public`, `listing`, identity fields."""
    if profile is None or profile.opted_out_on or profile.audience_of(LISTING) is Audience.NONE:
        return frozenset()
    audiences = {subject: consent.audience for subject, consent in profile.consents.items()}
    return subjects_of(audiences, [name for name in IDENTITY_FIELDS if profile.identity.get(name)])


def answers_gone(before: Profile, after: Profile) -> frozenset[str]:
    """Return the identity fields that stay shown, and show a value no more that somebody could see."""
    stay = subjects_shown(before) & subjects_shown(after)
    return frozenset(
        name for name in stay if set(before.identity.get(name, ())) - set(after.identity.get(name, ()))
    )


def subjects_of(audiences: Mapping[str, Audience], answered: Iterable[str]) -> frozenset[str]:
    """Return what these consents let somebody see, of a mentor who answered these identity questions."""
    listing = audiences.get(LISTING, Audience.NONE)
    if listing is Audience.NONE:
        return frozenset()
    public = {PUBLIC} if listing is Audience.PUBLIC else set()
    return frozenset(
        {LISTING} | public | {name for name in answered if audiences.get(name) is Audience.MEMBERS}
    )


def hides_page(withdrawals: Iterable[Withdrawal], release: str) -> bool:
    """Return whether what was withdrawn of a mentor hides their public page in a release.

    A listing that only members ever saw has no such page: a hidden one would tell that it existed.
    """
    return any(each.subject == PUBLIC and each.hides_in(release) for each in withdrawals)


def edge_mark(withdrawals: Iterable[Withdrawal]) -> str | None:
    """Return what the edge is to know of a mentor's public page: None where no release's page is hidden.

    `always`, or the fence of the last build whose release must not show it (edge/viewer-request.js).
    """
    public = [each for each in withdrawals if each.subject == PUBLIC]
    if any(each.stands for each in public):
        return ALWAYS
    return str(max(each.again or 0 for each in public)) if public else None


def is_awaited(withdrawals: Iterable[Withdrawal], shown: str, fence: int) -> bool:
    """Return whether a build's release would show something given again that the one shown must not."""
    again = [each.again for each in withdrawals if each.again is not None]
    return any(fence_of(shown) <= each < fence for each in again)


def check_shows_nobody_withdrawn(
    release: str, shown: Collection[str], withdrawals: Iterable[Withdrawal]
) -> None:
    """Refuse a release whose public pages, by slug, show somebody who has withdrawn since.

    The edge hides their own pages, and no script reads a list for somebody who has none. Raises
    ReleaseHoldsWithdrawnError.
    """
    held = {
        each.slug
        for each in withdrawals
        if each.subject == PUBLIC and each.slug in shown and each.hides_in(release)
    }
    if held:
        raise ReleaseHoldsWithdrawnError(release, len(held))


def withdrawn_file(withdrawals: Iterable[Withdrawal], kept_since: datetime | None, shown: str) -> bytes:
    """Return the public file that the directory's script reads: whom a kept release may still show.

    Addresses of public pages alone, sorted. What was withdrawn before any kept release was begun stands in
    none of them; `kept_since` is that instant, None where there is no release yet. What was given again is
    named until a release that has it is `shown`.
    """
    slugs = {
        each.slug
        for each in withdrawals
        if each.subject == PUBLIC
        and each.hides_in(shown)
        and (kept_since is None or not each.stands or each.at >= kept_since)
    }
    return json.dumps(sorted(slugs), separators=(",", ":")).encode()
