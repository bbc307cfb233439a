"""Asking, answering, working together and parting as pages: each route, each side, each bad form."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile
from mentoring.domain.profile import Audience
from mentoring.domain.request_states import Act, Reason, RequestState
from mentoring.domain.sessions import StaffRole
from mentoring.handlers.matching import matching
from mentoring.handlers.services import Services
from mentoring.settings import StorageSettings
from tests.gateways.issuer import NOW
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import consent
from tests.usecases.matching import MENTEE, MENTOR, Matching

ASK = "/en/account/ask/mentor-m-1/"
HOME = "/en/account/mentoring/"
WORDS = "I have worked in home care for two years, and your practice speaks to me."
CANARY = "canary-identity-41"
MENTORS_ADDRESS, MENTEES_ADDRESS = "lou@mentor.example", "kim@mentee.example"


@pytest.fixture
def desk(made: Services, database: StorageSettings, content: Content) -> Matching:  # noqa: ARG001 - the stores run
    """A mentor, M-1, and a member who can ask, M-2: their questionnaire is whole."""
    desk = Matching(database, content)
    desk.now = NOW
    desk.mentor()
    made.memberships.put([replace(known(made, MENTOR), given_name="Lou", email=MENTORS_ADDRESS)])
    desk.member()
    made.memberships.put([replace(known(made, MENTEE), given_name="Kim", email=MENTEES_ADDRESS)])
    answer()
    return desk


def known(made: Services, member_id: str) -> Any:
    found = made.memberships.get(member_id)
    assert found
    return found


def answer(member_id: str = MENTEE, **changes: Any) -> None:
    """The member answers the mentee questionnaire; gender is shared with whom they ask."""
    stored = matching().mentees.open(member_id)
    fields: dict[str, Any] = {
        "background": "Two years in home care",
        "goals": "A practice of my own",
        "topics": ("business-and-private-practice",),
        "needs": "Pricing",
        "areas": ("mental-health",),
        "languages": ("en",),
        "formats": ("video",),
        "frequency": "monthly",
        "identity": {"gender": ("woman",), "ethnicity": (CANARY,)},
        "shares": {"gender": Audience.MENTORS},
    }
    fields |= changes
    steps = ("background", "goals", "topics", "areas", "languages", "meeting")
    profile = MenteeProfile(
        member_id=member_id,
        answers=MenteeAnswers(**fields),
        consents={name: consent(f"mentee:{name}", share) for name, share in fields["shares"].items()},
        answered=dict.fromkeys(steps, stored.version + 1),
    )
    line = AuditLine(
        actor=f"member:{member_id}",
        action="answer",
        member_id=member_id,
        occurrence=str(stored.version + 1),
        at=NOW,
        changes={},
    )
    matching().mentees.save(profile, stored, Change(line))


def words(answer: Answer) -> str:
    """What a page says, without its tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body)))


def held(page: Answer) -> dict[str, str]:
    """What the form of a page would send as it stands, its buttons apart."""
    form = page.body[page.body.index('<form id="form"') : page.body.index("</form>")]
    tags = [dict(re.findall(r'([\w-]+)(?:="([^"]*)")?', tag)) for tag in re.findall(r"<input[^>]*>", form)]
    fields = {
        each["name"]: unescape(each["value"])
        for each in tags
        if each["type"] not in ("radio", "checkbox") or "checked" in each
    }
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        fields[name] = unescape(text)
    chosen = re.search(r'<select[^>]* name="([^"]+)".*?value="([^"]*)" selected', form, re.DOTALL)
    return fields | ({chosen[1]: chosen[2]} if chosen else {})


def send(browser: Browser, address: str, **fields: str) -> Answer:
    """Fill in a page's form as it is shown, with what a test changes, and send it."""
    return browser.post(address, held(browser.get(address)) | fields)


def checked(browser: Browser, introduction: str = WORDS, address: str = ASK) -> Answer:
    """Write an introduction, and look at everything once more."""
    return send(browser, address, introduction=introduction, to="check")


def request_of(desk: Matching, **changes: Any) -> tuple[MatchRequest, str]:
    """A request of M-2 to M-1, and the address of its page."""
    profile = matching().mentees.open(MENTEE).profile
    sent = desk.ask(words=WORDS, **changes)
    stored = desk.stored(sent)
    from mentoring.domain.mentee_profiles import questions_of  # noqa: PLC0415

    filled = replace(stored.request, questions=questions_of(profile))
    line = AuditLine(actor="t", action="fill", member_id=MENTEE, occurrence="f", at=desk.now, changes={})
    desk.requests.save(filled, stored, Change(line))
    return filled, f"{HOME}{sent.id}/"


def test_smoke(desk: Matching, sign_in: SignIn) -> None:
    browser = sign_in(MENTEE)
    page = browser.get(ASK)
    print(words(page).partition("Questions Home")[2].partition("Mentorship Find")[0])
    page = checked(browser)
    print(page.status, words(page))
    sent = browser.post(ASK, held(page) | {"consent": "yes", "to": "send"})
    print(sent.status, sent.headers, words(sent)[:3000])
    print(words(browser.get(sent.location)).partition("Questions Home")[2].partition("Mentorship Find")[0])
    here = sent.location.replace("sent", "")
    print(words(browser.get(here)).partition("Questions Home")[2].partition("Mentorship Find")[0])
    mentor = sign_in(MENTOR)
    print(words(mentor.get(here)).partition("Questions Home")[2].partition("Mentorship Find")[0])
    for act in ("accept","write","decline","concern"):
        print(words(mentor.get(here+act)).partition("Questions Home")[2].partition("Mentorship Find")[0])
    print(words(mentor.get(HOME)).partition("Questions Home")[2].partition("Mentorship Find")[0])
    print(words(browser.get(HOME)).partition("Questions Home")[2].partition("Mentorship Find")[0])
    print(words(browser.get("/fr/account/mentoring/")).partition("Questions Home")[2].partition("Mentorship Find")[0])
    assert 0
