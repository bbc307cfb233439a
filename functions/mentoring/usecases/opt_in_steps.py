"""The questionnaire as a table: its pages in their order, one question each (DIR-2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from mentoring.domain.drafts import Answers, Draft
from mentoring.domain.profile import IDENTITY_FIELDS
from mentoring.usecases import opt_in_fields as fields
from mentoring.usecases.opt_in_fields import Lists, Pairs
from mentoring.usecases.opt_in_identity import read_identity, show_identity
from mentoring.usecases.typed_fields import FormError, Typed


@dataclass(frozen=True, slots=True)
class Step:
    """One page. `read` returns the answers with this page's own or raises FormError; `show` undoes it."""

    id: str
    group: str  # under which heading of the task list it stands
    read: Callable[[Answers, Typed, Lists], Answers]
    show: Callable[[Answers, Lists], Pairs]
    is_optional: bool = False

    def is_same(self, one: Answers, other: Answers, lists: Lists) -> bool:
        """Return whether two sets of answers say the same on this page."""
        return self.show(one, lists) == self.show(other, lists)

    def is_satisfied(self, answers: Answers, lists: Lists) -> bool:
        """Return whether these answers would be taken today: documents change, and days go by."""
        try:
            self.read(answers, Shown(self.show(answers, lists)), lists)
        except FormError:
            return False
        return True


class Shown:
    """Answers as the fields that a form would send."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return tuple(value for each, value in self._pairs if each == name)


def _several(step_id: str, name: str, group: str, least: int = 0) -> Step:
    return Step(
        step_id,
        group,
        partial(fields.read_several, name=name, least=least),
        partial(fields.show_several, name=name),
        is_optional=least == 0,
    )


def _identity(name: str) -> Step:
    read, show = partial(read_identity, name=name), partial(show_identity, name=name)
    return Step(name, "identity", read, show, is_optional=True)


_ALL: Final = (
    Step("experience", "practice", fields.read_experience, fields.show_experience),
    _several("areas", "areas", "practice", least=1),
    _several("training", "training", "practice"),
    _several("ages", "client_ages", "practice"),
    Step("place", "practice", fields.read_place, fields.show_place),
    _several("languages", "languages", "mentoring", least=1),
    _several("topics", "topics", "mentoring", least=1),
    Step("meeting", "mentoring", fields.read_meeting, fields.show_meeting),
    Step("biography", "mentoring", fields.read_biography, fields.show_biography),
    Step("availability", "mentoring", fields.read_availability, fields.show_availability),
    *(_identity(name) for name in IDENTITY_FIELDS),
    Step("listing", "sharing", fields.read_listing, fields.show_listing),
    Step("documents", "sharing", fields.read_documents, fields.show_documents),
)
STEPS: Final = {step.id: step for step in _ALL}


def is_done(step: Step, draft: Draft, lists: Lists) -> bool:
    """Return whether a page needs nothing more from its member."""
    if step.id in draft.unfinished or not step.is_satisfied(draft.answers, lists):
        return False
    return not step.is_optional or step.id in draft.answered or bool(_given(step, draft.answers, lists))


def missing_steps(draft: Draft, lists: Lists) -> Iterator[Step]:
    """Yield the pages without which nothing is published: unfinished ones, and unanswered ones that count."""
    for step in STEPS.values():
        if step.id in draft.unfinished or not step.is_satisfied(draft.answers, lists):
            yield step


def next_step(step: Step) -> Step | None:
    """Return the page after this one; None after the last."""
    order = list(STEPS.values())
    return next(iter(order[order.index(step) + 1 :]), None)


def _given(step: Step, answers: Answers, lists: Lists) -> Pairs:
    return [pair for pair in step.show(answers, lists) if pair[1] and not pair[0].endswith("_share")]
