"""The nightly import as a function: each export once, its report kept, lapses told, a bad file refused."""

import json
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from mentoring.content import Content
from mentoring.domain.errors import RecordUnreadableError
from mentoring.domain.request_states import Reason, RequestState
from mentoring.gateways.errors import ObjectsDownError
from mentoring.handlers import clock, member_import
from mentoring.handlers.import_wording import NoSuchLapsesError
from mentoring.handlers.member_import import REPORTS, ExportRefusedError, LapsesHeldError
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.profiles import ProfileStore
from mentoring.usecases.data_rights import erase
from mentoring.usecases.import_report import FileReport
from mentoring.usecases.take_export import take_export
from tests.faults.crashing import Moment, crash_matrix
from tests.handlers.inbox import BUCKET, DAY, NIGHT, Inbox, environment_of, inbox_at, make_bucket
from tests.storage.people import change, profile
from tests.usecases.desk import Desk
from tests.usecases.files import member, members_csv
from tests.usecases.matching import NOW, Matching


@pytest.fixture
def inbox(database: StorageSettings, tmp_path: Path) -> Inbox:
    return inbox_at(database, tmp_path / "site", tmp_path)


@pytest.fixture
def bucket(database: StorageSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """The same with a bucket, which the function finds in its environment."""
    for name, value in environment_of(database, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    with mock_aws():
        make_bucket()
        yield inbox_at(database, BUCKET, tmp_path)


def test_the_function_takes_what_is_in_its_bucket(bucket: Inbox) -> None:
    """ELI-10: bucket, tables and clock as the cloud gives them; the report is beside the file."""
    bucket.leave(member(1), member(2, email="amelie at home"))
    assert member_import.handler({}, None)["new_export"] is True
    assert member_import.handler({}, None)["new_export"] is False
    assert bucket.email() == "amelie@example.org"
    assert bucket.objects.names("imports/") == [
        "imports/members.csv",
        "imports/reports/2026-11-21T06-00-00-000000Z.json",
        "imports/taken.json",
    ]


def test_a_report_is_kept_in_both_languages(inbox: Inbox) -> None:
    """ELI-10, DIR-12: each problem by line and column, never the value; bad rows never stop the rest."""
    inbox.leave(member(1), member(2, email="amelie at home"), member(3))
    inbox.night()
    [report] = inbox.reports()
    assert (report["read"], report["created"], report["rejected"]) == (3, 2, 1)
    [problem] = report["problems"]
    assert (problem["line"], problem["column"]) == (3, "email")
    assert problem["what_to_do"].keys() == {"en", "fr"}
    assert "amelie at home" not in json.dumps(report)


def test_an_export_is_taken_once(inbox: Inbox) -> None:
    """ELI-10: the file of yesterday is no file of today; another one is, also the one before that."""
    first, second = [member(1)], [member(1, email="new@example.org")]
    taken = []
    for rows in (first, first, second, second, first):
        inbox.leave(*rows)
        taken.append(inbox.night()["new_export"])
    assert taken == [True, False, True, False, True]
    assert inbox.email() == "amelie@example.org"


def test_without_an_export_memberships_end_all_the_same(inbox: Inbox) -> None:
    """ELI-8: expiry dates pass by themselves; nights without a file tell the mentors whom it concerns."""
    inbox.leave(member(1, expires_on="2026-11-22"))
    inbox.night()
    ProfileStore.connect(inbox.settings.storage).save(profile(), None, change())
    assert [inbox.night(NIGHT + number * DAY)["told"]["lapsed"] for number in range(4)] == [0, 0, 1, 0]
    assert inbox.told() == ["MembershipLapsed#M-1#2026-11-23#mail"]


def test_an_export_renews_and_tells(inbox: Inbox) -> None:
    """ELI-8, STF-6: the night that brings a renewal tells the mentor and asks for a build."""
    inbox.leave(member(1, expires_on="2026-11-01"))
    inbox.night()
    ProfileStore.connect(inbox.settings.storage).save(profile(), None, change())
    inbox.night()
    inbox.leave(member(1, expires_on="2027-09-30"))
    assert inbox.night(NIGHT + DAY)["told"]["renewed"] == 1
    assert inbox.told() == [
        "MembershipRenewed#M-1#2026-11-22#build",
        "MembershipRenewed#M-1#2026-11-22#mail",
    ]


@pytest.mark.parametrize("what", ["header", "truncated", "empty"])
def test_a_bad_file_is_refused_whole_and_rings(inbox: Inbox, what: str) -> None:
    """ELI-10: nothing of it is written, the report says why, and it fails until another file comes."""
    inbox.leave(*(member(number) for number in range(1, 11)))
    inbox.night()
    files = {
        "header": b"number,name\n1,Amelie\n",
        "truncated": members_csv(member(1, email="new@example.org")),
        "empty": b"",
    }
    inbox.objects.write("imports/members.csv", files[what])
    for number in (1, 2):
        with pytest.raises(ExportRefusedError, match=r"imports/reports/.*\.json"):
            inbox.night(NIGHT + number * DAY)
    assert len(inbox.reports()) == 2
    assert inbox.reports()[1]["refused"].keys() == {"en", "fr"}
    assert inbox.email() == "amelie@example.org"
    inbox.leave(*(member(number, email="new@example.org") for number in range(1, 11)))
    assert inbox.night(NIGHT + 3 * DAY)["new_export"]
    assert inbox.email() == "new@example.org"


def test_a_refused_file_stops_nothing_else(inbox: Inbox) -> None:
    """ELI-8: mentors whose membership ended are told on the night of a bad file as well."""
    inbox.leave(member(1, expires_on="2026-11-21"))
    inbox.night()
    ProfileStore.connect(inbox.settings.storage).save(profile(), None, change())
    inbox.night()
    inbox.objects.write("imports/members.csv", b"nonsense")
    with pytest.raises(ExportRefusedError):
        inbox.night(NIGHT + DAY)
    assert inbox.told() == ["MembershipLapsed#M-1#2026-11-22#mail"]


def test_an_export_that_ends_too_many_is_taken_when_allowed(inbox: Inbox) -> None:
    """ELI-8, ELI-10: refused whole, also the night after; the event lets the same file through."""
    inbox.leave(*(member(number) for number in range(1, 31)))
    inbox.night()
    inbox.leave(*(member(number, status="lapsed", email="new@example.org") for number in range(1, 31)))
    for number in (1, 2):
        with pytest.raises(ExportRefusedError):
            inbox.night(NIGHT + number * DAY)
    assert "30" in inbox.reports()[1]["refused"]["en"]
    assert inbox.email() == "amelie@example.org"
    assert inbox.night(NIGHT + 3 * DAY, allow_lapses=inbox.objects.names(REPORTS)[-1])["new_export"]
    assert inbox.email() == "new@example.org"
    assert inbox.night(NIGHT + 4 * DAY)["new_export"] is False


def test_lapses_that_are_held_ring_and_wait_for_a_person(inbox: Inbox) -> None:
    """ELI-8: over silent nights thirty memberships end: no letter, a report in both languages."""
    inbox.leave(*(member(number, expires_on="2026-11-21") for number in range(1, 31)))
    inbox.night()
    profiles = ProfileStore.connect(inbox.settings.storage)
    for number in range(1, 31):
        profiles.save(profile(f"M-{number}"), None, change(member_id=f"M-{number}"))
    inbox.night()
    for number in (1, 2):
        with pytest.raises(LapsesHeldError, match=r"imports/reports/.*-lapses\.json"):
            inbox.night(NIGHT + number * DAY)
    keys = [key for key in inbox.objects.names(REPORTS) if "lapses" in key]
    held = [inbox.objects.read(key) or b"" for key in keys]
    assert [json.loads(report)["lapses_held"].keys() for report in held] == [{"en", "fr"}] * 2
    assert inbox.told() == []
    for unknown in ("imports/reports/none.json", "imports/taken.json", "True"):
        with pytest.raises(NoSuchLapsesError):
            inbox.night(NIGHT + 3 * DAY, allow_lapses=unknown)
    assert inbox.night(NIGHT + 3 * DAY, allow_lapses=keys[-1])["told"]["lapsed"] == 30
    assert len(inbox.told()) == 30


def test_the_word_for_lapses_that_were_seen_lets_no_others_through(inbox: Inbox) -> None:
    """ELI-8: thirty are let through; an export that nobody looked at and that ends forty more is not."""
    ended = [member(number, expires_on="2026-11-21") for number in range(1, 31)]
    inbox.leave(*ended, *(member(number) for number in range(31, 71)))
    inbox.night()
    profiles = ProfileStore.connect(inbox.settings.storage)
    for number in range(1, 71):
        profiles.save(profile(f"M-{number}"), None, change(member_id=f"M-{number}"))
    inbox.night()
    with pytest.raises(LapsesHeldError) as held:
        inbox.night(NIGHT + DAY)
    inbox.leave(*ended, *(member(number, status="lapsed") for number in range(31, 71)))
    with pytest.raises(ExportRefusedError) as refused:
        inbox.night(NIGHT + DAY + DAY / 4, allow_lapses=held.value.report)
    assert len(inbox.told()) == 30
    assert inbox.night(NIGHT + DAY + DAY / 2, allow_lapses=refused.value.report)["told"]["lapsed"] == 40


def test_an_export_that_stops_coming_is_said_each_night(inbox: Inbox) -> None:
    """ELI-10: from the policy's number of nights without another file, and where there never was one."""
    said = [_nights_missing(inbox, NIGHT - DAY)]
    inbox.leave(member(1))
    said += [_nights_missing(inbox, NIGHT + number * DAY) for number in range(5)]
    inbox.leave(member(1), member(2))
    said += [_nights_missing(inbox, NIGHT + 5 * DAY)]
    assert said == [[None], [], [], [], [3], [4], []]


def _nights_missing(inbox: Inbox, now: datetime) -> list[int | None]:
    text = StringIO()
    stream = member_import.logger.registered_handler.setStream(text)  # type: ignore[attr-defined]
    try:
        inbox.night(now)
    finally:
        member_import.logger.registered_handler.setStream(stream)  # type: ignore[attr-defined]
    lines = [json.loads(line) for line in text.getvalue().splitlines()]
    return [line.get("nights") for line in lines if line["message"] == "export missing"]


@pytest.mark.parametrize("moment", Moment)
def test_the_next_run_finishes_what_a_crash_left(
    database: StorageSettings, tmp_path: Path, moment: Moment
) -> None:
    """ELI-10: dead at any read or write of the files, the export is taken by the next run, and noted once."""
    for number, crash in enumerate(crash_matrix(moment)):
        inbox = inbox_at(database, tmp_path / str(number), tmp_path)
        inbox.leave(member(1))
        imported: list[int] = []
        place = crash.of(inbox.objects, ObjectsDownError("lost"))

        def take(source: Any, imported: list[int] = imported) -> FileReport:
            imported.append(len(source.read()))
            return FileReport("members", read=1)

        with crash.during():
            try:
                take_export(place, take, lambda _: "imports/reports/1.json", NIGHT)
            except ObjectsDownError:
                assert moment is Moment.LOST
        taken = take_export(inbox.objects, take, lambda _: "imports/reports/1.json", NIGHT)
        assert taken
        times = len(imported)
        assert times in (1, 2)
        take_export(inbox.objects, take, lambda _: "imports/reports/1.json", NIGHT)
        assert len(imported) == times


def test_a_damaged_note_takes_the_file_again(inbox: Inbox) -> None:
    """ELI-10: what was noted cannot be read: the file is taken once more, which changes nothing."""
    inbox.leave(member(1))
    inbox.night()
    inbox.objects.write("imports/taken.json", b"{")
    assert inbox.night(NIGHT + DAY)["new_export"] is True
    assert inbox.reports()[1]["unchanged"] == 1


def test_an_erased_address_leaves_edge_journal_and_file(inbox: Inbox) -> None:
    """SAF-1: when no backup and no release holds an erased page any more, its address is in no list."""
    desk = Desk(inbox.settings.storage, dynamodb(inbox.settings.storage))
    desk.save(profile(), NIGHT)
    erased = erase("M-1", desk.erasures, NIGHT)
    assert erased
    night = member_import._Night.of(inbox.settings, NIGHT)
    night.settle_erasure(erased)
    assert night.edge.hidden() == {"mentor-m-1"}
    assert inbox.objects.names("erasures/") == ["erasures/M-1.json"]
    assert inbox.night(NIGHT + 40 * DAY)["erasures"]["closed"] == 1
    assert night.edge.hidden() == set()
    assert inbox.objects.read("live/withdrawn.json") == b"[]"
    assert inbox.objects.names("withdrawals/") == []
    assert inbox.objects.read("erasures/M-1.json") == b"{}"  # a later erasure may be noted at this moment


def test_the_log_has_numbers_alone(inbox: Inbox, capsys: pytest.CaptureFixture[str]) -> None:
    """DIR-12: what the function logs names nobody."""
    text = StringIO()
    stream = member_import.logger.registered_handler.setStream(text)  # type: ignore[attr-defined]
    try:
        inbox.leave(member(1), member(2, email="amelie at home"))
        inbox.night()
    finally:
        member_import.logger.registered_handler.setStream(stream)  # type: ignore[attr-defined]
    said = text.getvalue() + "".join(capsys.readouterr())
    assert '"new_export":true' in said.replace(" ", "")
    for word in ("Tremblay", "amelie", "M-1"):
        assert word not in said


def test_a_mentee_whose_membership_ends_keeps_nobody_waiting(inbox: Inbox, content: Content) -> None:
    """ELI-8, DIR-18: open and agreed requests of a lapsed mentee end, each mentor is told once, for good."""
    desk = Matching(inbox.settings.storage, content)
    for mentor in ("M-1", "M-3"):
        desk.mentor(mentor)
    desk.member(expires_on=NIGHT.date())
    asked, together = desk.ask(), desk.accept(desk.ask(mentor_id="M-3"))
    inbox.night(NOW)
    assert [desk.stored(each).request.is_open for each in (asked, together)] == [True, True]
    assert [inbox.night(NOW + DAY)["parted"] for _ in range(2)] == [2, 0]
    ends = [desk.stored(each).request for each in (asked, together)]
    assert [each.state for each in ends] == [RequestState.CLOSED, RequestState.ENDED]
    assert {each.reason for each in ends} == {Reason.MENTEE_LAPSED}
    assert [each for each in desk.messages() if "Gone" in each] == ["M-1 MenteeGone", "M-3 MenteeGone"]
    desk.member()
    inbox.night(NOW + 2 * DAY)
    assert not desk.stored(asked).request.is_open
    assert desk.ask().is_open


def test_a_request_that_cannot_be_read_keeps_no_other_open(inbox: Inbox, content: Content) -> None:
    """ELI-8: the others part all the same, and the function fails for the alarm once all else is done."""
    desk = Matching(inbox.settings.storage, content)
    desk.mentor()
    for mentee in ("N-1", "N-2"):
        desk.member(mentee, expires_on=NIGHT.date())
    damaged, sound = desk.ask("N-1"), desk.ask("N-2")
    key = {"pk": {"S": f"REQUEST#{damaged.id}"}, "sk": {"S": "REQUEST"}}
    row = {**key, "body": {"S": "{"}, "version": {"N": "1"}}
    desk.client.put_item(TableName=desk.storage.requests_table, Item=row)
    with pytest.raises(RecordUnreadableError, match="N-1"):
        inbox.night(NOW + DAY)
    assert not desk.stored(sound).request.is_open


def test_many_lapsed_mentees_wait_for_a_person(inbox: Inbox, content: Content) -> None:
    """ELI-8: thirty mentees who lapse in one night part from nobody before somebody has looked."""
    desk = Matching(inbox.settings.storage, content)
    desk.mentor()
    mentees = [f"N-{number}" for number in range(30)]
    for mentee in mentees:
        desk.member(mentee, expires_on=NIGHT.date())
    requests = [desk.ask(mentee) for mentee in mentees]
    with pytest.raises(LapsesHeldError) as held:
        inbox.night(NOW + DAY)
    assert all(desk.stored(each).request.is_open for each in requests)
    assert inbox.night(NOW + 2 * DAY, allow_lapses=held.value.report)["parted"] == 30
