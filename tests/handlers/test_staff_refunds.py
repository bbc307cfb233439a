"""Staff look after money that goes back: the rule shown first, exceptions by two people (STF-5, STF-9)."""

from datetime import timedelta

from mentoring.domain.registration_states import RefundState, RegistrationState
from mentoring.domain.registrations import Registration
from mentoring.domain.sessions import StaffRole
from tests.gateways.stripe_account import ACCEPTED, FAILING_REFUND, GST
from tests.handlers.asked import held, send, words
from tests.handlers.conftest import Clock, Enter
from tests.usecases.registering import Till

LIST = "/en/staff/refunds/"


def page_of(registration: Registration, act: str = "") -> str:
    """The address of a registration's page, or of an act."""
    return f"{LIST}{registration.id}/{act}"


def test_a_request_by_email_is_logged_by_its_instant(till: Till, enter: Enter, time: Clock) -> None:
    """MOD-6, STF-5: what the rule says of it is shown before anything is done; then it is done by it."""
    paid, anne = till.paid(), enter("anne", StaffRole.COORDINATOR)
    time.forward(minutes=5)
    asked = words(anne.get(page_of(paid, "log")))
    assert "When was the request received? " in asked
    assert "Workbook: not received yet" in asked
    received = {"received-day": "21", "received-month": "11", "received-year": "2026"}
    wrong = send(anne, page_of(paid, "log"), **received, time="half past")
    assert "Enter a time, such as 16:30" in words(wrong)
    purchase = till.at(paid).registration.purchase
    assert purchase
    before = purchase.paid_at - timedelta(hours=1)
    local = {"time": f"{before.hour - 5:02}:{before.minute:02}"}
    assert "after the purchase" in words(send(anne, page_of(paid, "log"), **received, **local))
    clock = {"time": f"{purchase.paid_at.hour - 5:02}:{purchase.paid_at.minute + 2:02}"}
    shown = send(anne, page_of(paid, "log"), **received, **clock)
    assert "In time: $55.94" in words(shown)
    assert "When was the request received?" not in words(shown)
    assert till.at(paid).registration.state is RegistrationState.PAID
    done = anne.post(page_of(paid, "log"), held(shown))
    assert "cancelled by the rule" in words(anne.get(done.location))
    cancelled = till.at(paid).registration
    assert cancelled.cancellation
    assert (cancelled.state, cancelled.cancellation.by) == (RegistrationState.CANCELLED, "staff:anne")


def test_an_exception_needs_a_second_person(till: Till, enter: Enter) -> None:
    """STF-5, STF-9: not whoever proposed it, and nobody without the money's roles."""
    paid, anne = till.paid(), enter("anne", StaffRole.FINANCE)
    refused = send(anne, page_of(paid, "propose"), amount="200", words="")
    assert "no more than can still go back" in words(refused)
    assert "Enter the reason" in words(refused)
    assert "waits for a decision" not in words(anne.get(LIST))
    answer = send(anne, page_of(paid, "propose"), amount="25.00", words="Nobody was found")
    listed = words(anne.get(f"{LIST}?member=m-1"))
    assert "An exception waits for a decision" in listed
    assert "$111.87 paid on November 2" in listed
    shown = anne.get(answer.location)
    assert "Somebody else decides" in words(shown)
    (proposed,) = till.at(paid).registration.refunds
    fields = {"form_token": shown.form_token if "form_token" in shown.body else "", "refund": proposed.id}
    token = anne.get(page_of(paid, "propose")).form_token
    own = anne.post(page_of(paid, "decide"), fields | {"form_token": token, "to": "approve"})
    assert "not possible" in words(anne.get(own.location))
    cleo = enter("cleo", StaffRole.COORDINATOR)
    assert cleo.post(page_of(paid, "decide"), fields).status == 403
    assert "finance or an administrator decides" in words(cleo.get(page_of(paid)))
    assert "Approve" not in words(cleo.get(page_of(paid)))
    paul = enter("paul", StaffRole.ADMINISTRATOR)
    token = paul.get(page_of(paid)).form_token
    done = paul.post(page_of(paid, "decide"), fields | {"form_token": token, "to": "approve"})
    assert "approved" in words(paul.get(done.location))
    (approved,) = till.at(paid).registration.refunds
    assert (approved.state, approved.approved_by, approved.lines.total_cents) == (
        RefundState.ASKED,
        "staff:paul",
        2500,
    )


