"""Who may do what."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from mentoring.domain.eligibility import (
    BY_CATEGORY,
    OFFERED,
    Outcome,
    Override,
    Programme,
    Role,
    ruling,
    ruling_for,
)
from mentoring.domain.membership import Category, Profession
from tests.storage.people import membership

# The whole of ELI-4 and ELI-5, written out by hand from the requirements.
# (category, profession): (facilitated mentee, facilitated mentor)
E, A, N = Outcome.ELIGIBLE, Outcome.CONTACT_STAFF, Outcome.NOT_ELIGIBLE
FACILITATED = {
    ("member", "ot"): (E, E),
    ("member", "ota"): (E, E),
    ("member", "other"): (E, E),
    ("member-outside-canada", "ot"): (E, E),
    ("member-outside-canada", "ota"): (E, E),
    ("member-outside-canada", "other"): (E, E),
    ("ota-associate", "ot"): (E, E),
    ("ota-associate", "ota"): (E, E),
    ("ota-associate", "other"): (E, E),
    ("student-associate", "ot"): (N, N),
    ("student-associate", "ota"): (N, N),
    ("student-associate", "other"): (N, N),
    ("provisional-associate", "ot"): (E, N),
    ("provisional-associate", "ota"): (E, N),
    ("provisional-associate", "other"): (E, N),
    ("individual-associate", "ot"): (N, N),
    ("individual-associate", "ota"): (A, E),
    ("individual-associate", "other"): (N, N),
    ("retired-member", "ot"): (N, E),
    ("retired-member", "ota"): (N, E),
    ("retired-member", "other"): (N, E),
}


def test_the_facilitated_table_names_every_category_and_profession() -> None:
    """ELI-1: the table below leaves out no category and no profession."""
    assert set(FACILITATED) == set(product(Category, Profession))


@pytest.mark.parametrize(("category", "profession"), FACILITATED)
def test_facilitated_outcomes(category: str, profession: str) -> None:
    """ELI-4, ELI-5: each category and profession gets its outcome as mentee and as mentor."""
    mentee, mentor = FACILITATED[category, profession]
    member = Category(category), Profession(profession)
    assert ruling(*member, Programme.FACILITATED, Role.MENTEE).outcome is mentee
    assert ruling(*member, Programme.FACILITATED, Role.MENTOR).outcome is mentor


@pytest.mark.parametrize(("category", "profession"), list(product(Category, Profession)))
@pytest.mark.parametrize(
    ("programme", "role"),
    [
        (Programme.DIRECTORY, Role.MENTOR),
        (Programme.DIRECTORY, Role.MENTEE),
        (Programme.RESOURCES, Role.READER),
    ],
)
def test_the_directory_and_the_resources_are_open_to_every_category(
    category: Category, profession: Profession, programme: Programme, role: Role
) -> None:
    """ELI-3, ELI-6: every active category may be mentor and mentee, and may read the resources."""
    assert ruling(category, profession, programme, role).outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(
    ("programme", "role"),
    [
        (Programme.DIRECTORY, Role.READER),
        (Programme.FACILITATED, Role.READER),
        (Programme.RESOURCES, Role.MENTOR),
        (Programme.RESOURCES, Role.MENTEE),
    ],
)
def test_a_role_that_a_programme_does_not_have_is_refused_with_a_reason(
    programme: Programme, role: Role
) -> None:
    """ELI-2: every combination has an outcome and a reason, also those that make no sense."""
    answer = ruling(Category.MEMBER, Profession.OT, programme, role)
    assert answer.outcome is Outcome.NOT_ELIGIBLE
    assert answer.reason == "role-not-offered"


def test_a_lapsed_member_may_nothing_for_now() -> None:
    """ELI-8: every programme closes on the day after the last one, and says that the membership is why."""
    member = membership(expires_on=date(2026, 11, 21))
    for programme, role in OFFERED:
        on_the_last_day = ruling_for(member, programme, role, date(2026, 11, 21))
        assert on_the_last_day == ruling(member.category, member.profession, programme, role)
        assert ruling_for(member, programme, role, date(2026, 11, 22)).reason == "membership-lapsed"


DECIDED_AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def decided(
    outcome: Outcome,
    later: timedelta = timedelta(0),
    member_id: str = "M-1",
    last_day: date = TODAY,
    ended_at: datetime | None = None,
) -> Override:
    """The staff's word on a mentee of Mentorship On Demand."""
    return Override(
        member_id=member_id,
        programme=Programme.FACILITATED,
        role=Role.MENTEE,
        outcome=outcome,
        last_day=last_day,
        reason="agreed by telephone",
        decided_by="s-1",
        decided_at=DECIDED_AT + later,
        ended_by="s-2" if ended_at else "",
        ended_at=ended_at,
    )


