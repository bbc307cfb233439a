"""The questionnaire as a table: its pages in their order, one question each (DIR-2)."""

from collections.abc import Iterator
from typing import Final

from mentoring.domain.drafts import Answers, Draft
from mentoring.domain.profile import Audience
from mentoring.usecases import opt_in_fields as fields
from mentoring.usecases import questionnaires
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.questionnaires import identity_steps, several

Step = questionnaires.Step[Answers]

_ALL: Final[tuple[Step, ...]] = (
    Step("experience", "practice", fields.read_experience, fields.show_experience),
    several("areas", "areas", "practice", least=1),
    several("training", "training", "practice"),
    several("ages", "client_ages", "practice"),
    Step("place", "practice", fields.read_place, fields.show_place),
    several("languages", "languages", "mentoring", least=1),
    several("topics", "topics", "mentoring", least=1),
    Step("meeting", "mentoring", fields.read_meeting, fields.show_meeting),
    Step("biography", "mentoring", fields.read_biography, fields.show_biography),
    Step("availability", "mentoring", fields.read_availability, fields.show_availability),
    *identity_steps(Audience.MEMBERS),
    Step("listing", "sharing", fields.read_listing, fields.show_listing),
    Step("documents", "sharing", fields.read_documents, fields.show_documents),
)
STEPS: Final = {step.id: step for step in _ALL}


def missing_steps(draft: Draft, lists: Lists) -> Iterator[Step]:
    """Yield the pages without which nothing is published: unfinished ones, and unanswered ones that count."""
    return (step for step in STEPS.values() if step.is_missing(draft, lists))
