"""A member's copy of what is held about them, and its erasure."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mentoring.content import load_content
from mentoring.domain.address_marks import AddressMark, Fault, hash_of, marked_line
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.erasures import BACKUPS_LAST, Held
from mentoring.domain.errors import SlugTakenError, StaleProfileError
from mentoring.domain.membership import Membership
from mentoring.domain.profile import IDENTITY_FIELDS, Audience, Profile, StoredProfile
from mentoring.domain.withdrawals import Withdrawal
from mentoring.settings import StorageSettings
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.records import member_key
from mentoring.usecases.data_rights import CSV_COLUMNS, as_csv, as_json
from mentoring.usecases.keep_erased import Kept
from mentoring.usecases.tell_lapses import tell_lapses
from tests.storage.people import GIVEN_AT, consent, membership, profile
from tests.usecases.desk import NOW, Desk
from tests.usecases.files import damage

NUMBERS = count(1)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(database: StorageSettings) -> Desk:
    return Desk(database, dynamodb(database))


def mentor(desk: Desk) -> StoredProfile:
    """M-1 publishes, edits, shares less, begins an edit, and is seen by the nightly import."""
    desk.memberships.put([membership()])
    desk.save(profile())
    desk.save(profile(city="Moncton", bio={"fr": "=1+1", "en": "-2"}))
    stored = desk.save(
        profile(
            city="Moncton",
            bio={"fr": "=1+1", "en": "-2"},
            consents={
                "listing": consent("listing", Audience.PUBLIC),
                "gender": consent("gender", Audience.NONE, NOW - timedelta(days=1)),
            },
        )
    )
    desk.draft({"answers": {"city": "Dieppe"}, "unfinished": {"bio": [["bio-fr", "@draft"]]}})
    policy = load_content(ROOT / "content").policy.publishing_on(NOW.date())
    tell_lapses(desk.profiles, desk.memberships, desk.standings, policy, NOW)
    return stored


def test_a_copy_has_every_field(desk: Desk) -> None:
    """SAF-1: the copy has exactly these fields: everything that is held, and nothing of anybody else."""
    stored = mentor(desk)
    copy = desk.copy()
    assert list(copy) == [
        "format",
        "made_at",
        "member_id",
        "membership",
        "profile",
        "draft",
        "mentee_profile",
        "introductions",
        "preparation",
        "requests",
        "request_load",
        "registrations",
        "workbooks",
        "exceptions",
        "concerns",
        "standing",
        "consents",
        "acts",
        "messages",
        "address",
        "withdrawn",
        "erasures",
        "session",
    ]
    assert copy["membership"].keys() == {each.name for each in fields(Membership)}
    assert copy["profile"].keys() == {each.name for each in fields(Profile)}
    assert copy["profile"]["identity"] == {name: list(v) for name, v in stored.profile.identity.items()}
    assert [each["subject"] for each in copy["consents"]] == ["gender", "listing", "gender"]
    assert copy["consents"][0].keys() == {"subject", "audience", "given_at", "wording_version", "language"}
    assert [each["action"] for each in copy["acts"]] == ["publish"] * 3
    assert copy["acts"][0].keys() == {"actor", "at", "action", "changes"}
    assert {each["event"] for each in copy["messages"]} == {
        "ListingPublished",
        "ListingChanged",
        "ConsentWithdrawn",
    }
    assert copy["messages"][0].keys() == {"event", "channel", "at", "about", "state", "sent_at"}
    assert copy["standing"] == {"membership": "active", "since": "2026-03-01"}
    assert copy["draft"]["answers"] == {"city": "Dieppe"}
    assert [each["subject"] for each in copy["withdrawn"]] == ["gender"]
    assert copy["erasures"] == []
    assert copy["address"] is None


def test_a_copy_says_that_letters_come_back(desk: Desk) -> None:
    """SAF-1, MOD-26: the mark of an address is held about its owner, and told; the address's hash is not."""
    mark = AddressMark(member_id="M-1", fault=Fault.BOUNCED, address_hash=hash_of("x@example.org"), since=NOW)
    AddressMarkStore(desk.client, desk.settings).save(mark, None, marked_line(mark, None))
    assert desk.copy()["address"] == {"fault": "bounced", "since": "2026-11-21T12:00:00.000000+00:00"}


