"""The outbox: what a change is to tell goes out as its row arrives, and a sweep takes what missed its turn.

Events: the outbox table's stream; `{"sweep": true}` on a schedule; `{"resume": ["<message id>"]}` by a person
who has decided that a parked message is to be tried again.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from mentoring.content import load_content
from mentoring.content.mail import load_letters
from mentoring.domain.business_days import day_of
from mentoring.domain.events import Channel
from mentoring.domain.messages import WITHHELD, MessageState
from mentoring.domain.policy import Policy
from mentoring.gateway_settings import OutboxSettings
from mentoring.gateways.builds import Builds, builds
from mentoring.gateways.edge import edge_keys
from mentoring.gateways.mail import mail
from mentoring.gateways.objects import objects
from mentoring.handlers import clock
from mentoring.handlers.settling import Settling
from mentoring.handlers.till import open_till
from mentoring.pages.mail import Letters
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.storage.build_requests import BuildRequests
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.message_rows import PREFIX
from mentoring.storage.outbox import OutboxStore
from mentoring.storage.presence import PresenceStore
from mentoring.storage.registrations import RegistrationStore
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.deliver import Delivered, Delivery, Effect, Outcome, deliver, sweep
from mentoring.usecases.effects import (
    BuildEffect,
    EdgeEffect,
    JournalEffect,
    LetterEffect,
    PartingEffect,
    RefundEffect,
    StaffEffect,
)

LONGEST_SWEEP: Final = timedelta(seconds=60)  # half of what the function may take; the next sweep goes on

logger = Logger(service="outbox")


class SweepIncompleteError(Exception):
    """Some messages could not be tried; each was logged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """What brings messages out."""

    outbox: OutboxStore
    effects: Mapping[Channel, Effect]
    policy: Policy
    requests: BuildRequests
    builder: Builds

    def delivery(self) -> Delivery:
        """Return what deliveries work with on this day."""
        return Delivery(
            outbox=self.outbox,
            effects=self.effects,
            policy=self.policy.outbox_on(day_of(clock.now())),
        )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take records of the outbox's stream, a sweep, or a person's decision."""
    if "Records" in event:
        return dict(
            process_partial_response(
                event=event,
                record_handler=_take,
                processor=BatchProcessor(event_type=EventType.DynamoDBStreams),
                context=context,
            )
        )
    for name in event.get("resume", []):
        _resume(name)
    if event.get("sweep"):
        _sweep()
    return {}


def _take(record: DynamoDBRecord) -> None:
    """Deliver the message of a row that waits; every other change of a row is our own."""
    change = record.raw_event["dynamodb"]
    if change.get("NewImage", {}).get("state") == {"S": MessageState.WAITING}:
        name = change["Keys"]["pk"]["S"].removeprefix(PREFIX)
        try:
            _tell(name, deliver(name, carriers().delivery(), clock.now()))
        except Exception:
            logger.exception("failed", message_id=name)
            raise


def _sweep() -> None:
    made, started_at, failures = carriers(), clock.now(), 0
    for name, delivered in sweep(made.delivery(), started_at):
        if isinstance(delivered, Exception):
            failures += 1
            logger.error("failed", message_id=name, exc_info=delivered)
        else:
            _tell(name, delivered)
        if clock.now() - started_at > LONGEST_SWEEP:
            break
    if made.requests.requests():
        made.builder.wake()
    if failures:
        raise SweepIncompleteError(f"{failures} messages failed")


def _resume(name: str) -> None:
    is_waiting = carriers().outbox.resume(name, clock.now())
    logger.info("resumed" if is_waiting else "not-parked", message_id=name)


def _tell(name: str, delivered: Delivered) -> None:
    if delivered.outcome is Outcome.PARKED and delivered.reason in WITHHELD.values():
        logger.warning("withheld", message_id=name, reason=delivered.reason)  # staff have a list of these
    elif delivered.outcome is Outcome.PARKED:
        logger.error("parked", message_id=name, reason=delivered.reason)  # an alarm counts these
    elif delivered.outcome is not Outcome.NOT_DUE:
        logger.info(delivered.outcome.value, message_id=name, reason=delivered.reason)


@cache
def carriers() -> Carriers:
    """Return this function's carriers. Raises SettingsError, ContentError."""
    return connect(OutboxSettings.from_environment(os.environ))


def connect(settings: OutboxSettings) -> Carriers:
    """Return the carriers of these settings. Raises ContentError."""
    content = load_content(settings.content_folder)
    letters = Letters(content, load_letters(settings.content_folder / "mail"), settings.site_url)
    client = dynamodb(settings.storage)
    requests = BuildRequests(client, settings.storage.releases_table)
    builder = builds(settings.builds)
    match_requests = MatchRequestStore(client, settings.storage)
    memberships = MembershipStore(client, settings.storage)
    registered = RegistrationStore(client, settings.storage)
    marks, sender = AddressMarkStore(client, settings.storage), mail(settings.mail)
    settling = Settling(
        withdrawals=WithdrawalStore(client, settings.storage.withdrawals_table),
        erasures=ErasureStore(client, settings.storage),
        edge=edge_keys(settings.edge),
        objects=objects(settings.objects),
        releases=ReleaseStore(client, settings.storage.releases_table),
    )
    return Carriers(
        outbox=OutboxStore(client, settings.storage.outbox_table),
        effects={
            Channel.MAIL: LetterEffect(memberships, marks, match_requests, registered, letters, sender),
            Channel.STAFF: StaffEffect(letters, sender),
            Channel.PARTING: PartingEffect(match_requests, PresenceStore(client, settings.storage)),
            Channel.EDGE: EdgeEffect(settling.settle),
            Channel.BUILD: BuildEffect(requests, builder),
            Channel.JOURNAL: JournalEffect(settling.journal),
            Channel.REFUND: RefundEffect(_giver(settings)),
        },
        policy=content.policy,
        requests=requests,
        builder=builder,
    )


def _giver(settings: OutboxSettings) -> Callable[[str, str, datetime], None]:
    """Return what gives money back; the payment provider is met with the first refund."""

    def give_back(registration_id: str, refund_id: str, now: datetime) -> None:
        giving = open_till(settings.storage, settings.payments).giving(now)
        giving.give_back(registration_id, refund_id)

    return give_back
