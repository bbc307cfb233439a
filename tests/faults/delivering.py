"""An outbox with everything that messages go to: SES over HTTP, the edge's keys, requests for builds."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentoring.content import Content
from mentoring.content.mail import load_letters
from mentoring.domain.business_days import day_of
from mentoring.domain.events import Channel, Event
from mentoring.domain.messages import MessageState
from mentoring.gateway_settings import MailSettings
from mentoring.gateways.builds import WatchedBuilds
from mentoring.gateways.edge import EdgeFolder
from mentoring.gateways.mail import Ses
from mentoring.gateways.objects import Folder
from mentoring.pages.mail import Letters
from mentoring.settings import StorageSettings
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.storage.build_requests import BuildRequests
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.message_rows import message_id
from mentoring.storage.outbox import OutboxStore, message_writes
from mentoring.storage.presence import PresenceStore
from mentoring.storage.registrations import RegistrationStore
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.transaction import commit
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.deliver import Delivery
from mentoring.usecases.effects import (
    BuildEffect,
    EdgeEffect,
    JournalEffect,
    LetterEffect,
    PartingEffect,
)
from mentoring.usecases.journal_erasure import journal_erasure
from mentoring.usecases.settle_withdrawal import settle

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = timedelta(minutes=20)  # longer than a lease and any first wait
MAIL = MailSettings(sender="otmentor@association.example", configuration_set="letters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Deliveries over one client, so that a crash can be put into its calls."""

    client: "DynamoDBClient"
    settings: StorageSettings
    outbox: OutboxStore
    delivery: Delivery
    requests: BuildRequests
    edge: EdgeFolder

    def tell(self, *events: Event) -> None:
        """Commit the messages of these events, as a change does."""
        commit(self.client, message_writes(self.settings.outbox_table, events))

    def state(self, event: Event, channel: Channel) -> MessageState:
        """Return how far a message has come."""
        found = self.outbox.find(message_id(event, channel))
        assert found
        return found.state

    def parked(self) -> list[str]:
        """Return why messages are parked."""
        return sorted(each.reason for each in self.outbox.parked())

    def over(self, channel: Channel, **parts: Any) -> "Post":
        """Return the same with other parts for a channel's effect."""
        effect = {Channel.MAIL: LetterEffect, Channel.EDGE: EdgeEffect, Channel.BUILD: BuildEffect}[channel]
        effects = {**self.delivery.effects, channel: effect(**parts)}
        return replace(self, delivery=replace(self.delivery, effects=effects))


def make_post(settings: StorageSettings, content: Content, folder: Path) -> Post:
    """Return deliveries that write letters to the SES that boto3 knows, and all else below a folder."""
    client = dynamodb(settings)
    requests = BuildRequests(client, settings.releases_table)
    edge = EdgeFolder(folder / "edge")
    outbox = OutboxStore(client, settings.outbox_table)
    site = Folder(folder / "site")
    settled = partial(
        settle,
        withdrawals=WithdrawalStore(client, settings.withdrawals_table),
        edge=edge,
        objects=site,
        releases=ReleaseStore(client, settings.releases_table),
    )
    delivery = Delivery(
        outbox=outbox,
        effects={
            Channel.MAIL: LetterEffect(**letter_parts(client, settings, content)),
            Channel.EDGE: EdgeEffect(settled),
            Channel.BUILD: BuildEffect(requests, WatchedBuilds()),
            Channel.JOURNAL: JournalEffect(
                partial(journal_erasure, erasures=ErasureStore(client, settings), objects=site)
            ),
            Channel.PARTING: PartingEffect(
                MatchRequestStore(client, settings), PresenceStore(client, settings)
            ),
        },
        policy=content.policy.outbox_on(day_of(NOW)),
    )
    return Post(
        client=client, settings=settings, outbox=outbox, delivery=delivery, requests=requests, edge=edge
    )


def letter_parts(client: "DynamoDBClient", settings: StorageSettings, content: Content) -> dict[str, Any]:
    """Return what letters need: addresses, words, SES."""
    templates = load_letters(ROOT / "content/mail")
    return {
        "memberships": MembershipStore(client, settings),
        "marks": AddressMarkStore(client, settings),
        "requests": MatchRequestStore(client, settings),
        "registrations": RegistrationStore(client, settings),
        "letters": Letters(content, templates, "https://mentors.example"),
        "mail": Ses(MAIL),
    }
