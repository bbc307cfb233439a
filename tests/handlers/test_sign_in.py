"""Signing in and out, by the functions' own events against a real issuer."""

import json
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest

from mentoring.domain.sessions import StaffMember, StaffRole
from mentoring.handlers.services import Services
from tests.gateways.issuer import Issuer, query
from tests.handlers.browser import SITE, Browser
from tests.handlers.conftest import Clock, SignIn

pytestmark = pytest.mark.usefixtures("made")


def test_one_comes_back_to_the_page_and_language_one_came_from(members_issuer: Issuer) -> None:
    """ELI-8: signing in from a French profile leads back there, query included."""
    browser = Browser()
    left = browser.get(f"/fr/account/sign-in?{query(**{'return': '/fr/mentors/?area=home-care&q=x'})}")
    assert left.status == 303
    asked = parse_qs(urlsplit(left.location).query)
    assert asked["redirect_uri"] == [f"{SITE}/fr/account/signed-in"]
    assert asked["ui_locales"] == ["fr-CA fr"]
    back = members_issuer.approve(left.location, "M-1")
    answer = browser.get(f"/fr/account/signed-in?{query(**back)}", **{"sec-fetch-site": "cross-site"})
    assert (answer.status, answer.location) == (303, "/fr/mentors/?area=home-care&q=x")


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/en/", "/en/\\evil", "/de/", "/en/a\nb"]
)
def test_nobody_is_sent_elsewhere(members_issuer: Issuer, wanted: str) -> None:
    """SAF-2: a return address that is not a page of ours leads to the account."""
    browser = Browser()
    left = browser.get(f"/en/account/sign-in?{query(**{'return': wanted})}")
    back = members_issuer.approve(left.location, "M-1")
    assert browser.get(f"/en/account/signed-in?{query(**back)}").location == "/en/account/"


def test_cookies_are_the_browsers_alone(sign_in: SignIn) -> None:
    """SAF-2: host-only, secure, unread by scripts, not sent with other sites' forms."""
    browser = Browser()
    (left,) = browser.get("/en/account/sign-in").cookies
    assert left.startswith("__Host-sign-in=")
    assert left.endswith("; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax")
    sign_in(browser=browser)
    assert set(browser.cookies) == {"__Host-sign-in", "__Host-session", "signed-in"}
    assert len(browser.cookies["__Host-session"]) == 43


def test_a_hint_for_scripts_says_nothing_of_anybody(sign_in: SignIn, sign_in_staff: SignIn) -> None:
    """DIR-11, SAF-2: the same word for every member, none for staff, gone with the session, worth nothing."""
    first, second, staff = sign_in(), sign_in("M-2"), sign_in_staff(StaffRole.COORDINATOR)
    assert first.cookies["signed-in"] == second.cookies["signed-in"] == "1"
    assert "signed-in" not in staff.cookies
    assert Browser({"signed-in": "1"}).get("/en/account/").status == 303
    first.post("/en/account/sign-out", {"form_token": first.get("/en/account/").form_token})
    assert "signed-in" not in first.cookies


def test_answers_are_kept_by_nobody(sign_in: SignIn) -> None:
    """SAF-2: no cache keeps a page of a function, and no search engine lists it."""
    browser = sign_in()
    for address in ("/en/account/", "/en/account/sign-in", "/en/account/signed-in", "/en/account/none"):
        headers = browser.get(address).headers
        assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex"), address


def test_each_sign_in_gets_a_new_session(sign_in: SignIn, made: Services) -> None:
    """SAF-2: a session that somebody put into the browser is not signed in, and the former one ends."""
    browser = Browser({"__Host-session": "A" * 43})
    sign_in(browser=browser)
    first = browser.cookies["__Host-session"]
    assert first != "A" * 43
    sign_in(browser=browser)
    assert browser.cookies["__Host-session"] != first
    assert made.sessions.find(first) is None
    assert made.sessions.find("A" * 43) is None


