"""Where the member system leaves its export, and the function that takes it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

from mentoring.gateway_settings import EdgeSettings, MemberImportSettings, ObjectsSettings
from mentoring.gateways.objects import Objects, objects
from mentoring.handlers.member_import import run
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from tests.handlers.roles import in_role_of
from tests.usecases.files import members_csv

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

    def night(self, now: datetime = NIGHT, *, allow_lapses: str = "") -> dict[str, Any]:
        """Run the function at this instant."""
        with in_role_of("MemberImportFunction"):
            return run(self.settings, now, allow_lapses=allow_lapses)

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
        """Every message of the outbox but what each lapse tells of requests."""
        storage = self.settings.storage
        rows = dynamodb(storage).scan(TableName=storage.outbox_table, ConsistentRead=True)["Items"]
        names = sorted(row["pk"]["S"].removeprefix("MESSAGE#") for row in rows)
        return [name for name in names if not name.endswith("#parting")]


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


def environment_of(database: StorageSettings, folder: Path) -> dict[str, str]:
    """Return the function's variables: these tables, a bucket, and the edge as a folder."""
    return {
        "MEMBERSHIPS_TABLE_NAME": database.memberships_table,
        "PROFILES_TABLE_NAME": database.profiles_table,
        "CONSENTS_TABLE_NAME": database.consents_table,
        "RELEASES_TABLE_NAME": database.releases_table,
        "OUTBOX_TABLE_NAME": database.outbox_table,
        "AUDIT_TABLE_NAME": database.audit_table,
        "WITHDRAWALS_TABLE_NAME": database.withdrawals_table,
        "REQUESTS_TABLE_NAME": database.requests_table,
        "REGISTRATIONS_TABLE_NAME": database.registrations_table,
        "DYNAMODB_ENDPOINT": database.endpoint or "",
        "CONTENT_FOLDER": str(ROOT / "content"),
        "SITE_BUCKET_NAME": BUCKET,
        "EDGE_FOLDER": str(folder / "edge"),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "ca-central-1",
    }


def make_bucket() -> None:
    """Make the bucket, within `mock_aws`."""
    boto3.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ca-central-1"}
    )
