"""Answering, working together and parting as pages: each act, each side, each bad form."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.profile import Audience
from mentoring.domain.request_states import Act, Reason, RequestState, Side
from mentoring.handlers.services import Services
from tests.gateways.issuer import NOW
from tests.handlers.asked import (
    ASK,
    CANARY,
    HOME,
    MENTEES_ADDRESS,
    MENTORS_ADDRESS,
    WORDS,
    checked,
    held,
    known,
    request_of,
    send,
    words,
)
from tests.handlers.browser import Browser
from tests.handlers.conftest import Clock, SignIn
from tests.handlers.released import release
from tests.storage.people import consent
from tests.usecases.matching import ASKED, MENTEE, MENTOR, Matching

# The request's page


def test_both_sides_see_who_acts_next_and_by_when(desk: Matching, sign_in: SignIn, time: Clock) -> None:
    """DIR-19: through its whole life each side reads how a request stands, in both languages."""
    mentee, mentor = sign_in(MENTEE), sign_in(MENTOR)
    sent, here = request_of(desk)

    def read(browser: Browser) -> str:
        page = browser.get(here)
        assert page.status == 200
        assert browser.get(here.replace("/en/", "/fr/")).status == 200
        return words(page)

    assert "Lou Tremblay has your request and can answer until December 4" in read(mentee)
    assert "Kim Tremblay would like to hear from you. Please answer by December 4" in read(mentor)
    time.forward(days=2)
    desk.now = time.now()
    mentee, mentor = sign_in(MENTEE), sign_in(MENTOR)
    assert send(mentor, f"{here}write", text="What is your setting?").location == f"{here}?done=write"
    assert "Lou Tremblay has written to you. Please answer by December 6" in read(mentee)
    assert "What is your setting?" in read(mentee)
    assert send(mentee, f"{here}write", text="A small town.").status == 303
    accept = {"availabilities": "Thursdays", "months": "6", "formats": "video"}
    assert send(mentor, f"{here}accept", **accept).location == f"{here}?done=accept"
    assert "Lou Tremblay proposes how to work together" in read(mentee)
    assert "Lou Tremblay accepted" in read(mentee)
    assert send(mentee, f"{here}propose", months="9", formats="phone").status == 303
    assert send(mentor, f"{here}agree").location == f"{here}?done=agree"
    assert desk.stored(sent).request.state is RequestState.ACTIVE
    assert "You work together" in read(mentee)
    assert "9 months" in read(mentor)
    assert send(mentee, f"{here}end", words="Thank you!").location == f"{here}?done=end"
    assert "Kim Tremblay has ended it" in read(mentor)
    assert "Thank you!" in read(mentor)
    assert "Kim Tremblay made a proposal" in read(mentor)
    assert "You made a proposal" in read(mentee)  # once answered, and over, it still was made
    assert "You have ended it" in read(mentee)


def test_addresses_are_shown_only_while_the_two_work_together(desk: Matching, sign_in: SignIn) -> None:
    """DIR-16, DIR-17: neither page has the other's address before an acceptance, nor after the end."""
    mentee, mentor = sign_in(MENTEE), sign_in(MENTOR)
    sent, here = request_of(desk)

    def shown() -> tuple[bool, bool]:
        seen = (MENTORS_ADDRESS in mentee.get(here).body, MENTEES_ADDRESS in mentor.get(here).body)
        for page in (mentee.get(HOME), mentor.get(HOME), mentor.get(f"{here}concern")):
            assert MENTORS_ADDRESS not in page.body
            assert MENTEES_ADDRESS not in page.body
        return seen

    assert shown() == (False, False)
    desk.accept(sent)
    assert shown() == (True, True)
    desk.acts(MENTEE).end(sent.id, "")
    assert shown() == (False, False)


