"""The questionnaire of those who ask, against the embedded database: rules by the table of its pages."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mentoring.content import Content
from mentoring.domain.drafts import version_after
from mentoring.domain.email_addresses import has_address
from mentoring.domain.errors import MembershipLapsedError, StaleRequestError
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.mentee_profiles import MenteeAnswers, MenteeProfile, questions_of, shared_identity
from mentoring.domain.profile import IDENTITY_FIELDS, Audience
from mentoring.domain.telephone_numbers import has_telephone_number
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.mentee_profiles import MenteeProfileStore
from mentoring.usecases.mentee_profile import missing_steps
from mentoring.usecases.mentee_steps import STEPS, Step
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.questionnaires import AnswerChangedError, Shown, UnfinishedTooLargeError
from mentoring.usecases.typed_fields import FormError
from tests.canary import IDENTITY
from tests.faults.crashing import Moment, crash_matrix
from tests.storage.people import change, membership
from tests.usecases.erasing import Erasing
from tests.usecases.matching import MENTEE, NOW
from tests.usecases.mentee import ANSWERS

MUST = ("background", "goals", "topics", "languages", "meeting")
AT_ONCE = 12


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Erasing:
    """A member who has answered nothing."""
    desk = Erasing(database, content)
    desk.member()
    return desk


def test_what_is_missing_is_what_nobody_can_ask_without(desk: Erasing) -> None:
    """DIR-15, DIR-3: five pages count; identity never does, nor what may be left out."""
    assert missing_steps(desk.mentees.open(MENTEE).profile, desk.lists) == MUST
    for number, step in enumerate(MUST, 1):
        desk.answer(step)
        assert missing_steps(desk.mentees.open(MENTEE).profile, desk.lists) == MUST[number:]


def test_an_unfinished_page_is_missing(desk: Erasing) -> None:
    """DIR-15: it stays as it was typed, keeps its member from asking, and goes with the answer."""
    desk.fill_in()
    half = (("needs", "me@example.org"),)
    assert desk.answering().save_unfinished(STEPS["needs"], half, desk.mentees.open(MENTEE).version)
    profile = desk.mentees.open(MENTEE).profile
    assert profile.unfinished == {"needs": half}
    assert missing_steps(profile, desk.lists) == ("needs",)
    desk.answer("needs")
    assert desk.mentees.open(MENTEE).profile.unfinished == {}
    with pytest.raises(UnfinishedTooLargeError):
        desk.answering().save_unfinished(STEPS["needs"], (("needs", "x" * 100_001),), 0)


def test_each_consent_is_logged_with_its_date_wording_and_language(desk: Erasing) -> None:
    """DIR-4: when, which wording, in which language; one that stays keeps its day."""
    desk.fill_in()
    first = desk.mentees.open(MENTEE).profile.consents["ethnicity"]
    assert (first.subject, first.audience, first.given_at) == ("mentee:ethnicity", Audience.MENTORS, NOW)
    assert (first.wording_version, first.language) == ("2026-01", "en")
    desk.now += timedelta(days=1)
    desk.answer("gender", [("gender_own", IDENTITY["gender"]), ("gender_share", "mentors")])
    desk.answer("ethnicity", [("ethnicity", "Acadian"), ("ethnicity_share", "mentors")])
    profile = desk.mentees.open(MENTEE).profile
    assert profile.consents["ethnicity"] == first
    assert shared_identity(profile) == ("gender", "ethnicity")
    desk.answer("ethnicity", [])
    taken_back = desk.mentees.open(MENTEE).profile.consents["ethnicity"]
    assert (taken_back.audience, taken_back.given_at) == (Audience.NONE, desk.now)
    logged = [(each.subject, each.audience) for each in desk.profiles.consents_of(MENTEE)]
    assert sorted(logged) == sorted(
        [
            ("mentee:gender", Audience.NONE),
            ("mentee:ethnicity", Audience.MENTORS),
            ("mentee:orientation", Audience.NONE),
            ("mentee:gender", Audience.MENTORS),
            ("mentee:ethnicity", Audience.NONE),
        ]
    )


def test_no_identity_answer_is_copied_anywhere(desk: Erasing) -> None:
    """DIR-12: a request names fields; the log of acts says that something changed; nothing is told."""
    desk.fill_in()
    profile = desk.mentees.open(MENTEE).profile
    said = repr((questions_of(profile), desk.audit.lines_of(MENTEE), profile, desk.messages()))
    for value in IDENTITY.values():
        assert value not in said
    assert questions_of(profile).identity == {"ethnicity": profile.answered["ethnicity"]}


def test_the_same_answer_again_changes_nothing(desk: Erasing) -> None:
    """DIR-15: a form that is sent twice, or an old one that says the same, is no save and no conflict."""
    desk.fill_in()
    before = desk.mentees.open(MENTEE)
    for step in ANSWERS:
        desk.answer(step, seen=0)
    assert desk.mentees.open(MENTEE) == before
    assert len(desk.audit.lines_of(MENTEE)) == len(ANSWERS)


def test_two_answers_to_one_page_are_for_the_member_to_choose(desk: Erasing) -> None:
    """DIR-15: neither is lost; the one that was chosen is then taken."""
    seen = desk.mentees.open(MENTEE).version
    desk.answer("goals", [("goals", "One")], seen)
    with pytest.raises(AnswerChangedError) as changed:
        desk.answer("goals", [("goals", "Two")], seen)
    assert (changed.value.opened.profile.answers.goals, changed.value.mine.goals) == ("One", "Two")
    desk.answer("goals", [("goals", "Two")], changed.value.opened.version)
    assert desk.mentees.open(MENTEE).profile.answers.goals == "Two"


def test_every_page_at_once_is_one_questionnaire(desk: Erasing) -> None:
    """DIR-15: pages sent at the same instant from as many tabs are all there, each save counted once."""
    start = threading.Barrier(AT_ONCE)

    def send(step: str) -> None:
        other = MenteeProfileStore(dynamodb(desk.storage), desk.storage)
        start.wait()
        desk.answer(step, seen=0, profiles=other)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(send, ANSWERS))
    stored = desk.mentees.open(MENTEE)
    assert set(stored.profile.answered) == set(ANSWERS)
    assert stored.version == version_after(0, NOW) + AT_ONCE - 1


def test_a_page_that_every_other_page_comes_before_is_saved(desk: Erasing) -> None:
    """DIR-15: of pages sent at once the last one is taken as well, however many were written meanwhile."""
    step, *others = ANSWERS

    class Overtaken(MenteeProfileStore):
        def save(self, *given: Any) -> Any:
            if others:
                desk.answer(others.pop(), seen=0)
            return super().save(*given)

    desk.answer(step, seen=0, profiles=Overtaken(desk.client, desk.storage))
    assert set(desk.mentees.open(MENTEE).profile.answered) == set(ANSWERS)


@pytest.mark.parametrize("moment", Moment)
def test_a_death_while_a_page_is_saved_leaves_all_or_nothing(desk: Erasing, moment: Moment) -> None:
    """Invariant 12: answer, consent and line of the log agree, whatever dies; again, it is saved once."""
    first = version_after(0, desk.now)
    for number, crash in enumerate(crash_matrix(moment)):
        fields = [("gender_own", f"Own {number}"), ("gender_share", "mentors" if number % 2 else "none")]
        with crash.during(desk.client):
            desk.answer("gender", fields)
        desk.answer("gender", fields)
        stored = desk.mentees.open(MENTEE)
        assert stored.version - first == len(desk.audit.lines_of(MENTEE)) - 1 == number
        logged = {each.audience for each in desk.profiles.consents_of(MENTEE)}
        assert stored.profile.consents["gender"].audience in logged
        desk.now += timedelta(minutes=1)


def test_a_lapsed_membership_writes_nothing(desk: Erasing) -> None:
    """ELI-8: it is looked at with each page, whole or half."""
    lapsed = replace(membership(MENTEE), status=MembershipStatus.LAPSED)
    answering = desk.answering(member=lapsed)
    with pytest.raises(MembershipLapsedError):
        answering.save(STEPS["goals"], Shown(ANSWERS["goals"]), 0)
    with pytest.raises(MembershipLapsedError):
        answering.save_unfinished(STEPS["goals"], (), 0)
    assert desk.mentees.open(MENTEE).version == 0


def test_a_store_gives_back_what_it_was_given(desk: Erasing) -> None:
    """DIR-15: every field, and a version that somebody else's save makes stale."""
    desk.fill_in()
    desk.answering().save_unfinished(STEPS["needs"], (("needs", "half"),), 0)
    stored = desk.mentees.open(MENTEE)
    assert MenteeProfileStore(dynamodb(desk.storage), desk.storage).open(MENTEE) == stored
    with pytest.raises(StaleRequestError):
        desk.mentees.save(stored.profile, replace(stored, version=1), change(member_id=MENTEE), NOW.date())


