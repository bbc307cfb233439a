"""Mentors who opted in elsewhere, with their consents (DIR-2 to DIR-5), read into a real database."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.profile import Audience, Profile
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.usecases.import_mentors import MentorImport
from mentoring.usecases.import_report import FileReport
from mentoring.usecases.shapes import Shape
from tests.storage.people import change, consent, membership
from tests.usecases.desk import Desk
from tests.usecases.files import IDENTITY, damage, mentor, mentors_jsonl

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

Import = Callable[..., FileReport]


@pytest.fixture
def profiles(database: StorageSettings) -> ProfileStore:
    return ProfileStore.connect(database)


@pytest.fixture
def run(database: StorageSettings, profiles: ProfileStore, content: Content) -> Import:
    memberships = MembershipStore.connect(database)
    memberships.put([membership(f"M-{number}") for number in range(1, 9)])
    erasures = ErasureStore(dynamodb(database), database)

    def run_once(file: bytes, now: datetime = NOW) -> FileReport:
        importing = MentorImport(
            memberships, profiles, erasures, content.vocabularies, content.policy.documents, now
        )
        return importing.run(io.BytesIO(file), progress=lambda: None)

    return run_once


def stored(profiles: ProfileStore, member_id: str = "M-1") -> Profile:
    found = profiles.get(member_id)
    assert found is not None
    return found.profile


def found(report: FileReport) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.code) for problem in report.problems]


def with_identity(**changes: Any) -> dict[str, Any]:
    return mentor(identity=IDENTITY | changes)


def test_a_mentor_is_created_with_every_answer(run: Import, profiles: ProfileStore) -> None:
    """DIR-2: each answer of the questionnaire is stored, under an address made from the name."""
    report = run(mentors_jsonl(mentor(capacity=3, search_engines=True)))
    assert (report.read, report.created, report.rejected) == (1, 1, 0)
    profile = stored(profiles)
    assert profile.slug == "amelie-tremblay"
    assert profile.areas == ("mental-health", "home-care")
    assert profile.bio == {"fr": "Bonjour 🙂", "en": "Hello"}
    assert (profile.capacity, profile.wants_search_engines) == (3, True)
    assert (profile.opted_in_on, profile.confirmed_on) == (date(2026, 3, 1), date(2026, 10, 1))


def test_the_same_file_again_changes_nothing(run: Import, profiles: ProfileStore) -> None:
    """DIR-4: a second import is no second consent: nothing is written, nothing is logged."""
    file = mentors_jsonl(mentor(1), mentor(2))
    run(file)
    before = list(profiles.listed())
    again = run(file, datetime(2026, 12, 1, tzinfo=UTC))
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    assert sorted(profiles.listed(), key=lambda each: each.member_id) == sorted(
        before, key=lambda each: each.member_id
    )


def test_each_answered_identity_field_has_its_own_consent(run: Import, profiles: ProfileStore) -> None:
    """DIR-3, DIR-4: shared and unshared are stored as chosen; a blank or unwilling answer is no answer."""
    run(mentors_jsonl(mentor()))
    profile = stored(profiles)
    assert profile.identity == {"gender": ("woman",), "race": ("white",)}
    assert {subject: each.audience for subject, each in profile.consents.items()} == {
        "listing": Audience.PUBLIC,
        "gender": Audience.MEMBERS,
        "race": Audience.NONE,
    }
    given = profile.consents["gender"]
    assert (given.given_at, given.wording_version, given.language) == (
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        "2026-01",
        "fr",
    )


@pytest.mark.parametrize(
    "unwilling", ["prefer-not-to-answer", "Prefer not to answer", "je préfère ne pas répondre", " "]
)
def test_prefer_not_to_answer_equals_blank(run: Import, profiles: ProfileStore, unwilling: str) -> None:
    """DIR-3: however it is written, it is stored as nothing at all."""
    run(mentors_jsonl(with_identity(gender={"value": [unwilling], "share": "members"})))
    profile = stored(profiles)
    assert "gender" not in profile.identity
    assert "gender" not in profile.consents


def test_own_words_are_kept_where_the_list_takes_them(run: Import, profiles: ProfileStore) -> None:
    """DIR-2: gender, orientation and ethnicity may be answered in one's own words, which are never split."""
    run(mentors_jsonl(with_identity(ethnicity={"value": ["Acadienne, et fière"], "share": "none"})))
    assert stored(profiles).identity["ethnicity"] == ("Acadienne, et fière",)


