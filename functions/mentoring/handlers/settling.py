"""What the site's edge is made to agree by, for the functions that withdraw something."""

import os
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Final

from aws_lambda_powertools import Logger

from mentoring.gateway_settings import EdgeSettings, ObjectsSettings
from mentoring.gateways.edge import EdgeKeys, edge_keys
from mentoring.gateways.objects import Objects, objects
from mentoring.handlers import clock
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.presence import PresenceStore
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.journal_erasure import journal_erasure
from mentoring.usecases.part_ways import Parting
from mentoring.usecases.settle_withdrawal import settle

AT_ONCE: Final = 100
"""Requests that end while a browser waits; the outbox ends the others a moment later."""

logger = Logger(service="settling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """The withdrawals on file, and where they must be seen."""

    withdrawals: WithdrawalStore
    erasures: ErasureStore
    releases: ReleaseStore
    objects: Objects
    edge: EdgeKeys

    def settle(self, slug: str) -> None:
        """Make what everybody sees of a mentor agree with the withdrawals.

        Raises EdgeDownError, ObjectsDownError.
        """
        settle(slug, self.withdrawals, self.edge, self.objects, self.releases)

    def journal(self, member_id: str) -> None:
        """Note who had something erased. Raises ObjectsDownError."""
        journal_erasure(member_id, self.erasures, self.objects)


def journal_now(member_id: str) -> None:
    """Note an erasure at once. What fails here is not lost either."""
    try:
        settling().journal(member_id)
    except Exception:  # it is erased, and its member must read so
        logger.exception("left to the outbox", member_id=member_id)


def settle_now(slug: str, member_id: str) -> None:
    """Hide, or show, at once. What fails here is not lost: the message in the outbox does the same."""
    try:
        settling().settle(slug)
    except Exception:  # what was decided is saved, and its member must read so
        logger.exception("left to the outbox", member_id=member_id)


def part_now(event: str, member_id: str, left_at: datetime) -> None:
    """End at once what was open with whoever left. What is not done here is not lost either."""
    try:
        parted = _parting(StorageSettings.from_environment(os.environ)).part(event, member_id, left_at)
        deque(islice(parted, AT_ONCE), maxlen=0)
    except Exception:  # they have left, and must read so
        logger.exception("left to the outbox", member_id=member_id)


def _parting(storage: StorageSettings) -> Parting:
    client = dynamodb(storage)
    return Parting(MatchRequestStore(client, storage), PresenceStore(client, storage), clock.now())


def settling() -> Settling:
    """Return what this function settles with. Raises SettingsError."""
    return _connected(
        StorageSettings.from_environment(os.environ),
        ObjectsSettings.from_environment(os.environ),
        EdgeSettings.from_environment(os.environ),
    )


@cache
def _connected(storage: StorageSettings, place: ObjectsSettings, edge: EdgeSettings) -> Settling:
    client = dynamodb(storage)
    return Settling(
        withdrawals=WithdrawalStore(client, storage.withdrawals_table),
        erasures=ErasureStore(client, storage),
        releases=ReleaseStore(client, storage.releases_table),
        objects=objects(place),
        edge=edge_keys(edge),
    )