def test_two_tabs_may_sign_in(members_issuer: Issuer) -> None:
    """A sign-in that was begun in a second tab does not spoil the first."""
    browser = Browser()
    first, second = browser.get("/en/account/sign-in"), browser.get("/en/account/sign-in")
    for left in (first, second):
        back = members_issuer.approve(left.location, "M-1")
        assert browser.get(f"/en/account/signed-in?{query(**back)}").status == 303


def refused(browser: Browser, address: str, heading: str, status: int = 400) -> None:
    before = dict(browser.cookies)
    answer = browser.get(address)
    assert (answer.status, answer.heading) == (status, heading)
    assert browser.cookies == before
    assert "__Host-session" not in before


def test_a_state_is_needed(members_issuer: Issuer) -> None:
    """SAF-2: without a state, or with one nobody gave out, nobody is signed in."""
    browser = Browser()
    back = members_issuer.approve(browser.get("/en/account/sign-in").location, "M-1")
    refused(browser, f"/en/account/signed-in?{query(code=back['code'])}", "We could not sign you in")
    refused(browser, f"/en/account/signed-in?{query(state=back['state'])}", "We could not sign you in")
    refused(browser, f"/en/account/signed-in?{query(code=back['code'], state='x')}", "Please sign in again")
    twice = f"{query(**back)}&state={back['state']}"
    refused(browser, f"/en/account/signed-in?{twice}", "We could not sign you in")
    assert "/token" not in members_issuer.asked


def test_a_state_is_of_one_browser(members_issuer: Issuer) -> None:
    """SAF-2: nobody is signed in as somebody else by a link that somebody else sends."""
    stranger, victim = Browser(), Browser()
    back = members_issuer.approve(stranger.get("/en/account/sign-in").location, "M-1")
    refused(victim, f"/en/account/signed-in?{query(**back)}", "Please sign in again")
    victim.get("/en/account/sign-in")
    refused(victim, f"/en/account/signed-in?{query(**back)}", "Please sign in again")


def test_a_state_is_used_once(members_issuer: Issuer) -> None:
    """SAF-2: coming back a second time with the same address signs nobody in."""
    browser = Browser()
    back = members_issuer.approve(browser.get("/fr/account/sign-in").location, "M-1")
    assert browser.get(f"/fr/account/signed-in?{query(**back)}").status == 303
    browser.cookies.pop("__Host-session")
    refused(browser, f"/fr/account/signed-in?{query(**back)}", "Veuillez recommencer")


def test_a_sign_in_does_not_wait_for_ever(members_issuer: Issuer, time: Clock) -> None:
    """SAF-2: ten minutes are in time no longer."""
    browser = Browser()
    back = members_issuer.approve(browser.get("/en/account/sign-in").location, "M-1")
    time.forward(minutes=10)
    refused(browser, f"/en/account/signed-in?{query(**back)}", "Please sign in again")


def test_the_issuers_error_is_told() -> None:
    """A member who cancels reads that nothing happened; what else the issuer writes is not repeated."""
    browser = Browser()
    browser.get("/en/account/sign-in")
    refused(browser, "/en/account/signed-in?error=access_denied&state=x", "You did not sign in")
    address = "/en/account/signed-in?error=server_error&error_description=%3Cscript%3Ebad"
    refused(browser, address, "We could not sign you in")
    assert "bad" not in browser.get(address).body


def test_another_issuers_answer_is_refused(members_issuer: Issuer) -> None:
    """SAF-2: an answer that names another issuer is not ours (RFC 9207)."""
    browser = Browser()
    back = members_issuer.approve(browser.get("/en/account/sign-in").location, "M-1")
    elsewhere = query(**back, iss="https://elsewhere.example")
    refused(browser, f"/en/account/signed-in?{elsewhere}", "We could not sign you in")


def test_a_token_of_another_sign_in_is_refused(members_issuer: Issuer) -> None:
    """SAF-2: a nonce that was used for one sign-in does not serve a second one."""
    browser = Browser()
    first, second = (browser.get("/en/account/sign-in").location for _ in range(2))
    nonce = parse_qs(urlsplit(first).query)["nonce"][0]
    back = members_issuer.approve(second, "M-1", nonce=nonce)
    refused(browser, f"/en/account/signed-in?{query(**back)}", "We could not sign you in")


