"""What is asked of Stripe's own library, and what goes wrong then, in our own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import stripe

from mentoring.domain.payments import PaymentRefusedError, PaymentsDownError, PaymentUnclearError
from mentoring.gateways.stripe_transport import NotSentError, Transport

# The webhook endpoint is set to the same: raise both with the library (infrastructure/runbook.md).
API_VERSION: Final = "2026-10-28.endive"
PAGE: Final = 100  # objects an answer, at most
READ_AGAIN: Final = 2  # times, after a lost connection or a 5xx
# Writing is tried once: only then is it known that whoever was turned away had not been served before.
WRITE_AGAIN: Final = 0

stripe.enable_telemetry = False  # it would write a file, and tell Stripe of this machine

NOT_DONE: Final = (
    stripe.RateLimitError,
    stripe.AuthenticationError,
    stripe.PermissionError,
    NotSentError,
)
REFUSED: Final = (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError)


def connected(api_key: str, address: str | None) -> stripe.StripeClient:
    """Return Stripe as it is at this address; nothing is asked of it yet."""
    return stripe.StripeClient(
        api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": address} if address else None,
        max_network_retries=READ_AGAIN,
        http_client=Transport(),
    )


def writing(key: str) -> stripe.RequestOptions:
    """Return how something is asked for that must not be done twice."""
    return {"idempotency_key": key, "max_network_retries": WRITE_AGAIN}


@contextmanager
def asking(*, is_writing: bool = False) -> Iterator[None]:
    """Say in our own words what goes wrong.

    Raises PaymentRefusedError, PaymentsDownError and, only where something is written, PaymentUnclearError.
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _meaning(error, is_writing=is_writing) from None
    except (KeyError, TypeError, ValueError):
        # An answer that cannot be read: whatever was asked for may have been done.
        raise _unknown("unreadable", is_writing=is_writing) from None


def verified(body: str, signature: str, secrets: tuple[str, ...]) -> bool:
    """Return whether one of the secrets signed this very text. How old the signature is, is not asked."""
    # A letter that no signature has is an error of the library: a stranger could ring the alarm with it.
    return signature.isascii() and any(_signed_by(secret, body, signature) for secret in secrets)


def _signed_by(secret: str, body: str, signature: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret)
    except stripe.SignatureVerificationError:
        return False
    return True


def _meaning(error: stripe.StripeError, *, is_writing: bool) -> Exception:
    code = _code_of(error)
    if isinstance(error, NOT_DONE):
        return PaymentsDownError(code)
    if isinstance(error, REFUSED):
        return PaymentRefusedError(code)
    if (error.headers or {}).get("Idempotent-Replayed") == "true":
        code = f"replayed-{code}"  # the same key would bring the same answer for 24 hours
    return _unknown(code, is_writing=is_writing)


def _unknown(code: str, *, is_writing: bool) -> Exception:
    return PaymentUnclearError(code) if is_writing else PaymentsDownError(code)


def _code_of(error: stripe.StripeError) -> str:
    """Return Stripe's code word, or the kind of error: never a message, which may quote what was sent."""
    said = error.error
    return (said and (said.code or said.type)) or type(error).__name__
