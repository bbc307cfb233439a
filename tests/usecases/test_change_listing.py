"""What mentors do with their listing: each act's new state, messages, audit line, and what it hides."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.domain.errors import MembershipLapsedError, NoListingError, StaleProfileError
from mentoring.domain.profile import Audience, Profile
from mentoring.settings import StorageSettings
from mentoring.usecases.change_listing import shareable, shows_more
from tests.storage.people import consent, profile
from tests.usecases.listings import NOW, TODAY, Place

PUBLIC, MEMBERS, NONE = Audience.PUBLIC, Audience.MEMBERS, Audience.NONE


@pytest.fixture
def place(database: StorageSettings, tmp_path: Path) -> Place:
    """A place with one mentor: public, available, sharing gender and not ethnicity; version 1."""
    made = Place.of(database, tmp_path)
    made.mentor()
    return made


def test_a_pause_is_kept_with_its_day(place: Place) -> None:
    """DIR-7: not available, until the day given; one message to build, one audit line, nothing hidden."""
    place.acts().pause(date(2027, 1, 15), 1)
    stored = place.profile()
    assert (stored.is_available, stored.returns_on) == (False, date(2027, 1, 15))
    assert stored.confirmed_on == TODAY
    assert place.told() == [("MentorPaused", "build")]
    assert place.lines() == ["pause"]
    assert place.withdrawn() == set()


def test_who_resumes_takes_mentees_again(place: Place) -> None:
    """DIR-7: the day of return goes with the pause; it needs no version, so another tab is no obstacle."""
    place.acts().pause(date(2027, 1, 15), 1)
    place.acts().cap(3, 2)
    place.acts().resume()
    assert (place.profile().is_available, place.profile().returns_on) == (True, None)
    assert place.told() == [("MentorPaused", "build"), ("MentorResumed", "build")]


def test_a_capacity_is_the_mentors_own(place: Place) -> None:
    """DIR-9: it is kept and logged, and nobody is told; none is as many as time allows."""
    place.acts().cap(7, 1)
    assert place.profile().capacity == 7
    place.acts().cap(None, 2)
    assert place.profile().capacity is None
    assert place.told() == []
    assert place.lines() == ["set-capacity", "set-capacity"]


def test_one_consent_is_withdrawn_alone(place: Place) -> None:
    """DIR-4: gender is taken back; the listing and its consent stay as they were, the log has the choice."""
    before = place.profile()
    place.acts(language="fr").share({"gender": NONE}, True, 1)
    after = place.profile()
    assert after.audience_of("gender") is NONE
    assert (after.consents["gender"].language, after.consents["gender"].given_at) == ("fr", NOW)
    assert after.consents["listing"] == before.consents["listing"]
    assert after.identity == before.identity
    assert [each.audience for each in place.profiles.consents_of("M-1") if each.subject == "gender"] == [
        MEMBERS,
        NONE,
    ]
    assert place.withdrawn() == {"gender"}
    assert place.told() == [("ConsentWithdrawn", "build"), ("ConsentWithdrawn", "edge")]
    place.empty_outbox()
    place.assert_agreed()
    assert place.edge.hidden() == set()


def test_a_listing_for_members_alone_hides_its_public_page(place: Place) -> None:
    """DIR-4: from public to members the page is hidden; and back again it is shown."""
    place.acts().share({"listing": MEMBERS, "gender": MEMBERS}, True, 1)
    place.empty_outbox()
    place.assert_agreed()
    assert place.edge.hidden() == {"mentor-m-1"}
    place.acts(now=NOW + timedelta(minutes=1)).share({"listing": PUBLIC, "gender": MEMBERS}, True, 2)
    assert ("ConsentGiven", "edge") in place.told()
    place.empty_outbox()
    place.assert_agreed()
    assert place.edge.hidden() == set()


def test_leaving_takes_everything_back(place: Place) -> None:
    """DIR-8: opted out, each consent withdrawn and logged, page hidden, a build and a letter asked for."""
    place.acts().leave()
    left = place.profile()
    assert left.opted_out_on == TODAY
    assert {subject: each.audience for subject, each in left.consents.items()} == {
        "listing": NONE,
        "gender": NONE,
    }
    assert left.identity == profile().identity
    assert place.withdrawn() == {"public", "listing", "gender"}
    assert place.told() == [("ListingWithdrawn", channel) for channel in ("build", "edge", "mail", "parting")]
    place.empty_outbox()
    place.assert_agreed()


def test_leaving_again_is_the_same_leaving(place: Place) -> None:
    """DIR-8: a replayed form changes nothing: same state, same messages, same line."""
    first = place.acts().leave()
    again = place.acts(now=NOW + timedelta(days=3)).leave()
    assert again == first
    assert len(place.told()) == 4
    assert place.lines() == ["leave"]


@pytest.mark.parametrize("act", ["pause", "cap", "share", "resume"])
def test_who_has_left_changes_nothing_else(place: Place, act: str) -> None:
    """DIR-8: after leaving there is no listing to pause or to share; nor where there never was one."""
    place.acts().leave()
    does = {
        "pause": lambda acts: acts.pause(None, 2),
        "cap": lambda acts: acts.cap(1, 2),
        "share": lambda acts: acts.share({"listing": PUBLIC}, True, 2),
        "resume": lambda acts: acts.resume(),
    }[act]
    with pytest.raises(NoListingError):
        does(place.acts())
    with pytest.raises(NoListingError):
        does(place.acts("M-2"))
    assert place.lines() == ["leave"]


def test_a_stale_form_is_refused(place: Place) -> None:
    """A form of an older version changes nothing; the same wish, done already, is no conflict."""
    place.acts().cap(3, 1)
    with pytest.raises(StaleProfileError):
        place.acts().pause(None, 1)
    with pytest.raises(StaleProfileError):
        place.acts().share({"listing": PUBLIC, "gender": MEMBERS, "ethnicity": MEMBERS}, True, 1)
    place.acts().cap(3, 1)
    assert place.profile().is_available
    assert place.lines() == ["set-capacity"]


def test_taking_back_is_never_refused_as_stale(place: Place) -> None:
    """DIR-4: what a mentor no longer wants to share is withdrawn, whatever else was changed meanwhile."""
    place.acts().cap(3, 1)
    place.acts().share({"listing": MEMBERS, "gender": NONE}, False, 1)
    assert place.profile().audience_of("gender") is NONE
    assert place.profile().capacity == 3


def test_who_has_lapsed_may_show_less_and_never_more(place: Place) -> None:
    """ELI-8: a lapsed member may pause, cap, take back and leave; not resume, and not share more."""
    lapsed = place.acts(is_active=False)
    lapsed.pause(None, 1)
    with pytest.raises(MembershipLapsedError):
        lapsed.resume()
    with pytest.raises(MembershipLapsedError):
        lapsed.share({"ethnicity": MEMBERS}, True, 2)
    lapsed.share({"gender": NONE}, True, 2)
    lapsed.leave()
    assert sorted(place.lines()) == ["leave", "pause", "share"]


@pytest.mark.parametrize("act", ["leave", "pause", "cap", "share"])
def test_fifty_at_once_are_one(place: Place, act: str) -> None:
    """SAF-3: fifty clicks at once are one change, one set of messages, one audit line."""
    does = {
        "leave": lambda _: place.acts().leave(),
        "pause": lambda _: place.acts().pause(None, 1),
        "cap": lambda _: place.acts().cap(4, 1),
        "share": lambda _: place.acts().share({"gender": NONE}, True, 1),
    }[act]
    with ThreadPoolExecutor(10) as pool:
        versions = {stored.version for stored in pool.map(does, range(50))}
    assert versions == {2}
    assert len(place.lines()) == 1
    assert len(place.told()) == {"leave": 4, "pause": 1, "cap": 0, "share": 2}[act]


def test_different_acts_at_once_all_count_or_conflict(place: Place) -> None:
    """SAF-3: acts that meet are each done whole or refused; leaving always comes through."""

    def act(number: int) -> str:
        try:
            if number == 0:
                place.acts().leave()
            else:
                place.acts().cap(10 + number, 1)
        except (StaleProfileError, NoListingError):
            return "refused"
        return "done"

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(act, range(20)))
    assert outcomes[0] == "done"
    assert place.profile().opted_out_on
    assert len(place.lines()) == outcomes.count("done")
    place.empty_outbox()
    place.assert_agreed()


ACTS = st.sampled_from(("pause", "resume", "cap", "leave", "members", "public", "share", "keep", "settle"))


@settings(max_examples=10, deadline=None)
@given(wishes=st.lists(ACTS, max_size=6))
def test_whatever_is_done_everything_agrees(
    engine: StorageSettings, tmp_path_factory: pytest.TempPathFactory, wishes: list[str]
) -> None:
    """Invariant 23: after any acts in any order rows, journal, edge and file agree with the consents."""
    place = Place.of(engine, tmp_path_factory.mktemp("place"))
    member_id = f"M-{tmp_path_factory.mktemp('member').name}"
    slug = place.mentor(member_id).profile.slug
    for number, wish in enumerate(wishes):
        _do(place, member_id, slug, wish, number)
    place.settle(slug)
    place.assert_agreed(slug)
    stored = place.profile(member_id)
    hidden = stored.opted_out_on is not None or stored.audience_of("listing") is not PUBLIC
    assert ("public" in place.withdrawn(slug)) == hidden
    assert ("gender" in place.withdrawn(slug)) == (stored.audience_of("gender") is not MEMBERS)


def _do(place: Place, member_id: str, slug: str, wish: str, number: int) -> None:
    acts = place.acts(member_id, now=NOW + timedelta(minutes=number))
    stored = place.profiles.get(member_id)
    assert stored
    version = stored.version
    does = {
        "pause": lambda: acts.pause(None, version),
        "resume": lambda: acts.resume(),
        "cap": lambda: acts.cap(number + 1, version),
        "leave": lambda: acts.leave(),
        "members": lambda: acts.share({"listing": MEMBERS}, True, version),
        "public": lambda: acts.share({"listing": PUBLIC}, True, version),
        "share": lambda: acts.share({"gender": MEMBERS}, True, version),
        "keep": lambda: acts.share({"gender": NONE}, True, version),
        "settle": lambda: place.settle(slug),
    }
    if not stored.profile.opted_out_on or wish in ("leave", "settle"):
        does[wish]()


def sharing(listing: Audience, gender: Audience) -> Profile:
    return profile(consents={"listing": consent("listing", listing), "gender": consent("gender", gender)})


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        (sharing(PUBLIC, NONE), sharing(PUBLIC, MEMBERS), True),
        (sharing(MEMBERS, MEMBERS), sharing(PUBLIC, MEMBERS), True),
        (sharing(MEMBERS, MEMBERS), sharing(PUBLIC, NONE), True),
        (sharing(PUBLIC, MEMBERS), sharing(MEMBERS, NONE), False),
        (sharing(PUBLIC, MEMBERS), sharing(PUBLIC, MEMBERS), False),
        (
            replace(sharing(PUBLIC, NONE), wants_search_engines=False),
            replace(sharing(PUBLIC, NONE), wants_search_engines=True),
            True,
        ),
    ],
)
def test_showing_more_is_told_from_showing_less(before: Profile, after: Profile, more: bool) -> None:
    """DIR-4: anything that somebody could see anew counts as more, whatever is taken back beside it."""
    assert shows_more(before, after) is more


def test_only_what_was_answered_is_asked_about() -> None:
    """DIR-4: a choice for the listing, and one for each identity field with an answer."""
    assert shareable(profile()) == ["listing", "gender", "ethnicity"]