def test_a_stranger_has_an_empty_copy(desk: Desk) -> None:
    """SAF-1: a member of whom nothing is held reads so."""
    mentor(desk)
    copy = desk.copy("M-2")
    held = {name for name, value in copy.items() if value}
    assert held == {"format", "made_at", "member_id", "session"}


def test_staff_are_not_named(desk: Desk) -> None:
    """SAF-2: that somebody of the staff acted is the member's to know, who it was is not."""
    stored = mentor(desk)
    line = AuditLine(actor="staff:nadia", action="pause", member_id="M-1", occurrence="4", at=NOW, changes={})
    desk.profiles.save(replace(stored.profile, is_available=True), stored, Change(line))
    copy = desk.copy()
    assert copy["acts"][-1]["actor"] == "staff"
    assert "nadia" not in as_json(copy).decode()


def leaves(value: Any) -> Iterator[str]:
    """Every value of a structure, as texts."""
    if isinstance(value, dict | list) and value:
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    elif isinstance(value, str):
        yield value
    else:
        yield "" if value is None or value in ([], {}) else json.dumps(value)


def table_of(written: bytes) -> list[list[str]]:
    """The rows of a CSV, as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def test_both_files_hold_the_same_facts(desk: Desk) -> None:
    """SAF-1: JSON and CSV come from one structure; read back they are the same values in the same order."""
    mentor(desk)
    copy = desk.copy()
    written = as_csv(copy)
    header, *rows = table_of(written)
    assert tuple(header) == CSV_COLUMNS
    assert written.startswith(b"\xef\xbb\xbf")  # without it Excel takes UTF-8 for Latin-1
    assert [value.removeprefix("'") for *_, value in rows] == list(leaves(json.loads(as_json(copy))))
    assert ["profile", "1", "identity.gender", "woman"] in rows


def test_a_spreadsheet_runs_nothing(desk: Desk) -> None:
    """SAF-1: a text that a spreadsheet would take for a formula stands behind an apostrophe."""
    mentor(desk)
    rows = table_of(as_csv(desk.copy()))
    assert ["profile", "1", "bio.fr", "'=1+1"] in rows
    assert ["profile", "1", "bio.en", "'-2"] in rows
    assert not [row for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_erasing_leaves_nothing_but_that_it_happened(desk: Desk) -> None:
    """SAF-1, SAF-3: everything goes in one step; that something was done stays, without content."""
    stored = mentor(desk)
    erasure = desk.erase()
    assert (erasure.slug, erasure.is_finished) == (stored.profile.slug, True)
    copy = desk.copy()
    assert copy["membership"]
    assert (copy["profile"], copy["draft"], copy["standing"], copy["consents"]) == (None, None, None, [])
    assert [(act["action"], act["changes"]) for act in copy["acts"]] == [("publish", {})] * 3 + [
        ("erase", {})
    ]
    assert [(each["event"], each["channel"]) for each in copy["messages"]] == [
        ("ProfileErased", "build"),
        ("ProfileErased", "edge"),
        ("ProfileErased", "journal"),
        ("ProfileErased", "mail"),
        ("ProfileErased", "parting"),
    ]
    assert desk.withdrawals.of(stored.profile.slug) == [
        Withdrawal(slug=stored.profile.slug, subject="gender", at=GIVEN_AT + timedelta(seconds=3)),
        Withdrawal(slug=stored.profile.slug, subject="listing", at=NOW),
        Withdrawal(slug=stored.profile.slug, subject="public", at=NOW),
    ]


def test_erasing_again_gives_the_same_receipt(desk: Desk) -> None:
    """SAF-1: a form that is sent twice erases once, and tells once."""
    mentor(desk)
    first = desk.erase()
    assert desk.erase(now=NOW + timedelta(minutes=1)) == first
    assert len([each for each in desk.copy()["messages"] if each["channel"] == "mail"]) == 1


def test_there_may_be_nothing_to_erase(desk: Desk) -> None:
    """SAF-1: a member who never was a mentor gets no erasure, and leaves no row."""
    desk.memberships.put([membership()])
    assert desk.erase() is None
    assert list(desk.rows()) == []


def test_a_draft_alone_goes_without_a_word(desk: Desk) -> None:
    """SAF-1: a questionnaire that was never sent goes; nothing was shown, so nothing is told or hidden.

    That it went is noted where a restore does not reach.
    """
    desk.draft({"answers": {"city": "Dieppe"}})
    erasure = desk.erase()
    assert erasure.slug == ""
    copy = desk.copy()
    assert (copy["draft"], [act["action"] for act in copy["acts"]]) == (None, ["erase"])
    assert [(each["event"], each["channel"]) for each in copy["messages"]] == [
        ("DraftErased", "journal"),
        ("DraftErased", "parting"),
    ]
    assert list(desk.withdrawals.all()) == []


def test_marks_are_copied_and_erased(desk: Desk) -> None:
    """SAF-1, MOD-1: what somebody marked as watched is theirs, goes with the rest, and goes alone as well."""
    for minute, begin in enumerate((lambda: None, lambda: mentor(desk))):
        begin()
        desk.preparations.mark("M-1", "mentee-workbook", NOW, is_finished=True)
        desk.preparations.mark("M-1", "developing-goals", NOW, is_finished=True)
        desk.preparations.mark("M-1", "mentee-workbook", NOW, is_finished=False)
        assert desk.copy()["preparation"] == {
            "finished": ["developing-goals"],
            "saved_at": "2026-11-21T12:00:00.000000+00:00",
        }
        assert desk.erase(now=NOW + timedelta(minutes=minute))
        assert desk.copy()["preparation"] is None
        assert not any("developing-goals" in row for row in desk.rows())


@pytest.mark.parametrize("listing", [Audience.PUBLIC, Audience.MEMBERS])
def test_a_damaged_profile_is_erased_as_well(desk: Desk, listing: Audience) -> None:
    """SAF-1: what cannot be read goes by its version and its address; what it showed, the log says."""
    shared = {
        "listing": consent("listing", listing),
        "gender": consent("gender", Audience.MEMBERS),
        "race": consent("race", Audience.NONE),
    }
    slug = desk.save(profile(consents=shared)).profile.slug
    damage(desk.settings, desk.settings.profiles_table, "M-1", "PROFILE")
    assert desk.erase().slug == slug
    assert (desk.copy()["profile"], desk.copy()["consents"]) == (None, [])
    shown = {"listing", "gender"} | ({"public"} if listing is Audience.PUBLIC else set())
    assert {each.subject for each in desk.withdrawals.of(slug)} == shown
    with pytest.raises(SlugTakenError):
        desk.save(profile("M-2", slug=slug))


def test_who_comes_back_starts_afresh(desk: Desk) -> None:
    """SAF-1: nobody gets the erased address, not even its owner; publishing anew is told anew."""
    stored = mentor(desk)
    desk.erase()
    for member_id in ("M-1", "M-2"):
        with pytest.raises(SlugTakenError):
            desk.save(profile(member_id, slug=stored.profile.slug), NOW)
    again = desk.save(profile(slug="amelie-1a2b"), NOW)
    assert again.version == 1
    assert [each["channel"] for each in desk.copy()["messages"] if each["event"] == "ListingPublished"] == [
        "build",
        "edge",
        "mail",
    ]
    assert desk.night(NOW + timedelta(days=1)) == Kept()  # the new profile is not the erased one
    assert desk.profiles.get("M-1") == again


def test_a_long_history_goes_in_pieces(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SAF-1: hundreds of saves do not fit one transaction; the first takes the profile, the rest follows."""
    for number in range(60):
        desk.save(profile(city=f"City {number}", capacity=number + 1))
    with monkeypatch.context() as patch:
        patch.setattr(ErasureStore, "finish", lambda _, erasure: erasure)
        erasure = desk.erase()
    assert not erasure.is_finished
    assert desk.profiles.get("M-1") is None
    assert any("City 59" in row for row in desk.rows())
    assert desk.night(NOW).finished == 1
    assert not any("City" in row for row in desk.rows())
    assert desk.night(NOW).finished == 0


