"""Mentorship On Demand as its mentee meets it: registering, paying, coming back, receipts, cancelling."""

import os
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from mentoring.content import Content
from mentoring.domain.membership import Category, MembershipStatus, Profession
from mentoring.domain.registration_states import RegistrationState
from mentoring.gateways.payments import Payments
from mentoring.handlers.services import Services
from mentoring.handlers.till import till as functions_till
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from tests.gateways.stripe_account import ACCEPTED, DECLINED, FAILING_REFUND, LATE, running_stripe
from tests.handlers.asked import held, send, words
from tests.handlers.browser import Browser
from tests.handlers.conftest import Clock, SignIn
from tests.handlers.tills import HOME, Counter
from tests.storage.people import membership
from tests.usecases.registering import Till


@pytest.fixture
def counter(
    made: Services, sign_in: SignIn, time: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Counter]:
    """M-1, an active member, signed in."""
    made.memberships.put([membership("M-1", expires_on=date.max)])
    with running_stripe(tmp_path / "stripe") as (account, _):
        monkeypatch.setenv("PAYMENTS_FILE", str(account.settings.secret))
        monkeypatch.setenv("PAYMENTS_ADDRESS", str(account.settings.address))
        account.now = time.instant
        yield Counter(sign_in(), account, time)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"category": Category.RETIRED_MEMBER}, "Find an OT Mentor is open to you"),
        ({"category": Category.INDIVIDUAL_ASSOCIATE, "profession": Profession.OTA}, "contact us first"),
        ({"status": MembershipStatus.LAPSED}, "Renew your membership"),
        (
            {"status": MembershipStatus.LAPSED, "category": Category.RETIRED_MEMBER},
            "not active. This membership category is not part of this program",
        ),
    ],
)
def test_who_may_not_register_reads_why(
    made: Services, counter: Counter, changes: dict[str, str], said: str
) -> None:
    """ELI-2, ELI-4: the outcome, its reason and whom to write to; the questions lead back there."""
    made.memberships.put([membership("M-1", **{"expires_on": date.max} | changes)])
    shown = words(counter.browser.get(HOME))
    assert said in shown
    assert "education@caot.ca" in shown
    assert counter.browser.get(HOME + "register/languages").status in (303, 403)


def test_a_member_registers_one_question_a_page(counter: Counter) -> None:
    """MOD-2, MOD-3: languages, place, terms, the price with its tax; what is missing is said in words."""
    browser = counter.browser
    assert "Choose at least 1 language" in words(send(browser, HOME + "register/languages"))
    place = send(browser, HOME + "register/languages", languages="fr").location
    assert "Choose where you live" in words(send(browser, place, place=""))
    terms = send(browser, place, place="NS").location
    unticked = send(browser, terms)
    assert unticked.status == 422
    assert "Tick the box" in words(unticked)
    check = send(browser, terms, agreed="2026-01").location
    shown = words(browser.get(check))
    for said in ("French", "Nova Scotia", "HST (14%)", "$13.86", "$112.86"):
        assert said in shown
    assert browser.get(HOME + "register/check").location.endswith("register/languages")
    after = browser.get(send(browser, check).location)
    assert "Pay $112.86" in words(after)
    registration = counter.registration()
    assert (registration.languages, registration.place, registration.terms.version) == (
        ("fr",),
        "NS",
        "2026-01",
    )


def test_another_price_than_the_one_looked_at_is_shown_first(counter: Counter) -> None:
    """MOD-3: what is reviewed is what is confirmed."""
    check = HOME + "register/check?languages=fr&place=ON&agreed=2026-01"
    assert "50% of the fee and 50% of the tax back" in words(counter.browser.get(check))
    abroad = words(counter.browser.get(check.replace("ON", "outside-canada")))
    assert "50% of the fee back" in abroad
    fields = held(counter.browser.get(check)) | {"total": "9900"}
    answer = counter.browser.post(HOME + "register/check", fields)
    assert answer.status == 409
    assert "The price has changed" in words(answer)
    assert "Register" in words(counter.browser.get(HOME))


