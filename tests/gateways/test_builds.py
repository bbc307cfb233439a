"""Waking the site's build: an event in the cloud, nothing on one machine."""

import pytest

from build.requests import has_seconds, wake
from mentoring.gateway_settings import BuildsSettings
from mentoring.gateways.builds import builds
from mentoring.gateways.errors import BuildsAsleepError
from mentoring.settings import SettingsError
from tests.gateways.lambda_service import lambda_service

NAME = "mentoring-site-build"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a function in the cloud."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return monkeypatch


def test_the_function_is_called_and_not_waited_for(cloud: pytest.MonkeyPatch) -> None:
    """STF-4: an asynchronous call, from the page and from the build, that says to serve what waits."""
    with lambda_service(202) as (address, called):
        cloud.setenv("AWS_ENDPOINT_URL_LAMBDA", address)
        builds(BuildsSettings(function=NAME)).wake()
        wake(NAME)
    path = f"/2015-03-31/functions/{NAME}/invocations"
    assert called == [(path, "Event", {"requests": True})] * 2


@pytest.mark.parametrize("status", [403, 404])
def test_a_function_that_sleeps_on_is_said(cloud: pytest.MonkeyPatch, status: int) -> None:
    """STF-4: a call that is refused has a name; what was asked waits all the same."""
    with lambda_service(status) as (address, _):
        cloud.setenv("AWS_ENDPOINT_URL_LAMBDA", address)
        with pytest.raises(BuildsAsleepError):
            builds(BuildsSettings(function=NAME)).wake()


def test_on_one_machine_nobody_is_called() -> None:
    """The serving process watches what was asked; in the cloud the function must be named."""
    builds(BuildsSettings.from_environment({"SITE_FOLDER": "/somewhere"})).wake()
    with pytest.raises(SettingsError, match="SITE_BUILD_FUNCTION_NAME"):
        BuildsSettings.from_environment({})


def test_time_for_one_more_build_is_the_functions_own() -> None:
    """STF-4: a function begins no build that it might not end."""

    class Context:
        left = 900_000

        def get_remaining_time_in_millis(self) -> int:
            """What Lambda says."""
            return self.left

    context = Context()
    has_time = has_seconds(context)
    assert has_time()
    context.left = 200_000
    assert not has_time()
