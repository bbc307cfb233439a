"""What Stripe tells, what escaped us, and money that goes back: the functions that no page stands before."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from stripe import WebhookSignature

from mentoring.content import Content
from mentoring.domain.registration_states import AttemptState, RefundState, RegistrationState
from mentoring.domain.registrations import Registration
from mentoring.handlers import outbox, reconciliation, stripe_webhook
from mentoring.settings import StorageSettings
from mentoring.usecases.send_paper import send_paper
from tests.gateways.stripe_account import ACCEPTED, LATE, running_stripe
from tests.handlers.delivering import outbox_environment
from tests.handlers.roles import in_role_of
from tests.usecases.registering import Till


@pytest.fixture
def till(
    database: StorageSettings, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Till]:
    """A member who may register, Stripe, and the functions' environment."""
    with running_stripe(tmp_path / "stripe") as (account, payments):
        environment = outbox_environment(database, tmp_path) | {
            "PAYMENTS_FILE": str(account.settings.secret),
            "PAYMENTS_ADDRESS": str(account.settings.address),
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("mentoring.handlers.clock.now", lambda: account.now)
        outbox.carriers.cache_clear()
        made = Till(database, content, account, payments)
        made.member()
        yield made
        outbox.carriers.cache_clear()


def told(body: str, signature: str, *, is_base64: bool = False) -> int:
    """Hand a webhook over as API Gateway does; the status of the answer."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": stripe_webhook.ROUTE,
        "headers": {"stripe-signature": signature, "content-type": "application/json; charset=utf-8"},
        "body": b64encode(body.encode()).decode() if is_base64 else body,
        "isBase64Encoded": is_base64,
    }
    with in_role_of("StripeWebhookFunction"):
        return int(stripe_webhook.handler(event, None)["statusCode"])


def paid_at_stripe(till: Till, card: str = ACCEPTED) -> Registration:
    """Somebody registers and pays; nobody here has heard of it but by webhooks that wait."""
    registration = till.register()
    till.pays(registration, card)
    till.account.pass_time(seconds=1)
    return registration


def test_a_webhook_settles_a_payment_once(till: Till) -> None:
    """SAF-5, invariants 2 to 4: each event twice, one of them in base64: one payment, one receipt."""
    registration = paid_at_stripe(till)
    for body, signature in till.account.heard:
        assert [told(body, signature), told(body, signature, is_base64=True)] == [204, 204]
    after = till.at(registration).registration
    assert (after.state, [each.receipt for each in after.purchases]) == (RegistrationState.PAID, [1])
    assert till.told()["PaymentReceived"] == 1


def test_a_webhook_that_is_not_stripes_is_refused(till: Till) -> None:
    """SAF-2, invariant 3: unsigned, altered, in the name of nobody, too old; nothing of a body is logged."""
    registration = paid_at_stripe(till)
    body, signature = till.account.heard[0]
    log = StringIO()
    stream = stripe_webhook.logger.registered_handler.setStream(log)  # type: ignore[attr-defined]
    try:
        assert told(body, "") == 400
        assert told(body.replace("cad", "usd"), signature) == 400
        assert told("%%%", signature, is_base64=False) == 400
        till.account.now += timedelta(seconds=301)
        assert told(body, signature) == 400
    finally:
        stripe_webhook.logger.registered_handler.setStream(stream)  # type: ignore[attr-defined]
    assert till.at(registration).registration.state is RegistrationState.OPEN
    assert log.getvalue().count('"refused"') == 4
    assert registration.id not in log.getvalue()


def test_news_in_the_wrong_order_and_news_of_nothing(till: Till) -> None:
    """Invariant 13: "succeeded" before "completed" pays once; of another mode, or another kind, nothing."""
    registration = paid_at_stripe(till, LATE)
    till.account.pass_time(days=2)
    kinds = {json.loads(body)["type"]: body for body, _ in till.account.heard}
    succeeded = kinds["checkout.session.async_payment_succeeded"]
    for strange in ({"livemode": True}, {"type": "invoice.paid"}):
        assert told(*signed(till, json.dumps(json.loads(succeeded) | strange))) == 204
    assert till.at(registration).registration.purchase is None
    for body in (succeeded, kinds["checkout.session.completed"], succeeded):
        assert told(*signed(till, body)) == 204
    after = till.at(registration).registration
    assert (after.state, [each.receipt for each in after.purchases]) == (RegistrationState.PAID, [1])
    assert after.attempts[0].state is AttemptState.PAID


def signed(till: Till, body: str) -> tuple[str, str]:
    """A body as Stripe would send it now."""
    (secret,) = json.loads(till.account.double.keys.read_text("utf-8"))["webhook_secrets"]
    return body, WebhookSignature.generate_signature_header(body, secret, int(till.now.timestamp()))


def test_what_cannot_be_settled_now_is_told_again(till: Till) -> None:
    """Invariant 10: Stripe cannot be read: no 2xx, nothing is half done; the next one settles."""
    registration = paid_at_stripe(till)
    (completed,) = [each for each in till.account.heard if "checkout.session.completed" in each[0]]
    till.account.fault("429", on="GET /v1/checkout/sessions", times=9)
    assert told(*completed) == 503
    assert till.at(registration).registration.purchase is None
    till.account.web.request("DELETE", f"{till.account.double.address}/faults")
    assert told(*completed) == 204
    assert till.at(registration).registration.purchase


def test_what_no_webhook_told_is_found(till: Till) -> None:
    """Invariant 10: every quarter of an hour what waits and what is new; a slow way to pay days later."""
    registration, late = paid_at_stripe(till), None
    till.member("M-2")
    late = till.register("M-2")
    till.pays(late, LATE)
    with in_role_of("ReconciliationFunction"):
        assert reconciliation.handler({"hours": 3}, None)["read"] >= 2
    assert till.at(registration).registration.purchase
    assert till.at(late).registration.purchase is None
    till.account.pass_time(days=2)
    with in_role_of("ReconciliationFunction"):
        reconciliation.handler({"hours": 3}, None)
    assert till.at(late).registration.purchase


def test_a_reconciliation_that_fails_rings(till: Till) -> None:
    """Invariant 10: one that cannot be taken in stops no other, and the function fails in the end."""
    sound, damaged = paid_at_stripe(till), None
    till.member("M-2")
    damaged = till.register("M-2")
    till.pays(damaged)
    key = {"pk": {"S": f"REGISTRATION#{damaged.id}"}, "sk": {"S": "REGISTRATION"}}
    till.client.update_item(
        TableName=till.storage.registrations_table,
        Key=key,
        UpdateExpression="SET body = :nothing",
        ExpressionAttributeValues={":nothing": {"S": "{}"}},
    )
    with in_role_of("ReconciliationFunction"), pytest.raises(reconciliation.ReconciliationIncompleteError):
        reconciliation.handler({"hours": 3}, None)
    assert till.at(sound).registration.purchase


def test_a_receipt_goes_out_by_the_outbox(till: Till, tmp_path: Path) -> None:
    """MOD-24: the letter has the paper, read when it is written; for what a restore forgot there is none."""
    paid = paid_at_stripe(till)
    till.settling().session(str(till.at(paid).registration.attempts[0].session))
    send_paper(paid.id, "M-1", "R000001", "", till.registrations, till.policy, till.now)
    till.account.pass_time(minutes=10)
    with in_role_of("OutboxFunction"):
        outbox.handler({"sweep": True}, None)
    letters = [message_from_bytes(each.read_bytes()) for each in (tmp_path / "mail").glob("*.eml")]
    (letter,) = [each for each in letters if "R000001" in str(each["Subject"])]
    text = b"".join(part.get_payload(decode=True) for part in letter.walk() if not part.is_multipart())
    assert b"$111.87" in text


def test_a_cancelled_registration_gets_its_money_by_the_outbox(till: Till) -> None:
    """MOD-6, invariant 6: what was decided goes out with the sweep, once, and the member is written to."""
    paid = paid_at_stripe(till)
    till.settling().session(str(till.at(paid).registration.attempts[0].session))
    till.cancel(paid)
    for _ in range(2):
        till.account.pass_time(minutes=10)
        with in_role_of("OutboxFunction"):
            outbox.handler({"sweep": True}, None)
    (refund,) = till.at(paid).registration.refunds
    assert (refund.state, refund.credit_note) == (RefundState.SUCCEEDED, 1)
    assert [each.amount_cents for each in till.refunds_of(paid)] == [refund.lines.total_cents]
    assert till.told()["RefundSent"] == 1
