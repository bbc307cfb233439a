"""Nobody is written to over and over who did not ask for it: the limits between one member and one mentor."""

from dataclasses import replace

import pytest

from mentoring.content import Content
from mentoring.domain.errors import RequestRefusedError
from mentoring.domain.refusals import Refusal
from mentoring.domain.request_states import Side
from mentoring.settings import StorageSettings
from mentoring.storage.concerns import ConcernStore
from mentoring.usecases.concerns import Said, report
from tests.usecases.matching import ASKED, MENTEE, MENTOR, Matching


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Matching:
    """A mentor and a member."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member()
    return desk


def test_a_mistake_is_mended_at_once_and_not_for_ever(desk: Matching) -> None:
    """DIR-19: asked and withdrawn three times in thirty days; then the oldest must be over."""
    for number in range(3):
        desk.acts(MENTEE).withdraw(desk.ask(words=f"Hello {number}").id)
        desk.days(1)
    for days in (0, 26):
        desk.days(days)
        assert desk.asking().why_not(MENTOR) is Refusal.TOO_OFTEN
        with pytest.raises(RequestRefusedError, match="too-often"):
            desk.ask()
    desk.days(1)
    desk.acts(MENTEE).withdraw(desk.ask().id)
    assert desk.asking().why_not(MENTOR) is Refusal.TOO_OFTEN
    desk.days(1)
    assert desk.asking().why_not(MENTOR) is None
    assert desk.messages().count(f"{MENTOR} RequestSent") == 4


def test_after_a_no_a_month_goes_by(desk: Matching) -> None:
    """DIR-19: whoever said no is not asked again by the same member for thirty days; others may ask."""
    desk.acts(MENTOR).decline(desk.ask().id, None, "")
    desk.days(29)
    desk.member("M-3")
    assert desk.asking().why_not(MENTOR) is Refusal.TOO_SOON
    assert desk.asking("M-3").why_not(MENTOR) is None
    with pytest.raises(RequestRefusedError, match="too-soon"):
        desk.ask()
    desk.days(1)
    assert desk.ask().is_open


def test_withdrawn_at_the_moment_of_the_next(desk: Matching) -> None:
    """DIR-19: what was between the two is looked at again where it changed since: no limit is passed."""
    desk.policy = replace(desk.policy, requests_per_mentor=1)
    inner, other = desk.requests.send, [lambda: desk.acts(MENTEE).withdraw(desk.ask(words="Hi").id)]

    def send(*args: object) -> object:
        if other:
            other.pop()()
        return inner(*args)  # type: ignore[arg-type]

    desk.requests.send = send  # type: ignore[assignment, method-assign]
    with pytest.raises(RequestRefusedError, match="too-often"):
        desk.ask()
    assert desk.messages() == sorted([*ASKED, f"{MENTOR} RequestWithdrawn"])


def test_proposals_have_an_end(desk: Matching) -> None:
    """DIR-18: of both together as many as the policy allows; the last can still be agreed to."""
    desk.policy = replace(desk.policy, proposals_per_request=3)
    request = desk.accept(desk.ask())
    for number in range(2):
        proposal = desk.proposal(Side.MENTEE, goals=f"{number}")
        proposed = desk.acts(MENTEE).propose(request.id, proposal, desk.now)
    for member_id, side in ((MENTEE, Side.MENTEE), (MENTOR, Side.MENTOR)):
        with pytest.raises(RequestRefusedError, match="too-many-proposals"):
            desk.acts(member_id).propose(request.id, desk.proposal(side), desk.now)
    assert proposed.request.proposal
    assert desk.acts(MENTOR).agree(request.id, proposed.request.proposal.at).request.arrangement
    assert desk.messages().count(f"{MENTOR} ArrangementProposed") == 2


def test_concerns_of_one_day_have_an_end(desk: Matching) -> None:
    """DIR-21: staff are written to so often a day by one member; sent twice it is one."""
    request, store = desk.ask(), ConcernStore(desk.client, desk.storage)

    def say(once: str) -> None:
        said = Said(text="It worries me", is_about_person=True, once=once)
        report(request, Side.MENTEE, said, store, 2, desk.now)

    for once in ("1", "2", "2"):
        say(once)
    with pytest.raises(RequestRefusedError, match="too-many-concerns"):
        say("3")
    desk.days(1)
    say("3")
    assert desk.messages().count(f"{MENTEE} ConcernReported") == 3
