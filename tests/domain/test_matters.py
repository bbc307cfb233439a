"""Which letters still hold: each event in each state of its request, for each reader (SAF-3)."""

from dataclasses import replace
from datetime import date

import pytest

from mentoring.domain.match_requests import Arrangement, MatchRequest
from mentoring.domain.matters import CURRENT, Matter, is_current
from mentoring.domain.request_states import TOGETHER, RequestState, Side
from tests.storage.requests import SENT_AT, match_request

TODAY, LAST_DAY = date(2026, 11, 2), date(2026, 11, 15)
FACTS = {"answer_by": LAST_DAY.isoformat()}
REQUEST = match_request()
PROPOSAL = Arrangement(
    by=Side.MENTEE, at=SENT_AT, months=6, frequency="monthly", formats=(), availabilities="", goals=""
)
SENT, EXPIRED = {RequestState.SENT}, {RequestState.EXPIRED}
GONE = {RequestState.CLOSED, RequestState.ENDED}
HOLDS = {
    "RequestSent": SENT,
    "RequestPassedOn": SENT,
    "RequestAnswerAwaited": SENT,
    "RequestNudged": SENT,
    "RequestAccepted": TOGETHER,
    "RequestDeclined": {RequestState.DECLINED},
    "RequestWithdrawn": {RequestState.WITHDRAWN},
    "RequestExpired": EXPIRED,
    "RequestMissed": EXPIRED,
    "RequestDropped": EXPIRED,
    "QuestionUnanswered": EXPIRED,
    "MentorGone": GONE,
    "MenteeGone": GONE,
    "ArrangementProposed": TOGETHER,
    "ArrangementAgreed": {RequestState.ACTIVE},
    "RelationshipEnded": {RequestState.ENDED},
}


def mentors(request: MatchRequest) -> Matter:
    """A request as its mentor reads of it."""
    return Matter(request=request, side=Side.MENTOR, other="Noor Haddad")


@pytest.mark.parametrize("event", CURRENT)
def test_a_letter_holds_in_these_states_and_no_others(event: str) -> None:
    """SAF-3: what no longer is so is told to nobody."""
    states = {
        state
        for state in RequestState
        if is_current(event, FACTS, mentors(replace(REQUEST, state=state, proposal=PROPOSAL)), TODAY)
    }
    assert states == HOLDS[event]


@pytest.mark.parametrize("event", ["RequestSent", "RequestAnswerAwaited", "RequestNudged"])
def test_nobody_is_asked_for_an_answer_that_is_not_theirs_or_late(event: str) -> None:
    """DIR-16, DIR-19: the letter goes to whose turn it is, until the last day, about that day."""
    assert not is_current(event, FACTS, mentors(replace(REQUEST, turn=Side.MENTEE)), TODAY)
    assert is_current(event, FACTS, mentors(REQUEST), LAST_DAY)
    assert not is_current(event, FACTS, mentors(REQUEST), date(2026, 11, 16))
    later = mentors(replace(REQUEST, answer_by=date(2026, 11, 22)))
    assert is_current(event, FACTS, later, TODAY) is (event == "RequestSent")


def test_a_proposal_is_told_while_it_waits_for_its_reader() -> None:
    """DIR-18: not once it was answered, nor to whoever made it."""
    together = replace(REQUEST, state=RequestState.ACTIVE)
    assert not is_current("ArrangementProposed", FACTS, mentors(together), TODAY)
    own = replace(together, proposal=replace(PROPOSAL, by=Side.MENTOR))
    assert not is_current("ArrangementProposed", FACTS, mentors(own), TODAY)
