"""Keeps a questionnaire page by page, whatever was answered on other pages meanwhile (DIR-15, MOD-4)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic

from mentoring.domain.drafts import Typed as TypedFields
from mentoring.domain.errors import StaleRequestError
from mentoring.usecases.opt_in_fields import AnyAnswers, Lists
from mentoring.usecases.questionnaires import AnswerChangedError, Step, require_room
from mentoring.usecases.typed_fields import Typed

ATTEMPTS: Final = 20
"""How often a save is decided anew that met another one: more often than a form has pages that may meet."""


@dataclass(frozen=True, kw_only=True)  # with slots, a frozen class that is generic cannot be inherited from
class PageByPage(ABC, Generic[AnyAnswers]):
    """What one member may do with their questionnaire now."""

    lists: Lists
    now: datetime

    @abstractmethod
    def opened(self) -> tuple[Any, Any]:
        """Return the questionnaire as it stands: as it is stored, and what of it is kept.

        Raises what keeps its member from answering.
        """

    @abstractmethod
    def commit(self, kept: Any, replacing: Any, step: Step[AnyAnswers]) -> Any:
        """Store it in the place of a version, with the audit line. Raises StaleRequestError."""

    def save(self, step: Step[AnyAnswers], typed: Typed, seen: int) -> Any:
        """Keep the answer to one page; return it as it is stored.

        `seen` is the version that the page was shown under. The same answer again changes nothing. Raises
        FormError; AnswerChangedError where this page was answered otherwise elsewhere, or all of it erased;
        and as `opened` does.
        """
        for _ in range(ATTEMPTS):
            stored, kept = self.opened()
            mine = step.read(kept.answers, typed, self.lists)
            is_same = step.is_same(mine, kept.answers, self.lists) and step.id not in kept.unfinished
            if is_same and step.id in kept.answered:
                return stored
            if not is_same and not stored.is_as_shown(step.id, seen):
                raise AnswerChangedError(stored, mine)
            after = kept.with_answer(step.id, mine, stored.next_version(self.now))
            try:
                return self.commit(after, stored, step)
            except StaleRequestError:
                continue
        raise StaleRequestError(step.id, stored.version)

    def save_unfinished(self, step: Step[AnyAnswers], typed: TypedFields, seen: int) -> bool:
        """Keep what was typed on a page as it was typed, to be finished.

        Return False where the questionnaire was erased since: nothing of it is kept unasked. Raises
        UnfinishedTooLargeError, and as `opened` does.
        """
        for _ in range(ATTEMPTS):
            stored, kept = self.opened()
            if stored.version < seen:
                return False
            after = kept.with_unfinished(step.id, typed)
            require_room(after)
            try:
                self.commit(after, stored, step)
            except StaleRequestError:
                continue
            return True
        raise StaleRequestError(step.id, stored.version)
