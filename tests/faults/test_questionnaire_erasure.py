"""A questionnaire that is erased while somebody saves a page of it, or asks a mentor with it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.audit import Change
from mentoring.domain.erasures import Erasure, Held
from mentoring.domain.errors import RequestRefusedError
from mentoring.domain.match_requests import SharingConsent
from mentoring.domain.mentee_profiles import MenteeProfile, StoredMenteeProfile
from mentoring.domain.profile import StoredProfile
from mentoring.domain.request_states import RequestState, Side
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.introductions import IntroductionStore
from mentoring.storage.mentee_profiles import MenteeProfileStore
from mentoring.storage.records import member_key
from mentoring.usecases.ask_mentor import Asked
from mentoring.usecases.data_rights import erase
from mentoring.usecases.mentee_steps import STEPS
from mentoring.usecases.questionnaires import AnswerChangedError
from tests.canary import IDENTITY
from tests.faults.crashing import Moment, crash_matrix
from tests.storage.people import change, profile
from tests.usecases.desk import Desk
from tests.usecases.erasing import LATER, Erasing
from tests.usecases.matching import MENTEE, MENTOR, Matching


class Meanwhile:
    """Questionnaires among whose reads, or before whose writes, something happens once."""

    def __init__(self, store: MenteeProfileStore, happens: Callable[[], object]) -> None:
        self._store, self._happens = store, [happens]

    def open(self, member_id: str) -> StoredMenteeProfile:
        """Read; the first time it happens right afterwards."""
        stored = self._store.open(member_id)
        if self._happens:
            self._happens.pop()()
        return stored

    def save(
        self, profile: MenteeProfile, replacing: StoredMenteeProfile, change: Change, due_on: date
    ) -> StoredMenteeProfile:
        """Write."""
        return self._store.save(profile, replacing, change, due_on)


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Erasing:
    """A mentor, and a member who has filled in the questionnaire."""
    desk = Erasing(database, content)
    desk.mentor(identity={})
    desk.member()
    desk.fill_in()
    return desk


def test_an_erasure_leaves_nothing_of_a_questionnaire(desk: Erasing) -> None:
    """SAF-1: a member with a questionnaire alone erases it, with its consents; again, it changes nothing."""
    first = desk.erase()
    assert first
    assert desk.is_gone
    assert desk.profiles.consents_of(MENTEE) == []
    assert desk.erase(LATER + timedelta(days=1)) == first


def test_a_page_saved_into_an_erasure_writes_nothing(desk: Erasing) -> None:
    """SAF-1: read before the erasure and written after it, an answer is not kept; its member is asked."""
    profiles = Meanwhile(desk.mentees, desk.erase)
    with pytest.raises(AnswerChangedError):
        desk.answer("goals", [("goals", "Find my feet again")], profiles=profiles)
    assert desk.is_gone


def test_a_half_page_saved_into_an_erasure_writes_nothing(desk: Erasing) -> None:
    """SAF-1: nor is what was typed and not finished."""
    profiles, seen = Meanwhile(desk.mentees, desk.erase), desk.mentees.open(MENTEE).version
    half = (("gender_own", IDENTITY["gender"]),)
    assert not desk.answering(profiles=profiles).save_unfinished(STEPS["gender"], half, seen)
    assert desk.is_gone


def test_a_form_from_before_an_erasure_asks_before_it_begins_anew(desk: Erasing) -> None:
    """SAF-1: an old tab's page is not kept unasked; whoever says so begins with that page alone."""
    seen = desk.mentees.open(MENTEE).version
    desk.erase()
    with pytest.raises(AnswerChangedError) as changed:
        desk.answer("goals", seen=seen)
    assert desk.is_gone
    desk.answer("goals", seen=changed.value.opened.version)
    answers = desk.mentees.open(MENTEE).profile.answers
    assert (answers.goals, answers.background) == ("Find my feet", "")


def test_a_form_from_before_an_erasure_replaces_nothing_that_was_answered_since(desk: Erasing) -> None:
    """SAF-1, DIR-15: who began anew is asked which answer counts, however often the old one was saved."""
    seen = desk.mentees.open(MENTEE).version
    desk.erase()
    desk.answer("goals", [("goals", "Something new")])
    with pytest.raises(AnswerChangedError):
        desk.answer("goals", seen=seen)
    assert desk.mentees.open(MENTEE).profile.answers.goals == "Something new"


def test_an_introduction_alone_is_erased(desk: Erasing) -> None:
    """SAF-1: what was written and never sent goes as well, also where there is nothing else."""
    desk.erase()
    introductions = IntroductionStore(desk.client, desk.storage)
    introductions.keep(MENTEE, MENTOR, "mentor-m-1", "My hospital", desk.policy.draft_term(desk.now))
    assert not desk.is_gone
    desk.erase(LATER + timedelta(days=1))
    assert desk.is_gone


class Slow:
    """Erasures during which something happens, after what there is was read."""

    def __init__(self, desk: Desk, happens: Callable[[], object]) -> None:
        self._erasures, self._happens = desk.erasures, [happens]
        self.finish, self.of = desk.erasures.finish, desk.erasures.of

    def held(self, member_id: str) -> Held | None:
        """Read; the first time it happens right afterwards."""
        held = self._erasures.held(member_id)
        if self._happens:
            self._happens.pop()()
        return held

    def erase(self, held: Held, change: Change) -> Erasure:
        """Erase."""
        return self._erasures.erase(held, change)