def test_the_language_switch_keeps_what_was_said(counter: Counter) -> None:
    """MOD-27: the same question in the other language, with everything that was chosen."""
    address = HOME + "register/place?languages=en,fr"
    given = held(counter.browser.get(address)) | {"place": "QC", "switch": "fr", "languages": "en"}
    fields = [*given.items(), ("languages", "fr")]
    switched = counter.browser.post(HOME + "register/place", fields)
    assert (switched.status, switched.location) == (307, "/fr/account/facilitated/register/place")
    french = counter.browser.post(switched.location, fields)
    assert french.status == 200
    assert held(french)["place"] == "QC"
    assert french.body.count('name="languages"') == 2


def test_answers_change_the_tax_until_it_is_paid(counter: Counter) -> None:
    """MOD-2, MOD-3: the page that was open for the old price can be paid by nobody."""
    counter.register()
    old = counter.pay().location
    send(counter.browser, HOME + "register/check?languages=en&place=AB&agreed=2026-01")
    assert "Pay $103.95" in words(counter.browser.get(HOME))
    assert "expired" in counter.account.web.request("GET", old).data.decode()
    assert counter.registration().place == "AB"


def test_one_pays_once(counter: Counter) -> None:
    """MOD-3, invariant 1: to Stripe's page, back, back again, and the button once more: one payment."""
    counter.register()
    assert "Pay $111.87" in words(counter.browser.get(HOME))
    assert counter.pay().location == counter.pay().location
    first = counter.pays()
    assert first.heading == "We have received your payment"
    assert "$55.94 back" in words(first)
    session = counter.registration().attempts[0].session
    again = counter.browser.get(f"{HOME}paid?session={session}")
    assert again.heading == first.heading
    counter.browser.post(HOME + "pay", {"form_token": counter.browser.get("/en/account/").form_token})
    assert len(counter.account.objects("payment_intent")) == 1
    home = words(counter.browser.get(HOME))
    assert "Eastern time" in home
    assert counter.browser.get(HOME + "register/languages").location == HOME


def test_a_declined_card_and_a_slow_bank(
    counter: Counter, sign_in: SignIn, database: StorageSettings, content: Content
) -> None:
    """SAF-5: declined is not paid; a bank that takes days is said, and nobody is asked to pay again."""
    counter.register()
    slow_ways = Till(database, content, counter.account, Payments(counter.account.settings))
    page = slow_ways.page(counter.registration())
    counter.account.pay(page, card=DECLINED)
    left = counter.browser.get(HOME + "?done=left")
    assert "Nothing was charged" in words(left)
    counter.account.pay(page, card=LATE)
    session = counter.registration().attempts[-1].session
    slow = counter.browser.get(f"{HOME}paid?session={session}")
    assert slow.heading == "We are waiting for your bank"
    assert "waiting for your bank" in words(counter.browser.get(HOME))
    assert "Pay $" not in words(counter.browser.get(HOME))
    counter.forward(days=2)
    sign_in("M-1", counter.browser)
    assert counter.browser.get(f"{HOME}paid?session={session}").heading == "We have received your payment"


def test_one_pays_by_card_alone(counter: Counter) -> None:
    """MOD-3: Stripe's page offers what the policy names, whatever its dashboard has switched on."""
    counter.register()
    page = counter.pay().location
    assert LATE not in counter.account.web.request("GET", page).data.decode()
    (session,) = counter.account.objects("checkout.session")
    assert session["payment_method_types"] == ["card"]


def test_stripe_is_down(counter: Counter) -> None:
    """Invariant 6: no page could be opened: that is said, and the next click leads there."""
    counter.register()
    counter.account.fault("500", on="POST /v1/checkout/sessions", times=9)
    down = counter.pay()
    assert down.status == 503
    assert "Nothing was charged" in words(down)
    counter.account.web.request("DELETE", f"{counter.account.double.address}/faults")
    assert counter.pay().status in (303, 503)


