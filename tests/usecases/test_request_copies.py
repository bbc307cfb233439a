"""What each of two people may take away of what they wrote to each other (SAF-1)."""

import json
from datetime import timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.profile import Audience
from mentoring.settings import StorageSettings
from mentoring.usecases.part_ways import part_ways
from tests.canary import IDENTITY
from tests.storage.people import membership
from tests.usecases.erasing import Erasing
from tests.usecases.matching import MENTEE, MENTOR


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Erasing:
    """A mentor who was asked, wrote, said yes; the mentee proposed something else."""
    desk = Erasing(database, content)
    desk.mentor()
    desk.member()
    desk.fill_in()
    request = desk.ask(words="Hello from the mentee")
    desk.acts(MENTOR).write(request.id, "A question of the mentor")
    desk.acts(MENTEE).write(request.id, "The mentee's answer")
    desk.accept(request)
    return desk


def test_a_mentee_takes_along_what_they_wrote_and_were_told(desk: Erasing) -> None:
    """SAF-1: the questionnaire whole, the request with both people's messages, and every letter to them."""
    copy = desk.rights.copy(MENTEE)
    assert copy["mentee_profile"]["answers"]["identity"]["gender"] == [IDENTITY["gender"]]
    assert copy["mentee_profile"]["consents"]["ethnicity"]["audience"] == Audience.MENTORS
    assert copy["mentee_profile"]["member_id"] == MENTEE
    (request,) = copy["requests"]
    assert (request["side"], request["state"], request["slug"]) == ("mentee", "accepted", "mentor-m-1")
    assert request["introduction"] == "Hello from the mentee"
    assert request["questions"]["goals"] == "Find my feet"
    assert [line["text"] for line in request["lines"]] == ["A question of the mentor", "The mentee's answer"]
    assert request["proposal"]["availabilities"] == "Thursdays after four"
    assert [each["event"] for each in copy["messages"] if each["channel"] == "mail"] == [
        "RequestAccepted",
        "RequestAnswerAwaited",
        "RequestAnswerAwaited",
        "RequestPassedOn",
        "RequestSent",
    ]
    assert copy["request_load"] is None  # an accepted request counts against the mentor's limit alone


def test_a_mentor_takes_along_no_more_than_they_were_told(desk: Erasing) -> None:
    """SAF-1, DIR-12: no member id of the other, no questionnaire, no identity answer of anybody else."""
    copy = desk.rights.copy(MENTOR)
    (request,) = copy["requests"]
    assert request["side"] == "mentor"
    assert request["introduction"] == "Hello from the mentee"
    assert not {"questions", "consent", "suggested", "mentee_id", "mentor_id"} & request.keys()
    assert copy["request_load"] == {"asked": [], "mentees": [request["id"]], "missed": [], "answer_by": None}
    said = json.dumps(copy, ensure_ascii=False)
    for other in (MENTEE, "hospital", "Find my feet", IDENTITY["gender"], IDENTITY["orientation"]):
        assert other not in said, other
    assert MENTOR not in json.dumps(desk.rights.copy(MENTEE))


def test_who_erased_is_gone_from_the_others_copy(desk: Erasing) -> None:
    """SAF-1: after an erasure the other's copy has the request and their own words alone."""
    erased = desk.erase()
    assert erased
    part_ways("DraftErased", MENTEE, erased.at, desk.requests, erased.at)
    (request,) = desk.rights.copy(MENTOR)["requests"]
    assert (request["state"], request["introduction"]) == ("ended", "")
    assert [line["text"] for line in request["lines"]] == ["A question of the mentor", ""]
    gone = desk.rights.copy(MENTEE)
    assert (gone["mentee_profile"], gone["consents"]) == (None, [])
    assert "hospital" not in json.dumps(gone, ensure_ascii=False)


def test_a_damaged_request_costs_nobody_their_copy(desk: Erasing) -> None:
    """SAF-1: that there is one is said; what cannot be read may name somebody else."""
    (request,) = desk.rights.copy(MENTEE)["requests"]
    desk.client.update_item(
        TableName=desk.storage.requests_table,
        Key={"pk": {"S": f"REQUEST#{request['id']}"}, "sk": {"S": "REQUEST"}},
        UpdateExpression="SET body = :body",
        ExpressionAttributeValues={":body": {"S": f"{{{MENTOR}"}},
    )
    copy = desk.rights.copy(MENTEE)
    assert copy["requests"] == [{"id": request["id"], "unreadable": True}]
    assert MENTOR not in json.dumps(copy)


def test_what_somebody_else_was_told_outlives_an_erasure(desk: Erasing) -> None:
    """SAF-3: a letter to the mentor that still waits is sent, although the mentee erased everything since."""
    before = [each for each in desk.messages() if each.startswith(MENTOR)]
    assert before
    desk.erase()
    left = [each for each in desk.messages() if "Erased" not in each]
    assert left == before  # what the mentee was told goes with them


def test_what_the_clock_told_both_is_erased_once(desk: Erasing) -> None:
    """SAF-1: a mentor whom the log and the requests both name a letter of erases it all the same."""
    desk.mentor("M-3")
    desk.ask(mentor_id="M-3")
    for days in (7, 7):
        desk.days(days)
        desk.sweep()
    assert [each for each in desk.messages() if each.startswith("M-3")]
    desk.days(1)
    assert desk.rights.erase("M-3", desk.now)
    assert [each for each in desk.messages() if each.startswith("M-3") and "Erased" not in each] == []


def test_another_member_is_no_name(desk: Erasing) -> None:
    """SAF-1: who else acted on what concerns a member is said to be another member."""
    desk.memberships.put([membership("M-9")])
    desk.now += timedelta(days=1)
    for act in desk.rights.copy(MENTEE)["acts"]:
        assert act["actor"] in (f"member:{MENTEE}", "other-member")
