"""Exceptions from the table of eligibility: staff make and end them, the member reads that there is one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mentoring.domain.membership import Category
from mentoring.domain.registration_states import RegistrationState
from mentoring.domain.sessions import StaffRole
from mentoring.handlers.services import Services
from tests.gateways.stripe_account import running_stripe
from tests.handlers.asked import held, send, words
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.handlers.tills import HOME, Counter
from tests.storage.people import membership

STAFF = "/en/staff/eligibility/"
MEMBER = STAFF + "M-1/"
DECIDE = MEMBER + "decide"
SAID = {
    "about": "facilitated-mentee",
    "outcome": "eligible",
    "last_day-day": "30",
    "last_day-month": "11",
    "last_day-year": "2026",
    "reason": "Retired in June, registered in May",
}


@pytest.fixture
def counter(
    made: Services, sign_in: SignIn, time: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Counter]:
    """M-1, who is retired and so no mentee of Mentorship On Demand, signed in."""
    made.memberships.put([membership("M-1", category=Category.RETIRED_MEMBER, expires_on=date.max)])
    with running_stripe(tmp_path / "stripe") as (account, _):
        monkeypatch.setenv("PAYMENTS_FILE", str(account.settings.secret))
        monkeypatch.setenv("PAYMENTS_ADDRESS", str(account.settings.address))
        account.now = time.instant
        yield Counter(sign_in(), account, time)


def end(staff: Browser, number: int = 0) -> Answer:
    """Press the button that ends what was decided."""
    token = staff.get(DECIDE).form_token
    return staff.post(MEMBER + "end", {"form_token": token, "number": str(number)})


def test_staff_find_a_member_by_number(counter: Counter, sign_in_staff: SignIn) -> None:
    """ELI-2, ELI-7: what they may do, each with its reason; a number that is none is said to be none."""
    assert counter
    staff = sign_in_staff(StaffRole.COORDINATOR)
    assert staff.get(f"{STAFF}?member=M-1").location == MEMBER
    assert "no member with the number M-9" in words(staff.get(f"{STAFF}?member=M-9"))
    assert staff.get(f"{STAFF}?member=..%2F").status == 200
    shown = words(staff.get(MEMBER))
    for said in ("Retired Member", "Mentorship On Demand, Mentee", "not part of the program", "Nothing: the"):
        assert said in shown
    assert "Voir ce qu’une personne membre peut faire" in words(staff.get("/fr/staff/builds/"))
    assert {staff.get(STAFF + "M-9/").status, staff.get(STAFF + "M-9/decide").status} == {404}


def test_an_exception_has_an_outcome_an_end_and_a_reason(counter: Counter, sign_in_staff: SignIn) -> None:
    """ELI-7: all that is missing is said at once, and nothing is decided."""
    assert counter
    staff = sign_in_staff(StaffRole.ADMINISTRATOR)
    empty = send(staff, DECIDE)
    for said in ("Choose what it is about", "Choose whether", "Enter the last day", "Enter the reason"):
        assert said in words(empty)
    past = send(staff, DECIDE, **SAID | {"last_day-day": "20"})
    assert "Enter a day after today" in words(past)
    assert "Retired in June" in past.body
    assert send(staff, DECIDE, **SAID | {"about": "directory-mentor"}).status == 422
    assert "Nothing: the rules" in words(staff.get(MEMBER))


def test_with_an_exception_a_member_registers_and_pays(counter: Counter, sign_in_staff: SignIn) -> None:
    """ELI-7, STF-9: it is read in the account with its last day and without the reason, and lets them in."""
    staff, browser = sign_in_staff(StaffRole.COORDINATOR), counter.browser
    assert "not part of this program" in words(browser.get(HOME))
    form = held(staff.get(DECIDE)) | SAID
    for _ in range(2):  # a double click
        answer = staff.post(DECIDE, form)
        assert "The exception is saved" in words(staff.get(answer.location))
    assert staff.get(MEMBER).body.count("Retired in June") == 1
    for page in ("/en/account/", "/fr/account/"):
        assert "30" in words(browser.get(page))
    account = words(browser.get("/en/account/"))
    assert "decided this for you. That holds until November 30, 2026" in account
    assert "Retired in June" not in account
    assert "register and pay until November 30, 2026" in words(browser.get(HOME))
    assert "register and pay until November 30, 2026" in words(counter.register())
    counter.pays()
    end(staff)
    assert counter.registration().state is RegistrationState.PAID
    assert "If you cancel now, you get $55.94 back" in words(browser.get(HOME))


@pytest.mark.parametrize("ending", ["by staff", "by the clock"])
def test_an_exception_that_is_over_lets_nobody_pay(
    counter: Counter, sign_in: SignIn, sign_in_staff: SignIn, ending: str
) -> None:
    """ELI-7: a registration under way stays, says why it cannot be paid, and can be taken back."""
    staff, browser = sign_in_staff(StaffRole.COORDINATOR), counter.browser
    send(staff, DECIDE, **SAID)
    counter.register()
    token = browser.get(HOME).form_token
    if ending == "by staff":
        assert "has ended" in words(staff.get(end(staff).location))
    else:
        counter.forward(days=10)
        browser = sign_in(browser=browser)
        token = browser.get(HOME).form_token
    left = browser.post(HOME + "pay", {"form_token": token})
    shown = words(browser.get(left.location))
    assert "Your registration cannot be paid at the moment" in shown
    assert "not part of this program" in shown
    assert "Pay $" not in shown
    assert counter.registration().attempts == ()
    withdrawn = browser.post(HOME + "withdraw", {"form_token": token})
    assert "taken back" in words(browser.get(withdrawn.location))


def test_two_of_the_staff_do_not_decide_over_each_other(counter: Counter, sign_in_staff: SignIn) -> None:
    """ELI-7: whoever saves what they saw before somebody else decided is shown how things stand now."""
    assert counter
    staff = sign_in_staff(StaffRole.COORDINATOR)
    seen = held(staff.get(DECIDE)) | SAID
    send(staff, DECIDE, **SAID | {"outcome": "not-eligible"})
    late = staff.post(DECIDE, seen)
    assert "Somebody else decided something meanwhile" in words(staff.get(late.location))
    assert "somebody else" in words(staff.get(end(staff, 7).location)).lower()
