"""The double of Stripe refuses, remembers and tells as Stripe does."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from stripe import api_version

from infrastructure.local.stripe.webhooks import RETRIES, sender
from mentoring.domain.payments import PaymentRefusedError
from mentoring.gateways.payments import Payments
from mentoring.gateways.stripe_calls import API_VERSION
from tests.gateways.stripe_account import ACCEPTED, LATE, NOW, StripeAccount, running_stripe

SESSIONS = "checkout/sessions"


@pytest.fixture
def stripe(tmp_path: Path) -> Iterator[tuple[StripeAccount, Payments]]:
    """Return an account with everything set up, and our gateway to it."""
    with running_stripe(tmp_path) as running:
        yield running


@pytest.fixture
def account(stripe: tuple[StripeAccount, Payments]) -> StripeAccount:
    """Return the account."""
    return stripe[0]


@pytest.fixture
def payments(stripe: tuple[StripeAccount, Payments]) -> Payments:
    """Return our gateway."""
    return stripe[1]


def ask(account: StripeAccount, method: str, address: str, sent: dict[str, str], **headers: str) -> Any:
    """Ask the API in a way that our gateway never would; return status and answer."""
    key = json.loads(account.double.keys.read_text("utf-8"))["api_key"]
    given = {"Authorization": f"Bearer {key}", "Stripe-Version": API_VERSION} | headers
    body: dict[str, Any] = {"fields": sent} | ({"encode_multipart": False} if method == "POST" else {})
    answer = account.web.request(method, f"{account.double.address}/v1/{address}", headers=given, **body)
    return answer.status, answer.json()


def session(account: StripeAccount, **changed: str) -> dict[str, str]:
    """Return the parameters of a checkout; `None` leaves one out."""
    (price,) = account.objects("price")
    given = {
        "mode": "payment",
        "success_url": "https://mentors.example/paid/",
        "line_items[0][price]": price["id"],
        "line_items[0][quantity]": "1",
    }
    return {name: value for name, value in (given | changed).items() if value}


@pytest.mark.parametrize(
    ("changed", "param", "code"),
    [
        ({"colour": "blue"}, "colour", "parameter_unknown"),
        ({"line_items[0][colour]": "blue"}, "line_items[0][colour]", "parameter_unknown"),
        ({"payment_intent_data[metadatas][a]": "b"}, "payment_intent_data[metadatas]", "parameter_unknown"),
        ({"line_items[0][quantity]": "one"}, "line_items[0][quantity]", "parameter_invalid_integer"),
        ({"expires_at": "tomorrow"}, "expires_at", "parameter_invalid_integer"),
        ({"expires_at": "1"}, "expires_at", None),
        ({"mode": "paying"}, "mode", None),
        ({"mode": ""}, "mode", "parameter_missing"),
        ({"success_url": ""}, "success_url", "parameter_missing"),
        ({"success_url": "javascript:alert(1)"}, "success_url", "url_invalid"),
        ({"metadata": "registration"}, "metadata", None),
        ({"metadata[a][b]": "c"}, "metadata[a]", None),
        ({"adaptive_pricing[enabled]": "maybe"}, "adaptive_pricing[enabled]", None),
        ({"custom_text[submit][words]": "Go"}, "custom_text[submit][words]", "parameter_unknown"),
        ({"automatic_tax[liability][type]": "self"}, "automatic_tax[enabled]", "parameter_missing"),
        ({"line_items[0][price]": "price_nobody"}, "line_items[0][price]", "resource_missing"),
        ({"line_items[2][price]": "price_1"}, "line_items", None),
        ({"expand[]": "line_items.price"}, "expand", None),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(
    account: StripeAccount, changed: dict[str, str], param: str, code: str | None
) -> None:
    """Every request is held to the parameter types of Stripe's own library."""
    status, answer = ask(account, "POST", SESSIONS, session(account, **changed))
    assert (status in (400, 404), answer["error"].get("param"), answer["error"].get("code")) == (
        True,
        param,
        code,
    )


def test_what_is_right_is_taken(account: StripeAccount) -> None:
    """Lists by number or without, truths and words that the library knows; nothing of ours is shown."""
    sent = session(account, locale="fr-CA", **{"metadata[a]": "b", "adaptive_pricing[enabled]": "false"})
    status, made = ask(account, "POST", SESSIONS, sent | {"expand[]": "payment_intent"})
    assert (status, made["metadata"], made["payment_intent"]) == (200, {"a": "b"}, None)
    assert not [name for name in made if name.startswith("_")]


def test_strangers_and_other_versions_are_turned_away(account: StripeAccount) -> None:
    """A key that is not the account's, another version, an address that Stripe does not have."""
    assert ask(account, "GET", SESSIONS, {}, Authorization="Bearer sk_test_other")[0] == 401
    assert ask(account, "GET", SESSIONS, {}, **{"Stripe-Version": "2020-08-27"})[0] == 400
    assert ask(account, "GET", "nowhere", {})[0] == 404
    assert account.web.request("POST", f"{account.double.address}/v1/{SESSIONS}").status == 401


def test_the_version_is_the_librarys() -> None:
    """Gateway and library, so the double, speak one version; the webhook endpoint is set to it as well."""
    assert api_version == API_VERSION