def test_a_payment_that_cannot_be_read_is_not_asked_for_again(counter: Counter) -> None:
    """SAF-5: paid at Stripe, which does not answer: not known, and nothing invites to pay or take back."""
    shown = counter.register()
    counter.account.pay(counter.pay().location, card=ACCEPTED)
    counter.account.fault("500", on="GET /v1/checkout/sessions", times=99)
    counter.account.fault("500", on="POST /v1/checkout/sessions", times=99)
    form = {"form_token": shown.form_token}
    for act in ("pay", "withdraw"):
        answer = counter.browser.get(counter.browser.post(HOME + act, form).location)
        said = words(answer)
        assert "Not known yet" in said
        assert "Please do not pay again" in said
        for wrong in ("Pay $", "Take my registration back", "Nothing was charged", "nothing was changed"):
            assert wrong not in said
    counter.account.web.request("DELETE", f"{counter.account.double.address}/faults")
    for old in ("left", "registered"):
        home = words(counter.browser.get(f"{HOME}?done={old}"))
        assert "Pay Done" in home
        assert "Nothing was charged" not in home
        assert "once you have paid" not in home


def test_nobody_comes_back_from_somebody_elses_page(counter: Counter, sign_in: SignIn) -> None:
    """SAF-2: another member's session, papers and registration are not there for others."""
    counter.register()
    counter.pays()
    session = counter.registration().attempts[0].session
    other = sign_in("M-2")
    assert other.get(f"{HOME}paid?session={session}").status == 404
    assert other.get(f"{HOME}paid?session=../refunds").status == 404
    assert other.get("/en/account/purchases/R000001/").status == 404
    assert other.get("/en/account/purchases/R000001.pdf").status == 404
    assert other.get(HOME + "cancel").status == 303


