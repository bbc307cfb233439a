"""What every questionnaire is made of: pages in a table, one question each, answers kept page by page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from mentoring.domain.drafts import Answers
from mentoring.domain.drafts import Typed as TypedFields
from mentoring.domain.errors import MembershipLapsedError
from mentoring.domain.membership import Membership
from mentoring.domain.mentee_profiles import MenteeAnswers
from mentoring.domain.profile import IDENTITY_FIELDS, Audience
from mentoring.domain.workbooks import WorkbookAnswers
from mentoring.usecases import opt_in_fields as fields
from mentoring.usecases.kept_forms import written_bytes
from mentoring.usecases.opt_in_fields import AnyAnswers, Lists, OwnAnswers, Pairs
from mentoring.usecases.opt_in_identity import read_identity, show_identity
from mentoring.usecases.typed_fields import FormError, Typed

LARGEST_UNFINISHED: Final = 100_000  # bytes of all pages together; a row takes 400 KB
GivenAnswers = TypeVar("GivenAnswers", Answers, MenteeAnswers, WorkbookAnswers, covariant=True)


class Kept(Protocol[GivenAnswers]):
    """A member's questionnaire as it is kept."""

    @property
    def answers(self) -> GivenAnswers:
        """Return each answer that was taken."""

    @property
    def answered(self) -> Mapping[str, int]:
        """Return for each page that was answered at which save."""

    @property
    def unfinished(self) -> Mapping[str, TypedFields]:
        """Return what was typed on pages that were left before it could be taken."""


class AnswerChangedError(Exception):
    """A page was answered elsewhere since it was shown: its member chooses between the two (DIR-2, DIR-15).

    `opened` is the questionnaire as it stands, `mine` are the answers that this page would have made.
    """

    def __init__(self, opened: Any, mine: Any) -> None:
        super().__init__("a page was answered elsewhere")
        self.opened = opened
        self.mine = mine


class UnfinishedTooLargeError(Exception):
    """So much was left unfinished that a questionnaire would not fit into its record."""


@dataclass(frozen=True)  # with slots, a frozen class that is generic cannot be made by an alias of it
class Step(Generic[AnyAnswers]):
    """One page. `read` returns the answers with this page's own or raises FormError; `show` undoes it."""

    id: str
    group: str  # under which heading of the task list it stands
    read: Callable[[AnyAnswers, Typed, Lists], AnyAnswers]
    show: Callable[[AnyAnswers, Lists], Pairs]
    is_optional: bool = False

    def is_same(self, one: AnyAnswers, other: AnyAnswers, lists: Lists) -> bool:
        """Return whether two sets of answers say the same on this page."""
        return self.show(one, lists) == self.show(other, lists)

    def is_satisfied(self, answers: AnyAnswers, lists: Lists) -> bool:
        """Return whether these answers would be taken today: documents change, and days go by."""
        try:
            self.read(answers, Shown(self.show(answers, lists)), lists)
        except FormError:
            return False
        return True

    def is_missing(self, kept: Kept[AnyAnswers], lists: Lists) -> bool:
        """Return whether a questionnaire is not whole for want of this page."""
        return self.id in kept.unfinished or not self.is_satisfied(kept.answers, lists)

    def is_done(self, kept: Kept[AnyAnswers], lists: Lists) -> bool:
        """Return whether a page needs nothing more from its member."""
        if self.is_missing(kept, lists):
            return False
        return not self.is_optional or self.id in kept.answered or bool(self._given(kept.answers, lists))

    def _given(self, answers: AnyAnswers, lists: Lists) -> Pairs:
        return [pair for pair in self.show(answers, lists) if pair[1] and not pair[0].endswith("_share")]


class Shown:
    """Answers as the fields that a form would send."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return tuple(value for each, value in self._pairs if each == name)


def several(step_id: str, name: str, group: str, least: int = 0) -> "Step[AnyAnswers]":
    """Return a page of boxes."""
    return Step(
        step_id,
        group,
        partial(fields.read_several, name=name, least=least),
        partial(fields.show_several, name=name),
        is_optional=least == 0,
    )


def identity_steps(audience: Audience) -> "tuple[Step[OwnAnswers], ...]":
    """Return the pages about identity, whose answers may be shared with this audience (DIR-3, DIR-4)."""
    return tuple(
        Step(
            name,
            "identity",
            partial(read_identity, name=name, audience=audience),
            partial(show_identity, name=name),
            is_optional=True,
        )
        for name in IDENTITY_FIELDS
    )


def next_step(step: Step[AnyAnswers], steps: Iterable[Step[AnyAnswers]]) -> Step[AnyAnswers] | None:
    """Return the page after this one; None after the last."""
    order = list(steps)
    return next(iter(order[order.index(step) + 1 :]), None)


def require_room(kept: Kept[Any]) -> None:
    """Raise UnfinishedTooLargeError for a questionnaire with more unfinished than its record takes."""
    if written_bytes(kept.unfinished) > LARGEST_UNFINISHED:
        raise UnfinishedTooLargeError


def require_active(member: Membership | None, lists: Lists) -> None:
    """Raise MembershipLapsedError unless a membership counts today (ELI-8)."""
    if member is None or not member.is_active(lists.today):
        raise MembershipLapsedError(member.member_id if member else "")
