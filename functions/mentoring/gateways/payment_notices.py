"""Webhooks of the payment provider: whether one is believed, and what it is about.

Signatures: Stripe's documentation, "Verify webhook signatures manually".
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from mentoring.domain.payments import Notice, NoticeRefusedError
from mentoring.gateways.payment_records import notice_from
from mentoring.gateways.stripe_calls import verified

OLDEST: Final = 300  # seconds
FUTURE_AT_MOST: Final = 300  # seconds; the library would take any


def believed(
    body: str, signature: str, secrets: tuple[str, ...], now: datetime, *, is_base64: bool = False
) -> Notice:
    """Return what a webhook's body says, as API Gateway hands it over. Raises NoticeRefusedError."""
    text = _text(body, is_base64=is_base64)
    if not verified(text, signature, secrets):
        raise NoticeRefusedError("signature")
    _check_age(signature, now)
    try:
        return notice_from(json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NoticeRefusedError("unreadable") from None


def _text(body: str, *, is_base64: bool) -> str:
    try:
        return b64decode(body, validate=True).decode() if is_base64 else body
    except ValueError:
        raise NoticeRefusedError("unreadable") from None


def _check_age(signature: str, now: datetime) -> None:
    """The signature holds, and so does its first stamp: the library signs that one along with the body."""
    try:
        age = now.timestamp() - int(next(_stamps(signature)))
    except ValueError:
        raise NoticeRefusedError("stamp") from None
    if age > OLDEST:
        raise NoticeRefusedError("old")
    if age < -FUTURE_AT_MOST:
        raise NoticeRefusedError("future")


def _stamps(signature: str) -> Iterator[str]:
    parts = (part.partition("=") for part in signature.split(","))
    return (value for name, _, value in parts if name == "t")
