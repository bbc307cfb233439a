"""The Mentee Profile Questionnaire: answered page by page, kept and used again (DIR-15, DIR-3, DIR-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.drafts import Typed as TypedFields
from mentoring.domain.errors import StaleRequestError
from mentoring.domain.membership import Membership
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile, StoredMenteeProfile
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.profile import IDENTITY_FIELDS, Audience, Consent
from mentoring.usecases.mentee_steps import STEPS, Step
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.opt_in_profile import Choosing
from mentoring.usecases.questionnaires import AnswerChangedError, require_active, require_room
from mentoring.usecases.typed_fields import Typed

ATTEMPTS: Final = 20
"""How often a save is decided anew that met another one: more often than a form has pages that may meet."""


class MenteeProfiles(Protocol):
    """Where mentees' questionnaires are kept."""

    def open(self, member_id: str) -> StoredMenteeProfile:
        """Return a member's questionnaire as it stands; an empty one at version 0 where none was begun."""

    def save(
        self, profile: MenteeProfile, replacing: StoredMenteeProfile, change: Change, due_on: date
    ) -> StoredMenteeProfile:
        """Store a questionnaire in the place of a version, until `due_on`. Raises StaleRequestError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What one member may do with their questionnaire now."""

    profiles: MenteeProfiles
    member: Membership
    lists: Lists
    policy: DirectoryPolicy
    now: datetime

    def save(self, step: Step, typed: Typed, seen: int) -> StoredMenteeProfile:
        """Keep the answer to one page, whatever was answered on other pages meanwhile.

        `seen` is the version that the page was shown under. The same answer again changes nothing. Raises
        FormError; AnswerChangedError where this page was answered otherwise elsewhere, or all of it erased;
        MembershipLapsedError (ELI-8).
        """
        require_active(self.member, self.lists)
        for _ in range(ATTEMPTS):
            stored = self.profiles.open(self.member.member_id)
            kept = stored.profile
            mine = step.read(kept.answers, typed, self.lists)
            is_same = step.is_same(mine, kept.answers, self.lists) and step.id not in kept.unfinished
            if is_same and step.id in kept.answered:
                return stored
            if not is_same and not stored.is_as_shown(step.id, seen):
                raise AnswerChangedError(stored, mine)
            after = kept.with_answer(step.id, mine, stored.next_version(self.now))
            try:
                return self._commit(
                    replace(after, consents=self._consents(mine, kept.consents)), stored, step
                )
            except StaleRequestError:
                continue
        raise StaleRequestError(self.member.member_id, stored.version)

    def save_unfinished(self, step: Step, typed: TypedFields, seen: int) -> bool:
        """Keep what was typed on a page as it was typed, to be finished.

        Return False where the questionnaire was erased since: nothing of it is kept unasked. Raises
        MembershipLapsedError, UnfinishedTooLargeError.
        """
        require_active(self.member, self.lists)
        for _ in range(ATTEMPTS):
            stored = self.profiles.open(self.member.member_id)
            if stored.version < seen:
                return False
            after = stored.profile.with_unfinished(step.id, typed)
            require_room(after)
            try:
                self._commit(after, stored, step)
            except StaleRequestError:
                continue
            return True
        raise StaleRequestError(self.member.member_id, stored.version)

    def _commit(
        self, profile: MenteeProfile, replacing: StoredMenteeProfile, step: Step
    ) -> StoredMenteeProfile:
        line = AuditLine(
            actor=f"member:{profile.member_id}",
            action="answer-questionnaire",
            member_id=profile.member_id,
            occurrence=str(replacing.next_version(self.now)),
            at=self.now,
            changes={"identity" if step.group == "identity" else step.id: ("", "changed")},
        )
        due_on = self.policy.questionnaire_due_on(self.lists.today)
        return self.profiles.save(profile, replacing, Change(line), due_on)

    def _consents(self, answers: MenteeAnswers, known: Mapping[str, Consent]) -> dict[str, Consent]:
        """Return the consents of the identity answers: one that did not change keeps its date (DIR-4)."""
        wanted = dict.fromkeys(known, Audience.NONE)  # an answer that is taken back takes its consent along
        wanted |= {name: answers.share_of(name) for name in IDENTITY_FIELDS if answers.identity.get(name)}
        wording = self.lists.documents[0].current(self.lists.today)
        choosing = Choosing(wording, self.lists.language, self.now)
        return {
            name: known[name]
            if name in known and known[name].audience is audience
            else choosing.consent(f"mentee:{name}", audience, known.get(name))
            for name, audience in wanted.items()
        }


def missing_steps(profile: MenteeProfile, lists: Lists) -> tuple[str, ...]:
    """Return the pages without which no mentor can be asked; none: the questionnaire is whole (DIR-15)."""
    return tuple(step.id for step in STEPS.values() if step.is_missing(profile, lists))
