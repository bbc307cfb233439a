"""Asking for builds: a request waits until a build has served it, and many requests are one build."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.domain.audit import SITE, AuditLine
from mentoring.domain.builds import Build, BuildRecord, BuildRequest, Ending, Outcome, Release, Wish
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditLineExistsError, AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import (
    LEASE,
    RefusalOutdatedError,
    ReleaseMissingError,
    ReleaseStore,
    RequestServedError,
)

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
STAFF, OUTBOX = "staff:s-1", "system:outbox"
AT_ONCE = 50


@pytest.fixture
def store(settings: StorageSettings) -> ReleaseStore:
    """An empty releases table, on each engine."""
    return ReleaseStore(dynamodb(settings), settings.releases_table, settings.audit_table)


def line(action: str = "request-build", at: datetime = NOW) -> AuditLine:
    """What the log says of a request."""
    return AuditLine(actor=STAFF, action=action, member_id=SITE, occurrence="1", at=at, changes={})


def ended(outcome: Outcome = Outcome.UNCHANGED, *, report: str = "r-1", is_fall: bool = False) -> Ending:
    """How a build ended."""
    return Ending(at=SOON, outcome=outcome, report=report, release="20261121-abc-1", is_fall=is_fall)


def refused_by_the_brake(store: ReleaseStore) -> BuildRecord:
    """A build that the brake stopped."""
    build = store.begin(NOW)
    store.finish(build, ended(Outcome.REFUSED, report=f"20261121-refused-{build.fence}", is_fall=True))
    return store.builds(1)[0]


def kept(store: ReleaseStore) -> Release:
    """A release that was published."""
    build = store.begin(NOW)
    release = Release(
        name=f"20261121-abc-{build.fence}",
        fence=build.fence,
        content_hash="abc",
        built_on=date(2026, 11, 21),
        published_at=NOW,
        mentors=240,
        pages=900,
    )
    store.publish(build, release, NOW)
    store.finish(build, ended(Outcome.RELEASED))
    return release


def build_for(store: ReleaseStore) -> tuple[Build, BuildRequest]:
    """A build that was let in for what waits."""
    build = store.begin(SOON)
    request = store.waiting_request()
    assert request is not None
    return build, request


def test_nothing_waits_to_begin_with(store: ReleaseStore) -> None:
    """STF-4: nobody has asked."""
    assert store.requests() == []
    assert store.waiting_request() is None
    assert store.builds(5) == []
    assert store.running(NOW) is None


def test_many_requests_are_one_build(store: ReleaseStore) -> None:
    """STF-4: requests of staff and of the outbox run together; the last one is named."""
    store.request_build(NOW, STAFF)
    store.request_build(SOON, OUTBOX)
    assert store.requests() == [
        BuildRequest(wish=Wish.BUILD, turn=2, asked_at=SOON, by=OUTBOX, is_by_staff=True)
    ]
    build, request = build_for(store)
    store.finish(build, ended(), request)
    assert store.requests() == []


def test_fifty_at_once_are_one_build(database: StorageSettings) -> None:
    """STF-4: fifty requests at the same moment, none of them lost, are served by one build."""
    stores = [ReleaseStore(dynamodb(database), database.releases_table) for _ in range(5)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: stores[number % 5].request_build(NOW, OUTBOX), range(AT_ONCE)))
    build, request = build_for(stores[0])
    assert request.turn == AT_ONCE
    stores[0].finish(build, ended(), request)
    assert stores[1].waiting_request() is None


def test_a_request_during_a_build_waits_for_the_next(store: ReleaseStore) -> None:
    """Invariant 23: the running build may have read its mentors before the withdrawal."""
    store.request_build(NOW, OUTBOX)
    build, request = build_for(store)
    store.request_build(SOON, OUTBOX)
    store.request_build(SOON, OUTBOX)
    store.finish(build, ended(), request)
    again, left = build_for(store)
    assert left.turn == 3
    store.finish(again, ended(), left)
    assert store.waiting_request() is None


def test_a_dead_build_serves_nobody(store: ReleaseStore) -> None:
    """SAF-3: a build that ends without a word leaves its request, and stays on the list without an ending."""
    store.request_build(NOW, STAFF)
    dead, request = build_for(store)
    store.finish(dead)
    assert store.waiting_request() == request
    assert [each.ending for each in store.builds(5)] == [None]


def test_an_overtaken_build_serves_nobody(store: ReleaseStore) -> None:
    """Invariant 21: a build that wakes up after its lease notes how it ended, and no more than that."""
    store.request_build(NOW, STAFF)
    old, request = build_for(store)
    new = store.begin(SOON + LEASE)
    store.finish(old, ended(Outcome.REFUSED), request)
    assert store.waiting_request() == request
    running = store.running(SOON + LEASE)
    assert running is not None
    assert running.fence == new.fence
    assert [each.ending is None for each in store.builds(5)] == [True, False]


def test_builds_are_listed_newest_first(store: ReleaseStore) -> None:
    """STF-4: each build with when it began, who asked and how it ended, in the order they were let in."""
    for _ in range(12):
        store.finish(store.begin(NOW), ended())
    store.request_build(NOW, STAFF)
    build, request = build_for(store)
    store.finish(build, ended(Outcome.RELEASED, report="r-13"), request)
    newest, before = store.builds(2)
    assert newest == BuildRecord(
        fence=13, by=STAFF, started_at=SOON, ending=ended(Outcome.RELEASED, report="r-13")
    )
    assert (before.fence, before.by) == (12, "system:schedule")


def test_a_build_runs_until_its_lease_ends(store: ReleaseStore) -> None:
    """STF-4: "running since" ends with the build, or with its lease where it died."""
    build = store.begin(NOW)
    assert store.running(SOON) == build
    assert store.running(NOW + LEASE) is None
    store.finish(build)
    assert store.running(SOON) is None


def test_a_request_is_logged_with_it(store: ReleaseStore, settings: StorageSettings) -> None:
    """STF-8, SAF-3: request and audit line commit together or not at all."""
    store.request_build(NOW, STAFF, line())
    assert AuditStore(dynamodb(settings), settings.audit_table).lines_of(SITE) == [line()]
    with pytest.raises(AuditLineExistsError):
        store.request_build(SOON, STAFF, line())
    waiting = store.waiting_request()
    assert waiting is not None
    assert waiting.turn == 1


def test_an_approval_is_for_the_refused_build(store: ReleaseStore) -> None:
    """STF-4: approving says which refused build it is for; the next request does not take it away."""
    refused = refused_by_the_brake(store)
    assert refused.ending is not None
    store.approve_fall(refused, SOON, STAFF)
    store.request_build(SOON, OUTBOX)
    build, request = build_for(store)
    assert request.approved == refused.ending.report
    store.finish(build, ended(), request)
    store.request_build(SOON, OUTBOX)
    _, later = build_for(store)
    assert later.approved == ""


@pytest.mark.parametrize("what", ["built", "building", "rolled-back", "approved-and-built"])
def test_an_outdated_refusal_is_not_approved(store: ReleaseStore, what: str) -> None:
    """STF-4: once anybody built or rolled back, the refusal that somebody still looks at says nothing."""
    release = kept(store)
    refused = refused_by_the_brake(store)
    if what == "rolled-back":
        store.roll_back(release.name, SOON, STAFF)
    else:
        build = store.begin(NOW)
        if what != "building":
            store.finish(build, ended(is_fall=False))
    with pytest.raises(RefusalOutdatedError):
        store.approve_fall(refused, SOON, STAFF)
    assert store.waiting_request() is None


def test_only_the_brake_is_approved(store: ReleaseStore) -> None:
    """STF-4: a build that a check refused cannot be waved through."""
    build = store.begin(NOW)
    store.finish(build, ended(Outcome.REFUSED))
    with pytest.raises(RefusalOutdatedError):
        store.approve_fall(store.builds(1)[0], SOON, STAFF)


def test_a_roll_back_is_asked_for_by_name(store: ReleaseStore) -> None:
    """STF-4: a kept release is asked for, switched to and noted once; another server finds it served."""
    release, _ = kept(store), kept(store)
    store.request_roll_back(release.name, SOON, STAFF)
    request = store.waiting_request()
    assert request == BuildRequest(
        wish=Wish.ROLL_BACK, turn=1, asked_at=SOON, by=STAFF, release=release.name, is_by_staff=True
    )
    pointer = store.roll_back(release.name, SOON, STAFF, request)
    with pytest.raises(RequestServedError):
        store.roll_back(release.name, SOON, STAFF, request)
    assert store.pointer() == pointer
    assert store.requests() == []
    newest = store.builds(1)[0]
    assert (newest.fence, newest.by) == (pointer.fence, STAFF)
    assert newest.ending == Ending(at=SOON, outcome=Outcome.ROLLED_BACK, report="", release=release.name)


def test_a_roll_back_to_nothing_is_not_asked_for(store: ReleaseStore) -> None:
    """SAF-2: a release that is not kept cannot be asked for, and nothing is logged."""
    with pytest.raises(ReleaseMissingError):
        store.request_roll_back("20260101-none-1", NOW, STAFF, line())
    assert store.requests() == []


def test_a_release_that_went_meanwhile_is_given_up(store: ReleaseStore) -> None:
    """STF-4: a release that was pruned between asking and serving is noted as missing; nothing moves."""
    release, shown = kept(store), kept(store)
    store.request_roll_back(release.name, SOON, STAFF)
    store.forget(release.name)
    request = store.waiting_request()
    assert request is not None
    with pytest.raises(ReleaseMissingError):
        store.roll_back(release.name, SOON, STAFF, request)
    store.give_up(request, SOON)
    pointer = store.pointer()
    assert pointer is not None
    assert pointer.release == shown.name
    assert store.requests() == []
    ending = store.builds(1)[0].ending
    assert ending is not None
    assert ending.outcome is Outcome.MISSING


def test_requests_are_served_in_the_order_of_the_last_asking(store: ReleaseStore) -> None:
    """STF-4: whoever rolls back after asking for a build wants the old release shown in the end."""
    release = kept(store)
    store.request_build(NOW, STAFF)
    store.request_roll_back(release.name, SOON, STAFF)
    assert [each.wish for each in store.requests()] == [Wish.BUILD, Wish.ROLL_BACK]
    store.request_build(SOON + timedelta(seconds=1), OUTBOX)
    assert [each.wish for each in store.requests()] == [Wish.ROLL_BACK, Wish.BUILD]
