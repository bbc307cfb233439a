"""The morning's sweep as a function: suggestions from the release; what fails rings once all else is done."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mentoring.content import Content
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.profile import Audience
from mentoring.domain.request_states import RequestState
from mentoring.gateway_settings import DeadlinesSettings, ObjectsSettings, WorkbooksSettings
from mentoring.handlers import deadlines
from mentoring.settings import StorageSettings
from tests.handlers.released import release
from tests.handlers.roles import in_role_of
from tests.storage.people import consent, membership
from tests.usecases.matching import ASKED, MENTOR, NOW, Matching

ROOT = Path(__file__).parents[2]
TOPIC = ("business-and-private-practice",)  # what the mentee asks about
OTHERS = ("transition-to-practice",)


class Morning:
    """A desk, the releases that show its mentors, and the function in its role."""

    def __init__(self, desk: Matching, content: Content, folder: Path) -> None:
        self.desk = desk
        self._content = content
        self._folder = folder
        self.settings = DeadlinesSettings(
            storage=desk.storage,
            content_folder=ROOT / "content",
            objects=ObjectsSettings(site=folder / "site", members=folder / "members-site"),
            workbooks=WorkbooksSettings(place=folder / "workbooks"),
        )

    def release(self) -> None:
        """Show the mentors of this moment."""
        release(self.desk, self._content, self._folder)

    def run(self) -> dict[str, Any]:
        """The schedule's turn."""
        with in_role_of("DeadlinesFunction"):
            return deadlines.run(self.settings, self.desk.now)

    def expired(self, request: MatchRequest) -> MatchRequest:
        """Let the last day go by; return the request that came of it."""
        self.desk.days(14)
        assert self.run()["expired"] == 1
        return self.desk.stored(request).request


@pytest.fixture
def morning(database: StorageSettings, content: Content, tmp_path: Path) -> Morning:
    """A mentor and a member, who asks about private practice."""
    desk = Matching(database, content)
    desk.mentor()
    desk.member()
    return Morning(desk, content, tmp_path)


def test_other_mentors_are_suggested_who_can_be_asked(morning: Morning) -> None:
    """DIR-19: three of the release shown, who suit best and can be asked; members' listings count.

    Nobody is suggested again who said no.
    """
    desk = morning.desk
    desk.mentor("S-1", topics=OTHERS)
    desk.mentor("no", topics=TOPIC)
    desk.acts("no").decline(desk.ask(mentor_id="no").id, None, "")
    desk.days(40)  # so that the mentor may be asked anew
    desk.mentor("S-2", topics=TOPIC)
    desk.mentor("S-3", topics=TOPIC, consents={"listing": consent("listing", Audience.MEMBERS)})
    desk.mentor("S-4", topics=TOPIC, is_available=False)
    for member_id in ("paused", "left", "full", "lapsed", "asked"):
        desk.mentor(member_id, topics=TOPIC, capacity=1)
    morning.release()
    request = desk.ask()
    desk.ask(mentor_id="asked")
    desk.member("M-3")
    desk.accept(desk.ask("M-3", "full"))
    desk.change("paused", is_available=False)
    desk.change("left", opted_out_on=NOW.date())
    desk.memberships.put([membership("lapsed", expires_on=NOW.date())])
    desk.days(14)
    assert morning.run() == {
        "nudged": 0,
        "expired": 2,
        "paused": 0,
        "settled": 0,
        "forgotten": 0,
        "not-due": 0,
    }
    suggested = desk.stored(request).request.suggested
    assert {*suggested[:2]} == {"mentor-s-2", "mentor-s-3"}
    assert suggested[2] == "mentor-s-1"
    assert len(suggested) == 3


def test_without_a_release_or_anybody_who_suits_a_request_ends_all_the_same(morning: Morning) -> None:
    """DIR-19: no suggestion is no reason to let somebody wait on."""
    after = morning.expired(morning.desk.ask())
    assert (after.state, after.suggested) == (RequestState.EXPIRED, ())
    morning.release()
    assert morning.expired(morning.desk.ask()).suggested == ()


def test_one_that_fails_rings_after_the_others_are_done(morning: Morning) -> None:
    """A wrong row never stops the rest: the others end, and then the function fails for the alarm."""
    desk = morning.desk
    desk.member("M-3")
    damaged, sound = desk.ask(), desk.ask("M-3")
    undamaged = desk.damage("requests", f"REQUEST#{damaged.id}", "REQUEST")
    desk.days(14)
    for _ in range(2):
        with pytest.raises(deadlines.SweepIncompleteError, match="1 of what was due"):
            morning.run()
    assert desk.stored(sound).request.state is RequestState.EXPIRED
    desk.client.put_item(TableName=desk.storage.requests_table, Item=undamaged)
    assert morning.run()["expired"] == 1


def test_a_damaged_mentor_keeps_no_request_open(morning: Morning) -> None:
    """DIR-19: be it the one who was asked, or one to suggest: the request ends, and the alarm rings."""
    desk = morning.desk
    for number in range(1, 4):
        desk.mentor(f"S-{number}", topics=TOPIC)
    morning.release()
    request = desk.ask()
    desk.damage("profiles", f"MEMBER#{MENTOR}", "PROFILE")
    desk.damage("profiles", "MEMBER#S-1", "PROFILE")
    desk.damage("memberships", "MEMBER#S-2", "MEMBERSHIP")
    desk.days(14)
    with pytest.raises(deadlines.SweepIncompleteError, match="3 of what was due"):
        morning.run()
    after = desk.stored(request).request
    assert (after.state, after.suggested) == (RequestState.EXPIRED, ("mentor-s-3",))


def test_the_function_reads_its_settings_and_the_clock(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 14: as the schedule calls it: a reminder on the day, and nothing when it is called again."""
    storage = morning.settings.storage
    environment = {
        "MEMBERSHIPS_TABLE_NAME": storage.memberships_table,
        "PROFILES_TABLE_NAME": storage.profiles_table,
        "CONSENTS_TABLE_NAME": storage.consents_table,
        "RELEASES_TABLE_NAME": storage.releases_table,
        "OUTBOX_TABLE_NAME": storage.outbox_table,
        "AUDIT_TABLE_NAME": storage.audit_table,
        "WITHDRAWALS_TABLE_NAME": storage.withdrawals_table,
        "REQUESTS_TABLE_NAME": storage.requests_table,
        "REGISTRATIONS_TABLE_NAME": storage.registrations_table,
        "DYNAMODB_ENDPOINT": str(storage.endpoint),
        "CONTENT_FOLDER": str(ROOT / "content"),
        "SITE_FOLDER": str(morning.settings.objects.site),
        "WORKBOOKS_FOLDER": str(morning.settings.workbooks.place),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("mentoring.handlers.clock.now", lambda: morning.desk.now + timedelta(days=7))
    morning.desk.ask()
    with in_role_of("DeadlinesFunction"):
        assert deadlines.handler({}, None)["nudged"] == 1
        assert deadlines.handler({}, None)["nudged"] == 0
    assert morning.desk.messages() == sorted([*ASKED, f"{MENTOR} RequestNudged"])
