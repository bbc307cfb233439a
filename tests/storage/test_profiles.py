"""What a profile store does, on every engine."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mentoring.domain.drafts import saved_over
from mentoring.domain.errors import SlugTakenError, StaleProfileError
from mentoring.domain.profile import Audience
from mentoring.settings import StorageSettings
from mentoring.storage.profiles import ConsentLoggedError, ProfileStore
from tests.storage.people import change, consent, profile

LATER = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(settings: StorageSettings) -> ProfileStore:
    return ProfileStore.connect(settings)


def test_a_profile_comes_back_as_it_was_stored(store: ProfileStore) -> None:
    """Answers, consents and acknowledgements are one record, read whole."""
    store.save(profile(), None, change())
    assert store.get("M-1") == saved_over(profile(), None)


def test_somebody_who_never_was_a_mentor_is_none(store: ProfileStore) -> None:
    """A member without a profile is None, not an error."""
    assert store.get("M-1") is None
    assert list(store.listed()) == []


def test_each_save_counts_up(store: ProfileStore) -> None:
    """The version a save returns is the one the next must name."""
    first = store.save(profile(), None, change())
    second = store.save(profile(city="Moncton"), first, change())
    assert (first.version, second.version) == (1, 2)
    assert store.get("M-1") == second


def test_a_stale_save_is_refused(store: ProfileStore) -> None:
    """Who decided on an older version writes nothing: not the profile, not the log."""
    first = store.save(profile(), None, change())
    store.save(profile(city="Moncton"), first, change())
    withdrawn = {"listing": consent("listing", Audience.NONE, LATER)}
    with pytest.raises(StaleProfileError):
        store.save(profile(city="Halifax", consents=withdrawn), first, change())
    stored = store.get("M-1")
    assert stored is not None
    assert stored.profile.city == "Moncton"
    assert len(store.consents_of("M-1")) == 2


def test_a_first_save_never_replaces(store: ProfileStore) -> None:
    """Two first opt-ins of one member: the second is stale."""
    store.save(profile(), None, change())
    with pytest.raises(StaleProfileError):
        store.save(profile(city="Moncton"), None, change())


def test_an_address_has_one_owner(store: ProfileStore) -> None:
    """An address is claimed with the profile; a claim that fails writes nothing."""
    store.save(profile("M-1", slug="amelie-tremblay"), None, change())
    with pytest.raises(SlugTakenError):
        store.save(profile("M-2", slug="amelie-tremblay"), None, change())
    assert store.get("M-2") is None
    assert store.owner_of("amelie-tremblay") == "M-1"
    assert store.owner_of("nobody") is None


def test_an_address_left_is_still_its_owners(store: ProfileStore) -> None:
    """Links that people kept never lead to somebody else; the owner may come back to it."""
    first = store.save(profile("M-1", slug="amelie-tremblay"), None, change())
    second = store.save(profile("M-1", slug="amelie-roy"), first, change())
    with pytest.raises(SlugTakenError):
        store.save(profile("M-2", slug="amelie-tremblay"), None, change())
    store.save(profile("M-1", slug="amelie-tremblay"), second, change())
    assert store.owner_of("amelie-roy") == "M-1"


def test_the_log_holds_every_consent_once(store: ProfileStore) -> None:
    """DIR-4: each choice is logged with date, wording and language; an unchanged one is not logged again."""
    first = store.save(profile(), None, change())
    shared = profile().consents
    withdrawn = {**shared, "gender": consent("gender", Audience.NONE, LATER)}
    store.save(
        replace(profile(), consents=withdrawn), store.save(profile(city="Moncton"), first, change()), change()
    )
    log = store.consents_of("M-1")
    assert sorted((each.subject, each.audience) for each in log[:2]) == [
        ("gender", Audience.MEMBERS),
        ("listing", Audience.PUBLIC),
    ]
    assert log[2:] == [withdrawn["gender"]]


def test_the_log_is_never_rewritten(store: ProfileStore) -> None:
    """Another choice at the instant of a logged one is refused, so that nothing logged disappears."""
    first = store.save(profile(), None, change())
    at_the_same_instant = {"gender": consent("gender", Audience.NONE)}
    with pytest.raises(ConsentLoggedError):
        store.save(profile(consents=at_the_same_instant), first, change())


def test_everybody_listed_is_read(store: ProfileStore) -> None:
    """Opted out or not, each profile once, and no claim of an address among them; pages are followed."""
    long_text = "x" * 200_000  # 12 of these are more than two of the megabytes of a page
    everybody = [profile(f"M-{number}", bio={"en": long_text}) for number in range(12)]
    everybody[7] = replace(everybody[7], opted_out_on=date(2026, 11, 1))
    for each in everybody:
        store.save(each, None, change())
    assert sorted(store.listed(), key=lambda each: each.member_id) == sorted(
        everybody, key=lambda each: each.member_id
    )
