"""The keys that the edge looks at before it shows a page: whose public page is hidden (invariant 23)."""

import fcntl
import random
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mentoring.domain.withdrawals import ALWAYS
from mentoring.gateway_settings import EdgeSettings
from mentoring.gateways.errors import EdgeDownError, code_of

PREFIX: Final = "withdrawn:"  # as infrastructure/edge/viewer-request.js asks for it
ATTEMPTS: Final = 10
PAUSE: Final = 0.05  # seconds, at most, before another attempt
# The store moved since it was described; it has one version for all its keys.
MOVED: Final = frozenset({"ConflictException", "ValidationException"})
MISSING: Final = "ResourceNotFoundException"
TIMES: Final = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)


class EdgeKeys(Protocol):
    """Whose public page is hidden. Every method raises EdgeDownError."""

    def settle(self, slug: str, mark: Callable[[], str | None]) -> None:
        """Hide a mentor's page, or let it be shown, as `mark` says (domain/withdrawals.py); None shows it.

        It is asked while nobody else can have written since: an answer that was overtaken never stays.
        """

    def hidden(self) -> set[str]:
        """Return the address of everybody whose page is hidden, whatever release is shown."""


class EdgeStore:
    """CloudFront's key-value store. Its calls are signed with SigV4A, which needs `boto3[crt]`."""

    def __init__(self, arn: str, client: Any = None) -> None:
        """Take the store's ARN, and a client where it is not AWS's own."""
        self._arn = arn
        if client is not None:
            self._client = client

    def settle(self, slug: str, mark: Callable[[], str | None]) -> None:
        """Hide a mentor's page, or let it be shown: a write names the version that was decided on."""
        for _ in range(ATTEMPTS):
            try:
                self._settle(f"{PREFIX}{slug}", mark)
            except (BotoCoreError, ClientError) as error:
                if code_of(error) not in MOVED:
                    raise EdgeDownError(code_of(error)) from error
                time.sleep(random.uniform(0, PAUSE))  # noqa: S311 - so that two do not meet again
            else:
                return
        raise EdgeDownError("too-busy")

    def hidden(self) -> set[str]:
        """Return the address of everybody whose page is hidden, whatever release is shown."""
        try:
            marks = dict(self._marks())
        except (BotoCoreError, ClientError) as error:
            raise EdgeDownError(code_of(error)) from error
        found = {key for key, mark in marks.items() if mark == ALWAYS}
        return {key.removeprefix(PREFIX) for key in found if key.startswith(PREFIX)}

    @cached_property
    def _client(self) -> Any:  # boto3 has no types for it among ours
        return boto3.client("cloudfront-keyvaluestore", config=TIMES)

    def _settle(self, key: str, mark: Callable[[], str | None]) -> None:
        version = self._client.describe_key_value_store(KvsARN=self._arn)["ETag"]
        wanted, held = mark(), self._held(key)
        named = {"KvsARN": self._arn, "Key": key, "IfMatch": version}
        if wanted is not None and wanted != held:
            self._client.put_key(**named, Value=wanted)
        if held is not None and wanted is None:
            self._client.delete_key(**named)

    def _marks(self) -> Iterator[tuple[str, str]]:
        asked = {"KvsARN": self._arn}
        while True:
            page = self._client.list_keys(**asked)
            yield from ((each["Key"], each["Value"]) for each in page.get("Items", []))
            if not page.get("NextToken"):
                return
            asked["NextToken"] = page["NextToken"]

    def _held(self, key: str) -> str | None:
        try:
            return str(self._client.get_key(KvsARN=self._arn, Key=key)["Value"])
        except ClientError as error:
            if code_of(error) != MISSING:
                raise
            return None


class EdgeFolder:
    """The same keys on one machine: a file a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def settle(self, slug: str, mark: Callable[[], str | None]) -> None:
        """Hide a mentor's page, or let it be shown, while nobody else may decide."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                file = self._folder / f"{PREFIX}{slug}"
                wanted = mark()
                file.unlink(missing_ok=True) if wanted is None else file.write_text(wanted)
        except OSError as error:
            raise EdgeDownError(type(error).__name__) from error

    def hidden(self) -> set[str]:
        """Return the address of everybody whose page is hidden, whatever release is shown."""
        marks = {file: file.read_text() for file in self._folder.glob(f"{PREFIX}*")}
        return {file.name.removeprefix(PREFIX) for file, mark in marks.items() if mark == ALWAYS}


def edge_keys(settings: EdgeSettings) -> EdgeKeys:
    """Return the edge's keys of these settings; nothing is asked of them yet."""
    if isinstance(settings.store, Path):
        return EdgeFolder(settings.store)
    return EdgeStore(settings.store)
