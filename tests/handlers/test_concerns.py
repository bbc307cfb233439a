"""A concern reaches staff and nobody else."""

import re

from mentoring.domain.sessions import StaffRole
from tests.handlers.asked import (
    HOME,
    MENTEES_ADDRESS,
    MENTORS_ADDRESS,
    WORDS,
    held,
    request_of,
    send,
    words,
)
from tests.handlers.conftest import SignIn
from tests.usecases.matching import MENTEE, MENTOR, Matching


def test_a_concern_reaches_staff_and_leaves_no_trace(
    desk: Matching, sign_in: SignIn, sign_in_staff: SignIn
) -> None:
    """DIR-21: staff read it once, however often it was sent; the other side's pages and rows hold nothing."""
    mentee, mentor = sign_in(MENTEE), sign_in(MENTOR)
    sent, here = request_of(desk)
    before = (mentor.get(here).body, mentor.get(HOME).body, desk.stored(sent))
    form = held(mentee.get(f"{here}concern")) | {"text": "Something <b>worries</b> me", "about": "person"}
    for _ in range(2):
        assert mentee.post(f"{here}concern", form).location == f"{here}?done=concern"
    assert (mentor.get(here).body, mentor.get(HOME).body, desk.stored(sent)) == before
    assert desk.messages() == ["M-1 RequestSent", "M-2 ConcernReported", "M-2 RequestPassedOn"]
    assert "report-concern" in desk.acted(MENTEE)
    assert "report-concern" not in desk.acted(MENTOR)
    for browser, is_theirs in ((mentee, True), (mentor, False)):  # SAF-1: the copy of who wrote it has it
        assert ("worries" in browser.get("/en/account/data/my-data.json").body) is is_theirs
    staff = sign_in_staff(StaffRole.COORDINATOR)
    listed = staff.get("/en/staff/concerns/")
    (concern,) = set(re.findall(r"/en/staff/concerns/([0-9a-f]{32})/", listed.body))
    assert "1 open" in words(listed)
    shown = staff.get(f"/en/staff/concerns/{concern}/")
    for told in (
        "Kim Tremblay",
        "Lou Tremblay",
        MENTEE,
        MENTOR,
        sent.id,
        "&lt;b&gt;worries",
        MENTEES_ADDRESS,
    ):
        assert told in shown.body
    assert "Kim Tremblay asked" in words(shown)
    for theirs in (WORDS, "Two years in home care", MENTORS_ADDRESS):  # SAF-2
        assert theirs not in shown.body
    here, noted = f"/en/staff/concerns/{concern}/", held(shown) | {"act": "note", "note": "Called Kim"}
    assert staff.post(here, {"form_token": "x", "act": "take"}).status == 403
    assert staff.post(here, noted | {"note": " "}).status == 422
    refused = staff.post(here, noted | {"act": "erase"})
    assert (refused.status, "Called Kim" in refused.body) == (400, True)
    for act in ("take", "note", "note"):
        assert staff.post(here, noted | {"act": act}).status == 303
    assert "Nadia <b>Bélanger</b> has been taking care of it." in words(staff.get(here))
    assert words(staff.get(here)).count("Called Kim") == 1
    assert "0 open" in words(staff.get("/en/staff/concerns/"))
    assert staff.post(here, noted | {"act": "close", "note": "Settled"}).status == 303
    assert "Nadia <b>Bélanger</b> closed it." in words(staff.get(here))
    assert "Closed" in words(staff.get("/en/staff/concerns/"))
    acts = ["close-concern", "report-concern", "take-care-of-concern"]
    assert sorted(act for act in desk.acted(MENTEE) if "concern" in act) == acts
    for browser in (mentee, mentor):  # staff's notes are theirs
        assert "Called Kim" not in browser.get("/en/account/data/my-data.json").body
    assert "/en/staff/concerns/" in staff.get("/en/staff/builds/").body


def test_the_same_words_again_reach_staff_again(
    desk: Matching, sign_in: SignIn, sign_in_staff: SignIn
) -> None:
    """DIR-21: what happened once more is another concern, up to five a day."""
    mentee = sign_in(MENTEE)
    _, here = request_of(desk)
    said = {"text": "It worries me", "about": "person"}
    for _ in range(5):
        assert send(mentee, f"{here}concern", **said).status == 303
    refused = send(mentee, f"{here}concern", **said)
    assert (refused.status, "otmentor@caot.ca" in words(refused)) == (409, True)
    assert "worries" in held(refused)["text"]
    assert "5 open" in words(sign_in_staff(StaffRole.COORDINATOR).get("/en/staff/concerns/"))


def test_a_concern_about_the_programme_names_nobody(
    desk: Matching, sign_in: SignIn, sign_in_staff: SignIn
) -> None:
    """DIR-21: a concern in general is about no person; the newest comes first, damaged ones stop nothing."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    assert send(mentor, f"{here}concern", text="The site is slow", about="programme").status == 303
    row = {"pk": {"S": "CONCERNS"}, "sk": {"S": "0" * 32}, "body": {"S": "{}"}}
    desk.client.put_item(TableName=desk.storage.requests_table, Item=row)
    staff = sign_in_staff(StaffRole.ADMINISTRATOR)
    listed = staff.get("/fr/staff/concerns/")
    assert listed.status == 200
    assert "Kim" not in words(listed)
    assert staff.get("/en/staff/concerns/nothing/").status == 404
    assert staff.get(f"/en/staff/concerns/{sent.id}/").status == 404
