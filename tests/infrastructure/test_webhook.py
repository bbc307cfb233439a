"""From the hosted page to a receipt beside a served site: Stripe's double tells, a function settles."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infrastructure.local.clock import Clock
from infrastructure.local.database import embedded_database
from infrastructure.local.environments import stripe_settings
from infrastructure.local.state import State
from mentoring.content import Content
from mentoring.domain.registrations import Terms
from mentoring.gateways.payments import Payments
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.registrations import RegistrationStore
from mentoring.usecases.pay import Paying
from mentoring.usecases.register import Registering
from mentoring.usecases.settle_payment import Settling
from tests.gateways.stripe_account import ACCEPTED, NOW
from tests.storage.people import membership
from tests.usecases.registering import PLACES

SECONDS = 120  # what a webhook may take on a busy machine, its function's first start included


def test_a_payment_is_settled_by_its_webhook(
    tmp_path: Path, prepare: Callable[[Path], Path], serving: Any, content: Content
) -> None:
    """SAF-5: signed, sent over HTTP, let in by the edge's rules, believed, read anew, noted, told."""
    prepare(tmp_path)
    Clock(tmp_path / "clock.json").set(NOW)
    with embedded_database(tmp_path) as storage, serving(tmp_path) as running:
        store, members = RegistrationStore.connect(storage), MembershipStore.connect(storage)
        members.put([membership("M-1", expires_on=date.max, email="m-1@example.org")])
        provider = Payments(stripe_settings(State(tmp_path), f"http://127.0.0.1:{running.port}"))
        registering = Registering(
            registrations=store, memberships=members, overrides=(), member_id="M-1", now=NOW
        )
        opened = registering.open(("fr",), "ON", Terms(version="2026-01", agreed_at=NOW, language="fr"))
        settling = Settling(registrations=store, provider=provider, is_live=False, now=NOW)
        paying = Paying(
            registering=registering,
            settling=settling,
            provider=provider,
            places=PLACES,
            policy=content.policy,
        )
        page = urlsplit(str(paying.pay(opened.registration.id, "fr"))).path
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        assert running.ask(page, "POST", f"card={ACCEPTED}", **form)[0] == 303
        paid, deadline = store.get(opened.registration.id), time.monotonic() + SECONDS
        while not (paid and paid.registration.purchase) and time.monotonic() < deadline:
            paid = store.get(opened.registration.id)
        assert paid
        assert [each.receipt for each in paid.registration.purchases] == [1]
        assert running.ask("/hooks/stripe", "POST", "{}")[0] == 400