def test_a_code_of_another_browser_is_refused(members_issuer: Issuer) -> None:
    """SAF-2: a stolen code, brought back with one's own state, fails on PKCE."""
    victim, thief = Browser(), Browser()
    stolen = members_issuer.approve(victim.get("/en/account/sign-in").location, "M-1")["code"]
    state = members_issuer.approve(thief.get("/en/account/sign-in").location, "M-2")["state"]
    refused(thief, f"/en/account/signed-in?{query(code=stolen, state=state)}", "We could not sign you in")


def test_an_issuer_that_is_down_is_told(members_issuer: Issuer) -> None:
    """When the issuer does not answer, the page says so and what is still open, in both languages."""
    members_issuer.answers["/.well-known/openid-configuration"] = lambda: (500, b"")
    browser = Browser()
    refused(browser, "/en/account/sign-in", "Signing in does not work at the moment", 503)
    refused(browser, "/fr/account/sign-in", "Impossible d’ouvrir une session pour le moment", 503)
    assert 'href="/fr/account/sign-in"' in browser.get("/fr/account/sign-in").body


def test_staff_need_a_second_factor(made: Services, staff_issuer: Issuer) -> None:
    """STF-9: the staff issuer must say that two steps were taken."""
    made.staff.put(
        StaffMember(
            issuer=staff_issuer.url,
            subject="s-1",
            name="Nadia",
            roles=frozenset({StaffRole.COORDINATOR}),
        )
    )
    browser = Browser()
    for methods in ({}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"amr": None}):
        back = staff_issuer.approve(browser.get("/en/staff/sign-in").location, "s-1", **methods)
        refused(browser, f"/en/staff/signed-in?{query(**back)}", "A second step is needed")


def test_staff_need_a_role(made: Services, staff_issuer: Issuer) -> None:
    """STF-9: whoever the staff issuer knows and the association does not is not let in."""
    browser = Browser()
    for roles in (None, frozenset[StaffRole]()):
        if roles is not None:
            made.staff.put(StaffMember(issuer=staff_issuer.url, subject="s-2", name="Ola", roles=roles))
        back = staff_issuer.approve(browser.get("/en/staff/sign-in").location, "s-2", amr=["mfa"])
        address = f"/en/staff/signed-in?{query(**back)}"
        refused(browser, address, "You do not have a role here", 403)


def test_the_members_issuer_makes_nobody_staff(
    made: Services, members_issuer: Issuer, staff_issuer: Issuer
) -> None:
    """STF-9: neither its tokens, nor its states, nor a staff row under its name make staff."""
    for issuer in (members_issuer, staff_issuer):
        made.staff.put(
            StaffMember(
                issuer=issuer.url, subject="M-1", name="M", roles=frozenset({StaffRole.ADMINISTRATOR})
            )
        )
    browser = Browser()
    back = members_issuer.approve(browser.get("/en/account/sign-in").location, "M-1", amr=["mfa"])
    refused(browser, f"/en/staff/signed-in?{query(**back)}", "Please sign in again")
    back = members_issuer.approve(browser.get("/en/account/sign-in").location, "M-1", amr=["mfa"])
    assert browser.get(f"/en/account/signed-in?{query(**back)}").status == 303
    body = browser.get("/en/account/").body
    assert "Amélie Tremblay" in body
    assert "Administrator" not in body


def test_signing_out_ends_this_session_alone(sign_in: SignIn, made: Services) -> None:
    """SAF-2: the cookie goes, the session behind it as well, the other device stays."""
    here, there = sign_in(), sign_in()
    secret = here.cookies["__Host-session"]
    token = here.get("/en/account/").form_token
    answer = here.post("/en/account/sign-out", {"form_token": token})
    assert (answer.status, answer.heading) == (200, "You are signed out")
    assert "__Host-session" not in here.cookies
    assert made.sessions.find(secret) is None
    assert there.get("/en/account/").status == 200


