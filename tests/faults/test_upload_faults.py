"""Uploads that die before or after any call: the shown release stays whole, and the next build cleans up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from build.targets import MEMBERS, PUBLIC, BucketTarget, Trees
from build.targets.bucket import EdgeStore
from infrastructure.local.database import create_tables
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import LEASE, ReleaseStore
from tests.faults.releasing import NOW, release, small_trees
from tests.nightly.cloud import KeyValueStore
from tests.nightly.site import files_of


class KilledError(BaseException):
    """The process is gone: nothing catches this."""


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ReleaseStore, Any, KeyValueStore]]:
    """A releases table, an empty bucket and the CDN's store."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        storage = StorageSettings(
            memberships_table="mentoring-memberships",
            profiles_table="mentoring-profiles",
            consents_table="mentoring-consents",
            releases_table="mentoring-releases",
            outbox_table="mentoring-outbox",
            audit_table="mentoring-audit-log",
            withdrawals_table="mentoring-withdrawals",
            requests_table="mentoring-requests",
            registrations_table="mentoring-registrations",
        )
        create_tables(dynamodb(storage))
        client = boto3.client("s3")
        client.create_bucket(
            Bucket="mentoring-site", CreateBucketConfiguration={"LocationConstraint": "ca-central-1"}
        )
        yield ReleaseStore(dynamodb(storage), storage.releases_table), client, KeyValueStore()


@pytest.mark.parametrize("when", ["before-call", "after-call"])
def test_upload_killed_at_any_call(
    cloud: tuple[ReleaseStore, Any, KeyValueStore], tmp_path: Path, when: str
) -> None:
    """SAF-4: an upload that dies before or after any call leaves the old release shown and whole."""
    store, client, edge = cloud
    target = BucketTarget(client, "mentoring-site", EdgeStore(edge, "arn"))
    now = NOW
    old, manifest = small_trees(tmp_path / "old", "old")
    first = store.begin(now)
    release(store, target, first, old, manifest)
    store.finish(first)
    shown = edge.keys["release"]
    new, new_manifest = small_trees(tmp_path / "new", "new")
    for moment in range(1, 34, 4):  # reading a manifest, 30 files, two listings, the manifest
        calls = 0

        def die(moment: int = moment, **_: Any) -> None:
            nonlocal calls
            calls += 1
            if calls == moment:
                raise KilledError

        client.meta.events.register(f"{when}.s3", die)
        build = store.begin(now)
        with pytest.raises(KilledError):
            release(store, target, build, new, new_manifest)
        client.meta.events.unregister(f"{when}.s3", die)
        assert edge.keys["release"] == shown
        assert files_in(client, shown) == files_under(old)
        now += LEASE
    build = store.begin(now)
    target.sweep(build.fence, [each.name for each in store.history()])
    release(store, target, build, new, new_manifest)
    assert files_in(client, edge.keys["release"]) == files_under(new)
    for root in (PUBLIC, MEMBERS):
        listed = client.list_objects_v2(Bucket="mentoring-site", Prefix=f"{root}/", Delimiter="/")
        assert len(listed["CommonPrefixes"]) == 2


def files_in(client: Any, name: str) -> dict[str, bytes]:
    """What both trees of a release in the bucket hold, by key without the release."""
    found = {}
    for root in (PUBLIC, MEMBERS):
        listed = client.list_objects_v2(Bucket="mentoring-site", Prefix=f"{root}/{name}/")
        for each in listed.get("Contents", []):
            answer = client.get_object(Bucket="mentoring-site", Key=each["Key"])
            found[each["Key"].replace(f"/{name}/", "/")] = answer["Body"].read()
    return found


def files_under(trees: Trees) -> dict[str, bytes]:
    """The same of two trees on disk."""
    return {
        f"{root}/{path}": content for root, tree in trees.items() for path, content in files_of(tree).items()
    }