def test_identity_is_read_live_and_only_while_it_is_shared(desk: Matching, sign_in: SignIn) -> None:
    """DIR-4, DIR-12: a mentor reads what was shared when they were asked, while it is shared as it was."""
    mentor, mentee = sign_in(MENTOR), sign_in(MENTEE)

    def says(name: str, value: str, share: str) -> None:
        shown = held(mentee.get(f"/en/account/mentee/{name}"))
        fields = {each: shown[each] for each in ("form_token", "version")}
        said = fields | {name: value, f"{name}_share": share}
        assert mentee.post(f"/en/account/mentee/{name}", said).status == 303

    says("ethnicity", CANARY, "mentors")
    says("gender", "woman", "none")
    sent, here = request_of(desk)
    assert CANARY in mentor.get(here).body
    says("ethnicity", CANARY, "mentors")  # the same again
    says("gender", "woman", "mentors")
    assert CANARY in mentor.get(here).body
    assert "Woman" not in words(mentor.get(here))  # it was not shared when this mentor was asked
    for page in (
        mentor.get(HOME),
        mentee.get(HOME),
        *(mentor.get(here + act) for act in ("accept", "write")),
    ):
        assert CANARY not in page.body
    for value, share in (("canary-identity-42", "mentors"), (CANARY, "none"), (CANARY, "mentors")):
        says("ethnicity", value, share)  # other words, taken back, shared again: a mentor asked from now on
        for page in (mentor.get(here), mentee.get(here)):
            assert "canary-identity" not in page.body, (value, share)
    desk.acts(MENTEE).withdraw(sent.id)
    desk.now += timedelta(seconds=1)
    again, there = request_of(desk)
    assert CANARY in mentor.get(there).body
    assert "Woman" in words(mentor.get(there))
    desk.acts(MENTEE).withdraw(again.id)
    assert CANARY not in mentor.get(there).body
    assert "Two years in home care" not in mentor.get(there).body  # nor the questionnaire


def test_somebody_elses_request_is_a_missing_one(desk: Matching, sign_in: SignIn) -> None:
    """SAF-2: every page and act of another's request answers byte for byte like a missing one."""
    sent, here = request_of(desk)
    desk.member("M-3")
    stranger = sign_in("M-3")
    token = stranger.get("/en/account/").form_token
    acts = ["", "sent", "deadline.ics", "concern", "nothing", *Act]
    for act in acts:
        for other in ("0" * 32, "nothing", "x" * 3000, "%00"):
            theirs, none = stranger.get(here + act), stranger.get(f"{HOME}{other}/{act}")
            assert (theirs.status, none.status, theirs.body) == (404, 404, none.body), (act, other)
        if act:
            answers = [
                stranger.post(f"{HOME}{each}/{act}", {"form_token": token, "text": "Hello"})
                for each in (sent.id, "0" * 32, "nothing")
            ]
            assert {(each.status, each.body) for each in answers} == {(404, answers[0].body)}, act
    assert desk.stored(sent).version == 2
    desk.damage("requests", f"REQUEST#{sent.id}", "REQUEST")
    theirs = stranger.get(here)
    assert (theirs.status, theirs.body) == (404, stranger.get(f"{HOME}{'0' * 32}/").body)


def test_nothing_is_decided_by_opening_a_link(desk: Matching, sign_in: SignIn) -> None:
    """DIR-16: every address of a request can be opened by both sides, and changes nothing."""
    sent, here = request_of(desk)
    before = desk.stored(sent)
    for browser in (sign_in(MENTEE), sign_in(MENTOR)):
        for act in ("", "sent", "deadline.ics", "concern", *Act):
            assert browser.get(here + act).status in (200, 303, 404)
    assert desk.stored(sent) == before
    assert desk.messages() == ASKED


def test_the_last_day_comes_as_a_file_for_calendars(desk: Matching, sign_in: SignIn) -> None:
    """MOD-29: the last day to answer as .ics, naming nobody; once there is none, there is no file."""
    browser = sign_in(MENTEE)
    sent, here = request_of(desk)
    file = browser.get(f"{here}deadline.ics")
    title = "Last day for an answer to your mentoring request of November 21"
    assert title in file.body.replace("\r\n ", "")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20261204" in file.body
    assert "Tremblay" not in file.body
    desk.acts(MENTEE).withdraw(sent.id)
    assert browser.get(f"{here}deadline.ics").status == 404