TEXT = some.text(max_size=60) | some.sampled_from(["a@b.example", "613 555 0142", "  ", "\r\n", "Ünïcode 🙂"])
NAMES = sorted(
    {name for step in STEPS.values() for name, _ in ANSWERS[step.id]} | {"gender", "race", "areas"}
)


@given(
    step=some.sampled_from(list(STEPS.values())),
    typed=some.lists(
        some.tuples(
            some.sampled_from(NAMES), TEXT | some.sampled_from(["mentors", "members", "video", "en"])
        ),
        max_size=6,
    ),
)
def test_whatever_is_typed_is_taken_clean_or_refused(
    content: Content, step: Step, typed: list[tuple[str, str]]
) -> None:
    """DIR-15, DIR-17: a page takes what it can show and take again, without any address; else it says why."""
    before, documents = MenteeAnswers(), content.policy.documents
    lists = Lists(vocabularies=content.vocabularies, documents=documents, today=NOW.date(), language="en")
    try:
        after = step.read(before, Shown(typed), lists)
    except FormError:
        return
    assert step.read(before, Shown(step.show(after, lists)), lists) == after
    for text in (after.background, after.goals, after.needs):
        assert not has_address(text)
        assert not has_telephone_number(text)
    for name in IDENTITY_FIELDS:
        assert after.share_of(name) in (Audience.NONE, Audience.MENTORS)
        assert after.identity.get(name) or after.share_of(name) is Audience.NONE
    profile = MenteeProfile(member_id="M-1", answers=after)
    assert set(questions_of(profile).identity) <= set(after.identity)
