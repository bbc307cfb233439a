"""A restore to yesterday brings back what was withdrawn since: the journal withdraws it again."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mentoring.domain.profile import Audience, Profile
from mentoring.domain.withdrawals import Withdrawal
from mentoring.settings import StorageSettings
from mentoring.storage.profiles import ProfileStore
from mentoring.usecases.replay_withdrawals import MOMENT, Replayed, replay_withdrawals, withdrawn_again
from tests.storage.people import GIVEN_AT, change, consent, profile
from tests.usecases.listings import NOW, Place

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def place(database: StorageSettings, tmp_path: Path) -> Place:
    """A place with three public mentors who share gender."""
    made = Place.of(database, tmp_path)
    for number in (1, 2, 3):
        made.mentor(f"M-{number}")
    return made


def restore(place: Place, member_id: str, yesterday: Profile) -> None:
    """Put a mentor's records back to an older snapshot, and what was withdrawn since out of the database."""
    slug = yesterday.slug
    key = {"pk": {"S": f"MEMBER#{member_id}"}, "sk": {"S": "PROFILE"}}
    place.client.delete_item(TableName=place.storage.profiles_table, Key=key)
    for subject in place.withdrawn(slug):
        row = {"pk": {"S": "WITHDRAWN"}, "sk": {"S": f"{slug}#{subject}"}}
        place.client.delete_item(TableName=place.storage.withdrawals_table, Key=row)
    ProfileStore(place.client, place.storage).save(yesterday, None, change(member_id=member_id))


def replay(place: Place) -> Replayed:
    return replay_withdrawals(place.objects, place.profiles, place.settle, pytest.fail, LATER)


def test_who_left_since_the_backup_is_withdrawn_again(place: Place) -> None:
    """Invariant 23: left after the backup, back by the restore, out again by the replay; once is enough."""
    yesterday = place.profile()
    place.acts().leave()
    place.settle("mentor-m-1")
    restore(place, "M-1", yesterday)
    assert place.edge.hidden() == {"mentor-m-1"}  # the edge was not restored: nobody sees the page meanwhile
    assert replay(place) == Replayed(read=1, withdrawn=1)
    again = place.profile()
    assert again.opted_out_on == date(2026, 11, 21)
    assert {each.audience for each in again.consents.values()} == {Audience.NONE}
    assert again.consents["listing"].given_at - NOW == MOMENT  # when they left, not when it was replayed
    place.assert_agreed()
    assert place.lines()[-1] == "replay-withdrawals"
    assert ("ListingWithdrawn", "build") in place.told()
    assert replay(place) == Replayed(read=1, withdrawn=0)


def test_what_settles_before_the_replay_loses_nothing(place: Place) -> None:
    """Invariant 23: restored rows know nothing of the withdrawal; the journal keeps it all the same."""
    yesterday = place.profile()
    place.acts().leave()
    place.settle("mentor-m-1")
    restore(place, "M-1", yesterday)
    place.settle("mentor-m-1")
    assert replay(place) == Replayed(read=1, withdrawn=1)
    place.assert_agreed()


def test_single_consents_are_withdrawn_again(place: Place) -> None:
    """DIR-4: gender of one, the public page of another; nothing else of either, and nobody else."""
    before = {number: place.profile(f"M-{number}") for number in (1, 2)}
    place.acts("M-1").share({"gender": Audience.NONE}, True, 1)
    place.acts("M-2").share({"listing": Audience.MEMBERS}, True, 1)
    for number in (1, 2):
        place.settle(f"mentor-m-{number}")
        restore(place, f"M-{number}", before[number])
    assert replay(place) == Replayed(read=2, withdrawn=2)
    assert place.profile("M-1").audience_of("gender") is Audience.NONE
    assert place.profile("M-1").audience_of("listing") is Audience.PUBLIC
    assert place.profile("M-2").audience_of("listing") is Audience.MEMBERS
    assert place.profile("M-2").audience_of("gender") is Audience.MEMBERS
    assert place.profile("M-3") == replace(profile("M-3"), is_available=True, returns_on=None)
    for number in (1, 2, 3):
        place.settle(f"mentor-m-{number}")
        place.assert_agreed(f"mentor-m-{number}")


def test_who_came_back_before_the_backup_stays(place: Place) -> None:
    """A withdrawal that its mentor undid before the backup is no withdrawal: the newer consent counts."""
    place.acts().share({"gender": Audience.NONE}, True, 1)
    place.settle("mentor-m-1")
    stale = place.objects.read("withdrawals/mentor-m-1.json")
    place.acts(now=NOW + timedelta(minutes=5)).share({"gender": Audience.MEMBERS}, True, 2)
    place.objects.write("withdrawals/mentor-m-1.json", stale or b"")
    assert replay(place) == Replayed(read=1, withdrawn=0)
    assert place.profile().audience_of("gender") is Audience.MEMBERS


def test_who_joined_after_the_backup_stays_hidden(place: Place) -> None:
    """Invariant 23: of whom the restored database knows nothing, nothing is withdrawn, nothing shown."""
    place.mentor("M-9")
    place.acts("M-9").leave()
    place.settle("mentor-m-9")
    for key in ({"S": "MEMBER#M-9"}, {"S": "SLUG#mentor-m-9"}):
        kind = {"S": "PROFILE" if "MEMBER" in key["S"] else "SLUG"}
        place.client.delete_item(TableName=place.storage.profiles_table, Key={"pk": key, "sk": kind})
    assert replay(place) == Replayed(read=1, withdrawn=0)
    assert place.edge.hidden() == {"mentor-m-9"}


@pytest.mark.parametrize(
    ("minutes", "withdrawn"), [(-1, False), (0, False), (1, True)], ids=["older", "same", "newer"]
)
def test_only_what_is_newer_than_the_consent_counts(minutes: int, withdrawn: bool) -> None:
    """The journal's instant against the consent's, to the instant."""
    entry = Withdrawal(slug="x", subject="gender", at=GIVEN_AT + timedelta(minutes=minutes))
    after = withdrawn_again(profile(), [entry])
    assert (after.audience_of("gender") is Audience.NONE) is withdrawn


def test_everything_of_one_leaving_goes_together() -> None:
    """DIR-8: subjects of one instant are withdrawn in whatever order the journal has them."""
    shared = {"listing": consent("listing", Audience.PUBLIC), "race": consent("race", Audience.MEMBERS)}
    entries = [Withdrawal(slug="x", subject=each, at=NOW) for each in ("race", "public", "listing", "gender")]
    for order in (entries, entries[::-1]):
        after = withdrawn_again(profile(consents=shared), order)
        assert after.opted_out_on == date(2026, 11, 21)
        assert {each.given_at for each in after.consents.values()} == {NOW + MOMENT}
