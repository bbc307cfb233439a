"""Bucket and folder are held to one contract: what was written is read, and the newest decision stays."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from mentoring.gateway_settings import ObjectsSettings
from mentoring.gateways.errors import ObjectsDownError
from mentoring.gateways.objects import Bucket, Folder, Objects, objects
from mentoring.settings import SettingsError

BUCKET = "mentoring-site"
KEY = "live/withdrawn.json"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an empty bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ca-central-1"})
        yield client


@pytest.fixture(params=["bucket", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    """An empty place of each kind."""
    if request.param == "folder":
        return objects(ObjectsSettings(site=tmp_path / "site", members=tmp_path / "members"))
    request.getfixturevalue("bucket")
    return objects(ObjectsSettings(site=BUCKET))


def test_what_was_written_is_read(place: Objects) -> None:
    """An object is what was put there last; one that never was is None."""
    assert place.read("reports/a.json") is None
    place.write("reports/a.json", b"1")
    place.write("reports/a.json", b"2")
    assert place.read("reports/a.json") == b"2"


def test_keys_are_listed_by_their_beginning(place: Objects) -> None:
    """Keys are whole, sorted, and only those that begin so; nothing begins like what is not there."""
    for key in ("withdrawals/b.json", "withdrawals/a.json", "members/r-1/en/index.html", "reports/a.json"):
        place.write(key, b"{}")
    place.replace("withdrawals/c.json", lambda _: b"{}")
    assert place.names("withdrawals/") == [f"withdrawals/{name}.json" for name in "abc"]
    assert place.names("members/r-1/") == ["members/r-1/en/index.html"]
    assert place.names("imports/") == []
    assert place.read("members/r-1/en/index.html") == b"{}"


def test_a_decision_is_told_what_is_there(place: Objects) -> None:
    """The first decision is about nothing, the next about the one before; an equal one writes nothing."""
    told: list[bytes | None] = []

    def decide(held: bytes | None) -> bytes:
        told.append(held)
        return b"[1]"

    place.replace(KEY, decide)
    place.replace(KEY, decide)
    assert (told[0], told[-1], place.read(KEY)) == (None, b"[1]", b"[1]")


def test_fifty_decisions_at_once_leave_the_newest(place: Objects) -> None:
    """Invariant 13: whoever writes last has read what everybody else had done."""
    done: list[int] = []

    def act(number: int) -> None:
        done.append(number)
        place.replace(KEY, lambda _: json.dumps(sorted(done)).encode())

    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(act, range(50)):
            pass
    assert json.loads(place.read(KEY) or b"") == list(range(50))


def test_a_decision_that_was_overtaken_is_made_again(bucket: Any) -> None:
    """Invariant 13: also when the object came back to what it was, as S3 knows contents, not versions."""
    place, state = Bucket(BUCKET), {"rows": b"[]"}
    place.replace(KEY, lambda _: state["rows"])

    def late(_: bytes | None) -> bytes:
        read = state["rows"]
        if not overtaken:
            overtaken.append(True)
            state["rows"] = b"[]"
            place.replace(KEY, lambda _: state["rows"])
        return read

    overtaken: list[bool] = []
    state["rows"] = b'["left"]'
    place.replace(KEY, late)
    assert place.read(KEY) == b"[]"
    head = bucket.head_object(Bucket=BUCKET, Key=KEY)
    assert (head["ContentType"], head["CacheControl"]) == ("application/json", "no-cache")


def refuse(_: object) -> bytes:
    return b"x"


ASKED: dict[str, Callable[[Objects], object]] = {
    "read": lambda place: place.read(KEY),
    "write": lambda place: place.write(KEY, b"x"),
    "replace": lambda place: place.replace(KEY, refuse),
    "names": lambda place: place.names("live/"),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_bucket_that_does_not_answer_is_told_by_a_code(bucket: Any, asked: str) -> None:
    """Whatever AWS answers becomes one error, with a code word and nothing else."""
    bucket.delete_bucket(Bucket=BUCKET)
    with pytest.raises(ObjectsDownError) as raised:
        ASKED[asked](Bucket(BUCKET))
    assert raised.value.what == "NoSuchBucket"


def test_a_bucket_that_never_comes_to_rest_is_given_up(bucket: Any) -> None:
    """An object that somebody else moves each time is left to a later attempt."""
    place, count = Bucket(BUCKET), iter(range(1000))
    with pytest.raises(ObjectsDownError, match="too-busy"):
        place.replace(KEY, lambda _: str(next(count)).encode())
    assert bucket.head_object(Bucket=BUCKET, Key=KEY)


@pytest.mark.parametrize("key", ["../secret", "reports/../../secret", "members/../../secret"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    """SAF-2: a key is never a way to a file of somebody else's."""
    (tmp_path / "secret").write_text("x")
    place = Folder(tmp_path / "site", tmp_path / "members-site")
    with pytest.raises(ObjectsDownError):
        place.read(key)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A disk's refusal is the same error as a bucket's."""
    (tmp_path / "site").write_text("a file in the place of the folder")
    for asked in ("write", "replace"):
        with pytest.raises(ObjectsDownError):
            ASKED[asked](Folder(tmp_path / "site"))


def test_settings_name_what_is_missing() -> None:
    """The cloud's variable is named; the local one wins where it is there."""
    with pytest.raises(SettingsError, match="SITE_BUCKET_NAME"):
        ObjectsSettings.from_environment({})
    both = {"SITE_BUCKET_NAME": BUCKET, "SITE_FOLDER": "/x/site", "MEMBERS_FOLDER": "/x/members-site"}
    assert ObjectsSettings.from_environment(both).members == Path("/x/members-site")
    assert ObjectsSettings.from_environment({"SITE_BUCKET_NAME": BUCKET}).site == BUCKET


def test_an_error_that_is_no_conflict_is_no_conflict(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that is forbidden is not tried ten times."""
    place, calls = Bucket(BUCKET), []

    def forbid(**_: Any) -> None:
        calls.append(1)
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    monkeypatch.setattr(place._client, "put_object", forbid)
    with pytest.raises(ObjectsDownError, match="AccessDenied"):
        place.replace(KEY, refuse)
    assert calls == [1]
    assert bucket.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
