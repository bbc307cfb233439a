"""The account page: who one is, what one may use, and for how long it shows."""

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest

from mentoring.domain.eligibility import OFFERED
from mentoring.domain.membership import Category, MembershipStatus, Profession
from mentoring.domain.sessions import StaffRole
from mentoring.handlers import account as module
from mentoring.handlers.services import Services
from tests.handlers.browser import SITE, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import membership


def test_a_member_sees_who_they_are(sign_in: SignIn) -> None:
    """MOD-26: name, expiry in words, language, e-mail on file, where to change it, whom to allow."""
    browser = sign_in()
    english, french = browser.get("/en/account/"), browser.get("/fr/account/")
    for said in (
        "Amélie Tremblay",
        "Active until September 30, 2027",
        "amelie@example.org",
        "1‑800‑434‑2268, extension 222",
        "@caot.ca",
        'href="/en/account/emails/"',
        "French",
    ):
        assert said in english.body, said
    for said in ("Active jusqu’au 30 septembre 2027 inclusivement", "amelie@example.org", "poste 222"):
        assert said in french.body, said
    assert (english.heading, french.heading) == ("My account", "Mon compte")


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("profession", list(Profession))
def test_each_right_has_its_reason(
    sign_in: SignIn, made: Services, category: Category, profession: Profession
) -> None:
    """ELI-2: for every category and profession each programme and role is shown with outcome and reason."""
    made.memberships.put([membership("M-1", category=category, profession=profession)])
    browser = sign_in()
    for language in ("en", "fr"):
        body = browser.get(f"/{language}/account/").body
        assert body.count("eligibility__cell--") == len(OFFERED)
    asked = category is Category.INDIVIDUAL_ASSOCIATE and profession is Profession.OTA
    assert ("Contact us first" in browser.get("/en/account/").body) is asked
    assert ("mailto:education@caot.ca" in browser.get("/en/account/").body) is asked


def test_a_lapse_counts_in_the_middle_of_a_session(sign_in: SignIn, made: Services) -> None:
    """ELI-8: the next request after a lapse says so and closes every programme; renewal opens them again."""
    browser = sign_in()
    made.memberships.put([membership("M-1", expires_on=date(2026, 11, 20))])
    lapsed = browser.get("/en/account/").body
    assert "Ended on November 20, 2026" in lapsed
    assert "Your membership is not active" in lapsed
    assert lapsed.count("eligibility__cell--not-eligible") == len(OFFERED)
    made.memberships.put([membership("M-1", status=MembershipStatus.LAPSED)])
    assert "Not active" in browser.get("/en/account/").body
    made.memberships.put([membership("M-1")])
    assert "Your membership is not active" not in browser.get("/en/account/").body


def test_the_last_day_is_the_associations(sign_in: SignIn, made: Services, time: Clock) -> None:
    """ELI-8: a membership ends at midnight in Toronto, not in London."""
    made.memberships.put([membership("M-1", expires_on=date(2026, 11, 21))])
    time.forward(hours=13, minutes=50)  # 23:50 in Toronto
    browser = sign_in()
    assert "Active until" in browser.get("/en/account/").body
    time.forward(minutes=10)
    assert "Ended on" in browser.get("/en/account/").body


def test_a_member_who_is_not_on_file_is_told_why(sign_in: SignIn) -> None:
    """ELI-10: new memberships come overnight; until then the page says so."""
    browser = sign_in("M-new")
    assert "We do not have your membership yet" in browser.get("/en/account/").body


def test_what_a_member_typed_is_text(sign_in: SignIn, made: Services) -> None:
    """SAF-2: a name with markup is shown, not run."""
    made.memberships.put([membership("M-1", given_name="<script>x</script>")])
    body = sign_in().get("/en/account/").body
    assert "&lt;script&gt;x&lt;/script&gt;" in body
    assert "<script" not in body


def test_staff_see_their_roles(sign_in_staff: SignIn) -> None:
    """STF-9: name and roles, in both languages."""
    browser = sign_in_staff(StaffRole.COORDINATOR, StaffRole.FINANCE)
    english = browser.get("/en/account/").body
    assert "Nadia &lt;b&gt;Bélanger&lt;/b&gt;" in english
    assert "Coordinator" in english
    assert "Administrator" not in english
    assert "Finances" in browser.get("/fr/account/").body