@pytest.mark.parametrize("outcome", Outcome)
def test_the_staffs_word_goes_before_the_table(outcome: Outcome) -> None:
    """ELI-7: one member's outcome, in one programme and role, is what staff decided, and the page says so."""
    student = membership(category=Category.STUDENT_ASSOCIATE)
    answer = ruling_for(student, Programme.FACILITATED, Role.MENTEE, TODAY, [decided(outcome)])
    assert (answer.outcome, answer.reason, answer.last_day) == (outcome, "decided-by-staff", TODAY)


def test_the_staffs_word_is_about_one_member_one_programme_and_one_role() -> None:
    """ELI-7: everybody else, and everything else, stays as the table has it."""
    student = membership(category=Category.STUDENT_ASSOCIATE)
    of_another = [decided(Outcome.ELIGIBLE, member_id="M-2")]
    for programme, role in OFFERED:
        by_table = ruling_for(student, programme, role, TODAY)
        assert ruling_for(student, programme, role, TODAY, of_another) == by_table
        if (programme, role) != (Programme.FACILITATED, Role.MENTEE):
            assert ruling_for(student, programme, role, TODAY, [decided(Outcome.ELIGIBLE)]) == by_table


def test_the_staffs_newest_word_counts() -> None:
    """ELI-7: a decision that was changed counts as it was changed, in whatever order they are read."""
    words = [decided(Outcome.NOT_ELIGIBLE, timedelta(days=1)), decided(Outcome.ELIGIBLE)]
    for ordered in (words, words[::-1]):
        answer = ruling_for(membership(), Programme.FACILITATED, Role.MENTEE, TODAY, ordered)
        assert answer.outcome is Outcome.NOT_ELIGIBLE


def test_an_exception_does_not_outlive_the_membership() -> None:
    """ELI-7, ELI-8: only an active membership counts, whatever staff decided before."""
    lapsed = membership(expires_on=date(2026, 11, 20))
    answer = ruling_for(lapsed, Programme.FACILITATED, Role.MENTEE, TODAY, [decided(Outcome.ELIGIBLE)])
    assert answer.reason == "membership-lapsed"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([decided(Outcome.ELIGIBLE)], "decided-by-staff"),  # its last day is all of it
        ([decided(Outcome.ELIGIBLE, last_day=TODAY - timedelta(days=1))], "category-not-included"),
        ([decided(Outcome.ELIGIBLE, ended_at=DECIDED_AT)], "category-not-included"),
        (
            [decided(Outcome.ELIGIBLE), decided(Outcome.ELIGIBLE, timedelta(1), ended_at=DECIDED_AT)],
            "category-not-included",
        ),
        (
            [decided(Outcome.ELIGIBLE, ended_at=DECIDED_AT), decided(Outcome.ELIGIBLE, timedelta(1))],
            "decided-by-staff",
        ),
    ],
)
def test_an_exception_ends(words: list[Override], reason: str) -> None:
    """ELI-7: after its last day, or once staff end it, the table counts; what it replaced is not back."""
    student = membership(category=Category.STUDENT_ASSOCIATE)
    assert ruling_for(student, Programme.FACILITATED, Role.MENTEE, TODAY, words).reason == reason


def test_staff_decide_where_the_table_asks_for_a_category() -> None:
    """ELI-3, ELI-6, ELI-7: what is open to every active category needs no exception."""
    assert set(BY_CATEGORY) == {
        (Programme.FACILITATED, Role.MENTEE),
        (Programme.FACILITATED, Role.MENTOR),
    }
