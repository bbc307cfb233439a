"""Opting in, against the embedded database: answers page by page, then all or nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.drafts import Answers, Draft, DraftTerm
from mentoring.domain.errors import MembershipLapsedError
from mentoring.domain.events import ListingPublished, profile_events
from mentoring.domain.membership import Membership, MembershipStatus
from mentoring.domain.policy import Document
from mentoring.domain.profile import LISTING, Audience, Profile, StoredProfile
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.drafts import DraftStore
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.change_listing import ListingActs
from mentoring.usecases.data_rights import erase
from mentoring.usecases.opt_in import (
    DraftChangedError,
    IncompleteDraftError,
    Opened,
    Seen,
    open_draft,
    publish,
    save_answer,
    save_unfinished,
)
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.opt_in_steps import STEPS
from mentoring.usecases.questionnaires import AnswerChangedError, Shown
from mentoring.usecases.typed_fields import FormError
from tests.faults.crashing import Moment, crash_matrix
from tests.storage.people import change, membership
from tests.usecases.questionnaire import ANSWERS, Fields

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
AT_ONCE = 50


class Desk:
    """One member at the questionnaire, on one device."""

    def __init__(self, database: StorageSettings, content: Content, member_id: str = "M-1") -> None:
        self.client = dynamodb(database)
        self.memberships = MembershipStore(self.client, database)
        self.drafts = DraftStore(self.client, database)
        self.profiles = ProfileStore(self.client, database)
        self.audit = AuditStore(self.client, database.audit_table)
        self.withdrawals = WithdrawalStore(self.client, database.withdrawals_table)
        self.database = database
        self.member_id = member_id
        self.now = NOW
        self.lists = Lists(
            vocabularies=content.vocabularies,
            documents=content.policy.documents,
            today=NOW.date(),
            language="fr",
        )

    @property
    def opened(self) -> Opened:
        """What this member has answered."""
        return open_draft(self.member_id, self.drafts, self.now)

    @property
    def term(self) -> DraftTerm:
        """Until when a draft that is saved now is kept."""
        return DraftTerm(saved_at=self.now, ends_at=self.now + timedelta(days=365))

    @property
    def answers(self) -> Answers:
        """The answers alone."""
        return self.opened.stored.draft.answers

    @property
    def profile(self) -> Profile:
        """What is published."""
        stored = self.profiles.get(self.member_id)
        assert stored
        return stored.profile

    def answer(self, step: str, fields: Fields, seen: Seen | None = None) -> Opened:
        """Send one page, as it was shown just now or under older versions."""
        member = self.memberships.get(self.member_id)
        assert member
        return save_answer(
            member,
            STEPS[step],
            Shown(fields),
            seen or self.opened.seen,
            self.drafts,
            self.lists,
            self.term,
        )

    def answer_all(self, **other: Fields) -> None:
        """Fill the whole questionnaire in."""
        for step, fields in (ANSWERS | other).items():
            self.answer(step, fields)

    def publish(self, seen: Seen | None = None) -> StoredProfile:
        """Publish what was checked just now, or under older versions."""
        return publish(
            self.member_id,
            seen or self.opened.seen,
            self.memberships,
            self.drafts,
            self.profiles,
            self.lists,
            self.now,
        )

    def messages(self) -> list[str]:
        """Every message in the outbox."""
        rows = self.client.scan(TableName=self.database.outbox_table, ConsistentRead=True)["Items"]
        return sorted(row["pk"]["S"] for row in rows)


@pytest.fixture
def desk(database: StorageSettings, content: Content) -> Desk:
    """An active member who has answered nothing."""
    made = Desk(database, content)
    made.memberships.put([membership()])
    return made


@pytest.fixture
def mentor(desk: Desk) -> Desk:
    """The same, published."""
    desk.answer_all()
    desk.publish()
    desk.now += timedelta(days=1)
    return desk


def test_everything_that_was_answered_is_published(desk: Desk) -> None:
    """DIR-2: each answer is in the profile; what was said of identity stands beside who may see it."""
    desk.answer_all()
    stored = desk.publish()
    profile = stored.profile
    assert (profile.slug, profile.years_of_experience, profile.capacity) == ("amelie-tremblay", 12, 3)
    assert profile.bio == {"fr": "Ergothérapeute depuis douze ans.\nJ’aime écouter."}
    assert dict(profile.identity) == {
        "gender": ("non-binary",),
        "race": ("black",),
        "ethnicity": ("acadian", "Zaporogue"),
        "orientation": ("Quëer-Kanari",),
    }
    audiences = {subject: consent.audience for subject, consent in profile.consents.items()}
    assert audiences == {
        LISTING: Audience.PUBLIC,
        "gender": Audience.NONE,
        "race": Audience.MEMBERS,
        "ethnicity": Audience.MEMBERS,
        "orientation": Audience.NONE,
    }
    assert (profile.opted_in_on, profile.confirmed_on) == (date(2026, 11, 21), date(2026, 11, 21))
    assert desk.profiles.get("M-1") == stored
    assert desk.drafts.open("M-1", desk.now)[0] is None


def test_consents_and_agreements_have_their_date_wording_and_language(desk: Desk) -> None:
    """DIR-4, DIR-5: each is stored with when, which wording and in which language, and logged once."""
    desk.answer_all()
    profile = desk.publish().profile
    for consent in profile.consents.values():
        assert (consent.given_at, consent.wording_version, consent.language) == (NOW, "2026-01", "fr")
    for document, given in profile.acknowledgements.items():
        assert (given.document, given.version, given.language) == (document, "2026-01", "fr")
        assert given.given_at == NOW
    assert len(profile.acknowledgements) == 3
    assert len(desk.profiles.consents_of("M-1")) == len(profile.consents)


def test_publishing_tells_once_and_is_on_record(desk: Desk) -> None:
    """SAF-3: the messages of one event and one line of who did what; no identity answer in either."""
    desk.answer_all()
    desk.publish()
    (event,) = profile_events(None, desk.profile, 1, NOW)
    assert isinstance(event, ListingPublished)
    assert desk.messages() == sorted(
        f"MESSAGE#{event.key}#{channel}" for channel in ("build", "edge", "mail")
    )
    (line,) = desk.audit.lines_of("M-1")
    assert (line.actor, line.action, line.occurrence) == ("member:M-1", "opt-in", "1")
    assert line.changes["identity"] == ("", "changed")
    rows = desk.client.scan(TableName=desk.database.outbox_table)["Items"]
    for said in ("Zaporogue", "Kanari", "non-binary"):
        assert said not in repr(line)
        assert said not in repr(rows)


@pytest.mark.parametrize(
    "step",
    sorted(set(STEPS) - {"training", "ages"} - {"gender", "race", "ethnicity", "orientation", "indigenous"}),
)
def test_nothing_is_published_without_an_answer_that_counts(desk: Desk, step: str) -> None:
    """DIR-2: the page that is missing is named, and nothing is written."""
    for name in ANSWERS.keys() - {step}:
        desk.answer(name, ANSWERS[name])
    with pytest.raises(IncompleteDraftError) as refused:
        desk.publish()
    assert refused.value.steps == (step,)
    assert desk.profiles.get("M-1") is None
    assert desk.messages() == []


def test_identity_never_blocks(desk: Desk) -> None:
    """DIR-3: without any answer to them one is published; nothing is shared and nothing is on record."""
    for name in ("gender", "race", "ethnicity", "orientation", "indigenous"):
        desk.answer(name, [(f"{name}_share", "members")])
    for name in ANSWERS.keys() - {"gender", "race", "ethnicity", "orientation", "indigenous"}:
        desk.answer(name, ANSWERS[name])
    profile = desk.publish().profile
    assert dict(profile.identity) == {}
    assert set(profile.consents) == {LISTING}


@pytest.mark.parametrize("answer", ["prefer-not-to-answer", ""])
def test_prefer_not_to_answer_equals_blank(mentor: Desk, answer: str) -> None:
    """DIR-3: it takes back what was answered before, with its consent; nothing of it is stored."""
    mentor.answer("race", [("race", answer), ("race_share", "members")] if answer else [])
    profile = mentor.publish().profile
    assert "race" not in profile.identity
    assert profile.audience_of("race") is Audience.NONE
    assert [each.subject for each in mentor.withdrawals.of(profile.slug)] == ["race"]


def test_an_answer_beside_prefer_not_to_answer_is_asked_about(mentor: Desk) -> None:
    """DIR-3: which of the two is meant is the member's to say; nothing is dropped in silence."""
    both = [("race", "prefer-not-to-answer"), ("race", "white"), ("race_share", "members")]
    with pytest.raises(FormError) as refused:
        mentor.answer("race", both)
    assert refused.value.by_field["race"].code == "prefer-not-besides"


