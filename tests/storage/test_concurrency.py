"""Many at once, on the embedded engine: moto loses updates under concurrent transactions."""

from concurrent.futures import ThreadPoolExecutor

from mentoring.domain.errors import SlugTakenError, StaleProfileError
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.settings import StorageSettings
from mentoring.storage.profiles import ProfileStore
from tests.storage.people import change, profile

AT_ONCE = 20


def attempt(store: ProfileStore, wanted: Profile, replacing: StoredProfile | None) -> str:
    try:
        store.save(wanted, replacing, change())
    except (SlugTakenError, StaleProfileError) as error:
        return type(error).__name__
    return "saved"


def test_one_address_goes_to_one_mentor(database: StorageSettings) -> None:
    """Twenty mentors claim one address at once: one has it, nineteen are told so and have no profile."""
    store = ProfileStore.connect(database)
    claims = [profile(f"M-{number}", slug="amelie-tremblay") for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda claim: attempt(store, claim, None), claims))
    assert sorted(outcomes) == ["SlugTakenError"] * (AT_ONCE - 1) + ["saved"]
    assert [each.member_id for each in store.listed()] == [store.owner_of("amelie-tremblay")]


def test_one_save_of_a_version_wins(database: StorageSettings) -> None:
    """Twenty changes decided on one version: one is stored, nineteen must read again."""
    store = ProfileStore.connect(database)
    first = store.save(profile(), None, change())
    changes = [profile(capacity=number + 10) for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda change: attempt(store, change, first), changes))
    assert sorted(outcomes) == ["StaleProfileError"] * (AT_ONCE - 1) + ["saved"]
    stored = store.get("M-1")
    assert stored is not None
    assert stored.version == 2
    assert stored.profile.capacity == changes[outcomes.index("saved")].capacity


def test_counting_up_at_once_loses_nothing(database: StorageSettings) -> None:
    """Read, decide, save, and again when somebody came first: twenty increments are all there."""
    store = ProfileStore.connect(database)
    store.save(profile(capacity=0), None, change())

    def increment(_: int) -> None:
        while True:
            stored = store.get("M-1")
            assert stored is not None
            assert stored.profile.capacity is not None
            if attempt(store, profile(capacity=stored.profile.capacity + 1), stored) == "saved":
                return

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(increment, range(AT_ONCE)))
    final = store.get("M-1")
    assert final is not None
    assert (final.profile.capacity, final.version) == (AT_ONCE, AT_ONCE + 1)
