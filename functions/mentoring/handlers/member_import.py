"""Each night, before the build: takes the members' export, tells of lapses, keeps erased what was erased."""

import os
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from aws_lambda_powertools import Logger

from mentoring.content import Content, load_content
from mentoring.domain.business_days import day_of
from mentoring.domain.erasures import Erasure
from mentoring.domain.policy import PublishingPolicy
from mentoring.domain.withdrawals import Withdrawal, edge_mark
from mentoring.gateway_settings import MemberImportSettings
from mentoring.gateways.edge import EdgeKeys, edge_keys
from mentoring.gateways.objects import Objects, objects
from mentoring.handlers import clock
from mentoring.handlers.held_back import HeldBack
from mentoring.handlers.import_wording import held_report, kept_report, lapses_allowed
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.match_requests import MatchRequestStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import ReleaseStore
from mentoring.storage.standings import StandingStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.forget_given_again import forget_given_again
from mentoring.usecases.import_members import import_members
from mentoring.usecases.import_report import FileReport
from mentoring.usecases.journal_erasure import forget_erasures, journal_erasure
from mentoring.usecases.keep_erased import keep_erased
from mentoring.usecases.part_lapsed import Parted, part_lapsed_mentees
from mentoring.usecases.replay_erasures import replay_erasures
from mentoring.usecases.replay_withdrawals import note_withdrawals, replay_withdrawals
from mentoring.usecases.settle_withdrawal import JOURNAL, forget_in_journal, settle
from mentoring.usecases.take_export import Taken, take_export
from mentoring.usecases.tell_lapses import Told, tell_lapses

REPORTS: Final = "imports/reports/"

logger = Logger(service="member-import")


class ExportRefusedError(Exception):
    """The export was refused whole; the members are as they were. It rings the function's alarm."""

    def __init__(self, report: str) -> None:
        super().__init__(f"the members' export was refused: {report} says why")
        self.report = report


class LapsesHeldError(Exception):
    """So many would have been told of a lapse at once that nobody was. It rings the function's alarm."""

    def __init__(self, report: str) -> None:
        super().__init__(f"nobody was told of a lapse: {report} says why")
        self.report = report


class JournalUnreadableError(Exception):
    """Everything else was replayed; what these files tell of, a person has to find out."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(f"not replayed, for it cannot be read: {', '.join(keys)}")
        self.keys = keys


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Import for the schedule. Raises ExportRefusedError, LapsesHeldError: each night until somebody acts.

    `{"allow_lapses": "imports/reports/NAME.json"}` lets the memberships lapse that this report asks about,
    and no others. Raises NoSuchLapsesError where it asks about none.
    `{"replay_withdrawals": true}` withdraws and erases again what a restore of the database brought back,
    instead.
    """
    settings, now = MemberImportSettings.from_environment(os.environ), clock.now()
    if event.get("replay_withdrawals") is True:
        return replay(settings, now)
    return run(settings, now, allow_lapses=str(event.get("allow_lapses", "")))


def replay(settings: MemberImportSettings, now: datetime) -> dict[str, Any]:
    """Withdraw and erase again what the journals have and the database no longer does; return counts.

    Invariant 23, SAF-1. Raises JournalUnreadableError, once everything else is done.
    """
    night, unreadable = _Night.of(settings, now), set[str]()
    stores = (night.objects, night.profiles)
    fence = max((each.fence for each in night.releases.history()), default=0)
    noted = note_withdrawals(*stores, night.withdrawals, night.settle, unreadable.add, fence)
    erased = replay_erasures(night.objects, night.erasures, night.settle_erasure, unreadable.add, now)
    replayed = asdict(replay_withdrawals(*stores, night.settle, unreadable.add, now))
    replayed |= {"noted": noted, "erased": erased}
    logger.info("withdrawals replayed", **replayed)
    if unreadable:
        logger.error("journals unreadable", keys=sorted(unreadable))
        raise JournalUnreadableError(sorted(unreadable))
    return replayed


