"""The nightly import as a function: each export once, its report kept, lapses told, a bad file refused."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from mentoring.gateway_settings import EdgeSettings, MemberImportSettings, ObjectsSettings
from mentoring.gateways.errors import ObjectsDownError
from mentoring.gateways.objects import Objects, objects
from mentoring.handlers import clock, member_import
from mentoring.handlers.member_import import ExportRefusedError, run
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.usecases.data_rights import erase
from mentoring.usecases.import_report import FileReport
from mentoring.usecases.take_export import take_export
from tests.faults.crashing import Moment, crash_matrix
from tests.storage.people import change, profile
from tests.usecases.desk import Desk
from tests.usecases.files import member, members_csv

BUCKET = "mentoring-site"
ROOT = Path(__file__).parents[2]
NIGHT = datetime(2026, 11, 21, 6, tzinfo=UTC)  # 01:00 in Toronto
DAY = timedelta(days=1)


@dataclass
class Inbox:
    """Where the member system leaves its export, and the function that takes it."""

    settings: MemberImportSettings
    objects: Objects

    def leave(self, *rows: dict[str, str]) -> None:
        """Leave an export of these rows."""
        self.objects.write("imports/members.csv", members_csv(*rows))

    def night(self, now: datetime = NIGHT) -> dict[str, Any]:
        """Run the function at this instant."""
        return run(self.settings, now)

    def reports(self) -> list[dict[str, Any]]:
        """Every report that is kept."""
        kept = (self.objects.read(key) for key in self.objects.names("imports/reports/"))
        return [json.loads(report)["files"][0] for report in kept if report]

    def email(self, member_id: str = "M-1") -> str:
        """The address on file."""
        found = MembershipStore.connect(self.settings.storage).get(member_id)
        assert found
        return found.email

    def told(self) -> list[str]:
        """Every message of the outbox."""
        storage = self.settings.storage
        rows = dynamodb(storage).scan(TableName=storage.outbox_table, ConsistentRead=True)["Items"]
        return sorted(row["pk"]["S"].removeprefix("MESSAGE#") for row in rows)


def inbox_at(database: StorageSettings, site: Path | str, folder: Path) -> Inbox:
    place = ObjectsSettings(site=site)
    return Inbox(
        MemberImportSettings(
            storage=database,
            content_folder=ROOT / "content",
            objects=place,
            edge=EdgeSettings(store=folder / "edge"),
        ),
        objects(place),
    )


@pytest.fixture
def inbox(database: StorageSettings, tmp_path: Path) -> Inbox:
    return inbox_at(database, tmp_path / "site", tmp_path)


@pytest.fixture
def bucket(database: StorageSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """The same with a bucket, which the function finds in its environment."""
    names = {
        "MEMBERSHIPS_TABLE_NAME": database.memberships_table,
        "PROFILES_TABLE_NAME": database.profiles_table,
        "CONSENTS_TABLE_NAME": database.consents_table,
        "RELEASES_TABLE_NAME": database.releases_table,
        "OUTBOX_TABLE_NAME": database.outbox_table,
        "AUDIT_TABLE_NAME": database.audit_table,
        "WITHDRAWALS_TABLE_NAME": database.withdrawals_table,
        "REQUESTS_TABLE_NAME": database.requests_table,
        "DYNAMODB_ENDPOINT": database.endpoint or "",
        "CONTENT_FOLDER": str(ROOT / "content"),
        "SITE_BUCKET_NAME": BUCKET,
        "EDGE_FOLDER": str(tmp_path / "edge"),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "ca-central-1",
    }
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    with mock_aws():
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ca-central-1"}
        )
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
                take_export(place, take, lambda _: "imports/reports/1.json")
            except ObjectsDownError:
                assert moment is Moment.LOST
        taken = take_export(inbox.objects, take, lambda _: "imports/reports/1.json")
        assert taken
        times = len(imported)
        assert times in (1, 2)
        take_export(inbox.objects, take, lambda _: "imports/reports/1.json")
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
    assert inbox.objects.names("withdrawals/") == inbox.objects.names("erasures/") == []


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