def test_a_changed_share_is_a_new_consent(run: Import, profiles: ProfileStore) -> None:
    """DIR-4: what changed is dated anew and logged; what did not keeps its own date."""
    run(mentors_jsonl(mentor()))
    report = run(mentors_jsonl(with_identity(gender={"value": ["woman"], "share": "none"})))
    assert report.changed == 1
    consents = stored(profiles).consents
    assert (consents["gender"].audience, consents["gender"].given_at) == (Audience.NONE, NOW)
    assert consents["listing"].given_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert [each.audience for each in profiles.consents_of("M-1") if each.subject == "gender"] == [
        Audience.MEMBERS,
        Audience.NONE,
    ]


def test_an_answer_taken_back_takes_its_consent_back(run: Import, profiles: ProfileStore) -> None:
    """DIR-4: the log shows the withdrawal, and importing the same again is no change."""
    run(mentors_jsonl(mentor()))
    file = mentors_jsonl(with_identity(gender={"value": [], "share": "members"}))
    run(file)
    assert stored(profiles).consents["gender"].audience is Audience.NONE
    assert "gender" not in stored(profiles).identity
    assert run(file).unchanged == 1


def test_a_file_never_undoes_a_later_withdrawal(run: Import, profiles: ProfileStore) -> None:
    """DIR-4: a consent taken back after the file's confirmation stays back, and staff are told."""
    file = mentors_jsonl(mentor())
    run(file)
    before = profiles.get("M-1")
    assert before is not None
    withdrawn = {**before.profile.consents, "gender": consent("gender", Audience.NONE, NOW)}
    profiles.save(replace(before.profile, consents=withdrawn), before, change())
    assert found(run(file)) == [(1, "gender", "withdrawn-since")]
    assert stored(profiles).consents["gender"].audience is Audience.NONE


def test_a_file_never_undoes_an_opt_out(run: Import, profiles: ProfileStore) -> None:
    """DIR-8: who opted out stays out until an opt-in of a later date."""
    run(mentors_jsonl(mentor()))
    before = profiles.get("M-1")
    assert before is not None
    profiles.save(replace(before.profile, opted_out_on=date(2026, 10, 20)), before, change())
    assert found(run(mentors_jsonl(mentor()))) == [(1, "opted_in_on", "opted-out-since")]
    back = mentor(opted_in_on="2026-11-01", confirmed_on="2026-11-01")
    assert run(mentors_jsonl(back)).changed == 1
    assert stored(profiles).opted_out_on is None


def test_a_file_never_undoes_an_erasure(
    run: Import, database: StorageSettings, profiles: ProfileStore
) -> None:
    """SAF-1: a line from before an erasure, or of its day, is rejected, however long ago; others go on."""
    desk = Desk(database, dynamodb(database))
    file = mentors_jsonl(mentor(), mentor(2))
    run(file)
    erased_at = datetime(2026, 11, 2, 3, 59, tzinfo=UTC)  # the evening of the first in Toronto
    desk.erase(now=erased_at)
    report = run(file)
    assert (found(report), report.unchanged) == ([(1, "opted_in_on", "erased-since")], 1)
    for later in (NOW, NOW + timedelta(days=300)):
        desk.night(later)
        same_day = mentor(opted_in_on="2026-11-01", confirmed_on="2026-11-02")
        assert found(run(mentors_jsonl(same_day), later)) == [(1, "opted_in_on", "erased-since")]
    assert profiles.get("M-1") is None