def run(settings: MemberImportSettings, now: datetime, *, allow_lapses: str = "") -> dict[str, Any]:
    """Do what a night has to do as of this instant (UTC); return counts.

    `allow_lapses` is the key of the report whose lapses a person saw. Raises NoSuchLapsesError at once, and
    ExportRefusedError, LapsesHeldError, once everything else is done: memberships end by themselves, and what
    was erased must stay erased.
    """
    return _Night.of(settings, now, allow_lapses=allow_lapses).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Night:
    """One run, with everything that it reaches."""

    content: Content
    objects: Objects
    edge: EdgeKeys
    memberships: MembershipStore
    profiles: ProfileStore
    standings: StandingStore
    requests: MatchRequestStore
    held_back: HeldBack
    erasures: ErasureStore
    withdrawals: WithdrawalStore
    releases: ReleaseStore
    now: datetime
    allowed: frozenset[str]  # members whose lapses a person let through
    began: float  # monotonic seconds

    @classmethod
    def of(cls, settings: MemberImportSettings, now: datetime, *, allow_lapses: str = "") -> "_Night":
        storage = settings.storage
        client, kept = dynamodb(storage), objects(settings.objects)
        return cls(
            content=load_content(settings.content_folder),
            objects=kept,
            edge=edge_keys(settings.edge),
            memberships=MembershipStore(client, storage),
            profiles=ProfileStore(client, storage),
            standings=StandingStore(client, storage),
            requests=MatchRequestStore(client, storage),
            held_back=HeldBack.of(client, storage),
            erasures=ErasureStore(client, storage),
            withdrawals=WithdrawalStore(client, storage.withdrawals_table),
            releases=ReleaseStore(client, storage.releases_table),
            now=now,
            allowed=_allowed(kept, allow_lapses),
            began=time.monotonic(),
        )

    @property
    def policy(self) -> PublishingPolicy:
        return self.content.policy.publishing_on(day_of(self.now))

    def run(self) -> dict[str, Any]:
        taken = take_export(self.objects, self.take, self.keep_report, self.now, again=bool(self.allowed))
        told = self.tell()
        kept = keep_erased(self.erasures, self.releases.kept_since(), self.clear, self.now)
        given_again = forget_given_again(self.withdrawals, self.releases.history(), self.forget, self.now)
        parted = self.part(told)
        resumed = self.held_back.write_again(self.content.policy.outbox_on(day_of(self.now)), self.now)
        counts: dict[str, Any] = {
            "new_export": taken is not None and taken.is_new,
            "told": told.counts,
            "parted": parted.ended,
            "letters_resumed": resumed,
            "erasures": asdict(kept),
            "given_again": given_again,
        }
        logger.info("members imported", **counts)
        self.say_missing(taken)
        _raise_refused(taken)
        self.raise_held(told)
        if parted.failure:
            raise parted.failure
        return counts

    def take(self, source: BinaryIO) -> FileReport:
        kept = (self.memberships, self.content.vocabularies, self.policy, day_of(self.now))
        return import_members(source, *kept, lambda: None, self.allowed)

    def tell(self) -> Told:
        when = (self.policy, self.now, self.allowed)
        return tell_lapses(self.profiles, self.memberships, self.standings, *when)

    def part(self, told: Told) -> Parted:
        """End what lapsed mentees had asked; whom a person has to look at first is added to who was held."""
        when = (self.policy, self.now, self.allowed, told.held)
        parted = part_lapsed_mentees(self.requests, self.memberships, *when)
        told.held = tuple(sorted({*told.held, *parted.held}))
        return parted

    def say_missing(self, taken: Taken | None) -> None:
        """Log that the export stopped coming: the template makes an alarm of this line."""
        nights = (day_of(self.now) - day_of(taken.at)).days if taken else None
        if nights is None or nights >= self.policy.export_missing_nights:
            logger.error("export missing", nights=nights)

    def raise_held(self, told: Told) -> None:
        if told.held:
            key = f"{REPORTS}{self.stamp}-lapses.json"
            percent = self.policy.largest_lapse_percent
            self.objects.write(key, held_report(told, percent, self.now, self.content))
            logger.error("lapses held", report=key)
            raise LapsesHeldError(key)

    @property
    def stamp(self) -> str:
        return f"{self.now:%Y-%m-%dT%H-%M-%S-%fZ}"

    def keep_report(self, report: FileReport) -> str:
        key, seconds = f"{REPORTS}{self.stamp}.json", time.monotonic() - self.began
        self.objects.write(key, kept_report([("members.csv", report)], self.now, seconds, self.content))
        return key

    def settle(self, slug: str) -> None:
        settle(slug, self.withdrawals, self.edge, self.objects, self.releases)

    def settle_erasure(self, erasure: Erasure) -> None:
        journal_erasure(erasure.member_id, self.erasures, self.objects)
        if erasure.slug:
            self.settle(erasure.slug)

    def forget(self, withdrawal: Withdrawal) -> None:
        def mark() -> str | None:
            return edge_mark(each for each in self.withdrawals.of(withdrawal.slug) if each != withdrawal)

        self.edge.settle(withdrawal.slug, mark)
        forget_in_journal(withdrawal, self.objects)

    def clear(self, erasure: Erasure) -> None:
        if erasure.slug:
            self.settle(erasure.slug)
            self.objects.remove(f"{JOURNAL}{erasure.slug}.json")
        forget_erasures(erasure, self.objects)


def _allowed(kept: Objects, report: str) -> frozenset[str]:
    found = kept.read(report) if report.startswith(REPORTS) else None
    return lapses_allowed(found) if report else frozenset()


def _raise_refused(taken: Taken | None) -> None:
    if taken and taken.is_refused:
        logger.error("export refused", report=taken.report)
        raise ExportRefusedError(taken.report)
