"""Somebody who fills in the questionnaire of those who ask, asks, and has it all erased."""

from datetime import datetime, timedelta
from typing import Any

from mentoring.content import Content
from mentoring.domain.erasures import Erasure
from mentoring.settings import StorageSettings
from mentoring.usecases.mentee_profile import Answering
from mentoring.usecases.mentee_steps import STEPS
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.questionnaires import Shown
from tests.canary import IDENTITY
from tests.storage.people import membership
from tests.usecases.desk import Desk
from tests.usecases.matching import MENTEE, NOW, Matching
from tests.usecases.mentee import ANSWERS, Fields

LATER = NOW + timedelta(hours=1)


class Erasing(Matching):
    """A mentee who fills in the questionnaire, asks, and has it all erased."""

    def __init__(self, storage: StorageSettings, content: Content) -> None:
        super().__init__(storage, content)
        self.rights = Desk(storage, self.client)
        self.lists = Lists(
            vocabularies=content.vocabularies,
            documents=content.policy.documents,
            today=NOW.date(),
            language="en",
        )

    def answering(self, **changes: Any) -> Answering:
        """What the mentee may do with the questionnaire."""
        fields = {"profiles": self.mentees, "lists": self.lists, "policy": self.policy, "now": self.now}
        return Answering(**{"member": membership(MENTEE)} | fields | changes)

    def answer(
        self, step: str, fields: Fields | None = None, seen: int | None = None, **changes: Any
    ) -> None:
        """Send one page."""
        typed = Shown(ANSWERS[step] if fields is None else fields)
        version = self.mentees.open(MENTEE).version if seen is None else seen
        self.answering(**changes).save(STEPS[step], typed, version)

    def fill_in(self) -> None:
        """Send every page."""
        for step in ANSWERS:
            self.answer(step)

    def erase(self, at: datetime = LATER) -> Erasure | None:
        """Have everything erased; what follows is later."""
        self.now = max(self.now, at) + timedelta(seconds=1)
        return self.rights.erase(MENTEE, at)

    @property
    def is_gone(self) -> bool:
        """Whether nothing of the questionnaire is anywhere."""
        said = ("hospital", "Find my feet", *IDENTITY.values())
        rows = list(self.rights.rows())
        return not any(word in row for row in rows for word in said) and not self.mentees.open(MENTEE).version
