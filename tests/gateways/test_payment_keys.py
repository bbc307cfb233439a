"""Keys are a secret of the cloud, or a file of one machine."""

import json
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from mentoring.domain.payments import PaymentsDownError
from mentoring.gateway_settings import PaymentsSettings
from mentoring.gateways.payment_keys import read_keys
from mentoring.settings import SettingsError

KEYS = {"api_key": "sk_test_1", "webhook_secrets": ["whsec_new", "whsec_old"]}


@pytest.fixture
def secret(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name a secret of a cloud of its own; what remembers secrets remembers nothing of another test."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return request.node.name


def test_a_secret_or_a_file_is_read(secret: str, tmp_path: Path) -> None:
    """SAF-2: both hold the same, and what was read shows no key."""
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(KEYS))
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name=secret, SecretString=json.dumps(KEYS))
        read = read_keys(secret)
    assert read == read_keys(file)
    assert (read.api_key, read.webhook_secrets) == ("sk_test_1", ("whsec_new", "whsec_old"))
    assert "sk_test" not in repr(read)
    assert "whsec" not in repr(read)


def test_without_keys_nothing_is_asked(secret: str, tmp_path: Path) -> None:
    """SAF-5: no secret, no file, or one that says something else: payments wait, with a code word."""
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name=secret, SecretString='"sk_test_1"')
        for place in (secret, f"{secret}-missing", tmp_path / "missing.json"):
            with pytest.raises(PaymentsDownError, match="keys") as down:
                read_keys(place)
            assert "sk_test" not in str(down.value)


def test_the_environment_names_the_place() -> None:
    """A secret by name; on one machine a file, and the address of what stands for Stripe."""
    assert PaymentsSettings.from_environment({"PAYMENTS_SECRET_NAME": "stripe"}).address is None
    here = {"PAYMENTS_FILE": "/keys.json", "PAYMENTS_ADDRESS": "http://127.0.0.1:8000"}
    assert PaymentsSettings.from_environment(here).secret == Path("/keys.json")
    for missing in ({}, {"PAYMENTS_FILE": "/keys.json"}):
        with pytest.raises(SettingsError, match="PAYMENTS_"):
            PaymentsSettings.from_environment(missing)
