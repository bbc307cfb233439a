"""A member who registers, pays, hands in and cancels, over one database and one account at Stripe."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from mentoring.content import Content
from mentoring.domain.ledger import Entry
from mentoring.domain.payments import Payment, Refund
from mentoring.domain.registrations import Registration, Source, StoredRegistration, Terms
from mentoring.gateways.payments import Payments
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.registrations import RegistrationStore
from mentoring.usecases.hand_in_workbook import hand_in, log_workbook
from mentoring.usecases.pay import Paying, Places
from mentoring.usecases.reconcile_payments import Reconciling
from mentoring.usecases.refunds import GivingBack, Refunding
from mentoring.usecases.register import Registering
from mentoring.usecases.settle_payment import Settling
from tests.gateways.stripe_account import ACCEPTED, METHODS, StripeAccount
from tests.storage.people import membership

MEMBER, ANNE, PAUL = "M-1", "staff:anne", "staff:paul"
PLACES = Places(
    paid=lambda language, registration: (
        f"https://mentors.example/{language}/paid/{registration}?session={{CHECKOUT_SESSION_ID}}"
    ),
    left=lambda language, registration: f"https://mentors.example/{language}/left/{registration}",
)


class Till:
    """What people may do, as the functions would let them; the account's clock is theirs."""

    def __init__(
        self, storage: StorageSettings, content: Content, account: StripeAccount, provider: Payments
    ) -> None:
        self.storage, self.account, self.provider = storage, account, provider
        self.client: Any = dynamodb(storage)
        self.registrations = RegistrationStore(self.client, storage)
        self.memberships = MembershipStore(self.client, storage)
        self.audit = AuditStore(self.client, storage.audit_table)
        entries = (replace(each, payment_methods=METHODS) for each in content.policy.facilitated)
        self.policy = replace(content.policy, facilitated=tuple(entries))  # slow ways to pay as well

    @property
    def now(self) -> datetime:
        """The instant at Stripe and here."""
        return self.account.now

    def over(self, **parts: Any) -> "Till":
        """The same with other parts: a client of its own, a gateway that dies."""
        other = object.__new__(Till)
        other.__dict__.update(self.__dict__ | parts)
        if "client" in parts:
            other.registrations = RegistrationStore(other.client, self.storage)
        return other

    def member(self, member_id: str = MEMBER, **changes: Any) -> None:
        """A member who may take part."""
        self.memberships.put([membership(member_id, **{"expires_on": date.max} | changes)])

    def registering(self, member_id: str = MEMBER, **changes: Any) -> Registering:
        """One who wants to."""
        fields: dict[str, Any] = {
            "registrations": self.registrations,
            "memberships": self.memberships,
            "overrides": (),
            "member_id": member_id,
            "now": self.now,
        }
        return Registering(**fields | changes)

    def register(self, member_id: str = MEMBER, place: str = "ON") -> Registration:
        """Register."""
        terms = Terms(version="2026-01", agreed_at=self.now, language="fr")
        return self.registering(member_id).open(("fr",), place, terms).registration

    def settling(self) -> Settling:
        """Who takes in what Stripe says."""
        return Settling(registrations=self.registrations, provider=self.provider, is_live=False, now=self.now)

    def paying(self, member_id: str = MEMBER) -> Paying:
        """A member in front of the price."""
        return Paying(
            registering=self.registering(member_id),
            settling=self.settling(),
            provider=self.provider,
            places=PLACES,
            policy=self.policy,
        )

    def page(self, registration: Registration) -> str | None:
        """The address of the page to pay on."""
        return self.paying(registration.member_id).pay(registration.id, "fr")

    def pays(self, registration: Registration, card: str = ACCEPTED) -> str:
        """Pay at Stripe, of which nobody here hears; the session."""
        url = self.page(registration)
        assert url
        self.account.pay(url, card=card)
        return url.rpartition("/")[2]

    def paid(self, member_id: str = MEMBER, place: str = "ON") -> Registration:
        """Register, pay, and come back to the return page."""
        self.member(member_id)
        registration = self.register(member_id, place)
        self.settling().session(self.pays(registration))
        return self.at(registration).registration

    def refunding(self, actor: str = f"member:{MEMBER}") -> Refunding:
        """Somebody who decides about money that goes back."""
        return Refunding(registrations=self.registrations, policy=self.policy, actor=actor, now=self.now)

    def cancel(self, registration: Registration) -> Registration:
        """The member cancels."""
        return self.refunding(f"member:{registration.member_id}").cancel(registration.id).registration

    def giving(self) -> GivingBack:
        """What the outbox does about refunds."""
        return GivingBack(settling=self.settling(), provider=self.provider)

    def give_back(self, registration: Registration) -> Registration:
        """Give back the last refund."""
        self.giving().give_back(registration.id, self.at(registration).registration.refunds[-1].id)
        return self.at(registration).registration

    def hand_in(self, registration: Registration, seen: int = 0) -> Registration:
        """The member hands in a workbook."""
        return hand_in(
            registration.id, registration.member_id, Source.FORM, seen, self.registrations, self.now
        ).registration

    def log(self, registration: Registration, received_at: datetime, seen: int = 0) -> Registration:
        """Staff log one that came by e-mail."""
        return log_workbook(
            registration.id, "anne", received_at, seen, self.registrations, self.now
        ).registration

    def reconcile(self, days: int = 30) -> list[tuple[str, Exception | None]]:
        """One reconciliation of so many days."""
        return self.reconcile_since(self.now - timedelta(days=days))

    def reconcile_since(self, since: datetime) -> list[tuple[str, Exception | None]]:
        """One reconciliation."""
        run = Reconciling(
            waiting=self.registrations,
            provider=self.provider,
            settling=self.settling(),
            giving=self.giving(),
        )
        return list(run.run(since))

    def at(self, registration: Registration) -> StoredRegistration:
        """A registration as it is on file."""
        stored = self.registrations.get(registration.id)
        assert stored
        return stored

    def told(self) -> Counter[str]:
        """How often each kind of message is on its way."""
        return Counter(row["pk"]["S"].split("#")[1] for row in self.rows("outbox"))

    def refunds_of(self, registration: Registration) -> list[Refund]:
        """What went back of a registration's payments, as Stripe has it."""
        purchases = self.at(registration).registration.purchases
        return [back for each in purchases for back in self.provider.refunds_of(each.payment_intent)]

    def payment(self, registration: Registration) -> Payment:
        """A registration's payment, as Stripe has it."""
        purchase = self.at(registration).registration.purchases[-1]
        return self.provider.read_payment(purchase.payment_intent)

    def balance(self) -> int:
        """What the ledger says is here, in cents."""
        return sum(entry.cents for entry in self.ledger())

    def ledger(self) -> list[Entry]:
        """Every entry of the last months."""
        months = {f"{self.now + timedelta(days=days):%Y-%m}" for days in range(-90, 1)}
        return [line.entry for month in sorted(months) for line in self.registrations.ledger(month)]

    def rows(self, table: str) -> Iterator[Any]:
        """Every row of a table."""
        name = getattr(self.storage, f"{table}_table")
        for page in self.client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
            yield from page["Items"]
