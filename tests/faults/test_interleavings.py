"""Two acts of one member at once: the later word counts, and nothing that was taken back comes again."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.domain.builds import Pointer
from mentoring.domain.drafts import Draft, DraftTerm
from mentoring.domain.errors import MembershipLapsedError, StaleProfileError
from mentoring.domain.profile import Audience, Profile, StoredProfile
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.drafts import DraftStore
from mentoring.storage.members_tree import MembersTree
from mentoring.usecases.change_listing import ListingActs
from mentoring.usecases.opt_in import DraftChangedError, IncompleteDraftError, save_answer
from mentoring.usecases.opt_in_steps import STEPS
from mentoring.usecases.questionnaires import AnswerChangedError, Shown
from mentoring.usecases.see_listing import release_without
from tests.storage.people import membership
from tests.usecases.desk import Desk as ErasureDesk
from tests.usecases.listings import Place
from tests.usecases.questionnaire import ANSWERS
from tests.usecases.test_opt_in import Desk


class Between:
    """The profiles, where something happens just before the second read."""

    def __init__(self, place: Place, happens: Callable[[], object]) -> None:
        self._profiles, self._happens, self._reads = place.profiles, happens, 0

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, StoredProfile]:
        """Read, the second time after it has happened."""
        self._reads += 1
        if self._reads == 2:
            self._happens()
        return self._profiles.get_many(member_ids, unreadable)

    def save(self, profile: Profile, replacing: StoredProfile | None, change: object) -> StoredProfile:
        """Save."""
        if self._reads == 1:
            self._reads += 1
            self._happens()
        return self._profiles.save(profile, replacing, change)  # type: ignore[arg-type]


@pytest.mark.parametrize("is_active", [True, False])
def test_an_old_form_never_shares_again_what_was_just_taken_back(
    database: StorageSettings, tmp_path: Path, is_active: bool
) -> None:
    """DIR-4, ELI-8: whatever comes between the reads of one act, gender stays withdrawn."""
    place = Place.of(database, tmp_path)
    place.mentor()
    taking_back = {"gender": Audience.NONE}
    profiles = Between(place, lambda: place.acts().share(taking_back, True, 1))
    acts = place.acts(profiles=profiles, is_active=is_active)
    with pytest.raises((StaleProfileError, MembershipLapsedError)):
        acts.share({"listing": Audience.MEMBERS, "gender": Audience.MEMBERS}, True, 1)
    assert place.profile().audience_of("gender") is Audience.NONE
    assert "gender" in {each.subject for each in place.withdrawals.of("mentor-m-1")}


@pytest.fixture
def mentor(database: StorageSettings, content: Content) -> Desk:
    """A mentor who published yesterday and has begun to change an answer."""
    desk = Desk(database, content)
    desk.memberships.put([membership()])
    desk.answer_all()
    desk.publish()
    desk.now += timedelta(days=1)
    desk.answer("place", [("province", "ON"), ("city", "Ottawa")])
    return desk


def test_what_was_agreed_to_ends_with_leaving(mentor: Desk) -> None:
    """DIR-5: an edit begun before leaving asks for the documents again, and no agreement is made up."""
    seen = mentor.opened.seen
    ListingActs(
        profiles=mentor.profiles,
        member_id="M-1",
        is_active=True,
        wording_version="2026-01",
        language="fr",
        now=mentor.now,
    ).leave()
    mentor.now += timedelta(days=30)
    mentor.lists = replace(mentor.lists, today=mentor.now.date())
    with pytest.raises(DraftChangedError):
        mentor.publish(seen)
    with pytest.raises(IncompleteDraftError) as incomplete:
        mentor.publish()
    assert "documents" in incomplete.value.steps
    for step in incomplete.value.steps:
        mentor.answer(step, ANSWERS[step])
    mentor.publish()
    assert mentor.profile.opted_out_on is None


def test_a_draft_does_not_bring_back_what_was_erased(mentor: Desk, database: StorageSettings) -> None:
    """SAF-1: an answer that is saved while the profile is erased keeps nothing of the profile."""
    erasing = ErasureDesk(database, dynamodb(database))

    class Racing:
        """The drafts; between reading and saving, once, the member's profile is erased."""

        def __init__(self, drafts: DraftStore) -> None:
            self._drafts, self._is_erased = drafts, False

        def open(self, member_id: str, now: datetime) -> tuple[object, object]:
            opened = self._drafts.open(member_id, now)
            if not self._is_erased:
                self._is_erased = True
                erasing.erase(now=mentor.now + timedelta(days=5))
            return opened

        def save(self, draft: Draft, replacing: object, term: DraftTerm) -> object:
            return self._drafts.save(draft, replacing, term)  # type: ignore[arg-type]

    typed = Shown([("province", "QC"), ("city", "Laval")])
    racing = Racing(mentor.drafts)
    seen = mentor.opened.seen
    with pytest.raises(AnswerChangedError):  # the page keeps what was typed, and asks
        save_answer(membership(), STEPS["place"], typed, seen, racing, mentor.lists, mentor.term)  # type: ignore[arg-type]
    assert mentor.profiles.get("M-1") is None
    assert dict(mentor.answers.identity) == {}
    assert dict(mentor.answers.bio) == {}


def test_a_receipt_names_no_release_that_says_nothing(database: StorageSettings, tmp_path: Path) -> None:
    """DIR-8: a release from before the members' tree may hold the mentor, so no receipt names it."""
    place = Place.of(database, tmp_path)
    place.mentor()

    class Releases:
        """A pointer to such a release."""

        def pointer(self) -> Pointer:
            """Return it."""
            return Pointer(release="20261120-old-3", fence=3)

    assert release_without("mentor-m-1", Releases(), MembersTree(place.objects.read)) is None