def test_a_damaged_mentor_keeps_nobody_from_withdrawing(
    desk: Matching, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """SAF-3: the mentee's pages stand without a mentor's record, and the log names whose it is."""
    browser = sign_in(MENTEE)
    _, here = request_of(desk)
    desk.damage("profiles", f"MEMBER#{MENTOR}", "PROFILE")
    for address in (HOME, here, f"{here}withdraw"):
        assert "Lou Tremblay" in words(browser.get(address)), address
    desk.damage("memberships", f"MEMBER#{MENTOR}", "MEMBERSHIP")
    assert [browser.get(address).status for address in (HOME, here, ASK)] == [200, 200, 404]
    assert send(browser, f"{here}withdraw").status == 303
    noted = [record for record in caplog.records if record.message == "unreadable record"]
    assert {vars(record)["member_id"] for record in noted} == {MENTOR}


def test_after_an_expiry_others_are_suggested_by_name(desk: Matching, sign_in: SignIn) -> None:
    """DIR-19: whoever got no answer sees the mentors suggested who can be asked now; the mentor does not."""
    browser = sign_in(MENTEE)
    sent, here = request_of(desk)
    for number, changes in ((3, {}), (4, {"is_available": False}), (5, {"opted_out_on": NOW.date()})):
        desk.mentor(f"M-{number}", **changes)
    stored = desk.stored(sent)
    slugs = ("mentor-m-3", "mentor-m-4", "mentor-m-5", "never-was")
    after = replace(
        stored.request,
        state=RequestState.EXPIRED,
        closed_at=NOW,
        closed_by=Side.SYSTEM,
        questions=None,
        suggested=slugs,
    )
    line = AuditLine(actor="t", action="expire", member_id=MENTEE, occurrence="e", at=NOW, changes={})
    desk.requests.save(after, stored, Change(line))
    page = browser.get(here)
    assert [slug for slug in slugs if f"/account/mentors/{slug}/" in page.body] == ["mentor-m-3"]
    desk.damage("profiles", "MEMBER#M-5", "PROFILE")
    assert suggested(browser, here) == {"mentor-m-3"}
    assert "did not answer in time" in words(sign_in(MENTOR).get(here))
    assert "mentor-m-3" not in sign_in(MENTOR).get(here).body


def test_after_a_no_others_are_suggested_until_one_is_asked(
    desk: Matching, sign_in: SignIn, made: Services, content: Content, tmp_path: Path
) -> None:
    """DIR-19: three at most, on the request's page and with all that is under way; nobody who was asked.

    Invariant 18: they are shown to members alone, and so to nobody whose membership lapsed.
    """
    shown = {"listing": consent("listing", Audience.MEMBERS)}
    for number in range(3, 8):
        changes = {"topics": ("business-and-private-practice",), "languages": ("en",), "consents": shown}
        desk.mentor(f"M-{number}", **changes)
    release(desk, content, tmp_path)
    browser = sign_in(MENTEE)
    sent, here = request_of(desk)
    assert suggested(browser, HOME) == suggested(browser, here) == set()
    desk.acts(MENTOR).decline(sent.id, None, "")
    first = suggested(browser, HOME)
    assert len(first) == 3
    assert first == suggested(browser, here) <= {f"mentor-m-{number}" for number in range(3, 8)}
    gone = min(first)
    desk.change(gone.removeprefix("mentor-").upper(), is_available=False)
    assert gone not in suggested(browser, HOME)
    member = known(made, MENTEE)
    made.memberships.put([replace(member, status=MembershipStatus.LAPSED)])
    assert suggested(browser, HOME) == suggested(browser, here) == set()
    made.memberships.put([member])
    desk.now += timedelta(minutes=1)
    again = desk.ask(mentor_id=max(first).removeprefix("mentor-").upper())
    assert suggested(browser, HOME) == set()
    assert max(first) not in suggested(browser, here)
    page = words(browser.get(here))
    for reason in ("Can support you with: Business and private practice", "Speaks with you in: English"):
        assert reason in page
    desk.acts(MENTEE).withdraw(again.id)
    assert suggested(browser, f"{HOME}{again.id}/") - {max(first)}


Ending = Callable[[MatchRequest], object]


def test_every_end_leads_on(desk: Matching, sign_in: SignIn, made: Services, time: Clock) -> None:
    """DIR-19: from a request that is over one finds other mentors, or the same where nobody said no."""
    ends: dict[str, Ending] = {
        "declined": lambda one: desk.acts(MENTOR).decline(one.id, None, ""),
        "withdrawn": lambda one: desk.acts(MENTEE).withdraw(one.id),
        "ended": lambda one: desk.acts(MENTOR).end(desk.accept(one).id, ""),
        "dropped": lambda one: (desk.acts(MENTOR).write(one.id, "Where?"), desk.days(14), desk.sweep()),
        "closed": lambda _: desk.part("ListingWithdrawn"),
    }
    for end, over in ends.items():
        desk.now += timedelta(days=31)  # of one mentor so much is asked, and no more, in a month
        time.instant = max(desk.now, time.instant)
        sent, here = request_of(desk)
        assert "Look further" not in words(sign_in(MENTEE).get(here))
        over(sent)
        time.instant = max(desk.now, time.instant)
        page = sign_in(MENTEE).get(here)
        assert "Look further" in words(page), end
        assert 'class="govuk-button" href="/en/mentors/"' in page.body
        assert (f'href="{ASK}"' in page.body) is (end in ("withdrawn", "ended", "dropped")), end
        assert "Look further" not in words(sign_in(MENTOR).get(here))
    made.memberships.put([replace(known(made, MENTEE), status=MembershipStatus.LAPSED)])
    lapsed = sign_in(MENTEE)
    assert "you need an active membership" in words(lapsed.get(HOME))
    assert "more mentor" not in words(lapsed.get(HOME))
    assert f'href="{ASK}"' not in lapsed.get(here).body


def suggested(browser: Browser, address: str) -> set[str]:
    """The mentors that a page suggests, by their addresses."""
    return set(re.findall(r"/account/mentors/(mentor-[a-z0-9-]+)/", browser.get(address).body))


# Acts


def test_declining_takes_kind_words_that_can_be_changed(desk: Matching, sign_in: SignIn) -> None:
    """DIR-16: the reason is optional; its standard words are suggested, and sent as changed."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    for reason in ("no-time", "not-my-field", "not-now", "other", "none"):
        page = send(mentor, f"{here}decline", reason=reason)
        assert page.status == 200
        assert "hank you" in held(page)["words"]
        assert held(page)["reason"] == reason
    assert desk.stored(sent).request.state is RequestState.SENT
    done = mentor.post(f"{here}decline", held(page) | {"words": "All the best, Lou", "pause": "no"})
    assert done.location == f"{here}?done=decline"
    declined = desk.stored(sent).request
    assert (declined.reason, declined.words, declined.questions) == (None, "All the best, Lou", None)
    assert "All the best, Lou" in words(sign_in(MENTEE).get(here))


def test_the_reason_of_a_refusal_is_no_business_of_who_is_declined(
    desk: Matching, sign_in: SignIn, made: Services
) -> None:
    """DIR-17: the words are what a mentee reads; the reason chooses them, and needs no words at all."""
    mentor, mentee = sign_in(MENTOR), sign_in(MENTEE)
    sent, here = request_of(desk)
    assert "Kim Tremblay never sees it" in words(mentor.get(f"{here}decline"))
    form = held(send(mentor, f"{here}decline", reason="no-time"))
    french = f"{here}decline".replace("/en/", "/fr/")
    assert "Merci d’avoir pensé à moi" in held(mentor.post(french, form | {"switch": "fr"}))["words"]
    own = form | {"words": "No, thanks", "switch": "fr"}
    assert held(mentor.post(french, own))["words"] == "No, thanks"
    done = mentor.post(f"{here}decline", form | {"words": "", "pause": "no"})
    assert "Kim Tremblay is told by email" in words(mentor.get(done.location))
    assert desk.stored(sent).request.reason is Reason.NO_TIME
    assert "have the time" not in words(mentee.get(here))
    assert "reason" not in made.holdings.of(MENTEE)["requests"][0]
    assert made.holdings.of(MENTOR)["requests"][0]["reason"] == "no-time"


def test_declining_and_pausing_is_one_form(desk: Matching, sign_in: SignIn, made: Services) -> None:
    """DIR-16: declined and paused until a day by one form; sent again it changes nothing more."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    form = held(send(mentor, f"{here}decline", reason="not-now")) | {"pause": "yes"}
    past = form | {"returns_on-day": "1", "returns_on-month": "1", "returns_on-year": "2020"}
    refused = mentor.post(f"{here}decline", past)
    assert refused.status == 422
    assert desk.stored(sent).request.state is RequestState.SENT  # neither of the two was done
    form |= {"returns_on-day": "1", "returns_on-month": "2", "returns_on-year": "2027"}
    for _ in range(2):
        assert mentor.post(f"{here}decline", form).location == f"{here}?done=decline-pause"
    stored = made.profiles.get(MENTOR)
    assert stored
    assert (stored.profile.is_available, stored.profile.returns_on) == (False, date(2027, 2, 1))
    assert (stored.version, desk.stored(sent).version) == (2, 3)
    assert desk.stored(sent).request.reason is Reason.NOT_NOW
    desk.change(opted_out_on=NOW.date())
    assert mentor.post(f"{here}decline", form).status == 303  # who has left meanwhile takes on nobody anyway


BAD: dict[str, list[dict[str, str]]] = {
    "write": [{"text": ""}, {"text": "a" * 2001}, {"text": "\u202e"}, {"text": "me@example.org"}],
    "accept": [
        {"months": "0"},
        {"months": "25"},
        {"months": "six"},
        {"months": ""},
        {"frequency": "daily"},
        {"frequency": ""},
        {"formats": "fax"},
        {"formats": ""},
        {"availabilities": ""},
        {"availabilities": "a" * 2001},
        {"goals": ""},
        {"goals": "\x00"},
    ],
    "decline": [
        {"reason": "mentor-left"},
        {"stage": "words", "reason": "<script>", "words": "", "pause": "no"},
        {"stage": "words", "reason": "none", "words": "a" * 2001, "pause": "no"},
        {"stage": "words", "reason": "none", "words": "me@example.org", "pause": "no"},
        {"stage": "words", "reason": "none", "words": ""},
        {"stage": "words", "reason": "none", "words": "", "pause": "perhaps"},
    ],
    "concern": [{"text": "", "about": "person"}, {"text": "x"}, {"text": "a" * 2001, "about": "person"}],
}


@pytest.mark.parametrize("act", BAD)
def test_a_form_that_cannot_be_taken_says_what_to_mend(desk: Matching, sign_in: SignIn, act: str) -> None:
    """Every field of every act: what cannot be taken is told beside it, the rest stays; nothing happens."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    good = {"availabilities": "Thursdays", "months": "6", "formats": "video"} if act == "accept" else {}
    for bad in BAD[act]:
        refused = send(mentor, here + act, **good | bad)
        assert refused.status == 422, bad
        assert "There is a problem" in words(refused)
        assert "<script>" not in refused.body
    assert desk.stored(sent).version == 2
    assert desk.messages() == ASKED


def test_a_repeated_field_says_nothing(desk: Matching, sign_in: SignIn) -> None:
    """SAF-2: a field that was sent twice is not taken, whatever it says."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    form = held(mentor.get(f"{here}write"))
    twice = [*form.items(), ("text", "one"), ("text", "two")]
    assert mentor.post(f"{here}write", twice).status == 422
    assert desk.stored(sent).version == 2


def test_a_form_without_its_token_does_nothing(desk: Matching, sign_in: SignIn) -> None:
    """SAF-2: neither a forged token nor another site's form accepts anybody."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    form = held(mentor.get(f"{here}accept")) | {"availabilities": "x", "months": "6", "formats": "video"}
    assert mentor.post(f"{here}accept", form | {"form_token": "x"}).status == 403
    assert mentor.post(f"{here}accept", form, origin="https://evil.example").status == 403
    assert desk.stored(sent).version == 2


def test_the_same_form_again_changes_nothing(desk: Matching, sign_in: SignIn) -> None:
    """SAF-3: a replayed acceptance, agreement, message or ending is done once and told once."""
    mentor, mentee = sign_in(MENTOR), sign_in(MENTEE)
    sent, here = request_of(desk)
    steps = [
        (mentor, "write", {"text": "Where do you work?"}),
        (mentee, "write", {"text": "In Moncton."}),
        (mentor, "accept", {"availabilities": "Thursdays", "months": "6", "formats": "video"}),
        (mentee, "agree", {}),
        (mentor, "end", {"words": "Thank you"}),
    ]
    for number, (browser, act, fields) in enumerate(steps, 3):
        form = held(browser.get(here + act)) | fields
        assert [browser.post(here + act, form).status for _ in range(3)] == [303] * 3, act
        assert desk.stored(sent).version == number


def test_an_act_of_the_other_side_is_not_offered_and_not_done(desk: Matching, sign_in: SignIn) -> None:
    """DIR-18: what the table does not have for this side leads back to the request, and is never done."""
    mentee = sign_in(MENTEE)
    sent, here = request_of(desk)
    token = mentee.get(f"{here}write").form_token
    proposal = {
        "availabilities": "x",
        "months": "6",
        "formats": "video",
        "frequency": "monthly",
        "goals": "y",
    }
    for act in ("accept", "decline", "agree", "end", "propose"):
        assert mentee.get(here + act).location == here
        answer = mentee.post(here + act, {"form_token": token, **proposal})
        assert answer.status == 409, act
    for act in ("nudge", "expire", "close", "nothing"):
        assert mentee.post(here + act, {"form_token": token}).status == 404
    assert desk.stored(sent).version == 2


def test_what_happened_meanwhile_is_told_and_nothing_typed_is_lost(desk: Matching, sign_in: SignIn) -> None:
    """UX: an act that came too late is a page that says what happened and shows what was written."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    form = held(mentor.get(f"{here}write")) | {"text": "A long and careful question"}
    desk.acts(MENTEE).withdraw(sent.id)
    late = mentor.post(f"{here}write", form)
    assert late.status == 409
    assert "Kim Tremblay has withdrawn the request" in words(late)
    assert "A long and careful question" in words(late)


def test_what_a_sessions_end_kept_is_not_lost_to_what_happened(
    desk: Matching, sign_in: SignIn, time: Clock
) -> None:
    """UX: a message typed before a session ended comes back, also where the request is over by then."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    form = held(mentor.get(f"{here}write")) | {"text": "A long and careful question"}
    time.forward(minutes=31)
    assert mentor.post(f"{here}write", form).status == 403
    desk.acts(MENTEE).withdraw(sent.id)
    sign_in(MENTOR, mentor)
    late = mentor.get(f"{here}write")
    assert late.status == 409
    assert "A long and careful question" in words(late)


def test_one_agrees_to_the_proposal_that_was_shown(desk: Matching, sign_in: SignIn, time: Clock) -> None:
    """DIR-18: where another proposal came meanwhile, the agreement to the older one is refused."""
    mentee = sign_in(MENTEE)
    sent, here = request_of(desk)
    desk.accept(sent)
    form = held(mentee.get(f"{here}agree"))
    assert form.keys() == {"form_token", "proposed_at"}
    time.forward(minutes=5)
    desk.now = time.now()
    desk.acts(MENTOR).propose(sent.id, desk.proposal(months=12), NOW)
    assert mentee.post(f"{here}agree", form).status == 409
    for tampered in ("", "yesterday", "2026-11-21T00:00:00+00:00"):
        assert mentee.post(f"{here}agree", form | {"proposed_at": tampered}).status == 409
    assert desk.stored(sent).request.state is RequestState.ACCEPTED
    assert send(mentee, f"{here}agree").status == 303


def test_a_proposal_from_an_old_page_replaces_nothing(desk: Matching, sign_in: SignIn, time: Clock) -> None:
    """DIR-18: what was agreed or proposed since the page was shown stays, and the text is shown again."""
    mentor, mentee = sign_in(MENTOR), sign_in(MENTEE)
    sent, here = request_of(desk)
    desk.accept(sent)
    old = held(mentor.get(f"{here}propose")) | {"availabilities": WORDS, "months": "9", "formats": "phone"}
    time.forward(minutes=5)
    assert send(mentee, f"{here}agree").status == 303
    told = desk.messages()
    for stale in (old, old | {"proposed_at": "yesterday"}, old | {"proposed_at": ""}):
        refused = mentor.post(f"{here}propose", stale)
        assert (refused.status, WORDS in words(refused)) == (409, True)
    assert desk.stored(sent).request.state is RequestState.ACTIVE
    assert desk.stored(sent).request.proposal is None
    assert desk.messages() == told
    new = held(mentor.get(f"{here}propose")) | {"availabilities": WORDS, "months": "9", "formats": "phone"}
    assert mentor.post(f"{here}propose", new).status == 303
    assert mentor.post(f"{here}propose", new).status == 303  # the second click of two
    assert desk.stored(sent).request.proposal
    old |= {"form_token": mentee.get("/en/account/").form_token}
    assert mentee.post(f"{here}propose", old).status == 409


def test_a_full_mentor_is_told_how_to_raise_the_limit(desk: Matching, sign_in: SignIn) -> None:
    """DIR-9: accepting past one's own limit is refused in words; everything typed is still there."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    desk.member("M-3")
    desk.accept(desk.ask("M-3"))
    desk.change(capacity=1)
    page = mentor.get(here)  # said before the form is filled in
    assert "as many mentees as your own limit allows" in words(page)
    assert f'href="{here}accept"' not in page.body
    assert "Nobody can ask you now" in words(mentor.get(HOME))
    full = send(mentor, f"{here}accept", availabilities="Thursdays", months="6", formats="video")
    assert full.status == 409
    assert "<title>Error:" in full.body
    assert 'href="/en/account/listing/capacity"' in full.body
    assert held(full)["availabilities"] == "Thursdays"
    desk.change(capacity=2)
    assert mentor.post(f"{here}accept", held(full) | {"formats": "video"}).status == 303
    assert desk.stored(sent).request.state is RequestState.ACCEPTED


def test_who_has_lapsed_may_part_and_not_begin(desk: Matching, sign_in: SignIn, made: Services) -> None:
    """ELI-8: accepting and proposing want an active membership; declining, reporting and ending never do."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    form = held(mentor.get(f"{here}accept")) | {"availabilities": "x", "months": "6", "formats": "video"}
    made.memberships.put([replace(known(made, MENTOR), status=MembershipStatus.LAPSED)])
    assert mentor.post(f"{here}accept", form).status == 403
    assert mentor.get(f"{here}accept").status == 403
    assert mentor.get(here).status == 200
    page = send(mentor, f"{here}decline", reason="none")
    assert mentor.post(f"{here}decline", held(page) | {"pause": "no"}).status == 303
    assert desk.stored(sent).request.state is RequestState.DECLINED


# Everything under way


def test_the_dashboard_shows_what_waits_for_whom(desk: Matching, sign_in: SignIn, time: Clock) -> None:
    """DIR-19: requests with who acts next and by when, the inbox oldest first, mentees, and what is over."""
    for number in range(3, 7):
        desk.member(f"M-{number}", given_name=f"Mentee{number}")
    first = desk.ask("M-3")
    time.forward(hours=1)
    desk.now = time.now()
    second, third, fourth = (desk.ask(f"M-{number}") for number in (4, 5, 6))
    desk.accept(third)
    desk.acts(MENTOR).decline(fourth.id, None, "")
    page = sign_in(MENTOR).get(HOME)
    order = [page.body.index(f"{HOME}{each.id}/") for each in (first, second, third, fourth)]
    assert order == sorted(order)
    assert "1 of at most" not in words(page)
    assert "1, with no limit" in words(page)
    assert words(page).count("Your turn") == 2
    mentee = words(sign_in("M-5").get(HOME))
    assert "Your mentors" in mentee
    assert "You can ask 5 more mentors" in mentee


def test_a_damaged_request_is_skipped_and_noted(
    desk: Matching, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """SAF-3: one unreadable row hides no other; the log names it by its id."""
    browser = sign_in(MENTEE)
    sent, here = request_of(desk)
    desk.mentor("M-3")
    damaged = desk.ask(MENTEE, "M-3")
    desk.damage("requests", f"REQUEST#{damaged.id}", "REQUEST")
    page = browser.get(HOME)
    assert (page.status, here in page.body, damaged.id in page.body) == (200, True, False)
    assert [record for record in caplog.records if getattr(record, "request_id", "") == damaged.id]
    assert sent.id != damaged.id


def test_a_mentor_says_that_they_still_take_on_mentees(desk: Matching, sign_in: SignIn, time: Clock) -> None:
    """DIR-19: who let requests expire is asked by a day, and says so with one click."""
    mentor = sign_in(MENTOR)
    assert "Do you still take on mentees" not in words(mentor.get(HOME))
    for number in (3, 4):
        desk.member(f"M-{number}")
        desk.ask(f"M-{number}")
    for _ in range(2):  # a reminder, then the end
        desk.days(8)
        desk.sweep()
    time.instant = desk.now
    mentor = sign_in(MENTOR)
    page = mentor.get(HOME)
    assert "Do you still take on mentees" in words(page)
    done = mentor.post(f"{HOME}still-available", {"form_token": page.form_token})
    assert done.location == f"{HOME}?done=still-available"
    assert "Do you still take on mentees" not in words(mentor.get(done.location))
    assert mentor.post(f"{HOME}still-available", {"form_token": page.form_token}).status == 303


def test_a_pause_is_one_click(desk: Matching, sign_in: SignIn, made: Services) -> None:
    """DIR-7: the dashboard's button pauses the listing, and takes on mentees again."""
    mentor = sign_in(MENTOR)
    page = mentor.get(HOME)
    version = re.search(r'name="version" value="(\d+)"', page.body)
    assert version
    paused = mentor.post("/en/account/listing/pause", {"form_token": page.form_token, "version": version[1]})
    assert paused.status == 303
    stored = made.profiles.get(MENTOR)
    assert stored
    assert not stored.profile.is_available
    assert "/en/account/listing/resume" in mentor.get(HOME).body
    assert desk.requests.of(MENTOR, Side.MENTOR) == []


def test_names_go_with_what_was_erased(desk: Matching, sign_in: SignIn) -> None:
    """SAF-1: of whoever had everything erased the other's pages show no name."""
    mentor = sign_in(MENTOR)
    sent, here = request_of(desk)
    desk.leave("DraftErased", MENTEE)
    desk.part("DraftErased", MENTEE)
    for page in (mentor.get(here), mentor.get(HOME)):
        assert page.status == 200
        assert "Kim" not in words(page)
        assert WORDS not in words(page)
    assert desk.stored(sent).request.introduction == ""


def test_the_ways_lead_here(desk: Matching, sign_in: SignIn) -> None:
    """UX: the account page leads to all mentoring, and says how many wait for an answer."""
    mentee, mentor = sign_in(MENTEE).get("/en/account/"), sign_in(MENTOR)
    assert f'href="{HOME}"' in mentee.body
    assert "Nobody waits for your answer" in words(mentee)
    request_of(desk)
    assert "It is your turn to answer: 1 person waits for you" in words(mentor.get("/en/account/"))


@pytest.mark.usefixtures("desk")
def test_what_is_logged_names_ids_alone(sign_in: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    """DIR-12: the log has ids and acts; no name, no address, no word that anybody wrote."""
    mentee, mentor = sign_in(MENTEE), sign_in(MENTOR)
    sent = mentee.post(ASK, held(checked(mentee)) | {"consent": "yes", "to": "send"})
    here = sent.location.removesuffix("sent")
    send(mentor, f"{here}write", text="A private question")
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "M-2" in logged
    for secret in (WORDS, "A private question", "Tremblay", MENTEES_ADDRESS, MENTORS_ADDRESS, CANARY):
        assert secret not in logged