def test_what_did_not_change_keeps_its_date(mentor: Desk) -> None:
    """DIR-4: one consent changes and is dated now; the others, and the agreements, keep their day."""
    before = mentor.profile
    mentor.answer("gender", [("gender", "non-binary"), ("gender_share", "members")])
    after = mentor.publish().profile
    assert after.consents["gender"].given_at == mentor.now
    for subject in before.consents.keys() - {"gender"}:
        assert after.consents[subject] == before.consents[subject]
    assert after.acknowledgements == before.acknowledgements
    assert (after.opted_in_on, after.slug) == (before.opted_in_on, before.slug)
    assert after.confirmed_on == date(2026, 11, 22)


def test_a_mentor_starts_from_what_is_published(mentor: Desk) -> None:
    """DIR-1: the answers of a listing are those of its questionnaire; to send one again changes nothing."""
    published = mentor.profiles.get("M-1")
    for step, fields in ANSWERS.items():
        mentor.answer(step, fields)
    assert mentor.opened.stored.version == 0
    assert mentor.profiles.get("M-1") == published


def test_confirming_without_a_change_is_possible(mentor: Desk) -> None:
    """DIR-6: the day of the last confirmation moves; the second click of two changes nothing more."""
    seen = mentor.opened.seen
    first = mentor.publish(seen)
    assert (first.version, first.profile.confirmed_on) == (2, date(2026, 11, 22))
    assert mentor.publish(seen) == first
    assert mentor.publish() == first  # nor does a third one, of a page that was opened since


