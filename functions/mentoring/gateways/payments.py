"""Payments by Stripe: its hosted page, refunds, and what it says of them.

Whoever writes names a key. The same key with the same parameters is served once, for 24 hours; after an
unclear outcome, ask again with that key, or read. Nothing here decides whether anything is paid.
Stripe's library comes along: whoever does not always need it imports this module where it does.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from mentoring.domain.payments import Checkout, CheckoutAsked, Dispute, Notice, Payment, Refund
from mentoring.gateway_settings import PaymentsSettings
from mentoring.gateways.payment_catalogue import Catalogue, Wares
from mentoring.gateways.payment_keys import PaymentKeys, read_keys
from mentoring.gateways.payment_notices import believed
from mentoring.gateways.payment_records import (
    ATTEMPT,
    REFUND,
    REGISTRATION,
    checkout_from,
    dispute_from,
    notice_from,
    payment_from,
    refund_from,
)
from mentoring.gateways.stripe_calls import PAGE, asking, connected, writing

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.checkout import SessionCreateParams

# What the webhook endpoint is set to (infrastructure/runbook.md), and what is read after it was missed.
NOTICED: Final = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
)
LOCALES: Final = {"en": "en", "fr": "fr-CA"}
CHARGE: Final = "latest_charge"
SESSION_CHARGE: Final = "payment_intent.latest_charge"


class Payments:
    """Stripe. Reading raises PaymentRefusedError for what does not exist, and PaymentsDownError."""

    def __init__(self, settings: PaymentsSettings) -> None:
        self._settings = settings
        self._known: tuple[PaymentKeys, StripeClient, Catalogue] | None = None

    @property
    def is_live(self) -> bool:
        """Return whether our key moves money: an object of the other mode is none of ours."""
        return "_live_" in read_keys(self._settings.secret).api_key[:8]

    def set_up(self, wares: Wares) -> list[str]:
        """Make the product, prices and tax rates that are missing; return their names. May be run again."""
        return self._connected()[2].set_up(wares)

    def open_checkout(self, asked: CheckoutAsked, key: str) -> Checkout:
        """Return the page for one attempt. Raises as `refund` does."""
        params = self._checkout_params(asked)
        with asking(is_writing=True):
            made = self._client().v1.checkout.sessions.create(params, writing(key))
            return checkout_from(made.to_dict())

    def read_checkout(self, session: str) -> Checkout:
        """Return a session with its payment."""
        with asking():
            read = self._client().v1.checkout.sessions.retrieve(session, {"expand": [SESSION_CHARGE]})
            return checkout_from(read.to_dict())

    def expire_checkout(self, session: str) -> Checkout:
        """Close a page that nobody paid on. Raises PaymentRefusedError for one that is not open."""
        with asking(is_writing=True):
            expired = self._client().v1.checkout.sessions.expire(session, {}, writing(f"expire:{session}"))
            return checkout_from(expired.to_dict())

    def refund(self, payment_intent: str, amount_cents: int, refund_id: str, key: str) -> Refund:
        """Give money back.

        Raises PaymentRefusedError (not done, nor will it be), PaymentsDownError (not done, the same key may
        do it), PaymentUnclearError (perhaps done: the same key, or `refunds_of`, tells).
        """
        with asking(is_writing=True):
            made = self._client().v1.refunds.create(
                {"payment_intent": payment_intent, "amount": amount_cents, "metadata": {REFUND: refund_id}},
                writing(key),
            )
            return refund_from(made.to_dict())

    def refunds_of(self, payment_intent: str) -> list[Refund]:
        """Return every refund of a payment, the newest first, whoever made it."""
        with asking():
            found = self._client().v1.refunds.list({"payment_intent": payment_intent, "limit": PAGE})
            return [refund_from(each.to_dict()) for each in found.auto_paging_iter()]

    def read_payment(self, payment_intent: str) -> Payment:
        """Return a payment intent with its last charge."""
        with asking():
            read = self._client().v1.payment_intents.retrieve(payment_intent, {"expand": [CHARGE]})
            return payment_from(read.to_dict())

    def checkouts_since(self, instant: datetime) -> list[Checkout]:
        """Return the sessions made since then, the newest first, with their payments."""
        with asking():
            found = self._client().v1.checkout.sessions.list(
                {"created": {"gte": _seconds(instant)}, "limit": PAGE, "expand": [f"data.{SESSION_CHARGE}"]}
            )
            return [checkout_from(each.to_dict()) for each in found.auto_paging_iter()]

    def refunds_since(self, instant: datetime) -> list[Refund]:
        """Return the refunds made since then, the newest first. An older one may have failed in between."""
        with asking():
            found = self._client().v1.refunds.list({"created": {"gte": _seconds(instant)}, "limit": PAGE})
            return [refund_from(each.to_dict()) for each in found.auto_paging_iter()]

    def disputes_since(self, instant: datetime) -> list[Dispute]:
        """Return the disputes made since then, the newest first. An older one may have been decided since."""
        with asking():
            found = self._client().v1.disputes.list({"created": {"gte": _seconds(instant)}, "limit": PAGE})
            return [dispute_from(each.to_dict()) for each in found.auto_paging_iter()]

    def notices_since(self, instant: datetime) -> list[Notice]:
        """Return what was told since then, or should have been, the newest first.

        Stripe keeps events for 30 days.
        """
        with asking():
            found = self._client().v1.events.list(
                {"created": {"gte": _seconds(instant)}, "limit": PAGE, "types": list(NOTICED)}
            )
            return [notice_from(each.to_dict()) for each in found.auto_paging_iter()]

    def notice(self, body: str, signature: str, now: datetime, *, is_base64: bool = False) -> Notice:
        """Return what a webhook says, as API Gateway hands over body and `Stripe-Signature`.

        Raises NoticeRefusedError, PaymentsDownError.
        """
        secrets = read_keys(self._settings.secret).webhook_secrets
        return believed(body, signature, secrets, now, is_base64=is_base64)

    def _checkout_params(self, asked: CheckoutAsked) -> "SessionCreateParams":
        catalogue = self._connected()[2]
        ids = {REGISTRATION: asked.registration, ATTEMPT: str(asked.attempt)}
        price, rates = catalogue.price_of(asked.charge), catalogue.rates_of(asked.charge)
        return {
            "mode": "payment",
            "allowed_payment_method_types": [*asked.methods],
            "client_reference_id": asked.registration,
            "line_items": [{"price": price, "quantity": 1, "tax_rates": rates}],
            "success_url": asked.return_url,
            "cancel_url": asked.cancel_url,
            "expires_at": _seconds(asked.expires_at),
            "locale": LOCALES[asked.language],
            "adaptive_pricing": {"enabled": False},  # Canadian dollars, wherever the card comes from
            "metadata": ids,
            "payment_intent_data": {"metadata": ids},
            "expand": [SESSION_CHARGE],
        }

    def _client(self) -> "StripeClient":
        return self._connected()[1]

    def _connected(self) -> "tuple[PaymentKeys, StripeClient, Catalogue]":
        """Return Stripe under the keys of now: a key that was changed needs no restart."""
        keys = read_keys(self._settings.secret)
        if self._known is None or self._known[0] != keys:
            client = connected(keys.api_key, self._settings.address)
            self._known = (keys, client, Catalogue(client))
        return self._known


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
