"""A concern is reported whole or not at all, wherever the process dies."""

import pytest

from mentoring.content import Content
from mentoring.domain.request_states import Side
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.concerns import ConcernStore
from mentoring.usecases.concerns import Caring, Said, report
from tests.faults.crashing import Moment, crash_matrix
from tests.usecases.matching import MENTEE, Matching

WORDS = "It worries me"


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Matching:
    """A mentor and a member."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member()
    return desk


@pytest.mark.parametrize("moment", Moment)
def test_a_concern_its_message_and_its_line_are_one(desk: Matching, moment: Moment) -> None:
    """SAF-3, DIR-21: after a death and a second try there is one concern, one message, one line each."""
    request = desk.ask()
    for number, crash in enumerate(crash_matrix(moment), 1):
        said = Said(text=WORDS, is_about_person=True, once=str(number))
        store = ConcernStore(client := dynamodb(desk.storage), desk.storage)
        with crash.during(client):
            report(request, Side.MENTEE, said, store, 99, desk.now)
        states = (len(store.all(print)), desk.messages().count("M-2 ConcernReported"))
        assert states in ((number - 1, number - 1), (number, number))
        report(request, Side.MENTEE, said, store, 99, desk.now)
        assert len(store.of(MENTEE)) == desk.messages().count("M-2 ConcernReported") == number
        assert desk.acted(MENTEE).count("report-concern") == number


@pytest.mark.parametrize("moment", Moment)
def test_taking_care_is_noted_once(desk: Matching, moment: Moment) -> None:
    """SAF-3: two of the staff, or one after a death, take care of a concern once; no note is lost."""
    request = desk.ask()
    for number, crash in enumerate(crash_matrix(moment), 1):
        store = ConcernStore(client := dynamodb(desk.storage), desk.storage)
        said = Said(text=WORDS, is_about_person=True, once=str(number))
        report(request, Side.MENTEE, said, store, 99, desk.now)
        (concern,) = [each for each in store.of(MENTEE) if each.is_open]
        first, second = (
            Caring(concerns=store, subject=subject, name=subject, now=desk.now) for subject in ("s-1", "s-2")
        )
        with crash.during(client):
            first.take(concern, "I call them")
        second.take(concern, "So do I")
        taken = store.get(concern.id)
        assert taken
        is_first = len(taken.notes) == 2
        assert taken.taken_by == ("s-1" if is_first else "s-2")
        second.close(concern, "Settled")  # decided over what was read before
        closed = store.get(concern.id)
        assert closed
        assert (closed.closed_by, closed.notes[:-1]) == ("s-2", taken.notes)
        assert desk.acted(MENTEE).count("take-care-of-concern") == number
