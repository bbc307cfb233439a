"""Erasing and leaving end what is under way before the browser has its answer (SAF-1, DIR-8)."""

from mentoring.domain.request_states import RequestState
from tests.handlers.asked import MENTEES_ADDRESS, WORDS, held, request_of, send, words
from tests.handlers.conftest import SignIn
from tests.usecases.matching import MENTEE, MENTOR, Matching

TOLD = "Two years in home care"
ACCEPTANCE = {"availabilities": "Thursdays", "months": "6", "formats": "video"}


def test_what_a_mentee_erases_is_gone_at_once(desk: Matching, sign_in: SignIn) -> None:
    """SAF-1, DIR-17: no message has to run: the mentor reads nothing of it any more, and accepts nothing."""
    mentee, mentor = sign_in(MENTEE), sign_in(MENTOR)
    sent, here = request_of(desk)
    form = held(mentor.get(f"{here}accept"))
    assert send(mentee, "/en/account/erase", confirm="yes").status == 303
    page = mentor.get(here)
    assert "The mentee has left" in words(page)
    assert not any(each in page.body for each in (TOLD, WORDS))
    assert mentor.post(f"{here}accept", form | ACCEPTANCE).status == 409
    assert desk.stored(sent).request.state is RequestState.CLOSED
    assert f"{MENTOR} MenteeGone" in desk.messages()


def test_whoever_asked_a_mentor_who_leaves_reads_so_at_once(desk: Matching, sign_in: SignIn) -> None:
    """DIR-8: with the mentor's receipt the request is over, and its mentee can ask somebody else."""
    mentee, mentor = sign_in(MENTEE), sign_in(MENTOR)
    sent, here = request_of(desk)
    assert send(mentor, "/en/account/listing/leave").status == 303
    assert "has left the directory" in words(mentee.get(here))
    assert desk.requests.load_of(MENTEE).asked == frozenset()
    assert desk.messages().count(f"{MENTEE} MentorGone") == 1
    assert desk.part("ListingWithdrawn") == 0  # what the outbox finds
    assert desk.stored(sent).request.state is RequestState.CLOSED


def test_nothing_that_is_erased_is_shown_before_its_request_has_ended(
    desk: Matching, sign_in: SignIn
) -> None:
    """SAF-1, DIR-17: also where the function died between the two, no answer and no address is shown."""
    mentor = sign_in(MENTOR)
    _, here = request_of(desk)
    form = held(mentor.get(f"{here}accept"))
    desk.leave("DraftErased", MENTEE)
    assert TOLD not in mentor.get(here).body
    refused = mentor.post(f"{here}accept", form | ACCEPTANCE)
    assert refused.status == 409
    assert "Whoever asked you has left" in words(refused)
    assert MENTEES_ADDRESS not in mentor.get(here).body