def test_who_left_begins_anew_with_their_answers(mentor: Desk) -> None:
    """DIR-1, DIR-8: address and answers stay; audience and documents are chosen and agreed to anew."""
    stored = mentor.profiles.get("M-1")
    assert stored
    mentor.profiles.save(replace(stored.profile, opted_out_on=date(2026, 11, 22)), stored, change())
    answers = mentor.answers
    assert answers.areas == ("mental-health", "home-care")
    assert (answers.listing, dict(answers.shares), dict(answers.agreed)) == (Audience.NONE, {}, {})
    with pytest.raises(IncompleteDraftError) as refused:
        mentor.publish()
    assert refused.value.steps == ("availability", "listing", "documents")
    for step in refused.value.steps:
        mentor.answer(step, ANSWERS[step])
    after = mentor.publish().profile
    assert after.slug == stored.profile.slug
    assert after.opted_out_on is None
    assert after.opted_in_on == date(2026, 11, 22)
    assert after.audience_of("race") is Audience.NONE
    assert after.consents[LISTING].given_at == mentor.now
    assert {given.given_at for given in after.acknowledgements.values()} == {mentor.now}


def test_a_changed_document_is_agreed_to_again(mentor: Desk) -> None:
    """DIR-5: a new version in force is agreed to before one publishes; the others keep their day."""
    documents = tuple(
        Document(id=each.id, versions={**each.versions, "2026-11": date(2026, 11, 22)})
        if each.id == "confidentiality"
        else each
        for each in mentor.lists.documents
    )
    mentor.lists = replace(mentor.lists, documents=documents, today=date(2026, 11, 22))
    before = mentor.profile
    with pytest.raises(IncompleteDraftError) as refused:
        mentor.publish()
    assert refused.value.steps == ("documents",)
    new = [(name, "2026-11" if "confidentiality" in name else "2026-01") for name, _ in ANSWERS["documents"]]
    mentor.answer("documents", new)
    after = mentor.publish().profile
    assert after.acknowledgements["confidentiality"].version == "2026-11"
    assert after.acknowledgements["confidentiality"].given_at == mentor.now
    assert after.acknowledgements["terms-of-use"] == before.acknowledgements["terms-of-use"]


