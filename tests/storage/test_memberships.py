"""What a membership store does, on every engine."""

from dataclasses import replace
from datetime import date

import pytest

from mentoring.domain.membership import MembershipStatus
from mentoring.settings import StorageSettings
from mentoring.storage.memberships import MembershipStore
from tests.storage.people import membership

TODAY = date(2026, 11, 21)


@pytest.fixture
def store(settings: StorageSettings) -> MembershipStore:
    return MembershipStore.connect(settings)


def test_a_membership_comes_back_as_it_was_stored(store: MembershipStore) -> None:
    """Every field survives, in any script."""
    stored = membership(given_name="نور 🙂", family_name="", city="Montréal")
    store.put([stored])
    assert store.get("M-1") == stored


def test_an_unknown_member_is_none(store: MembershipStore) -> None:
    """A member the association never knew is None, not an error."""
    assert store.get("M-unknown") is None
    assert store.get_many([]) == {}


def test_a_later_put_replaces(store: MembershipStore) -> None:
    """The last export counts."""
    store.put([membership()])
    moved = replace(membership(), city="Moncton", province="NB")
    store.put([moved])
    assert store.get("M-1") == moved


def test_more_than_one_batch_is_read_and_written(store: MembershipStore) -> None:
    """Batches of 25 and of 100 are the engine's limits, not the store's; a repeated id is asked once."""
    everybody = {f"M-{number}": membership(f"M-{number}") for number in range(230)}
    store.put(list(everybody.values()))
    assert store.get_many([*everybody, "M-1", "M-unknown"]) == everybody


def test_only_active_memberships_are_found(store: MembershipStore) -> None:
    """ELI-8: a membership counts on its last day, and not once it is lapsed or over."""
    store.put(
        [
            membership("M-1", expires_on=TODAY),
            membership("M-2", expires_on=date(2026, 11, 20)),
            membership("M-3", status=MembershipStatus.LAPSED),
            membership("M-4"),
        ]
    )
    assert store.active_ids(TODAY) == {"M-1", "M-4"}
