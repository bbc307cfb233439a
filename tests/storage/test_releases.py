"""The releases table: one build at a time, and what is shown only moves forward."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import (
    LEASE,
    Build,
    BuildOvertakenError,
    BuildRunningError,
    Release,
    ReleaseMissingError,
    ReleaseShownError,
    ReleaseStore,
)

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
LATER = NOW + LEASE
BY = "staff:s-1"


@pytest.fixture
def store(settings: StorageSettings) -> ReleaseStore:
    """An empty releases table, on each engine."""
    return ReleaseStore(dynamodb(settings), settings.releases_table)


def release(build: Build) -> Release:
    """What a build publishes."""
    return Release(
        name=f"20261121-abc-{build.fence}",
        fence=build.fence,
        content_hash="abc",
        built_on=date(2026, 11, 21),
        published_at=NOW,
        mentors=240,
        pages=900,
    )


def test_second_build_is_refused_and_told_since_when(store: ReleaseStore) -> None:
    """Invariant 21: builds are single-flight; the refused one learns since when the other runs."""
    store.begin(NOW)
    with pytest.raises(BuildRunningError) as refused:
        store.begin(NOW + timedelta(minutes=5))
    assert refused.value.since == NOW


def test_finished_build_lets_the_next_one_in(store: ReleaseStore) -> None:
    """Invariant 21: every build gets a higher fence than any before it."""
    first = store.begin(NOW)
    store.finish(first)
    assert store.begin(NOW).fence > first.fence


def test_a_dead_builds_lease_expires(store: ReleaseStore) -> None:
    """Invariant 21: a build that died holds the site for its lease and no longer."""
    dead = store.begin(NOW)
    assert store.begin(LATER).fence > dead.fence


def test_publishing_points_and_records_at_once(store: ReleaseStore) -> None:
    """Invariant 20: pointer and history say the same."""
    build = store.begin(NOW)
    store.publish(build, release(build), NOW)
    pointer = store.pointer()
    assert pointer is not None
    assert pointer.release == release(build).name
    assert store.history() == [release(build)]


def test_a_stuck_build_that_wakes_up_publishes_nothing(store: ReleaseStore) -> None:
    """Invariant 21: two builds at once, the old one finishing last: the newer release stays."""
    old = store.begin(NOW)
    new = store.begin(LATER)
    store.publish(new, release(new), LATER)
    with pytest.raises(BuildOvertakenError):
        store.publish(old, release(old), LATER)
    store.finish(old)  # it does not let anybody in who must wait for the new one
    with pytest.raises(BuildRunningError):
        store.begin(LATER)
    assert [each.fence for each in store.history()] == [new.fence]


def test_a_stuck_build_publishes_nothing_while_the_newer_one_still_builds(store: ReleaseStore) -> None:
    """Invariant 21: what counts is who was let in last, not who published last."""
    old = store.begin(NOW)
    store.begin(LATER)
    with pytest.raises(BuildOvertakenError):
        store.publish(old, release(old), LATER)
    assert store.pointer() is None


def test_a_build_beyond_its_lease_publishes_nothing(store: ReleaseStore) -> None:
    """Invariant 21: after its lease a build may be showing mentors who withdrew since."""
    build = store.begin(NOW)
    with pytest.raises(BuildOvertakenError):
        store.publish(build, release(build), LATER)


def test_a_build_known_to_be_dead_is_let_go(store: ReleaseStore) -> None:
    """A machine that knows its builds can end a dead one's lease; the dead one stays dead."""
    dead = store.begin(NOW)
    store.let_go()
    store.begin(NOW)
    with pytest.raises(BuildOvertakenError):
        store.publish(dead, release(dead), NOW)


def test_one_of_many_is_let_in(database: StorageSettings) -> None:
    """Invariant 21: of eight builds that begin at the same moment, one begins."""
    stores = [ReleaseStore(dynamodb(database), database.releases_table) for _ in range(8)]

    def begin(store: ReleaseStore) -> bool:
        try:
            store.begin(NOW)
        except BuildRunningError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, stores)) == 1


def test_roll_back_by_name(store: ReleaseStore) -> None:
    """STF-4: a kept release is shown again, and no build that began before can undo that."""
    first = store.begin(NOW)
    store.publish(first, release(first), NOW)
    store.finish(first)
    second = store.begin(NOW)
    store.publish(second, release(second), NOW)
    store.finish(second)
    running = store.begin(NOW)
    pointer = store.roll_back(release(first).name, NOW, BY)
    assert store.pointer() == pointer
    with pytest.raises(BuildOvertakenError):
        store.publish(running, release(running), NOW)
    assert store.pointer() == pointer


def test_roll_back_to_nothing(store: ReleaseStore) -> None:
    """STF-4: a release that is not kept cannot be shown, and nothing moves."""
    with pytest.raises(ReleaseMissingError):
        store.roll_back("20260101-none-1", NOW, BY)
    assert store.pointer() is None


def test_the_shown_release_cannot_be_forgotten(store: ReleaseStore) -> None:
    """Invariant 20: what is shown stays; what was forgotten cannot be rolled back to."""
    build = store.begin(NOW)
    store.publish(build, release(build), NOW)
    store.finish(build)
    with pytest.raises(ReleaseShownError):
        store.forget(release(build).name)
    newer = store.begin(NOW)
    store.publish(newer, release(newer), NOW)
    store.forget(release(build).name)
    assert store.history() == [release(newer)]
    with pytest.raises(ReleaseMissingError):
        store.roll_back(release(build).name, NOW, BY)


@pytest.mark.parametrize("instant", [NOW, NOW.replace(microsecond=1), NOW.astimezone(UTC)])
def test_leases_compare_as_instants(store: ReleaseStore, instant: datetime) -> None:
    """An instant with and without microseconds is one text width, so that leases compare rightly."""
    store.begin(instant)
    with pytest.raises(BuildRunningError):
        store.begin(instant + LEASE - timedelta(microseconds=1))
    store.begin(instant + LEASE)


def test_two_publishers_and_a_roll_back_agree_in_the_end(database: StorageSettings) -> None:
    """Invariant 21: whatever the order, the pointer has the highest fence of those that moved it."""
    stores = [ReleaseStore(dynamodb(database), database.releases_table) for _ in range(3)]
    first = stores[0].begin(NOW)
    stores[0].publish(first, release(first), NOW)
    stores[0].finish(first)
    running = stores[0].begin(NOW)

    def move(action: Callable[[], object]) -> bool:
        try:
            action()
        except BuildOvertakenError:
            return False
        return True

    actions: list[Callable[[], object]] = [
        lambda: stores[0].publish(running, release(running), NOW),
        lambda: stores[1].roll_back(release(first).name, NOW, BY),
        lambda: stores[2].roll_back(release(first).name, NOW, BY),
    ]
    with ThreadPoolExecutor(3) as pool:
        moved = list(pool.map(move, actions))
    pointer = stores[0].pointer()
    assert pointer is not None
    assert any(moved[1:])
    assert pointer.release == release(first).name
    assert pointer.fence > running.fence