@pytest.mark.parametrize("begun", [True, False], ids=["another-page", "first-page"])
def test_an_erasure_takes_along_what_was_saved_meanwhile(desk: Erasing, begun: bool) -> None:
    """SAF-1: a page saved while somebody erases goes with the rest, also the first page of all."""
    if not begun:
        desk.erase()
        desk.profiles.save(profile(MENTEE, slug="slug-m-2"), None, change(member_id=MENTEE))
    erasures = Slow(desk.rights, lambda: desk.answer("goals", [("goals", "Something else, my hospital")]))
    assert erase(MENTEE, erasures, LATER + timedelta(days=1))
    assert desk.is_gone
    assert desk.profiles.get(MENTEE) is None


def test_a_request_into_an_erasure_is_not_sent(desk: Erasing) -> None:
    """SAF-1, DIR-15: what was reviewed and then erased reaches no mentor, and no row."""
    reviewed = desk.mentees.open(MENTEE)
    happened = Watching(desk, desk.erase)
    consent = SharingConsent(given_at=desk.now, wording_version="2026-01", language="en")
    asked = Asked(mentor_id=MENTOR, introduction="My hospital", mentee=reviewed, consent=consent)
    with pytest.raises(RequestRefusedError, match="changed"):
        desk.asking(profiles=happened).send(asked)
    assert desk.is_gone
    assert desk.requests.of(MENTEE, Side.MENTEE) == []
    assert desk.requests.load_of(MENTEE).asked == frozenset()


class Watching:
    """Mentors' profiles; after the first read something happens."""

    def __init__(self, desk: Matching, happens: Callable[[], object]) -> None:
        self._profiles, self._happens = desk.profiles, [happens]

    def get(self, member_id: str) -> StoredProfile | None:
        """Read."""
        stored = self._profiles.get(member_id)
        if self._happens:
            self._happens.pop()()
        return stored


def test_what_is_sent_is_what_was_reviewed(desk: Erasing) -> None:
    """DIR-15: a page changed after the review stops the request; reviewed again, it goes out."""
    reviewed = desk.mentees.open(MENTEE)
    desk.answer("ethnicity", [("ethnicity", IDENTITY["ethnicity"]), ("ethnicity_share", "none")])
    consent = SharingConsent(given_at=desk.now, wording_version="2026-01", language="en")
    asked = Asked(mentor_id=MENTOR, introduction="Hello", mentee=reviewed, consent=consent)
    with pytest.raises(RequestRefusedError, match="changed"):
        desk.asking().send(asked)
    sent = desk.asking().send(replace(asked, mentee=desk.mentees.open(MENTEE))).request
    assert sent.questions
    assert sent.questions.identity == {}


def test_what_was_asked_ends_and_is_emptied(desk: Erasing) -> None:
    """SAF-1, DIR-8: what the outbox does with the erasure of a questionnaire alone: requests end, empty."""
    request = desk.ask(words="My hospital")
    desk.acts(MENTOR).write(request.id, "Which one?")
    assert desk.erase()
    assert any(f"DraftErased#{MENTEE}" in row and "#parting" in row for row in desk.rights.rows())
    assert desk.part("DraftErased", MENTEE, LATER) == 1
    assert desk.is_gone
    after = desk.stored(request).request
    assert (after.state, after.introduction, after.questions) == (RequestState.CLOSED, "", None)
    assert [line.text for line in after.lines] == ["Which one?"]


@pytest.mark.parametrize("moment", Moment)
def test_an_erasure_of_a_questionnaire_is_all_or_nothing(desk: Erasing, moment: Moment) -> None:
    """SAF-3: whatever call it dies at, the questionnaire is there whole or gone; tried again it is gone."""
    for crash in crash_matrix(moment):
        if desk.is_gone:
            desk.fill_in()
        desk.now += timedelta(minutes=1)
        before = desk.mentees.open(MENTEE)
        with crash.during(desk.client):
            desk.erase(desk.now)
        assert desk.is_gone or desk.mentees.open(MENTEE) == before
        desk.erase(desk.now + timedelta(seconds=1))
        assert desk.is_gone


def test_pages_and_erasures_at_once(desk: Erasing) -> None:
    """SAF-1: pages shown before an erasure, however many come at once with it, never outlive it."""
    seen = desk.mentees.open(MENTEE).version

    def send(step: str) -> None:
        other = MenteeProfileStore(dynamodb(desk.storage), desk.storage)
        try:
            desk.answer(step, [(step, "My hospital")], seen=seen, profiles=other)
        except AnswerChangedError:
            return

    with ThreadPoolExecutor(6) as pool:
        pages = [pool.submit(send, step) for step in ("goals", "needs", "background") * 3]
        erased = pool.submit(desk.erase)
        assert erased.result()
        for page in pages:
            page.result()
    assert desk.is_gone


def test_a_damaged_questionnaire_is_erased_as_well(desk: Erasing) -> None:
    """SAF-1: what cannot be read can be erased."""
    row = member_key(MENTEE, "MENTEE") | {"body": {"S": "hospital"}, "version": {"N": "7"}}
    desk.client.put_item(TableName=desk.storage.requests_table, Item=row)
    assert desk.erase()
    assert desk.is_gone


def test_what_a_restore_brings_back_goes_again(desk: Erasing) -> None:
    """SAF-1: the night after a restore takes out a questionnaire from before its erasure, no newer one."""
    key = member_key(MENTEE, "MENTEE")
    row = desk.client.get_item(TableName=desk.storage.requests_table, Key=key)["Item"]
    desk.erase()
    desk.client.put_item(TableName=desk.storage.requests_table, Item=row)
    desk.rights.night(LATER + timedelta(hours=12))
    assert desk.is_gone
    desk.now = LATER + timedelta(hours=13)
    desk.answer("goals", [("goals", "Anew")])
    desk.rights.night(LATER + timedelta(hours=24))
    assert desk.mentees.open(MENTEE).profile.answers.goals == "Anew"