def test_a_refund_that_failed_is_a_case_until_it_is_repeated(till: Till, enter: Enter) -> None:
    """Invariant 10: it stands in the list, and is given back once more by one button."""
    till.member()
    registration = till.register()
    till.settling().session(till.pays(registration, FAILING_REFUND))
    till.cancel(till.at(registration).registration)
    till.give_back(registration)
    till.account.pass_time(days=2)
    till.reconcile()
    asked = words(enter("cleo", StaffRole.COORDINATOR).get(page_of(registration)))
    assert "finance or an administrator can give it back again" in asked
    assert "Give it back again" not in asked
    paul = enter("paul", StaffRole.FINANCE)
    assert "A refund failed" in words(paul.get(LIST))
    assert "A refund failed" in words(paul.get(f"{LIST}?member=M-1"))
    shown = paul.get(page_of(registration))
    assert "receipt R000001" in words(shown)
    assert "by the member The card has expired or was cancelled" in words(shown)
    (failed,) = till.at(registration).registration.refunds
    answer = paul.post(page_of(registration, "repeat"), {"form_token": shown.form_token, "refund": failed.id})
    assert "on its way again" in words(paul.get(answer.location))
    assert [each.state for each in till.at(registration).registration.refunds] == [
        RefundState.FAILED,
        RefundState.ASKED,
    ]


def test_money_that_differs_is_settled_by_a_person(till: Till, enter: Enter) -> None:
    """Invariants 2, 10, STF-5: listed with what was found, settled with a reason, once."""
    till.member()
    registration = till.register()
    till.page(registration)
    wrong = till.account.asked(GST, registration=registration.id)
    till.account.pay(till.provider.open_checkout(wrong, "another").url, card=ACCEPTED)
    till.reconcile()
    (noted,) = till.registrations.differences()
    anne, address = enter("anne", StaffRole.FINANCE), f"/en/staff/differences/{noted.name}/"
    assert address in anne.get(LIST).body
    assert "$103.95" in words(anne.get(address))
    assert "Enter the reason" in words(send(anne, address, words=" "))
    cleo = enter("cleo", StaffRole.COORDINATOR)
    assert "finance or an administrator decides" in words(cleo.get(address))
    assert "form_token" not in cleo.get(address).body
    form = held(anne.get(address)) | {"words": "Given back <b>by hand</b>"}
    paul = enter("paul", StaffRole.FINANCE)
    later = held(paul.get(address)) | {"words": "I did"}
    shown = anne.get(anne.post(address, form).location)
    assert "The difference is settled" in words(shown)
    assert "There is no difference" in words(shown)
    assert "1 difference was settled" in words(shown)
    told = words(paul.get(paul.post(address, later).location))
    assert "Given back <b>by hand</b>" in told
    assert "by anne of the staff" in told
    assert cleo.post(address, form).status == 403
    acts = [each.action for each in till.audit.lines_of("M-1")]
    assert acts.count("registration-settle-difference") == 1


def test_a_disputed_payment_is_told_and_gives_nothing_back(till: Till, enter: Enter) -> None:
    """Invariant 10, STF-5: the dispute stands on the page with its state; no exception goes on."""
    paid, anne = till.paid(), enter("anne", StaffRole.COORDINATOR)
    send(anne, page_of(paid, "propose"), amount="25.00", words="Nobody was found")
    made = till.account.post("disputes", {"payment_intent": paid.purchases[0].payment_intent})
    till.reconcile()
    told = words(anne.get(page_of(paid)))
    assert "Disputed $111.87" in told
    assert "The bank awaits an answer" in told
    assert "can still go back" not in told
    assert "Propose an exception" not in told
    late = send(anne, page_of(paid, "propose"), amount="5.00", words="Nobody was found")
    assert "not possible" in words(anne.get(late.location))
    paul, (exception,) = enter("paul", StaffRole.FINANCE), till.at(paid).registration.refunds
    shown = paul.get(page_of(paid))
    assert "Approve" not in words(shown)
    fields = {"form_token": shown.form_token, "refund": exception.id, "to": "approve"}
    assert "not possible" in words(paul.get(paul.post(page_of(paid, "decide"), fields).location))
    till.account.post(f"disputes/{made['id']}", {"status": "won"})
    till.reconcile()
    assert "Won: the money is here" in words(paul.get(page_of(paid)))


def test_what_there_is_not_is_not_found(till: Till, enter: Enter) -> None:
    """SAF-2: no registration, no refund, no member of that number."""
    anne = enter("anne", StaffRole.FINANCE)
    assert anne.get(f"{LIST}{'0' * 32}/").status == 404
    assert anne.get(f"{LIST}..%2F/").status == 404
    paid = till.paid()
    token = anne.get(page_of(paid, "propose")).form_token
    assert anne.post(page_of(paid, "repeat"), {"form_token": token, "refund": "no"}).status == 404
    assert "No registration was found for member number M-9" in words(anne.get(f"{LIST}?member=M-9"))