LAPSED: tuple[Callable[[Membership], Membership], ...] = (
    lambda member: replace(member, status=MembershipStatus.LAPSED),
    lambda member: replace(member, expires_on=date(2026, 11, 20)),
)


@pytest.mark.parametrize("lapse", LAPSED)
def test_a_lapsed_membership_writes_nothing(desk: Desk, lapse: Callable[[Membership], Membership]) -> None:
    """ELI-8: it is looked at again with each answer and when one publishes; the answers so far stay."""
    desk.answer_all()
    seen = desk.opened
    desk.memberships.put([lapse(membership())])
    with pytest.raises(MembershipLapsedError):
        desk.publish()
    with pytest.raises(MembershipLapsedError):
        desk.answer("areas", [("areas", "oncology")])
    with pytest.raises(MembershipLapsedError):
        save_unfinished(lapse(membership()), STEPS["areas"], (), desk.drafts, desk.lists, desk.term)
    assert desk.opened == seen
    assert desk.profiles.get("M-1") is None
    desk.memberships.put([membership()])
    desk.publish()


def test_an_address_that_is_taken_is_not_taken_again(
    desk: Desk, database: StorageSettings, content: Content
) -> None:
    """DIR-1: the second of two mentors of one name has an address of their own."""
    desk.answer_all()
    desk.publish()
    other = Desk(database, content, "M-2")
    other.memberships.put([membership("M-2")])
    other.answer_all()
    slug = other.publish().profile.slug
    assert slug.startswith("amelie-tremblay-")
    assert desk.profile.slug == "amelie-tremblay"


def test_two_devices_answer_different_pages(desk: Desk) -> None:
    """DIR-2: a page that was opened before another one was answered elsewhere is taken all the same."""
    seen = desk.opened.seen
    desk.answer("areas", ANSWERS["areas"], seen)
    desk.answer("training", ANSWERS["training"], seen)
    desk.answer("areas", ANSWERS["areas"], seen)  # the same again is no conflict
    assert (desk.answers.areas, desk.answers.training) == (("mental-health", "home-care"), ("msc-ot",))


def test_two_answers_to_one_page_are_for_the_member_to_choose(desk: Desk) -> None:
    """Stale version: neither is lost; the one that was chosen is then taken."""
    seen = desk.opened.seen
    desk.answer("areas", [("areas", "oncology")], seen)
    with pytest.raises(AnswerChangedError) as changed:
        desk.answer("areas", [("areas", "teaching")], seen)
    assert changed.value.opened.stored.draft.answers.areas == ("oncology",)
    assert changed.value.mine.areas == ("teaching",)
    desk.answer("areas", [("areas", "teaching")], changed.value.opened.seen)
    assert desk.answers.areas == ("teaching",)


def test_a_page_from_before_an_erasure_replaces_no_answer_given_since(desk: Desk) -> None:
    """DIR-2, SAF-1: two devices; the questionnaire begun anew is another one, however often it was saved."""
    desk.answer_all()
    shown = desk.opened.seen
    erase(desk.member_id, ErasureStore(desk.client, desk.database), desk.now)
    desk.now += timedelta(minutes=1)
    desk.answer("experience", [("years_of_experience", "20")])
    with pytest.raises(AnswerChangedError):
        desk.answer("experience", [("years_of_experience", "30")], shown)


def test_what_was_checked_is_what_is_published(desk: Desk) -> None:
    """DIR-6: an answer from another device after the check stops the publishing, and nothing is written."""
    desk.answer_all()
    seen = desk.opened.seen
    desk.answer("race", [("race", "white"), ("race_share", "members")])
    with pytest.raises(DraftChangedError):
        desk.publish(seen)
    assert desk.profiles.get("M-1") is None


def test_a_draft_never_undoes_what_was_withdrawn_since(mentor: Desk) -> None:
    """DIR-4, DIR-7: paused and unshared elsewhere meanwhile, the mentor checks again; both hold."""
    mentor.answer("areas", [("areas", "oncology")])
    seen = mentor.opened.seen
    stored = mentor.profiles.get("M-1")
    assert stored
    unshared = replace(stored.profile.consents["race"], audience=Audience.NONE, given_at=mentor.now)
    paused = replace(
        stored.profile, is_available=False, consents={**stored.profile.consents, "race": unshared}
    )
    mentor.profiles.save(paused, stored, change())
    with pytest.raises(DraftChangedError):
        mentor.publish(seen)
    after = mentor.publish().profile
    assert after.areas == ("oncology",)
    assert after.is_available is False
    assert after.consents["race"] == unshared