def test_lists_come_in_pages(account: StripeAccount) -> None:
    """The newest first; what follows and what precedes an object, by its id; 100 at the most."""
    made = [ask(account, "POST", SESSIONS, session(account))[1]["id"] for _ in range(3)][::-1]
    pages = [
        ({"limit": "2"}, made[:2], True),
        ({"limit": "2", "starting_after": made[1]}, made[2:], False),
        ({"limit": "1", "ending_before": made[2]}, made[1:2], True),
        ({"status": "expired"}, [], False),
        ({"created[gt]": str(int(account.now.timestamp()))}, [], False),
    ]
    for asked, ids, has_more in pages:
        _, answer = ask(account, "GET", SESSIONS, asked)
        assert ([each["id"] for each in answer["data"]], answer["has_more"]) == (ids, has_more)
    for wrong in ({"limit": "0"}, {"limit": "101"}, {"starting_after": "cs_test_nobody"}, {"colour": "blue"}):
        assert ask(account, "GET", SESSIONS, wrong)[0] in (400, 404)


def test_a_refused_parameter_does_not_use_up_its_key(account: StripeAccount) -> None:
    """Keys remember what was tried, and a refusal of what was tried; not what was never begun."""
    key = {"Idempotency-Key": "one"}
    assert ask(account, "POST", SESSIONS, session(account, colour="blue"), **key)[0] == 400
    assert ask(account, "POST", SESSIONS, session(account), **key)[0] == 200
    assert ask(account, "POST", SESSIONS, session(account, locale="fr"), **key)[0] == 400
    assert ask(account, "POST", "products", {"name": "n"}, **key)[1]["error"]["type"] == "idempotency_error"
    refused = {"payment_intent": "pi_nobody"}
    first = ask(account, "POST", "refunds", refused, **{"Idempotency-Key": "two"})
    assert first == ask(account, "POST", "refunds", refused, **{"Idempotency-Key": "two"})
    assert ask(account, "POST", SESSIONS, session(account), **{"Idempotency-Key": "k" * 256})[0] == 400


def test_a_webhook_is_sent_until_somebody_takes_it(account: StripeAccount, payments: Payments) -> None:
    """Invariant 10: again after each wait, for three days, by the clock; newly signed each time."""
    opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
    payments.expire_checkout(opened.session)
    account.takes = 500
    account.pass_time()
    account.pass_time(minutes=RETRIES[0] - 1)
    assert len(account.heard) == 1
    account.takes = 200
    account.pass_time(minutes=1)
    account.pass_time(days=1)
    assert account.kinds == ["checkout.session.expired"] * 2
    first, again = (payments.notice(*each, NOW + timedelta(minutes=RETRIES[0])) for each in account.heard)
    assert first == again


def test_webhooks_go_by_http(account: StripeAccount) -> None:
    """Whatever listens at the address answers; where nobody does, it is tried again."""
    assert sender(f"{account.double.address}/faults")('{"kind": "429"}', "t=1") == 200
    assert sender("http://127.0.0.1:9/hooks/stripe")("{}", "t=1") == 0


def test_nobody_takes_a_webhook(account: StripeAccount, payments: Payments) -> None:
    """Invariant 10: after three days it is given up; the event can still be read."""
    payments.expire_checkout(payments.open_checkout(account.asked(), "checkout:R-1:1").session)
    account.takes = 0
    for minutes in (0, *RETRIES, 10_000):
        account.pass_time(minutes=minutes)
    assert len(account.heard) == 1 + len(RETRIES)
    assert account.objects("deliveries") == []
    assert account.kinds[0] in {each.kind for each in payments.notices_since(NOW)}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("lose", []),
        ("duplicate", ["checkout.session.completed", "checkout.session.completed"]),
        ("delay", []),
    ],
)
def test_events_go_astray(account: StripeAccount, payments: Payments, kind: str, told: list[str]) -> None:
    """Invariant 13: lost, sent twice, late: what the next event of that kind goes through."""
    account.fault(kind, on="checkout.session.completed", seconds=3600)
    opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
    account.pay(opened.url, card=ACCEPTED)
    account.pass_time(seconds=1)
    assert [each for each in account.kinds if each.startswith("checkout")] == told
    account.pass_time(hours=1)
    assert ("checkout.session.completed" in account.kinds) is (kind != "lose")


def test_events_come_in_another_order(account: StripeAccount, payments: Payments) -> None:
    """Invariant 13: shuffled, or the money before the word that the page is complete."""
    account.fault("delay", on="checkout.session.completed", seconds=2 * 86_400)
    account.fault("shuffle", times=9)
    opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
    account.pay(opened.url, card=LATE)
    account.pass_time(seconds=1)
    assert account.kinds.index("payment_intent.created") == len(account.kinds) - 1
    account.web.request("DELETE", f"{account.double.address}/faults")
    account.pass_time(days=1)
    account.pass_time(days=1)
    assert account.kinds[-1] == "checkout.session.completed"
    assert "checkout.session.async_payment_succeeded" in account.kinds


def test_a_kill_loses_nothing(account: StripeAccount, payments: Payments) -> None:
    """Whatever was answered is there at the next start: objects, keys, webhooks under way, plans, faults."""
    opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
    account.pay(opened.url, card=LATE)
    account.fault("429", on="GET /v1/nothing")
    waiting, told = account.objects("deliveries"), account.objects("event")
    account.start()  # and what ran before is never closed
    assert payments.open_checkout(account.asked(), "checkout:R-1:1") == opened
    assert (account.objects("deliveries"), account.objects("event")) == (waiting, told)
    assert len(account.web.request("GET", f"{account.double.address}/faults").json()) == 1
    account.pass_time(days=1)
    assert account.kinds[-1] == "checkout.session.async_payment_succeeded"


def test_a_payment_nobody_made_cannot_be_given_back(account: StripeAccount, payments: Payments) -> None:
    """Invariant 5: what is refused by Stripe is refused here."""
    opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
    account.pay(opened.url, card="4000000000000002")
    intent = payments.read_checkout(opened.session).payment_intent
    assert intent
    with pytest.raises(PaymentRefusedError):
        payments.refund(intent, 1, "F-1", "refund:F-1")
