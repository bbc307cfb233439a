"""Which webhooks are believed."""

import json
from base64 import b64encode

import pytest
from stripe import WebhookSignature

from mentoring.domain.payments import NoticeRefusedError
from mentoring.gateways.payment_notices import believed
from tests.gateways.stripe_account import NOW

OLD, NEW, OTHER = "whsec_old", "whsec_new", "whsec_other"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": int(NOW.timestamp()),
    "livemode": False,
    "data": {"object": {"object": "checkout.session", "id": "cs_1", "payment_intent": "pi_1", "name": "Zoë"}},
}
BODY = json.dumps(EVENT, ensure_ascii=False)


def signed(body: str = BODY, secret: str = NEW, seconds: int = 0) -> str:
    """Return a signature of so many seconds from now."""
    return WebhookSignature.generate_signature_header(body, secret, int(NOW.timestamp()) + seconds)


def both() -> str:
    """Return what Stripe sends while one secret takes over from another."""
    return f"{signed(secret=OLD)},{signed().partition(',')[2]}"


@pytest.mark.parametrize(
    ("signature", "secrets"),
    [
        (signed(), (NEW,)),
        (signed(seconds=-300), (NEW,)),
        (signed(seconds=300), (NEW,)),
        (signed(), (NEW, OLD)),
        (signed(secret=OLD), (NEW, OLD)),
        (both(), (OLD,)),
        (both(), (NEW,)),
    ],
    ids=["now", "five-minutes-ago", "five-minutes-ahead", "new", "rotated", "both-old", "both-new"],
)
def test_a_signed_notice_is_believed(signature: str, secrets: tuple[str, ...]) -> None:
    """Invariant 3: in time and signed by a secret of ours, the old one included while it is replaced."""
    notice = believed(BODY, signature, secrets, NOW)
    assert (notice.event, notice.about, notice.payment_intent) == ("evt_1", "cs_1", "pi_1")
    assert (notice.kind, notice.made_at) == ("checkout.session.completed", NOW)


@pytest.mark.parametrize(
    ("body", "signature", "reason"),
    [
        (BODY, "", "signature"),
        (BODY, "t=now,v1=nonsense", "signature"),
        (BODY, f"{signed()}é", "signature"),  # the library compares no such letter
        (BODY, signed().replace("v1=", "v0="), "signature"),
        (BODY, signed(secret=OTHER), "signature"),
        (BODY.replace("cs_1", "cs_2"), signed(), "signature"),
        (json.dumps(EVENT), signed(), "signature"),
        (json.dumps(EVENT, ensure_ascii=False, indent=1), signed(), "signature"),
        (BODY, f"t={int(NOW.timestamp())},{signed(seconds=-900)}", "signature"),
        (BODY, f"{signed(seconds=-900)},t={int(NOW.timestamp())}", "old"),
        (BODY, signed(seconds=-301), "old"),
        (BODY, signed(seconds=301), "future"),
        (BODY, signed(seconds=10**18), "future"),
        (BODY, signed().replace(",", "=0,", 1), "stamp"),
        ("[]", signed("[]"), "unreadable"),
        ("{", signed("{"), "unreadable"),
    ],
)
def test_no_other_notice_is_believed(body: str, signature: str, reason: str) -> None:
    """Invariant 3: missing, of a stranger, tampered with, re-serialised, re-stamped, old, future."""
    with pytest.raises(NoticeRefusedError) as refused:
        believed(body, signature, (NEW, OLD), NOW)
    assert refused.value.reason == reason
    assert refused.value.__cause__ is None


def test_without_a_secret_nothing_is_believed() -> None:
    """Invariant 3: an empty secret signs for nobody."""
    for secrets in ((), ("",)):
        with pytest.raises(NoticeRefusedError, match="signature"):
            believed(BODY, signed(), secrets, NOW)


def test_a_body_may_come_as_base64() -> None:
    """Invariant 3: as API Gateway hands over what it takes for bytes; the signature is of what was sent."""
    body = b64encode(BODY.encode()).decode()
    assert believed(body, signed(), (NEW,), NOW, is_base64=True).about == "cs_1"
    for wrong in (f"{body}!", b64encode(b"\xff").decode(), BODY):
        with pytest.raises(NoticeRefusedError, match="unreadable"):
            believed(wrong, signed(), (NEW,), NOW, is_base64=True)
    with pytest.raises(NoticeRefusedError, match="signature"):
        believed(body, signed(), (NEW,), NOW)