def test_an_answer_that_is_newer_than_a_change_elsewhere_stands(mentor: Desk) -> None:
    """DIR-4, DIR-7: an edit, then a change on the listing's page, then an answer: that is the last word."""
    mentor.answer("place", [("province", "ON"), ("city", "Ottawa")])
    _act(mentor, lambda acts, version: acts.cap(2, version))
    assert mentor.answers.capacity == 2
    paused = [("availability", "paused"), *((f"returns_on-{part}", "") for part in ("day", "month", "year"))]
    mentor.answer("availability", [*paused, ("capacity", "9")])
    mentor.answer("race", [("race", "black"), ("race_share", "none")])
    mentor.answer("listing", [("listing", "members")])
    after = mentor.publish().profile
    assert (after.is_available, after.capacity, after.city) == (False, 9, "Ottawa")
    assert (after.audience_of("race"), after.audience_of(LISTING)) == (Audience.NONE, Audience.MEMBERS)


def test_a_change_elsewhere_takes_no_other_answer_away(mentor: Desk) -> None:
    """DIR-4: what was taken back in an edit stays so, whatever else was changed elsewhere since."""
    mentor.answer("listing", [("listing", "members")])
    mentor.answer("race", [("race", "black"), ("race_share", "none")])
    _act(mentor, lambda acts, version: acts.cap(2, version))
    after = mentor.publish().profile
    assert (after.capacity, after.audience_of(LISTING)) == (2, Audience.MEMBERS)
    assert after.audience_of("race") is Audience.NONE


def test_what_was_changed_elsewhere_and_back_is_the_newer_word(mentor: Desk) -> None:
    """DIR-4, DIR-9: given on the listing's page and taken back, it stays so over an older answer."""
    mentor.answer("gender", [("gender", "non-binary"), ("gender_share", "members")])
    mentor.answer("availability", [("availability", "available"), ("capacity", "9")])
    before = mentor.profile
    for share, most in ((Audience.MEMBERS, 2), (before.audience_of("gender"), before.capacity)):
        mentor.now += timedelta(hours=1)
        _act(mentor, lambda acts, version, share=share: acts.share({"gender": share}, True, version))
        _act(mentor, lambda acts, version, most=most: acts.cap(most, version))
    after = mentor.publish().profile
    assert after.audience_of("gender") is Audience.NONE
    assert after.capacity == before.capacity


def test_a_page_asks_only_where_its_own_answer_was_changed(mentor: Desk) -> None:
    """DIR-2: shown before a change elsewhere, its page is for the member to choose, another is taken."""
    mentor.answer("areas", [("areas", "oncology")])
    seen = mentor.opened.seen
    _act(mentor, lambda acts, version: acts.cap(2, version))
    with pytest.raises(AnswerChangedError):
        mentor.answer("availability", [("availability", "available"), ("capacity", "9")], seen)
    mentor.answer("place", [("province", "ON"), ("city", "Ottawa")], seen)
    assert (mentor.answers.city, mentor.answers.capacity) == ("Ottawa", 2)


def _act(mentor: Desk, act: Callable[[ListingActs, int], object]) -> None:
    """Change the listing on its own page."""
    stored = mentor.profiles.get(mentor.member_id)
    assert stored
    acts = ListingActs(
        profiles=mentor.profiles,
        member_id=mentor.member_id,
        is_active=True,
        wording_version="2026-01",
        language="fr",
        now=mentor.now,
    )
    act(acts, stored.version)


