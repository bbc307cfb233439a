"""Recordings of webinars (MOD-1): large files that a browser fetches by itself, piece by piece."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mentoring.gateway_settings import RecordingsSettings
from mentoring.gateways.errors import ObjectsDownError, code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING: Final = frozenset({"NoSuchKey", "404"})
# A player goes on asking the address that it was led to; an hour's webinar has its pauses.
LINK_LASTS: Final = 2 * 60 * 60  # seconds
# The bucket's own host in its region: the one that the pages' policy lets a player fetch from.
SIGNED: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)


class Recordings(Protocol):
    """The recordings that staff have put in their place. Every method raises ObjectsDownError."""

    def holds(self, name: str, language: str) -> bool:
        """Return whether there is a recording of a webinar in a language."""

    def link(self, name: str, language: str) -> str:
        """Return an address where a browser finds it from now on, for LINK_LASTS at most."""


class BucketRecordings:
    """Recordings in S3, beside the releases and out of the distribution's reach."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def holds(self, name: str, language: str) -> bool:
        """Return whether there is a recording of a webinar in a language."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=key_of(name, language))
        except (BotoCoreError, ClientError) as error:
            if code_of(error) in MISSING:
                return False
            raise ObjectsDownError(code_of(error)) from error
        return True

    def link(self, name: str, language: str) -> str:
        """Return a presigned address. It names the recording and this function's role, nobody who watches."""
        asked = {
            "Bucket": self._bucket,
            "Key": key_of(name, language),
            "ResponseContentType": "video/mp4",
            "ResponseCacheControl": "private",
        }
        return self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_LASTS)

    @cached_property
    def _client(self) -> "S3Client":
        return boto3.client("s3", config=SIGNED)


class FolderRecordings:
    """Recordings in a folder of one machine, which its server hands out."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address

    def holds(self, name: str, language: str) -> bool:
        """Return whether there is a recording of a webinar in a language."""
        return (self._folder / key_of(name, language)).is_file()

    def link(self, name: str, language: str) -> str:
        """Return the server's address of the file."""
        return f"{self._address}/{quote(key_of(name, language))}"


def key_of(name: str, language: str) -> str:
    """Return under which key of the bucket, or folder, a recording is."""
    return f"recordings/{language}/{name}.mp4"


def recordings(settings: RecordingsSettings) -> Recordings:
    """Return the recordings of these settings; nothing is asked of them yet."""
    if isinstance(settings.site, Path):
        return FolderRecordings(settings.site, settings.address)
    return BucketRecordings(settings.site)
