"""What there is of a member to erase, whatever state its rows are in (SAF-1)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.domain.drafts import DraftTerm, StoredDraft, fresh_draft
from mentoring.domain.erasures import Held
from mentoring.domain.errors import RecordUnreadableError
from mentoring.domain.profile import Audience
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.drafts import DraftStore
from mentoring.storage.records import member_key
from tests.storage.people import GIVEN_AT, change, consent, profile
from tests.usecases.desk import Desk
from tests.usecases.files import damage

ERASED_AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(database: StorageSettings) -> Desk:
    return Desk(database, dynamodb(database))


def forget(desk: Desk, kind: str, attributes: str) -> None:
    """Take attributes out of a row of M-1, as one from before they were written."""
    key = member_key("M-1", kind)
    desk.client.update_item(
        TableName=desk.settings.profiles_table, Key=key, UpdateExpression=f"REMOVE {attributes}"
    )


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_row_without_its_address_is_erased(desk: Desk, is_damaged: bool) -> None:
    """SAF-1: a profile from before the address stood in its row: its text says it, readable or not."""
    desk.save(profile())
    forget(desk, "PROFILE", "slug")
    if is_damaged:
        key = member_key("M-1", "PROFILE")
        table = desk.settings.profiles_table
        row = desk.client.get_item(TableName=table, Key=key)["Item"]
        row["body"]["S"] = row["body"]["S"].replace('"capacity":2', '"capacity":"two"')
        desk.client.put_item(TableName=table, Item=row)
        with pytest.raises(RecordUnreadableError):
            desk.profiles.get("M-1")
    assert desk.erase().slug == "mentor-m-1"
    assert {each.subject for each in desk.withdrawals.of("mentor-m-1")} >= {"public", "listing"}


def test_a_row_whose_address_nothing_tells_goes_as_well(desk: Desk) -> None:
    """SAF-1: nothing can be hidden of it, and it is erased all the same."""
    desk.profiles.save(profile(), None, change())
    forget(desk, "PROFILE", "slug")
    damage(desk.settings, desk.settings.profiles_table, "M-1", "PROFILE")
    claim = {"pk": {"S": "SLUG#mentor-m-1"}, "sk": {"S": "SLUG"}}
    desk.client.delete_item(TableName=desk.settings.profiles_table, Key=claim)
    assert desk.erase().slug == ""
    assert (desk.erasures.held("M-1"), list(desk.withdrawals.all())) == (None, [])


def test_a_draft_without_an_end_is_kept(desk: Desk) -> None:
    """DIR-2: a draft from before drafts had an end opens, until its next save gives it one."""
    store = DraftStore(desk.client, desk.settings)
    term = DraftTerm(saved_at=ERASED_AT, ends_at=ERASED_AT + MINUTE)
    fresh = fresh_draft("M-1", None)
    saved = store.save(fresh, StoredDraft(fresh, 0), term)
    forget(desk, "DRAFT", "expires_at, saved_at")
    assert store.open("M-1", ERASED_AT + 2 * MINUTE) == (saved, None)
    again = store.save(fresh, saved, term)
    assert store.open("M-1", ERASED_AT) == (again, None)
    assert store.open("M-1", ERASED_AT + MINUTE) == (None, None)


@pytest.mark.parametrize(("subject", "shows"), [("gender", "gender"), ("listing", "public")])
def test_a_last_choice_that_cannot_be_read_counts_as_the_widest(desk: Desk, subject: str, shows: str) -> None:
    """SAF-1: record and last line of the log are damaged; an older "nobody" does not count then."""
    narrow = {"listing": consent("listing", Audience.MEMBERS), "gender": consent("gender", Audience.NONE)}
    desk.save(profile(consents=narrow))
    later, widest = GIVEN_AT + MINUTE, Audience.PUBLIC if subject == "listing" else Audience.MEMBERS
    desk.save(profile(consents=narrow | {subject: consent(subject, widest, later)}))
    damage(desk.settings, desk.settings.profiles_table, "M-1", "PROFILE")
    rows = desk.client.scan(TableName=desk.settings.consents_table)["Items"]
    last = max(row["sk"]["S"] for row in rows if row["sk"]["S"].endswith(subject))
    damage(desk.settings, desk.settings.consents_table, "M-1", last)
    held = desk.erasures.held("M-1")
    assert held
    assert shows in held.shown


@pytest.mark.parametrize(
    ("opted_in_on", "began", "is_before"),
    [
        (date(2026, 11, 20), MINUTE, True),  # everything was given anew since the restore
        (date(2026, 11, 22), -MINUTE, False),
        (date(2026, 11, 21), -MINUTE, True),
        (date(2026, 11, 21), MINUTE, False),
        (None, -MINUTE, True),
        (None, MINUTE, False),
    ],
)
def test_a_profile_is_as_old_as_its_opting_in(
    opted_in_on: date | None, began: timedelta, is_before: bool
) -> None:
    """SAF-1: one field shared between restore and replay makes an erased profile no newer."""
    held = Held(member_id="M-1", version=2, opted_in_on=opted_in_on, began_at=ERASED_AT + began)
    assert held.is_profile_from_before(ERASED_AT) is is_before
