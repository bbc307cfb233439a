""" "I want to be a mentor": answers kept page by page, published at once (DIR-1 to DIR-6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mentoring.domain.audit import AuditLine, Change, profile_changes
from mentoring.domain.drafts import Draft, DraftTerm, StoredDraft, Typed, fresh_draft, rebased
from mentoring.domain.errors import SlugTakenError, StaleDraftError, StaleProfileError
from mentoring.domain.events import profile_events
from mentoring.domain.membership import Membership
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.slugs import slug_candidates
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.opt_in_profile import composed_profile
from mentoring.usecases.opt_in_steps import Step, missing_steps
from mentoring.usecases.questionnaires import AnswerChangedError, require_active, require_room
from mentoring.usecases.stores import Drafts, OneMembership, PublishedProfiles
from mentoring.usecases.typed_fields import Typed as TypedFields

ATTEMPTS: Final = 20
"""How often a save is decided anew that met another one: more often than a form has pages that may meet."""


class DraftChangedError(Exception):
    """What would be published is not what its member has checked."""


class IncompleteDraftError(Exception):
    """Pages without which nothing is published have no answer that would be taken today."""

    def __init__(self, steps: Iterable[str]) -> None:
        self.steps = tuple(steps)
        super().__init__(", ".join(self.steps))


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions under which a page was shown: of the profile, and of the draft (0 for none)."""

    based_on: int
    version: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A member's questionnaire over their listing as it is now. Version 0 is a draft that was never saved.

    `saved` is the draft as it was last saved: over the listing of that moment.
    """

    stored: StoredDraft
    published: StoredProfile | None
    saved: Draft

    @property
    def seen(self) -> Seen:
        """Return what a page that shows this is shown under."""
        return Seen(self.stored.draft.based_on, self.stored.version)

    def is_as_shown(self, step: Step, seen: Seen, lists: Lists) -> bool:
        """Return whether a page's answers are still those that were shown under these versions."""
        draft = self.stored.draft
        if draft.answered.get(step.id, 0) > seen.version:
            return False
        if seen.based_on == draft.based_on:
            return True
        # The listing was changed since, but nothing that this page asks.
        return seen.based_on == self.saved.based_on and step.is_same(self.saved.answers, draft.answers, lists)

    @property
    def is_listed(self) -> bool:
        """Return whether the member is a mentor now."""
        return self.published is not None and not self.published.profile.opted_out_on


def open_draft(member_id: str, drafts: Drafts, now: datetime) -> Opened:
    """Return the questionnaire as it stands: under way, or as it would start.

    What was changed on other pages since it was last saved is in it, so an answer given from now on is newer.
    """
    draft, published = drafts.open(member_id, now)
    stored = draft or StoredDraft(fresh_draft(member_id, published), 0)
    return Opened(replace(stored, draft=rebased(stored.draft, published)), published, stored.draft)


def save_answer(
    member: Membership,
    step: Step,
    typed: TypedFields,
    seen: Seen,
    drafts: Drafts,
    lists: Lists,
    term: DraftTerm,
) -> Opened:
    """Keep the answer to one page, whatever was answered on other pages meanwhile.

    The same answer again changes nothing. Raises FormError; AnswerChangedError where this page was answered
    otherwise elsewhere; MembershipLapsedError (ELI-8).
    """
    require_active(member, lists)
    for _ in range(ATTEMPTS):
        opened = open_draft(member.member_id, drafts, term.saved_at)
        draft = opened.stored.draft
        mine = step.read(draft.answers, typed, lists)
        is_same = step.is_same(mine, draft.answers, lists) and step.id not in draft.unfinished
        if is_same and (step.id in draft.answered or (opened.is_listed and opened.stored.version == 0)):
            return opened
        if not is_same and not opened.is_as_shown(step, seen, lists):
            raise AnswerChangedError(opened, mine)
        try:
            after = draft.with_answer(step.id, mine, opened.stored.next_version(term.saved_at))
            return replace(opened, stored=drafts.save(after, opened.stored, term))
        except StaleDraftError:
            continue
    raise StaleDraftError(member.member_id, opened.stored.version)


def save_unfinished(
    member: Membership, step: Step, typed: Typed, drafts: Drafts, lists: Lists, term: DraftTerm
) -> None:
    """Keep what was typed on a page as it was typed, to be finished.

    Raises MembershipLapsedError, UnfinishedTooLargeError.
    """
    require_active(member, lists)
    for _ in range(ATTEMPTS):
        opened = open_draft(member.member_id, drafts, term.saved_at)
        after = opened.stored.draft.with_unfinished(step.id, typed)
        require_room(after)
        try:
            drafts.save(after, opened.stored, term)
        except StaleDraftError:
            continue
        return
    raise StaleDraftError(member.member_id, opened.stored.version)


def publish(
    member_id: str,
    seen: Seen,
    memberships: OneMembership,
    drafts: Drafts,
    profiles: PublishedProfiles,
    lists: Lists,
    now: datetime,
) -> StoredProfile:
    """Publish what the member has checked: profile, draft's end, messages and audit line in one transaction.

    Whoever sends it twice has published once. Raises MembershipLapsedError, IncompleteDraftError, and
    DraftChangedError where draft or listing are no longer what was checked.
    """
    for _ in range(ATTEMPTS):
        member = memberships.get(member_id)
        require_active(member, lists)
        opened = open_draft(member_id, drafts, now)
        if opened.published and opened.is_listed and opened.stored.version == 0 and opened.seen != seen:
            return opened.published  # done already, by the other click of two
        if opened.seen != seen:
            raise DraftChangedError
        if missing := [step.id for step in missing_steps(opened.stored.draft, lists)]:
            raise IncompleteDraftError(missing)
        assert member is not None  # noqa: S101 - it is active
        try:
            return _commit(opened, member, profiles, lists, now)
        except (StaleDraftError, StaleProfileError):
            continue
    raise StaleDraftError(member_id, opened.stored.version)


def _commit(
    opened: Opened, member: Membership, profiles: PublishedProfiles, lists: Lists, now: datetime
) -> StoredProfile:
    before = opened.published
    profile = composed_profile(
        opened.stored.draft, before.profile if before else None, lists.documents, lists.language, now
    )
    draft = opened.stored if opened.stored.version else None
    if before and draft is None and profile == before.profile:
        return before  # confirmed today already
    if profile.slug:
        return profiles.save(profile, before, _change(profile, before, now), draft)
    for slug in slug_candidates(member.name, member.member_id):
        try:
            first = replace(profile, slug=slug)
            return profiles.save(first, None, _change(first, None, now), draft)
        except SlugTakenError as error:
            taken = error
    raise taken


def _change(profile: Profile, before: StoredProfile | None, now: datetime) -> Change:
    known, version = (before.profile, before.version + 1) if before else (None, 1)
    is_new = known is None or known.opted_out_on is not None
    line = AuditLine(
        actor=f"member:{profile.member_id}",
        action="opt-in" if is_new else "change-answers",
        member_id=profile.member_id,
        occurrence=str(version),
        at=now,
        changes=profile_changes(known, profile),
    )
    return Change(line, profile_events(known, profile, version, now))