def test_what_was_left_unfinished_waits(desk: Desk) -> None:
    """DIR-2: it stays as it was typed, keeps the rest from being published, and goes with the answer."""
    desk.answer_all()
    member = membership()
    save_unfinished(
        member, STEPS["experience"], (("years_of_experience", "twelve"),), desk.drafts, desk.lists, desk.term
    )
    assert desk.opened.stored.draft.unfinished == {"experience": (("years_of_experience", "twelve"),)}
    assert desk.answers.years_of_experience == 12
    with pytest.raises(IncompleteDraftError) as refused:
        desk.publish()
    assert refused.value.steps == ("experience",)
    desk.answer("experience", [("years_of_experience", "12")])
    assert desk.opened.stored.draft.unfinished == {}


def test_fifty_clicks_publish_once(desk: Desk, content: Content) -> None:
    """SAF-3: one profile version, one set of messages, one line on record; everybody hears it is done."""
    desk.answer_all()
    seen = desk.opened.seen
    start = threading.Barrier(AT_ONCE)
    desks = [Desk(desk.database, content) for _ in range(10)]

    def click(number: int) -> StoredProfile:
        start.wait()
        return desks[number % len(desks)].publish(seen)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(click, range(AT_ONCE)))
    assert {stored.version for stored in answers} == {1}
    assert len(desk.messages()) == 3
    assert len(desk.audit.lines_of("M-1")) == 1
    assert len(desk.profiles.consents_of("M-1")) == 5


def test_fifty_answers_at_once_are_one_draft(desk: Desk, content: Content) -> None:
    """DIR-2: every page that was answered at the same instant is in the draft, and no other is lost."""
    desks = [Desk(desk.database, content) for _ in range(3)]
    names = list(ANSWERS)

    def send(number: int) -> None:
        desks[number % 3].answer(names[number], ANSWERS[names[number]], Seen(0, 0))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(send, range(len(names))))
    assert set(desk.opened.stored.draft.answered) == set(names)


@pytest.fixture(params=list(Moment))
def moment(request: pytest.FixtureRequest) -> Moment:
    """When, in a call, something goes wrong."""
    return Moment(request.param)


def test_a_death_while_publishing_leaves_all_or_nothing(desk: Desk, content: Content, moment: Moment) -> None:
    """Invariant 12: profile, log, messages, record and the draft's end agree, whatever dies when."""
    for crash in crash_matrix(moment):
        _clear(desk)
        desk.memberships.put([membership()])
        draft = desk.drafts.save(_whole_draft(desk), desk.opened.stored, desk.term)
        seen = Seen(0, draft.version)
        dying = Desk(desk.database, content)
        with crash.during(dying.client):
            dying.publish(seen)
        is_in = desk.profiles.get("M-1") is not None
        assert (desk.drafts.open("M-1", desk.now)[0] is None) is is_in
        assert _told(desk) == ((3, 1, 5) if is_in else (0, 0, 0))
        assert desk.publish(seen).version == 1
        assert _told(desk) == (3, 1, 5)


def test_a_death_while_saving_loses_no_earlier_answer(desk: Desk, content: Content, moment: Moment) -> None:
    """DIR-2: the answer is in or it is not; sent again it is in, and the draft is whole."""
    for crash in crash_matrix(moment):
        _clear(desk)
        desk.memberships.put([membership()])
        desk.answer("areas", ANSWERS["areas"])
        seen = desk.opened.seen
        dying = Desk(desk.database, content)
        with crash.during(dying.client):
            dying.answer("training", ANSWERS["training"], seen)
        assert desk.answers.areas == ("mental-health", "home-care")
        desk.answer("training", ANSWERS["training"], seen)
        assert desk.answers.training == ("msc-ot",)


def _whole_draft(desk: Desk) -> Draft:
    draft = desk.opened.stored.draft
    for step, fields in ANSWERS.items():
        answers = STEPS[step].read(draft.answers, Shown(fields), desk.lists)
        draft = draft.with_answer(step, answers, 1)
    return draft


def _told(desk: Desk) -> tuple[int, int, int]:
    return (
        len(desk.messages()),
        len(desk.audit.lines_of("M-1")),
        len(desk.profiles.consents_of("M-1")),
    )


def _clear(desk: Desk) -> None:
    tables = desk.database
    for table in (
        tables.profiles_table,
        tables.outbox_table,
        tables.audit_table,
        tables.consents_table,
        tables.withdrawals_table,
    ):
        for row in desk.client.scan(TableName=table, ConsistentRead=True)["Items"]:
            desk.client.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})
