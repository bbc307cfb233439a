"""Wakes the site's build, which then serves whatever was asked of it. What was asked is data, not sent."""

import json
from functools import cached_property
from typing import Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mentoring.gateway_settings import BuildsSettings
from mentoring.gateways.errors import BuildsAsleepError, code_of

WAKE: Final = json.dumps({"requests": True}).encode()
TIMES: Final = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)


class Builds(Protocol):
    """The builds, as whoever asks for one knows them."""

    def wake(self) -> None:
        """Let what waits be served soon. Raises BuildsAsleepError; then it waits for the next call."""


class BuildFunction:
    """The site-build Lambda, called without waiting for its end."""

    def __init__(self, name: str) -> None:
        self._name = name

    def wake(self) -> None:
        """Call the function. One call too many finds nothing to do."""
        try:
            self._client.invoke(FunctionName=self._name, InvocationType="Event", Payload=WAKE)
        except (BotoCoreError, ClientError) as error:
            raise BuildsAsleepError(code_of(error)) from error

    @cached_property
    def _client(self) -> Any:
        return boto3.client("lambda", config=TIMES)


class WatchedBuilds:
    """The builds of one machine, where the serving process watches what was asked."""

    def wake(self) -> None:
        """Do nothing: nobody sleeps."""


def builds(settings: BuildsSettings) -> Builds:
    """Return the builds of these settings; nothing is asked of them yet."""
    return BuildFunction(settings.function) if settings.function else WatchedBuilds()
