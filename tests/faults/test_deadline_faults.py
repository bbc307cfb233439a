"""The morning's sweep and the mail service's notices die at every call: once each in the end."""

from datetime import timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.address_marks import Fault, Notice
from mentoring.domain.request_states import RequestState
from mentoring.settings import StorageSettings
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.usecases.mark_addresses import clear_mark, take_notice
from tests.faults.crashing import Moment, crash_matrix
from tests.usecases.matching import MENTEE, MENTOR, Matching

ADDRESS = "amelie@example.org"


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Matching:
    """A mentor and a member."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member()
    return desk


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize(
    ("days", "told"), [(7, ["RequestNudged"]), (15, ["RequestExpired", "RequestMissed"])]
)
def test_a_sweep_that_dies_is_finished_by_the_next(
    desk: Matching, moment: Moment, days: int, told: list[str]
) -> None:
    """Invariants 12 and 14: request, limits, messages and audit line move together, and each is told once."""
    for number, crash in enumerate(crash_matrix(moment)):
        mentee, mentor = f"N-{number}", f"S-{number}"
        desk.member(mentee)
        desk.mentor(mentor)
        request = desk.ask(mentee, mentor)
        start, desk.now = desk.now, desk.now + timedelta(days=days)
        before = desk.stored(request)
        with crash.during(desk.client):
            desk.sweep()
        halfway = desk.stored(request)
        desk.sweep()
        after = desk.stored(request)
        assert halfway in (before, after)
        assert after.version == before.version + 1
        names = [row["pk"]["S"].split("#")[1] for row in desk.rows("outbox") if request.id in row["pk"]["S"]]
        assert sorted(names) == sorted(["RequestSent", "RequestPassedOn", *told])
        is_over = after.request.state is RequestState.EXPIRED
        assert (request.id in desk.requests.load_of(mentee).asked) is not is_over
        if not is_over:
            desk.acts(mentee).withdraw(request.id)
        desk.now = start + timedelta(seconds=number + 1)


@pytest.mark.parametrize("moment", Moment)
def test_a_silent_mentor_is_paused_once(desk: Matching, moment: Moment) -> None:
    """DIR-19: profile, message and audit line together, whatever the sweep dies of."""
    for number, crash in enumerate(crash_matrix(moment)):
        mentor = f"S-{number}"
        desk.mentor(mentor)
        for mentee in (f"{mentor}-a", f"{mentor}-b"):
            desk.member(mentee)
            desk.ask(mentee, mentor)
        desk.days(14)
        desk.sweep()
        desk.days(7)
        with crash.during(desk.client):
            desk.sweep()
        desk.sweep()
        stored = desk.profiles.get(mentor)
        assert stored
        assert not stored.profile.is_available
        assert desk.acted(mentor).count("pause-silent") == 1
        assert desk.messages().count(f"{mentor} MentorPausedForSilence") == 1


@pytest.mark.parametrize("moment", Moment)
def test_a_notice_that_dies_marks_once_when_it_comes_again(desk: Matching, moment: Moment) -> None:
    """MOD-26, invariant 12: mark and audit line together, or neither; so when it is taken away."""
    marks = AddressMarkStore(desk.client, desk.storage)
    notice = Notice(message=f"RequestSent#{MENTOR}#1#mail", fault=Fault.BOUNCED, address=ADDRESS)
    for crash in crash_matrix(moment):
        desk.days(1)
        lines = len(desk.acted(MENTOR))
        with crash.during(desk.client):
            take_notice(notice, marks, desk.memberships, desk.now)
        assert len(desk.acted(MENTOR)) - lines == (1 if marks.of(MENTOR) else 0)
        take_notice(notice, marks, desk.memberships, desk.now)
        assert marks.of(MENTOR)
        assert desk.acted(MENTOR)[lines:] == ["address-bounced"]
        assert clear_mark(MENTOR, marks, desk.now + timedelta(hours=1))
        assert marks.of(MENTOR) is None
    assert marks.of(MENTEE) is None