def test_a_role_that_is_taken_away_counts_at_once(sign_in_staff: SignIn, made: Services) -> None:
    """STF-9: the next request has no role any more, and says whom to ask."""
    browser = sign_in_staff(StaffRole.ADMINISTRATOR)
    issuer = made.issuers[module.IssuerKind.STAFF].issuer
    made.staff.remove(issuer, "s-1")
    body = browser.get("/en/account/").body
    assert "You no longer have a role here" in body
    assert "Administrator" not in body


def test_an_idle_session_leads_to_signing_in(sign_in: SignIn, time: Clock) -> None:
    """SAF-2: busy for an hour it lives on, idle for half an hour it is over."""
    browser = sign_in()
    for _ in range(3):
        time.forward(minutes=29)
        assert browser.get("/en/account/").status == 200
    time.forward(minutes=30)
    assert browser.get("/en/account/").status == 303


def test_a_busy_session_ends_after_twelve_hours(sign_in: SignIn, sign_in_staff: SignIn, time: Clock) -> None:
    """SAF-2: twelve hours for members, eight for staff."""
    member, staff = sign_in(), sign_in_staff(StaffRole.FINANCE)
    lasted = {"member": 0, "staff": 0}
    for quarter in range(1, 50):
        time.forward(minutes=15)
        for who, browser in (("member", member), ("staff", staff)):
            if browser.get("/en/account/").status == 200:
                lasted[who] = quarter * 15
    assert lasted == {"member": 12 * 60 - 15, "staff": 8 * 60 - 15}


def test_the_language_switch_leads_to_the_same_page(sign_in: SignIn) -> None:
    """MOD-27: a function's page has its twin, and its head says so."""
    body = sign_in().get("/fr/account/").body
    assert '<a class="language-switch" href="/en/account/"' in body
    assert f'<link rel="canonical" href="{SITE}/fr/account/">' in body
    assert '<meta name="robots" content="noindex">' in body


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    "path", ["/de/account/", "/english/account/", "/en/account/nothing", "/en/", "/", "/fr/staff/x", "/x"]
)
def test_other_addresses_lead_nowhere(path: str) -> None:
    """MOD-27: an unknown language or address is a 404 page with a way home."""
    answer = Browser().get(path)
    assert answer.status == 404
    assert answer.heading == ("Page introuvable" if path.startswith("/fr") else "Page not found")


def test_a_fault_of_ours_is_a_page(
    sign_in: SignIn, made: Services, monkeypatch: pytest.MonkeyPatch, logged: StringIO
) -> None:
    """Nobody reads a stack trace: it is in the log, and the page says what to do."""
    browser = sign_in()
    monkeypatch.setattr(made.people, "_memberships", "no-such-table")
    answer = browser.get("/fr/account/")
    assert (answer.status, answer.heading) == (500, "Une erreur s’est produite")
    assert "no-such-table" not in answer.body
    assert "AccessDeniedException" in logged.getvalue()  # no role has heard of such a table


def test_a_page_takes_few_calls(sign_in: SignIn, made: Services, time: Clock) -> None:
    """Two calls to know who asks, one for what staff decided, one for the address, one to note the use."""
    calls: list[str] = []
    events = made.sessions._client.meta.events  # the stores share one client
    events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    browser = sign_in()
    calls.clear()
    browser.get("/en/account/")
    assert calls == ["GetItem", "BatchGetItem", "BatchGetItem", "GetItem"]
    calls.clear()
    time.forward(minutes=1)
    browser.get("/en/account/")
    assert calls == ["GetItem", "BatchGetItem", "UpdateItem", "BatchGetItem", "GetItem"]


def test_somebody_elses_record_is_never_shown(sign_in: SignIn, made: Services) -> None:
    """SAF-2: each sees their own membership, whoever signed in before in the same process."""
    made.memberships.put([replace(membership("M-2"), given_name="Béatrice")])
    first, second = sign_in("M-1"), sign_in("M-2")
    assert "Amélie" in first.get("/en/account/").body
    assert "Béatrice" in second.get("/en/account/").body
    assert "Béatrice" not in first.get("/en/account/").body
