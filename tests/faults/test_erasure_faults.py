"""An erasure that dies, comes many times at once, or meets a publication or a build."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.errors import SlugTakenError, StaleProfileError
from mentoring.domain.profile import Profile
from mentoring.domain.withdrawals import hides_page
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.profiles import ProfileStore
from tests.faults.crashing import Moment, crash_matrix
from tests.nightly.site import make_site
from tests.storage.people import profile
from tests.usecases.desk import Desk
from tests.usecases.listings import Place

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def desk(database: StorageSettings) -> Desk:
    return Desk(database, dynamodb(database))


def state_of(desk: Desk, member_id: str) -> str:
    """Whether everything of a mentor is there, nothing of it, or something between."""
    rows = [row for row in desk.rows() if member_id in row or f"slug-{member_id.lower()}" in row]
    said = any("Bonjour" in row for row in rows)
    erased = any('"ERASED"' in row for row in rows)
    told = sum("ProfileErased" in row and "MESSAGE#" in row for row in rows)
    logged = any("#erase#" in row for row in rows)
    hidden = hides_page(desk.withdrawals.of(f"slug-{member_id.lower()}"), "")
    if (said, erased, told, logged, hidden) == (True, False, 0, False, False):
        return "all there"
    if (said, erased, told, logged, hidden) == (False, True, 5, True, True):
        return "erased"
    return f"torn: {said=} {erased=} {told=} {logged=} {hidden=}"


def mentor(desk: Desk, member_id: str, saves: int = 2) -> Profile:
    slug = f"slug-{member_id.lower()}"
    for number in range(saves):
        saved = desk.save(profile(member_id, slug=slug, capacity=number + 1))
    return saved.profile


@pytest.mark.parametrize("moment", Moment)
def test_an_erasure_is_all_or_nothing(desk: Desk, moment: Moment) -> None:
    """SAF-3: whatever call it dies at, a mentor is there whole or erased; sent again, the form ends it."""
    for number, crash in enumerate(crash_matrix(moment)):
        member_id = f"M-{number}"
        mentor(desk, member_id)
        with crash.during(desk.client):
            desk.erase(member_id)
        assert state_of(desk, member_id) in ("all there", "erased")
        assert desk.erase(member_id)
        assert state_of(desk, member_id) == "erased"


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_a_long_erasure_hides_first_and_ends_by_itself(desk: Desk, moment: Moment) -> None:
    """SAF-1: a history of several transactions: dead at any call, the next night ends what was begun."""
    for number, crash in enumerate(crash_matrix(moment)):
        member_id = f"M-{number}"
        mentor(desk, member_id, saves=40)
        with crash.during(desk.client):
            desk.erase(member_id)
        if desk.profiles.get(member_id) is None:  # begun: the profile went first, and the page is hidden
            assert hides_page(desk.withdrawals.of(f"slug-{member_id.lower()}"), "")
        else:
            assert state_of(desk, member_id) == "all there"
            desk.erase(member_id)
        desk.night(NOW + timedelta(hours=13))
        assert state_of(desk, member_id) == "erased"


def test_fifty_erasures_at_once_are_one(desk: Desk) -> None:
    """SAF-3: fifty forms at the same moment: one erasure, one mail, and everybody reads the same receipt."""
    mentor(desk, "M-1")
    ready = Barrier(50)

    def send(number: int) -> Any:
        other = Desk(desk.settings, dynamodb(desk.settings))
        ready.wait()
        return other.erase("M-1", NOW + timedelta(milliseconds=number))

    with ThreadPoolExecutor(50) as pool:
        receipts = set(pool.map(send, range(50)))
    assert len(receipts) == 1
    assert state_of(desk, "M-1") == "erased"


def test_erasing_against_publishing(desk: Desk) -> None:
    """SAF-1: edits that meet an erasure are either erased with the rest or refused; none outlives it."""
    for number in range(10):
        member_id = f"M-{number}"
        mentor(desk, member_id)
        with ThreadPoolExecutor(6) as pool:
            edits = [pool.submit(_edit, desk, member_id, city) for city in ("Dieppe", "Hull", "Gaspé")]
            erased = pool.submit(desk.erase, member_id)
            assert erased.result()
            for edit in edits:
                edit.result()
        assert state_of(desk, member_id) == "erased"


def _edit(desk: Desk, member_id: str, city: str) -> None:
    stored = desk.profiles.get(member_id)
    if stored:
        with_city = replace(stored.profile, city=city)
        try:
            desk.save(with_city)
        except (StaleProfileError, SlugTakenError):
            return


def test_an_erasure_during_a_build_is_hidden_at_once(
    database: StorageSettings, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 23: the build under way still publishes the page, nobody sees it, and the next has it not."""
    site = make_site(database, content, tmp_path / "site")
    site.mentor(1)
    site.mentor(2)
    desk, place = Desk(database, dynamodb(database)), Place.of(database, tmp_path)
    listed = ProfileStore.listed

    def then_erase(*given: Any) -> Iterator[Profile]:
        yield from listed(*given)
        place.settle(desk.erase("M-000001").slug)

    page = site.current / "en/mentors/robin-nguyen-1/index.html"
    with monkeypatch.context() as patch:
        patch.setattr(ProfileStore, "listed", then_erase)
        assert site.build(NOW).problems == ()
    assert page.exists()
    assert place.edge.hidden() == {"robin-nguyen-1"}
    assert place.live() == ["robin-nguyen-1"]
    assert site.build(NOW + timedelta(hours=1), allow_fall=True).problems == ()
    assert not page.exists()
