"""What happens when somebody pays on the hosted page: payment intents and charges."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from infrastructure.local.stripe.account import CHARGE, INTENT, SESSION, Account
from infrastructure.local.stripe.store import Row

SLOW: Final = timedelta(days=1)  # until a bank says whether a debit went through
SETTLE: Final = "settle-payment"
DECLINED: Final = "Your card was declined."
NOT_AUTHENTICATED: Final = "We are unable to authenticate your payment method."

DEBIT: Final = "acss_debit"


@dataclass(frozen=True, slots=True)
class Card:
    """A way to pay: Stripe's test numbers. `refund` is what becomes of money that is given back to it."""

    number: str
    name: str
    outcome: str = "succeeds"  # succeeds, declines, challenges, settles-later, fails-later
    refund: str = "succeeded"
    method: str = "card"  # its type


CARDS: Final = (
    Card("4242424242424242", "A card that is accepted"),
    Card("4000000000000002", "A card that is declined", "declines"),
    Card("4000000000003220", "A card whose bank asks for a confirmation (3-D Secure)", "challenges"),
    Card("4000000000007726", "A card that is accepted; a refund takes a day", refund="pending"),
    Card("4000000000005126", "A card that is accepted; a refund fails after a day", refund="failed"),
    Card("acss_debit_success", "A bank debit that goes through after a day", "settles-later", method=DEBIT),
    Card("acss_debit_failure", "A bank debit that fails after a day", "fails-later", method=DEBIT),
)


def cards_of(session: Row) -> list[Card]:
    """Return the ways to pay that a session offers."""
    return [card for card in CARDS if card.method in session["payment_method_types"]]


def pay(account: Account, session: Row, card: Card) -> Row:
    """Pay an open session with a card; return the session as it is then."""
    session, intent = _intent_of(account, session)
    if card.outcome == "declines":
        return _fail(account, session, _charge(account, intent, card, "failed"), DECLINED)
    if card.outcome == "challenges":
        intent = account.changed(intent, status="requires_action", _card=card.number)
        account.tell("payment_intent.requires_action", intent)
        return session
    if card.outcome in ("settles-later", "fails-later"):
        return _begin(account, session, intent, card)
    _succeed(account, intent, _charge(account, intent, card, "pending"))
    return _complete(account, session, "paid")


def confirm(account: Account, session: Row, *, is_approved: bool) -> Row:
    """Answer the bank's question about a session's payment."""
    intent = account.read(INTENT, session["payment_intent"])
    if intent["status"] != "requires_action":
        return session
    card = next(card for card in CARDS if card.number == intent["_card"])
    if not is_approved:
        return _fail(account, session, _charge(account, intent, card, "failed"), NOT_AUTHENTICATED)
    _succeed(account, intent, _charge(account, intent, card, "pending"))
    return _complete(account, session, "paid")


def settle_in_time(account: Account, intent_id: str, outcome: str) -> None:
    """Let a bank say whether a debit went through."""
    intent = account.read(INTENT, intent_id)
    session = account.read(SESSION, intent["_session"])
    charge = account.read(CHARGE, intent["latest_charge"])
    if outcome == "settles-later":
        _succeed(account, intent, charge)
        paid = account.changed(session, payment_status="paid")
        account.tell("checkout.session.async_payment_succeeded", paid)
        return
    _fail(account, session, charge, "The bank returned the debit.")
    account.tell("checkout.session.async_payment_failed", session)


def _intent_of(account: Account, session: Row) -> tuple[Row, Row]:
    """Return a session with its payment intent: one for all attempts on this page."""
    if session["payment_intent"]:
        return session, account.read(INTENT, session["payment_intent"])
    intent = account.made(
        INTENT,
        amount=session["amount_total"],
        amount_received=0,
        currency=session["currency"],
        last_payment_error=None,
        latest_charge=None,
        metadata=session["_intent"].get("metadata", {}),
        status="requires_payment_method",
        _session=session["id"],
    )
    account.tell("payment_intent.created", intent)
    return account.changed(session, payment_intent=intent["id"]), intent


def _charge(account: Account, intent: Row, card: Card, status: str) -> Row:
    charge = account.made(
        CHARGE,
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        captured=status != "failed",
        currency=intent["currency"],
        disputed=False,
        failure_message=None,
        metadata=intent["metadata"],
        paid=False,
        payment_intent=intent["id"],
        refunded=False,
        status=status,
        _refund=card.refund,
    )
    account.changed(account.read(INTENT, intent["id"]), latest_charge=charge["id"])
    return charge


def _succeed(account: Account, intent: Row, charge: Row) -> None:
    paid = account.changed(charge, status="succeeded", paid=True, amount_captured=charge["amount"])
    account.tell("charge.succeeded", paid)
    intent = account.read(INTENT, intent["id"])
    done = account.changed(
        intent, status="succeeded", amount_received=intent["amount"], last_payment_error=None
    )
    account.tell("payment_intent.succeeded", done)


def _begin(account: Account, session: Row, intent: Row, card: Card) -> Row:
    charge = _charge(account, intent, card, "pending")
    account.tell("charge.pending", charge)
    intent = account.changed(account.read(INTENT, intent["id"]), status="processing")
    account.tell("payment_intent.processing", intent)
    account.plan(SETTLE, intent["id"], account.seconds(SLOW), card.outcome)
    return _complete(account, session, "unpaid")


def _fail(account: Account, session: Row, charge: Row, message: str) -> Row:
    failed = account.changed(charge, status="failed", paid=False, failure_message=message)
    account.tell("charge.failed", failed)
    intent = account.changed(
        account.read(INTENT, charge["payment_intent"]),
        status="requires_payment_method",
        last_payment_error={"type": "card_error", "code": "card_declined", "message": message},
    )
    account.tell("payment_intent.payment_failed", intent)
    return session


def _complete(account: Account, session: Row, payment_status: str) -> Row:
    done = account.changed(session, status="complete", payment_status=payment_status, url=None)
    account.tell("checkout.session.completed", done)
    return done