def test_who_comes_back_by_a_file_keeps_every_consent(
    run: Import, database: StorageSettings, profiles: ProfileStore
) -> None:
    """SAF-1, DIR-4: an opt-in of the day after an erasure counts, dated after it: no night takes its log."""
    desk = Desk(database, dynamodb(database))
    run(mentors_jsonl(mentor()))
    desk.erase(now=datetime(2026, 11, 2, 3, 59, tzinfo=UTC))
    back = mentor(opted_in_on="2026-11-02", confirmed_on="2026-11-02", member_id="M-1")
    assert run(mentors_jsonl(back), NOW + timedelta(hours=1)).created == 1
    logged = profiles.consents_of("M-1")
    desk.night(NOW + timedelta(days=1))
    assert profiles.consents_of("M-1") == logged != []


def test_newer_answers_are_kept(run: Import, profiles: ProfileStore) -> None:
    """DIR-2: a file that was confirmed earlier than what is stored does not replace it."""
    run(mentors_jsonl(mentor(confirmed_on="2026-11-01", city="Laval")))
    assert found(run(mentors_jsonl(mentor()))) == [(1, "confirmed_on", "confirmed-since")]
    assert stored(profiles).city == "Laval"


def test_the_documents_are_acknowledged(run: Import, profiles: ProfileStore, content: Content) -> None:
    """DIR-5: the terms' version stands for each of the documents, on the day of the opt-in."""
    run(mentors_jsonl(mentor()))
    given = stored(profiles).acknowledgements
    assert given.keys() == {document.id for document in content.policy.documents}
    assert {each.version for each in given.values()} == {"2026-01"}


def test_two_mentors_of_one_name_have_two_addresses(run: Import, profiles: ProfileStore) -> None:
    """DIR-2: the first has the name, the second a piece of the id's hash behind it, always the same."""
    run(mentors_jsonl(mentor(1), mentor(2)))
    assert stored(profiles, "M-1").slug == "amelie-tremblay"
    assert stored(profiles, "M-2").slug.startswith("amelie-tremblay-")


def test_an_address_outlives_a_new_name(
    run: Import, profiles: ProfileStore, database: StorageSettings
) -> None:
    """DIR-2: links that people kept go on working after a change of name."""
    run(mentors_jsonl(mentor()))
    MembershipStore.connect(database).put([membership("M-1", family_name="Roy")])
    run(mentors_jsonl(mentor(city="Laval")))
    assert stored(profiles).slug == "amelie-tremblay"