def test_a_restore_brings_nothing_back(desk: Desk) -> None:
    """SAF-1, invariant 23: the tables restored to yesterday, the next night erases once more."""
    stored = mentor(desk)
    desk.erase()
    body = {"body": {"S": "{}"}, "version": {"N": "3"}}
    desk.client.put_item(
        TableName=desk.settings.consents_table,
        Item=member_key("M-1", "2026-03-01T12:00:00.000000+00:00#gender") | body,
    )
    desk.client.delete_item(
        TableName=desk.settings.profiles_table,
        Key={"pk": {"S": f"SLUG#{stored.profile.slug}"}, "sk": {"S": "SLUG"}},
    )
    restored = AuditLine(
        actor="system:restore", action="x", member_id="M-1", occurrence="1", at=GIVEN_AT, changes={}
    )
    desk.profiles.save(stored.profile, None, Change(restored))
    assert desk.night(NOW + timedelta(days=1)).again == 1
    assert desk.profiles.get("M-1") is None
    assert desk.copy()["consents"] == []


def test_an_address_is_forgotten_when_nothing_holds_it(desk: Desk) -> None:
    """SAF-1: an address is a name; it leaves every list once no backup and no kept release has it."""
    stored = mentor(desk)
    desk.erase()
    later = NOW + BACKUPS_LAST + timedelta(hours=1)
    assert desk.night(NOW + BACKUPS_LAST).closed == 0
    assert desk.night(later, kept_since=NOW - timedelta(hours=1)).closed == 0
    assert desk.night(later, kept_since=NOW + timedelta(hours=1)).closed == 1
    assert desk.night(later, kept_since=NOW + timedelta(hours=1)) == Kept()
    assert desk.cleared == [stored.profile.slug]
    assert list(desk.withdrawals.all()) == []
    assert [(each.slug, each.at) for each in desk.erasures.all()] == [("", NOW)]  # against older files
    with pytest.raises(SlugTakenError):
        desk.save(profile("M-2", slug=stored.profile.slug))


