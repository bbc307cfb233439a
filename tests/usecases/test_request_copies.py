"""What each of two people may take away of what they wrote to each other (SAF-1)."""

import json
from datetime import datetime, timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.profile import Audience
from mentoring.domain.request_events import ConcernReported
from mentoring.domain.request_loads import Load
from mentoring.settings import StorageSettings
from mentoring.storage.audit import audit_write
from mentoring.storage.outbox import message_writes
from mentoring.storage.transaction import commit
from tests.canary import IDENTITY
from tests.storage.people import change, membership
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
    # The page of acceptance begins with the mentee's goals.
    desk.acts(MENTOR).accept(request.id, desk.proposal(goals="Find my feet"))
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
    assert request["proposal"]["goals"] == "Find my feet"  # told by the mentee, and proposed by the mentor
    del request["proposal"]
    assert request["introduction"] == "Hello from the mentee"
    assert not {"questions", "consent", "suggested", "mentee_id", "mentor_id"} & request.keys()
    assert copy["request_load"] == {"asked": [], "mentees": [request["id"]], "missed": [], "answer_by": None}
    said = json.dumps(copy, ensure_ascii=False)
    for other in (MENTEE, "hospital", "Find my feet", IDENTITY["gender"], IDENTITY["orientation"]):
        assert other not in said, other
    assert MENTOR not in json.dumps(desk.rights.copy(MENTEE))


def test_who_erased_is_gone_from_the_others_copy(desk: Erasing) -> None:
    """SAF-1: after an erasure the other's copy has the request and their own words alone.

    What they agreed on began as the mentee's goals, in the mentor's form.
    """
    (request,) = desk.rights.copy(MENTEE)["requests"]
    desk.acts(MENTEE).agree(request["id"], datetime.fromisoformat(request["proposal"]["at"]))
    assert desk.erase()
    desk.part("DraftErased", MENTEE)
    (request,) = desk.rights.copy(MENTOR)["requests"]
    assert (request["state"], request["introduction"]) == ("ended", "")
    assert [line["text"] for line in request["lines"]] == ["A question of the mentor", ""]
    agreed = request["arrangement"]
    assert (agreed["months"], agreed["availabilities"], agreed["goals"]) == (6, "", "")
    assert not any("Find my feet" in row for row in desk.rights.rows())
    gone = desk.rights.copy(MENTEE)
    assert (gone["mentee_profile"], gone["consents"]) == (None, [])
    assert "hospital" not in json.dumps(gone, ensure_ascii=False)


def test_who_erased_takes_their_last_words_along(desk: Erasing) -> None:
    """SAF-1: what somebody said on the way out is theirs; what the other says stays."""
    (request,) = desk.rights.copy(MENTEE)["requests"]
    desk.acts(MENTEE).end(request["id"], "My thanks")
    desk.erase()
    desk.part("DraftErased", MENTEE)
    assert desk.rights.copy(MENTOR)["requests"][0]["words"] == ""


def test_who_is_left_keeps_what_they_were_told_of_their_copy(desk: Erasing) -> None:
    """SAF-1: the mentee's copy no longer has the erased mentor's words or address; it has their own."""
    (request,) = desk.rights.copy(MENTEE)["requests"]
    desk.acts(MENTEE).agree(request["id"], datetime.fromisoformat(request["proposal"]["at"]))
    desk.acts(MENTOR).end(request["id"], "A mentor's last words")
    desk.days(1)
    desk.leave("ProfileErased")
    desk.part("ProfileErased")
    (request,) = desk.rights.copy(MENTEE)["requests"]
    assert [line["text"] for line in request["lines"]] == ["", "The mentee's answer"]
    assert (request["words"], request["slug"], request["arrangement"]["availabilities"]) == ("", "", "")
    assert request["introduction"] == "Hello from the mentee"
    assert "mentor-m-1" not in json.dumps(desk.rights.copy(MENTEE)["requests"])


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
    """SAF-3, DIR-21: a letter to the mentor, or to staff, is sent although the mentee erased all since."""
    concern = ConcernReported(member_id=MENTEE, occurrence="c", at=desk.now, concern_id="c")
    line = change(member_id=MENTEE).line
    commit(
        desk.client,
        [
            *message_writes(desk.storage.outbox_table, [concern]),
            audit_write(desk.storage.audit_table, line, [concern]),
        ],
    )
    before = [each for each in desk.messages() if each.startswith(MENTOR)]
    assert before
    desk.erase()
    left = [each for each in desk.messages() if "Erased" not in each]
    # What the mentee was told goes with them; what was told to staff does not.
    assert left == [*before, f"{MENTEE} ConcernReported"]


def test_what_the_clock_told_both_is_erased_once(desk: Erasing) -> None:
    """SAF-1: a mentor whom the log and the requests both name a letter of erases it all the same."""
    desk.mentor("M-3")
    desk.ask(mentor_id="M-3")
    for days in (7, 7):
        desk.days(days)
        desk.sweep()
    assert [each for each in desk.messages() if each.startswith("M-3")]
    desk.days(1)
    assert desk.requests.load_of("M-3").missed
    assert desk.rights.erase("M-3", desk.now)
    assert desk.requests.load_of("M-3") == Load()  # nor does it count against who comes back
    assert [each for each in desk.messages() if each.startswith("M-3") and "Erased" not in each] == []


def test_another_member_is_no_name(desk: Erasing) -> None:
    """SAF-1: who else acted on what concerns a member is said to be another member."""
    desk.memberships.put([membership("M-9")])
    desk.now += timedelta(days=1)
    for act in desk.rights.copy(MENTEE)["acts"]:
        assert act["actor"] in (f"member:{MENTEE}", "other-member")
