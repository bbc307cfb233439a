"""Rows decide what is hidden: whatever order, repeat or failure, everything ends up agreeing with them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from build.targets.target import LIVE as BUILDS_LIVE
from mentoring.domain.builds import Release
from mentoring.domain.profile import Audience
from mentoring.domain.withdrawals import PUBLIC, Withdrawal, withdrawn_file
from mentoring.gateways.errors import EdgeDownError, ObjectsDownError
from mentoring.settings import StorageSettings
from mentoring.storage.releases import LEASE
from mentoring.usecases.settle_withdrawal import LIVE, settle
from tests.storage.people import change, consent, profile
from tests.usecases.listings import NOW, Place

DAY = timedelta(days=1)


@pytest.fixture
def place(database: StorageSettings, tmp_path: Path) -> Place:
    """A place with three public mentors."""
    made = Place.of(database, tmp_path)
    for number in (1, 2, 3):
        made.mentor(f"M-{number}")
    return made


def test_nothing_withdrawn_hides_nothing(place: Place) -> None:
    """A mentor who shows everything has an empty journal and no key."""
    place.settle("mentor-m-1")
    assert (place.journal(), place.edge.hidden(), place.live()) == (set(), set(), [])


def test_the_public_file_holds_addresses_alone(place: Place) -> None:
    """DIR-12: sorted addresses of public pages; neither what else was withdrawn, nor when, nor of whom."""
    for member_id in ("M-2", "M-1"):
        place.acts(member_id).leave()
        place.settle(f"mentor-{member_id.lower()}")
    place.acts("M-3").share({"gender": Audience.NONE}, True, 1)
    place.settle("mentor-m-3")
    assert place.objects.read(LIVE) == b'["mentor-m-1","mentor-m-2"]'
    assert place.journal("mentor-m-3") == {"gender"}


def test_who_was_never_public_is_never_named(place: Place) -> None:
    """DIR-4: a listing for members alone leaves no trace of having been one: no key, no name in the file."""
    members_only = {"listing": consent("listing", Audience.MEMBERS)}
    place.mentor("M-4", consents=members_only)
    place.acts("M-4").leave()
    place.settle("mentor-m-4")
    assert place.journal("mentor-m-4") == {"listing"}
    assert (place.edge.hidden(), place.live()) == (set(), [])


def test_coming_back_is_settled_in_any_order(place: Place) -> None:
    """Invariant 13: the message of the leaving, arriving after the one of coming back, hides nobody."""
    stored = place.acts().leave()
    back = replace(profile("M-1"), is_available=True, returns_on=None)
    place.profiles.save(back, stored, change())
    place.settle("mentor-m-1")
    place.settle("mentor-m-1")
    assert place.withdrawn() == set()
    place.assert_agreed()


def test_what_no_kept_release_holds_is_no_longer_named(place: Place) -> None:
    """The file stays small: a withdrawal older than every kept release has its key alone."""
    place.acts().leave()
    place.acts("M-2", now=NOW + 10 * DAY).leave()
    for number, published_at in enumerate((NOW + LEASE - DAY, NOW + LEASE + DAY), 1):
        _publish(place, number, published_at)
    place.settle("mentor-m-1")
    assert place.live() == ["mentor-m-1", "mentor-m-2"]
    place.releases.forget("r-1")
    place.settle("mentor-m-2")
    assert place.live() == ["mentor-m-2"]
    assert place.edge.hidden() == {"mentor-m-1", "mentor-m-2"}


def test_a_release_covers_what_was_withdrawn_while_it_was_made() -> None:
    """Invariant 23: the first instant that a kept release may hold counts, the one just before does not."""
    since = datetime(2026, 11, 21, tzinfo=UTC)
    rows = [
        Withdrawal(slug="at", subject=PUBLIC, at=since),
        Withdrawal(slug="before", subject=PUBLIC, at=since - timedelta(microseconds=1)),
        Withdrawal(slug="other", subject="gender", at=since),
    ]
    assert json.loads(withdrawn_file(rows, since, "r-1")) == ["at"]
    assert json.loads(withdrawn_file(rows, None, "")) == ["at", "before"]


class Down:
    """An edge, or objects, that do not answer."""

    def settle(self, *_: Any) -> None:
        raise EdgeDownError("test")

    def replace(self, *_: Any) -> None:
        raise ObjectsDownError("test")


def test_one_failure_keeps_nothing_else_from_being_hidden(place: Place) -> None:
    """DIR-8: with the edge down the directory's file and the journal are written, and the failure is told."""
    place.acts().leave()
    with pytest.raises(EdgeDownError):
        settle("mentor-m-1", place.withdrawals, Down(), place.objects, place.releases)
    assert (place.live(), place.journal()) == (["mentor-m-1"], {"public", "listing", "gender"})
    with pytest.raises(ObjectsDownError):
        settle("mentor-m-1", place.withdrawals, place.edge, Down(), place.releases)
    assert place.edge.hidden() == {"mentor-m-1"}


def test_the_build_writes_the_same_file() -> None:
    """The build and the functions name one object."""
    assert LIVE == BUILDS_LIVE


def _publish(place: Place, number: int, published_at: datetime) -> None:
    build = place.releases.begin(published_at)
    release = Release(
        name=f"r-{number}",
        fence=build.fence,
        content_hash=f"{number:064}",
        built_on=published_at.date(),
        published_at=published_at,
        mentors=3,
        pages=9,
    )
    place.releases.publish(build, release, published_at)