# Each has a sign that no key, no code and no other test has.
TEXT = st.text("abcé🙂 <>&'\"=+-@\t", min_size=4, max_size=12).map(lambda text: f"¤{text}")
CSV_TEXT = st.sampled_from(("=", "'", "'=", "")).flatmap(lambda start: TEXT.map(lambda text: start + text))
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
ANSWERS = st.fixed_dictionaries(
    {
        "areas": TEXTS,
        "training": TEXTS,
        "client_ages": TEXTS,
        "languages": TEXTS,
        "topics": TEXTS,
        "city": CSV_TEXT,
        "formats": TEXTS,
        "frequency": TEXT,
        "bio": st.dictionaries(st.sampled_from(("en", "fr")), TEXT),
        "identity": st.dictionaries(st.sampled_from(IDENTITY_FIELDS), TEXTS),
        "opted_out_on": st.sampled_from((None, date(2026, 11, 1))),
    }
)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes against a database
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lives=st.lists(ANSWERS, min_size=1, max_size=3), draft=st.none() | ANSWERS)
def test_everything_is_in_the_copy_and_nothing_after_erasing(
    desk: Desk, lives: list[dict[str, Any]], draft: dict[str, Any] | None
) -> None:
    """SAF-1: whatever was answered, the copy has all of it, and after an erasure no row of any table has."""
    member_id = f"M-{next(NUMBERS)}"
    for answers in lives:
        desk.save(profile(member_id, **answers))
    if draft:
        desk.draft({"answers": draft | {"opted_out_on": None}}, member_id)
    copy = desk.copy(member_id)
    held = _canaries(lives[-1], draft or {})
    assert held <= set(leaves(json.loads(as_json(copy))))
    assert held <= {value.removeprefix("'") for *_, value in table_of(as_csv(copy))}
    desk.erase(member_id)
    assert [row for row in desk.rows() if "¤" in row] == []


def _canaries(*answers: Mapping[str, Any]) -> set[str]:
    return {text for each in answers for text in leaves(_plain(each)) if "¤" in text}


def _plain(answers: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(answers, default=str))


def test_erasing_gives_up_where_others_keep_saving(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SAF-3: an erasure that is overtaken each time says so, and has erased nothing."""
    mentor(desk)
    read = ErasureStore.held
    monkeypatch.setattr(ErasureStore, "held", lambda store, member_id: _older(read(store, member_id)))
    with pytest.raises(StaleProfileError):
        desk.erase()
    monkeypatch.undo()
    assert desk.profiles.get("M-1") is not None


def _older(held: Held | None) -> Held | None:
    return replace(held, version=held.version - 1) if held else None
