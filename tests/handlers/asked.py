"""A mentor, a member whose questionnaire is whole, and a request between them: for the tests of pages."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile, questions_of
from mentoring.domain.profile import Audience
from mentoring.handlers.matching import matching
from mentoring.handlers.services import Services
from tests.gateways.issuer import NOW
from tests.handlers.browser import Answer, Browser
from tests.storage.people import consent
from tests.usecases.matching import MENTEE, MENTOR, Matching

ASK = "/en/account/ask/mentor-m-1/"
HOME = "/en/account/mentoring/"
WORDS = "I have worked in home care for two years, and your practice speaks to me."
CANARY = "canary-identity-41"
MENTORS_ADDRESS, MENTEES_ADDRESS = "lou@mentor.example", "kim@mentee.example"


def furnish(desk: Matching, made: Services) -> None:
    """Let there be a mentor, M-1, and a member who can ask, M-2."""
    desk.now = NOW
    desk.mentor(identity={})
    made.memberships.put([replace(known(made, MENTOR), given_name="Lou", email=MENTORS_ADDRESS)])
    desk.member()
    made.memberships.put([replace(known(made, MENTEE), given_name="Kim", email=MENTEES_ADDRESS)])
    answer()


def known(made: Services, member_id: str) -> Any:
    """A member's membership."""
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
        answered=dict.fromkeys(steps, stored.next_version(NOW)),
    )
    line = AuditLine(
        actor=f"member:{member_id}",
        action="answer",
        member_id=member_id,
        occurrence=str(stored.next_version(NOW)),
        at=NOW,
        changes={},
    )
    matching().mentees.save(profile, stored, Change(line), NOW.date())


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
        if each["type"] != "file" and (each["type"] not in ("radio", "checkbox") or "checked" in each)
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
    taken = send(browser, address, introduction=introduction, to="check")
    return browser.get(taken.location) if taken.status == 303 else taken


def request_of(desk: Matching, **changes: Any) -> tuple[MatchRequest, str]:
    """A request of M-2 to M-1, and the address of its page."""
    profile = matching().mentees.open(MENTEE).profile
    sent = desk.ask(words=WORDS, **changes)
    stored = desk.stored(sent)
    filled = replace(stored.request, questions=questions_of(profile))
    line = AuditLine(actor="t", action="fill", member_id=MENTEE, occurrence="f", at=desk.now, changes={})
    desk.requests.save(filled, stored, Change(line))
    return filled, f"{HOME}{sent.id}/"