def test_a_pause_has_a_return_date_and_availability_none(run: Import, profiles: ProfileStore) -> None:
    """DIR-7: a return date belongs to a pause alone."""
    run(
        mentors_jsonl(mentor(1, available=False, returns_on="2027-02-01"), mentor(2, returns_on="2027-02-01"))
    )
    assert stored(profiles, "M-1").returns_on == date(2027, 2, 1)
    assert stored(profiles, "M-2").returns_on is None


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"member_id": "M-99"}, "member_id", "no-such-member"),
        ({"listing": "none"}, "listing", "unknown-choice"),
        ({"years_of_experience": -1}, "years_of_experience", "out-of-range"),
        ({"years_of_experience": 71}, "years_of_experience", "out-of-range"),
        ({"years_of_experience": "12"}, "years_of_experience", "not-a-number"),
        ({"years_of_experience": True}, "years_of_experience", "not-a-number"),
        ({"areas": []}, "areas", "too-few"),
        ({"areas": "mental-health"}, "areas", "not-a-list"),
        ({"areas": ["mental health"]}, "areas", "unknown-id"),
        ({"areas": [3]}, "areas", "not-text"),
        ({"areas": ["mental-health"] * 51}, "areas", "too-many"),
        ({"languages": ["xx"]}, "languages", "unknown-id"),
        ({"province": "Québec"}, "province", "unknown-id"),
        ({"city": "write@example.org"}, "city", "email-in-text"),
        ({"frequency": None}, "frequency", "missing"),
        ({"bio": "Hello"}, "bio", "not-an-object"),
        ({"bio": {"de": "Hallo"}}, "bio", "unknown-keys"),
        ({"bio": {"en": "x" * 3_001}}, "bio.en", "too-long"),
        ({"bio": {"fr": "Écrivez à moi @ example.org"}}, "bio.fr", "email-in-text"),
        ({"bio": {"en": "turned \u202e around"}}, "bio.en", "control-character"),
        ({"available": "yes"}, "available", "not-true-or-false"),
        ({"returns_on": "2026-02-30"}, "returns_on", "not-a-date"),
        ({"capacity": 0}, "capacity", "out-of-range"),
        ({"identity": []}, "identity", "not-an-object"),
        ({"identity": {"religion": {"value": []}}}, "identity", "unknown-keys"),
        ({"identity": {"gender": "woman"}}, "identity.gender", "not-an-object"),
        ({"identity": {"gender": {"value": "woman"}}}, "identity.gender.value", "not-a-list"),
        ({"identity": {"race": {"value": ["martian"]}}}, "identity.race.value", "unknown-id"),
        (
            {"identity": {"race": {"value": ["white"], "share": "public"}}},
            "identity.race.share",
            "unknown-choice",
        ),
        (
            {"identity": {"race": {"value": ["white"], "share": ["none"]}}},
            "identity.race.share",
            "not-text",
        ),
        ({"terms_version": "1999-01"}, "terms_version", "unknown-version"),
        ({"opted_in_on": "2027-01-01"}, "opted_in_on", "in-the-future"),
        ({"favourite_colour": "blue"}, "", "unknown-keys"),
    ],
)
def test_a_bad_answer_is_reported_where_it_stands(
    run: Import, profiles: ProfileStore, changes: dict[str, Any], column: str, code: str
) -> None:
    """DIR-2: a bad line is reported and not stored, and the lines around it are."""
    report = run(mentors_jsonl(mentor(2), mentor(**changes), mentor(3)))
    assert found(report) == [(2, column, code)]
    assert (report.read, report.created, report.rejected) == (3, 2, 1)
    assert profiles.get("M-1") is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b'{"capacity": NaN}', "not-json"),
        (b"[]", "not-an-object"),
        (b'{"member_id": "M-1", "member_id": "M-2"}', "repeated-key"),
        (b'{"city": "Montr\xe9al"}', "not-utf8"),
    ],
)
def test_a_line_that_is_no_object_is_reported(run: Import, line: bytes, code: str) -> None:
    """DIR-2: whatever a line holds, the lines after it are read."""
    report = run(line + b"\n" + mentors_jsonl(mentor()))
    assert found(report) == [(1, "", code)]
    assert report.created == 1


def test_a_half_character_of_json_is_no_text(run: Import) -> None:
    """DIR-2: an escaped lone surrogate, which no database stores, is reported like other bytes."""
    line = mentors_jsonl(mentor()).replace(b"Gatineau", b"\\ud800")
    assert found(run(line)) == [(1, "city", "not-utf8")]


def test_a_repeated_mentor_is_rejected(run: Import, profiles: ProfileStore) -> None:
    """DIR-2: of two lines for one member the first counts."""
    report = run(mentors_jsonl(mentor(1), mentor(1, city="Laval")))
    assert found(report) == [(2, "member_id", "repeated-member")]
    assert stored(profiles).city == "Gatineau"


def test_a_report_tells_no_answer(run: Import) -> None:
    """DIR-12: an identity answer that cannot be taken is not repeated anywhere in the report."""
    report = run(mentors_jsonl(with_identity(race={"value": ["purple-people"], "share": "members"})))
    assert report.rejected == 1
    assert "purple" not in repr(report)
    assert report.problems[0].shape == Shape.of("purple-people")


def test_a_damaged_profile_costs_its_own_line(run: Import, database: StorageSettings) -> None:
    """ELI-10: a stored profile that cannot be read is left as it is; the other lines are taken."""
    run(mentors_jsonl(mentor()))
    damage(database, database.profiles_table, "M-1", "PROFILE")
    report = run(mentors_jsonl(mentor(), mentor(member_id="M-2")))
    assert found(report) == [(1, "member_id", "damaged-record")]
    assert (report.created, report.rejected) == (1, 1)