def test_a_receipt_to_read_print_and_keep(counter: Counter) -> None:
    """MOD-24: listed, on a page in both languages, and as a file."""
    counter.register()
    counter.pays()
    listed = counter.browser.get("/fr/account/purchases/")
    assert "Reçu R000001" in words(listed)
    shown = words(counter.browser.get("/fr/account/purchases/R000001/"))
    for said in ("Reçu R000001", "Receipt R000001", "111,87 $", "$111.87"):
        assert said in shown
    answer = printed(counter.browser, "/en/account/purchases/R000001.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer)).pages)
    assert "R000001" in text
    assert counter.browser.get("/en/account/purchases/R000002/").status == 404


def test_a_receipt_is_sent_once_more(counter: Counter) -> None:
    """MOD-24, SAF-3: two clicks are one letter; with an audit line; and so many a day as the policy says."""
    counter.register()
    counter.pays()
    address = "/fr/account/purchases/R000001/"
    form = {"form_token": counter.browser.get(address).form_token, "seen": ""}
    for _ in range(2):
        shown = counter.browser.get(counter.browser.post(address + "send", form).location)
        assert "Nous l’envoyons" in words(shown)
    assert len(letters_asked()) == 1
    for _ in range(5):
        seen = re.search(r'name="seen" value="([^"]*)"', counter.browser.get(address).body)
        assert seen
        counter.forward(seconds=1)
        answer = counter.browser.post(address + "send", form | {"seen": unescape(seen[1])})
    assert "tous les envois possibles" in words(counter.browser.get(answer.location))
    assert len(letters_asked()) == 5
    lines = AuditStore(dynamodb(storage()), storage().audit_table).lines_of("M-1")
    assert sum(each.action == "registration-send" for each in lines) == 5
    assert counter.browser.post(address.replace("R000001", "C000001") + "send", form).status == 404


def storage() -> StorageSettings:
    """Where the functions keep things."""
    return StorageSettings.from_environment(os.environ)


def letters_asked() -> list[str]:
    """The letters with papers that wait."""
    rows = dynamodb(storage()).scan(TableName=storage().outbox_table, ConsistentRead=True)["Items"]
    return [row["pk"]["S"] for row in rows if "PaperAsked" in row["pk"]["S"]]


def printed(browser: Browser, address: str) -> bytes:
    """A file as a browser gets it."""
    answer = browser.get(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return b64decode(answer.body)


def test_cancelling_does_what_was_shown(counter: Counter, sign_in: SignIn) -> None:
    """MOD-5, MOD-6, MOD-29: until when is a file for calendars; after that nothing comes back, said first."""
    counter.register()
    counter.pays()
    shown = counter.browser.get(HOME + "cancel")
    assert "you get $55.94 back" in words(shown)
    assert 'facilitated/deadline.ics" download' in counter.browser.get(HOME).body
    file = counter.browser.get(HOME + "deadline.ics")
    assert "SUMMARY;LANGUAGE=en:Mentorship On Demand: last moment to cancel" in file.body.replace("\r\n ", "")
    purchase = counter.registration().purchase
    assert purchase
    until = purchase.paid_at + timedelta(hours=48)
    assert f"DTSTART:{until:%Y%m%dT%H%M%SZ}" in file.body
    assert "DTEND" not in file.body
    counter.forward(hours=49)
    sign_in("M-1", counter.browser)
    again = counter.browser.get(HOME + "cancel")
    late = held(again) | {"shown": held(shown)["shown"]}
    answer = counter.browser.post(HOME + "cancel", late)
    assert answer.status == 409
    assert "you get nothing back" in words(answer)
    assert "goes to the card" not in words(answer)
    assert counter.browser.get(HOME + "deadline.ics").status == 404
    assert counter.registration().state is RegistrationState.PAID


def test_cancelling_gives_back_by_the_rule(counter: Counter) -> None:
    """MOD-6: cancelled at once, half of each line on its way, and said so; a new registration may begin."""
    counter.register()
    counter.pays()
    answer = send(counter.browser, HOME + "cancel")
    home = words(counter.browser.get(answer.location))
    assert "$55.94 is on its way back" in home
    assert "Your registration is cancelled" in home
    assert counter.registration().state is RegistrationState.CANCELLED
    assert "Register" in home
    assert counter.browser.get(HOME + "cancel").location == HOME


def test_a_registration_is_taken_back(counter: Counter) -> None:
    """MOD-2: before anything is paid, with the page to pay on closed; another may follow."""
    shown = counter.register()
    old = counter.pay().location
    answer = counter.browser.post(HOME + "withdraw", {"form_token": shown.form_token})
    assert "Nothing was charged" in words(counter.browser.get(answer.location))
    assert "expired" in counter.account.web.request("GET", old).data.decode()
    assert "Pay $" in words(counter.register())


def test_where_one_stands_is_said_in_every_state(
    counter: Counter, sign_in: SignIn, database: StorageSettings, content: Content
) -> None:
    """MOD-5, MOD-27: from nothing to the last refund, in both languages; who has lapsed reads why."""
    till = Till(database, content, counter.account, functions_till().provider)

    def says(*keys: str) -> None:
        for language in ("en", "fr"):
            shown = words(counter.browser.get(f"/{language}/account/facilitated/"))
            for key in keys:
                text = re.sub(r"\s+", " ", str(content.strings[language][f"facilitated.{key}"]))
                assert all(part in shown for part in re.split(r"{\w+}", text)), (language, key)

    says("start.text", "start.fee")
    first = till.register()
    says("to_pay", "status.later", "withdraw")
    till.member(status=MembershipStatus.LAPSED)
    says("not.open", "withdraw")
    till.member()
    till.paying().withdraw(first.id)
    says("start.text")
    counter.forward(minutes=1)
    late = till.register()
    till.settling().session(till.pays(late, LATE))
    says("status.waiting", "bank")
    counter.forward(days=4)
    till.reconcile()
    counter.browser = sign_in()
    says("paid_on", "meter.in-time", "cancel.link", "workbook.ends")
    till.log(late, till.now)
    says("workbook.received", "meter.workbook-received")
    till.cancel(late)
    says("cancelled.workbook-received", "start.text")
    counter.forward(minutes=1)
    till.settling().session(till.pays(failing := till.register(), FAILING_REFUND))
    till.cancel(failing)
    says("cancelled.in-time", "refund.asked")
    till.give_back(failing)
    says("refund.succeeded")
    counter.forward(days=2)
    till.reconcile()
    counter.browser = sign_in()
    says("refund.failed")