def test_signing_out_everywhere_ends_every_session(sign_in: SignIn, time: Clock) -> None:
    """SAF-2: the other device is out with its next request; signing in again works; others stay."""
    here, there, other = sign_in(), sign_in(), sign_in("M-2")
    time.forward(seconds=1)
    token = here.get("/en/account/").form_token
    here.post("/en/account/sign-out", {"form_token": token, "everywhere": "yes"})
    assert there.get("/en/account/").status == 303
    assert other.get("/en/account/").status == 200
    time.forward(seconds=1)
    assert sign_in().get("/en/account/").status == 200


def test_signing_out_twice_is_no_error(sign_in: SignIn) -> None:
    """The page of the first time is reloaded: there is nothing more to end."""
    browser = sign_in()
    form = {"form_token": browser.get("/fr/account/").form_token}
    browser.post("/fr/account/sign-out", form)
    answer = browser.post("/fr/account/sign-out", form)
    assert (answer.status, answer.heading) == (200, "Votre session est fermée")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_another_sites_form_changes_nothing(sign_in: SignIn, headers: dict[str, str]) -> None:
    """SAF-2: a form that the browser says is not ours is refused, its token right or not."""
    browser = sign_in()
    token = browser.get("/en/account/").form_token
    answer = browser.post("/en/account/sign-out", {"form_token": token}, **headers)
    assert (answer.status, answer.heading) == (403, "We could not accept this form")
    assert browser.get("/en/account/").status == 200


@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
def test_a_form_without_its_token_changes_nothing(sign_in: SignIn, token: str | None) -> None:
    """SAF-2: the token is asked for even where an old browser sends no headers."""
    browser = sign_in()
    form = {} if token is None else {"form_token": token}
    answer = browser.post("/en/account/sign-out", form, origin="", **{"sec-fetch-site": ""})
    assert (answer.status, answer.heading) == (403, "We could not accept this form")
    assert browser.get("/en/account/").status == 200


def test_a_form_of_another_session_changes_nothing(sign_in: SignIn) -> None:
    """SAF-2: a token is worth something in its own session alone, also for the same person."""
    browser, other = sign_in(), sign_in()
    token = other.get("/en/account/").form_token
    assert browser.post("/en/account/sign-out", {"form_token": token}).status == 403
    assert browser.get("/en/account/").status == 200


@pytest.mark.parametrize(
    "body", ["x" * 70_000, "&".join("a=1" for _ in range(300)), "%ff=%ff&form_token=\udcff"]
)
def test_a_form_that_cannot_be_read_is_refused(sign_in: SignIn, body: str) -> None:
    """SAF-2: too large, too many fields, no text: a page says so and nothing changes."""
    browser = sign_in()
    answer = browser.send("POST", "/en/account/sign-out", headers={"origin": SITE}, body=body)
    assert answer.status in (400, 403)
    assert answer.heading == "We could not accept this form"
    assert browser.get("/en/account/").status == 200


def test_logs_name_nobody(members_issuer: Issuer, logged: StringIO) -> None:
    """DIR-12: what is logged has ids alone: no token, code, state, cookie, name or address."""
    browser = Browser()
    left = browser.get("/en/account/sign-in")
    back = members_issuer.approve(left.location, "M-1")
    browser.get(f"/en/account/signed-in?{query(**back)}")
    browser.get(f"/en/account/signed-in?{query(**back)}")
    token = browser.get("/en/account/").form_token
    browser.post("/en/account/sign-out", {"form_token": token, "everywhere": "yes"})
    text = logged.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line["message"] for line in lines} == {"signed in", "refused", "signed out"}
    assert "M-1" in text
    secrets = [*back.values(), *browser.cookies.values(), token, "Tremblay", "amelie@example.org"]
    assert [secret for secret in secrets if secret in text] == []


def test_nothing_leads_round_in_a_circle(time: Clock) -> None:
    """A page that needs signing in leads to it, and from there back."""
    browser = Browser()
    answer = browser.get("/fr/account/?a=b")
    assert answer.status == 303
    assert answer.location == "/fr/account/sign-in?return=%2Ffr%2Faccount%2F%3Fa%3Db"
    time.forward(days=1)
    assert browser.get(answer.location).status == 303
