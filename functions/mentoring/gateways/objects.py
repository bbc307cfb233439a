"""Files beside the member database: a bucket in the cloud, folders of one machine."""

import fcntl
import os
import random
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import get_native_id
from typing import TYPE_CHECKING, Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mentoring.gateway_settings import ObjectsSettings
from mentoring.gateways.errors import ObjectsDownError, code_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

JSON: Final = "application/json"
UNFINISHED: Final = ".unfinished"  # how the name of a file ends while it is written
ASKED_AGAIN: Final = "no-cache"  # kept nowhere without asking whether it still holds
ATTEMPTS: Final = 10
SHORTEST_WAIT: Final = 0.005  # seconds; doubled each time, so at most five in all
MISSING: Final = frozenset({"NoSuchKey", "404"})
# Somebody else wrote meanwhile, or removed it: read again (S3's user guide, conditional writes).
MOVED: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409", *MISSING})
TIMES: Final = Config(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
)

Decide = Callable[[bytes | None], bytes]


class Objects(Protocol):
    """Objects by key, such as `reports/x.json`. Every method raises ObjectsDownError."""

    def read(self, key: str) -> bytes | None:
        """Return what an object holds; None where there is none."""

    def write(
        self, key: str, content: bytes, content_type: str = JSON, cache_control: str = ASKED_AGAIN
    ) -> None:
        """Put an object in the place of whatever is there."""

    def replace(self, key: str, decide: Decide) -> None:
        """Let an object, of JSON, be what `decide` says of what it holds now, None for nothing.

        It is asked again until it says what is there, so an answer that was overtaken never stays.
        """

    def remove(self, key: str) -> None:
        """Leave no object under a key."""

    def names(self, prefix: str) -> list[str]:
        """Return the keys that begin so, sorted."""


class Bucket:
    """Objects in S3."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """Return what an object holds; None where there is none."""
        return self._read(key)[0]

    def write(
        self, key: str, content: bytes, content_type: str = JSON, cache_control: str = ASKED_AGAIN
    ) -> None:
        """Put an object in the place of whatever is there."""
        try:
            self._put(key, content, content_type, cache_control)
        except (BotoCoreError, ClientError) as error:
            raise ObjectsDownError(code_of(error)) from error

    def replace(self, key: str, decide: Decide) -> None:
        """Let an object be what `decide` says: a write names the version that was decided on."""
        for attempt in range(ATTEMPTS):
            held, version = self._read(key)
            wanted = decide(held)
            # Equal contents have equal versions: only a look after the last write proves that it still holds.
            if wanted == held:
                return
            condition: dict[str, Any] = {"IfMatch": version} if version else {"IfNoneMatch": "*"}
            try:
                self._put(key, wanted, JSON, ASKED_AGAIN, **condition)
            except (BotoCoreError, ClientError) as error:
                if code_of(error) not in MOVED:
                    raise ObjectsDownError(code_of(error)) from error
                _wait(attempt)
        raise ObjectsDownError("too-busy")

    def remove(self, key: str) -> None:
        """Leave no object under a key."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise ObjectsDownError(code_of(error)) from error

    def names(self, prefix: str) -> list[str]:
        """Return the keys that begin so, sorted."""
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return [each["Key"] for page in pages for each in page.get("Contents", [])]
        except (BotoCoreError, ClientError) as error:
            raise ObjectsDownError(code_of(error)) from error

    @cached_property
    def _client(self) -> "S3Client":
        return boto3.client("s3", config=TIMES)

    def _read(self, key: str) -> tuple[bytes | None, str]:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            return answer["Body"].read(), answer["ETag"]
        except (BotoCoreError, ClientError) as error:
            if code_of(error) in MISSING:
                return None, ""
            raise ObjectsDownError(code_of(error)) from error

    def _put(self, key: str, content: bytes, content_type: str, cache_control: str, **condition: Any) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            ContentType=content_type,
            CacheControl=cache_control,
            **condition,
        )


def _wait(attempt: int) -> None:
    """Let those who met go on at different moments: in step they would only meet again."""
    time.sleep(random.uniform(0, SHORTEST_WAIT * 2**attempt))  # noqa: S311 - no secret


class Folder:
    """Objects as files of one machine: the target of its builds, and beside it the members' tree."""

    def __init__(self, site: Path, members: Path | None = None) -> None:
        self._site = site
        self._members = members

    def read(self, key: str) -> bytes | None:
        """Return what an object holds; None where there is none."""
        try:
            return self._file(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            raise ObjectsDownError(type(error).__name__) from error

    def write(
        self,
        key: str,
        content: bytes,
        content_type: str = JSON,  # noqa: ARG002 - a file's name says it
        cache_control: str = ASKED_AGAIN,  # noqa: ARG002 - the server says it
    ) -> None:
        """Put an object in the place of whatever is there."""
        try:
            _write_whole(self._file(key), content)
        except OSError as error:
            raise ObjectsDownError(type(error).__name__) from error

    def replace(self, key: str, decide: Decide) -> None:
        """Let an object be what `decide` says, while nobody else may decide."""
        with self._locked():
            held = self.read(key)
            wanted = decide(held)
            if wanted != held:
                self.write(key, wanted)

    def remove(self, key: str) -> None:
        """Leave no object under a key."""
        try:
            self._file(key).unlink(missing_ok=True)
        except OSError as error:
            raise ObjectsDownError(type(error).__name__) from error

    def names(self, prefix: str) -> list[str]:
        """Return the keys that begin so, sorted."""
        start = prefix.rpartition("/")[0]
        folder = self._file(start)
        found = (file for file in folder.rglob("*") if file.is_file() and file.suffix != UNFINISHED)
        keys = (f"{start}/{file.relative_to(folder).as_posix()}".lstrip("/") for file in found)
        return sorted(key for key in keys if key.startswith(prefix))

    def _file(self, key: str) -> Path:
        """Return an object's file. Raises ObjectsDownError for a key that leads out of the folder."""
        first, _, rest = key.partition("/")
        in_members = self._members is not None and first == "members"
        root = self._members / "releases" if self._members and in_members else self._site
        file = Path(os.path.normpath(root / (rest if in_members else key)))
        if not file.is_relative_to(os.path.normpath(root)):
            raise ObjectsDownError("key")
        return file

    @contextmanager
    def _locked(self) -> "Iterator[None]":
        """Hold the lock that builds hold as well while they move what is shown."""
        try:
            (self._site / "work").mkdir(parents=True, exist_ok=True)
            lock = (self._site / "work" / "lock").open("w")
        except OSError as error:
            raise ObjectsDownError(type(error).__name__) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def objects(settings: ObjectsSettings) -> Objects:
    """Return the objects of these settings; nothing is asked of them yet."""
    if isinstance(settings.site, Path):
        return Folder(settings.site, settings.members)
    return Bucket(settings.site)


def _write_whole(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(
        f".{file.name}.{get_native_id()}{UNFINISHED}"
    )  # threads of one process write as well
    fresh.write_bytes(content)
    fresh.replace(file)
