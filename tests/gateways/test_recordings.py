"""Bucket and folder lead a player to a recording, and say when there is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from mentoring.gateway_settings import RecordingsSettings
from mentoring.gateways.errors import ObjectsDownError
from mentoring.gateways.recordings import LINK_LASTS, recordings
from mentoring.settings import SettingsError

KEY = "recordings/fr/developing-goals.mp4"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a bucket with one recording."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        client = boto3.client("s3")
        place: Any = {"LocationConstraint": "ca-central-1"}
        client.create_bucket(Bucket="site", CreateBucketConfiguration=place)
        client.put_object(Bucket="site", Key=KEY, Body=b"moving pictures")
        yield client


@pytest.mark.usefixtures("bucket")
def test_a_bucket_signs_an_address_for_a_while() -> None:
    """MOD-1, ELI-6: one recording, at the bucket's own host, for two hours; nobody's name is in it."""
    held = recordings(RecordingsSettings.from_environment({"SITE_BUCKET_NAME": "site"}))
    assert held.holds("developing-goals", "fr")
    assert not held.holds("developing-goals", "en")
    link = urlsplit(held.link("developing-goals", "fr"))
    assert (link.scheme, link.netloc, link.path) == ("https", "site.s3.ca-central-1.amazonaws.com", f"/{KEY}")
    asked = parse_qs(link.query)
    assert asked.pop("X-Amz-Expires") == [str(LINK_LASTS)]
    assert asked.pop("response-content-type") == ["video/mp4"]
    assert asked.pop("response-cache-control") == ["private"]
    assert all(name.startswith("X-Amz-") for name in asked)


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_cannot_be_asked_is_an_error() -> None:
    """No answer is not the answer that there is no recording."""
    with pytest.raises(ObjectsDownError):
        recordings(RecordingsSettings(site="No Such Bucket")).holds("developing-goals", "fr")


def test_a_folder_is_led_to_by_its_server(tmp_path: Path) -> None:
    """On one machine the address is the server's; without it the function names the cloud's variable."""
    environment = {"SITE_FOLDER": str(tmp_path), "FILES_URL": "http://127.0.0.1:1/files"}
    held = recordings(RecordingsSettings.from_environment(environment))
    assert not held.holds("developing-goals", "fr")
    (tmp_path / KEY).parent.mkdir(parents=True)
    (tmp_path / KEY).write_bytes(b"moving pictures")
    assert held.holds("developing-goals", "fr")
    assert held.link("developing-goals", "fr") == f"http://127.0.0.1:1/files/{KEY}"
    with pytest.raises(SettingsError, match="SITE_BUCKET_NAME"):
        RecordingsSettings.from_environment({})
