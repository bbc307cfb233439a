"""The Mentee Profile Questionnaire: answered page by page, kept and used again (DIR-15, DIR-3, DIR-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.membership import Membership
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile, StoredMenteeProfile
from mentoring.domain.policy import DirectoryPolicy
from mentoring.domain.profile import IDENTITY_FIELDS, Audience, Consent
from mentoring.usecases.answering import PageByPage
from mentoring.usecases.mentee_steps import STEPS, Step
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.opt_in_profile import Choosing
from mentoring.usecases.questionnaires import require_active


class MenteeProfiles(Protocol):
    """Where mentees' questionnaires are kept."""

    def open(self, member_id: str) -> StoredMenteeProfile:
        """Return a member's questionnaire as it stands; an empty one at version 0 where none was begun."""

    def save(
        self, profile: MenteeProfile, replacing: StoredMenteeProfile, change: Change, due_on: date
    ) -> StoredMenteeProfile:
        """Store a questionnaire in the place of a version, until `due_on`. Raises StaleRequestError."""


@dataclass(frozen=True, kw_only=True)
class Answering(PageByPage[MenteeAnswers]):
    """What one member may do with their questionnaire now."""

    profiles: MenteeProfiles
    member: Membership
    policy: DirectoryPolicy

    def opened(self) -> tuple[StoredMenteeProfile, MenteeProfile]:
        """Return the questionnaire as it stands. Raises MembershipLapsedError (ELI-8)."""
        require_active(self.member, self.lists)
        stored = self.profiles.open(self.member.member_id)
        return stored, stored.profile

    def commit(self, kept: MenteeProfile, replacing: StoredMenteeProfile, step: Step) -> StoredMenteeProfile:
        """Store it with the consents that its answers stand under. Raises StaleRequestError."""
        line = AuditLine(
            actor=f"member:{kept.member_id}",
            action="answer-questionnaire",
            member_id=kept.member_id,
            occurrence=str(replacing.next_version(self.now)),
            at=self.now,
            changes={"identity" if step.group == "identity" else step.id: ("", "changed")},
        )
        after = replace(kept, consents=self._consents(kept.answers, kept.consents))
        due_on = self.policy.questionnaire_due_on(self.lists.today)
        return self.profiles.save(after, replacing, Change(line), due_on)

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
