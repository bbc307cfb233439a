"""The clock and match requests: a reminder, an end, and a mentor who no longer answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.request_states import RequestState, Side
from mentoring.settings import StorageSettings
from mentoring.usecases.request_deadlines import Done, confirm_availability
from tests.usecases.matching import MENTEE, MENTOR, Matching


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Matching:
    """A mentor and a member."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member()
    return desk


def test_reminded_on_day_seven_over_on_day_fourteen(desk: Matching) -> None:
    """DIR-19: day by day, twice a day, one reminder and one letter to each once the last day is over."""
    request = desk.ask()
    done = {}
    for day in range(1, 17):
        desk.days(1)
        for _ in range(2):
            done.update((day, outcome) for _, outcome in desk.sweep(lambda _: ("other-mentor",)))
    assert done == {7: Done.NUDGED, 14: Done.EXPIRED}
    after = desk.stored(request).request
    assert (after.state, after.suggested, after.questions) == (
        RequestState.EXPIRED,
        ("other-mentor",),
        None,
    )
    assert desk.messages() == [
        f"{MENTOR} RequestMissed",
        f"{MENTOR} RequestNudged",
        f"{MENTOR} RequestSent",
        f"{MENTEE} RequestExpired",
        f"{MENTEE} RequestPassedOn",
    ]


def test_a_late_sweep_ends_what_is_over(desk: Matching) -> None:
    """Invariant 14: after a silent fortnight a request is over; nobody is reminded of what is past."""
    desk.ask()
    desk.days(20)
    assert [outcome for _, outcome in desk.sweep()] == [Done.EXPIRED]
    assert f"{MENTOR} RequestNudged" not in desk.messages()


def test_a_question_without_an_answer(desk: Matching) -> None:
    """DIR-19: where the mentee does not answer the mentor's question, each is told so, in their own words."""
    request = desk.ask()
    desk.acts(MENTOR).write(request.id, "Where do you work?")
    desk.days(7)
    desk.sweep()
    desk.days(7)
    desk.sweep()
    assert desk.messages() == [
        f"{MENTOR} QuestionUnanswered",
        f"{MENTOR} RequestSent",
        f"{MENTEE} RequestAnswerAwaited",
        f"{MENTEE} RequestDropped",
        f"{MENTEE} RequestNudged",
        f"{MENTEE} RequestPassedOn",
    ]
    assert desk.requests.load_of(MENTOR).missed == frozenset()


def test_what_is_answered_is_due_no_more(desk: Matching) -> None:
    """Invariant 14: once there is an answer the clock has nothing to do with a request."""
    desk.accept(desk.ask())
    desk.days(30)
    assert desk.sweep() == []


def test_a_mentor_who_lets_two_go_by_is_asked_and_then_paused(desk: Matching) -> None:
    """DIR-19: after the policy's number of missed requests a mentor is asked once; silence pauses them."""
    desk.member("M-3")
    desk.ask()
    desk.ask("M-3")
    desk.days(14)
    desk.sweep()
    assert desk.messages().count(f"{MENTOR} AvailabilityAsked") == 1
    desk.days(7)
    assert desk.sweep() == [(MENTOR, Done.PAUSED)]
    stored = desk.profiles.get(MENTOR)
    assert stored
    assert not stored.profile.is_available
    assert f"{MENTOR} MentorPausedForSilence" in desk.messages()
    assert f"{MENTOR} MentorPaused" in desk.messages()  # the site is made anew
    assert desk.sweep() == []


@pytest.mark.parametrize("word", ["says so", "answers a request", "declines one", "pauses"])
def test_a_mentor_who_is_there_is_not_paused(desk: Matching, word: str) -> None:
    """DIR-19: any sign of life in time is enough."""
    desk.member("M-3")
    desk.member("M-4")
    desk.ask()
    desk.ask("M-3")
    desk.days(14)
    desk.sweep()
    request = desk.ask("M-4")
    if word == "says so":
        confirm_availability(MENTOR, desk.requests, desk.now)
    elif word == "answers a request":
        desk.acts(MENTOR).write(request.id, "Where do you work?")
    elif word == "declines one":
        desk.acts(MENTOR).decline(request.id, None, "")
    else:
        desk.change(is_available=False)
    desk.days(7)
    desk.sweep()
    desk.days(1)
    assert Done.PAUSED not in [outcome for _, outcome in desk.sweep()]
    assert desk.requests.load_of(MENTOR).answer_by is None
    assert f"{MENTOR} MentorPausedForSilence" not in desk.messages()


def test_answered_between_the_reading_and_the_pausing(desk: Matching) -> None:
    """DIR-19: a mentor whose word comes at the very moment of the sweep stays available."""
    desk.policy = replace(desk.policy, missed_before_asked=1)
    desk.ask()
    desk.days(14)
    desk.sweep()
    desk.days(7)
    inner = desk.profiles.get

    def get(member_id: str) -> object:
        confirm_availability(MENTOR, desk.requests, desk.now)
        return inner(member_id)

    desk.profiles.get = get  # type: ignore[assignment]
    assert [outcome for _, outcome in desk.sweep()] == [Done.NOT_DUE]
    stored = inner(MENTOR)
    assert stored
    assert stored.profile.is_available


def test_one_that_cannot_be_read_stops_nobody(desk: Matching) -> None:
    """A wrong row never stops the rest: the sweep goes on, and says which one it was."""
    desk.member("M-3")
    damaged, sound = desk.ask(), desk.ask("M-3")
    key = {"pk": {"S": f"REQUEST#{damaged.id}"}, "sk": {"S": "REQUEST"}}
    desk.client.update_item(
        TableName=desk.storage.requests_table,
        Key=key,
        UpdateExpression="SET body = :nothing",
        ExpressionAttributeValues={":nothing": {"S": "{"}},
    )
    desk.now += timedelta(days=14)
    outcomes, skipped = dict(desk.sweep()), list[str]()
    assert isinstance(outcomes[damaged.id], Exception)
    assert outcomes[sound.id] is Done.EXPIRED
    assert [each.request.id for each in desk.requests.of(MENTOR, Side.MENTOR, skipped.append)] == [sound.id]
    assert skipped == [damaged.id]


def test_a_questionnaire_that_nobody_uses_goes(desk: Matching) -> None:
    """SAF-1: thirty-six months after it was last saved or sent, with a line in the log and no letter."""
    desk.questionnaire()
    desk.now = desk.now.replace(year=2028)
    for member in (MENTOR, MENTEE):
        desk.member(member, expires_on=desk.now.date())
    desk.acts(MENTEE).withdraw(desk.ask().id)
    messages = desk.messages()
    desk.now = desk.now.replace(year=2031, day=20)
    assert desk.sweep() == []
    assert desk.mentees.open(MENTEE).version
    desk.days(1)
    assert desk.sweep() == [(MENTEE, Done.FORGOTTEN)]
    assert desk.sweep() == []
    assert desk.mentees.open(MENTEE).version == 0
    assert desk.acted(MENTEE)[-1] == "forget-questionnaire"
    assert desk.messages() == messages
